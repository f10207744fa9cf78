"""Answers to “may this act go on?”: every refusal can be traced to the records it named."""

from __future__ import annotations

from django.db import models


class Answer(models.Model):
    """One question about one act, and what was answered."""

    at = models.DateTimeField()
    on = models.DateField()
    asked_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+", null=True)
    uscc = models.CharField(max_length=18)
    act = models.CharField(max_length=60)
    verdict = models.CharField(max_length=10)  # free | weigh | stop
    locks = models.JSONField(default=list)  # [{code, entry}]
    ledger_seq = models.BigIntegerField()
    pack_version = models.CharField(max_length=80)

    class Meta:
        indexes = (models.Index(fields=("uscc", "-id"), name="answers_about_a_firm"),)

    def __str__(self) -> str:
        return f"{self.uscc} {self.act}: {self.verdict}"
