"""Matters of the lists, locks of other departments, answers to “may this act go on?” and what became of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Listing(models.Model):
    """A matter that puts an entity on a list, what it was begun from, and the record it led to."""

    proceeding = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=80)  # the fact it was begun from: one fact begins one matter
    cause = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended = models.DateField(null=True, blank=True)  # when the matter noted that the record had been closed

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("entity", "origin"), name="one_matter_from_one_fact"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id}: {self.origin}"


class Restriction(models.Model):
    """What another department locked in answer to a request (响应). It holds only while the record behind it does."""

    proceeding = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    cause = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=20)  # catalogue restriction-measures
    domain = models.CharField(max_length=40, db_index=True)  # catalogue restriction-domains
    acts = models.JSONField(default=list)  # catalogue guarded-acts
    effect = models.CharField(max_length=10)  # stop | weigh
    basis = models.CharField(max_length=400)  # as the department wrote it
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # last day the department named
    lifted = models.DateField(null=True, blank=True)  # first day without it, where somebody released it early
    filed = models.DateField(null=True, blank=True)  # when its end was put on file; the end itself waits for nobody

    class Meta:
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="restriction_in_order"),)
        indexes = (models.Index(fields=("entity", "since"), name="restrictions_of_a_firm"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id}: {self.measure}"


class Reminder(models.Model):
    """A listing's coming end or anniversary, announced to the party (提示公告)."""

    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # three-years | may-apply | ends
    day = models.DateField()  # what it reminds of
    on = models.DateField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-on", "-pk")
        constraints = (models.UniqueConstraint(fields=("entry", "kind"), name="reminded_once"),)

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.kind}"


class Answer(models.Model):
    """One question about one act, and what was answered."""

    at = models.DateTimeField()
    on = models.DateField()
    asked_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+", null=True)
    uscc = models.CharField(max_length=18)
    act = models.CharField(max_length=60)
    verdict = models.CharField(max_length=10)  # free | weigh | stop
    locks = models.JSONField(default=list)  # [{code, entry}], with {matter} where another department locked
    ledger_seq = models.BigIntegerField()
    pack_version = models.CharField(max_length=80)

    class Meta:
        indexes = (models.Index(fields=("uscc", "-id"), name="answers_about_a_firm"),)

    def __str__(self) -> str:
        return f"{self.uscc} {self.act}: {self.verdict}"


class Outcome(models.Model):
    """What the asking system did after an answer (反馈效果). Appended, never changed."""

    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="outcome")
    at = models.DateTimeField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+", null=True)
    result = models.CharField(max_length=20)  # catalogue restriction-results
    note = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.result}"
