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


class Precedent(models.Model):
    """A decided fine with what it is compared by (类案): written with the decision, left out when it is withdrawn."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=80)
    decided = models.DateField()
    article = models.CharField(max_length=80)  # law and article, as consistency.article_key writes them
    ground = models.CharField(max_length=80, blank=True)
    person = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, blank=True)  # of the entity
    size = models.SmallIntegerField(null=True)  # power of ten of its capital in yuan
    penalties = models.JSONField(default=list)
    circumstances = models.JSONField(default=list)
    tier = models.CharField(max_length=20, blank=True)
    sales_fen = models.BigIntegerField(null=True)
    fine_fen = models.BigIntegerField()
    percentile = models.SmallIntegerField(null=True)  # among the cases of its day
    explained = models.TextField(blank=True)  # why it differs
    withdrawn = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("article", "decided"), name="precedent_of_article"),
            models.Index(fields=("decided",), name="precedent_by_day"),
        )

    def __str__(self) -> str:
        return self.document


class FileReview(models.Model):
    """A review of files drawn by lot (案卷评查): the list is closed first, then a value from outside draws."""

    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    count = models.PositiveSmallIntegerField()
    frame = models.JSONField()  # numbers of the closed cases, ordered
    digest = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    source = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.since}–{self.until}"


class FileScore(models.Model):
    """One drawn file and its score sheet."""

    review = models.ForeignKey(FileReview, on_delete=models.PROTECT, related_name="files")
    proceeding = models.ForeignKey("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    marks = models.JSONField(default=dict)  # item of the sheet → points
    remarks = models.TextField(blank=True)
    total = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)
    scored = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("review", "rank")
        constraints = (models.UniqueConstraint(fields=("review", "proceeding"), name="file_once_per_review"),)

    def __str__(self) -> str:
        return f"{self.review_id}/{self.rank}"
