"""Which entity a lead or case is about, and what became of it in the ledger."""

from __future__ import annotations

from django.db import models


class Case(models.Model):
    """A penalty case; its course is the proceeding's, its outcome an entry of the ledger."""

    proceeding = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    lead = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.proceeding_id}"
