"""A visit to one entity, its photos, and its results: one stands, wrong ones stay beside it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Visit(models.Model):
    """One drawn entity, one team, one day by which the visit is due (检查任务)."""

    pick = models.OneToOneField("draw.Pick", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    proceeding = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    officers = models.ManyToManyField("people.Officer", related_name="+")
    items = models.JSONField(default=list)  # codes of the catalogue inspection-items that stand on the form
    assigned = models.DateField()
    due = models.DateField(db_index=True)

    class Meta:
        ordering = ("due", "pk")
        constraints = (models.CheckConstraint(condition=Q(due__gte=models.F("assigned")), name="visit_due_after_assigned"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id}: {self.due}"


class Photo(models.Model):
    """A picture taken at the visit, kept under its digest (音像记录)."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    item = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=30)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    received = models.DateTimeField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("visit", "pk")
        constraints = (models.UniqueConstraint(fields=("visit", "sha256"), name="photo_once_per_visit"),)

    def __str__(self) -> str:
        return self.sha256[:12]


class Result(models.Model):
    """What was found (检查结果), written once by the token the phone made. A wrong one is taken back, never changed."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="results")
    token = models.CharField(max_length=64, unique=True)
    recorded = models.DateTimeField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=12)  # done | refused | not-found
    answers = models.JSONField(default=list)  # [{item, answer, note}]
    codes = models.JSONField(default=list)  # catalogue inspection-results
    disposal = models.CharField(max_length=20)  # catalogue inspection-disposals
    method = models.CharField(max_length=8)  # catalogue inspection-methods
    note = models.TextField(blank=True)
    signed_by_firm = models.CharField(max_length=60, blank=True)
    photos = models.JSONField(default=list)  # digests
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    refusal = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn = models.DateField(null=True, blank=True)  # taken back by a recorded act

    class Meta:
        ordering = ("-recorded", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("visit",), condition=Q(withdrawn=None), name="one_standing_result_per_visit"),
            models.CheckConstraint(condition=Q(path__in=("done", "refused", "not-found")), name="result_path_known"),
            models.CheckConstraint(condition=~Q(by=models.F("second")), name="result_by_two_officers"),
        )

    def __str__(self) -> str:
        return f"{self.visit_id}: {'/'.join(self.codes)}"
