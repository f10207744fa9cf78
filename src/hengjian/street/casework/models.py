"""Which entity a lead or case is about, and what became of it in the ledger."""

from __future__ import annotations

from django.db import models


class Lead(models.Model):
    """Where a lead came from: the same reference of a source is one lead, however many workers bring it."""

    proceeding = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=200)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("agency", "origin"), name="lead_of_one_origin"),)

    def __str__(self) -> str:
        return self.origin


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
