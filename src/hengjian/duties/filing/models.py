"""What supervisors did about filing: samples re-checked, alarms raised, reports frozen. Figures themselves are derived."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Sample(models.Model):
    """Accepted rows of one source and month, drawn by lot to be compared with the originals (复核样本). Drawn once."""

    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    month = models.DateField()  # its first day
    frame = models.PositiveIntegerField()  # accepted rows it was drawn from
    seed = models.CharField(max_length=64)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agency", "kind", "month"), name="one_sample_a_month"),)

    def __str__(self) -> str:
        return f"{self.agency_id} {self.kind} {self.month:%Y-%m}"


class Pick(models.Model):
    """One row of a sample and what the comparison found."""

    OUTCOMES: ClassVar[tuple[str, ...]] = ("right", "wrong", "unknown")  # unknown: the original was not to be had

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="picks")
    position = models.PositiveIntegerField()
    delivery = models.ForeignKey("intake.Delivery", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # its row there
    outcome = models.CharField(max_length=8, blank=True)
    fields = models.JSONField(default=list)  # names of the fields that differ
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sample", "position"), name="one_pick_per_position"),
            models.UniqueConstraint(fields=("sample", "delivery", "number"), name="a_row_is_picked_once"),
            models.CheckConstraint(condition=Q(outcome__in=("", "right", "wrong", "unknown")), name="pick_outcome_known"),
            models.CheckConstraint(condition=Q(outcome="", at=None) | (~Q(outcome="") & Q(at__isnull=False)), name="an_outcome_has_its_day"),
        )

    def __str__(self) -> str:
        return f"{self.sample_id}#{self.position} {self.outcome}"


class Alarm(models.Model):
    """A source fell silent: raised once for each silence, over when it files again (来源静默告警)."""

    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    last = models.DateField()  # the last day it filed
    usual = models.FloatField()  # working days between two filings
    limit = models.FloatField()  # after so many working days the alarm is raised
    raised = models.DateField()
    over = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agency", "kind", "last"), name="one_alarm_per_silence"),
            models.CheckConstraint(condition=Q(over=None) | Q(over__gt=F("last")), name="alarm_over_after_last"),
        )

    def __str__(self) -> str:
        return f"{self.agency_id} {self.kind} since {self.last}"


class Report(models.Model):
    """The figures of a month as they were known when it was frozen (督查月报). Never changed."""

    month = models.DateField(unique=True)
    frozen_at = models.DateTimeField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    figures = models.JSONField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
