"""A visit to one entity, its photos, and its results: one stands, wrong ones stay beside it."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import F, Q


def new_code() -> str:
    """What the code of a visit says: nobody guesses it, and it holds nothing."""
    return secrets.token_urlsafe(15)


class Visit(models.Model):
    """One drawn entity, one team, one day by which the visit is due (检查任务)."""

    pick = models.OneToOneField("draw.Pick", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    proceeding = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    officers = models.ManyToManyField("people.Officer", related_name="+")
    items = models.JSONField(default=list)  # codes of the catalogue inspection-items that stand on the form
    # [{agency, items}]: whose items they are, where several departments come at once; empty: all of the organiser's.
    parts = models.JSONField(default=list, blank=True)
    assigned = models.DateField()
    due = models.DateField(db_index=True)
    code = models.CharField(max_length=24, unique=True, default=new_code)  # in the QR code that the team shows
    arrived = models.DateTimeField(null=True, blank=True)  # by the clock of the device
    place = models.JSONField(default=dict, blank=True)  # where they arrived: {lat, lon, accuracy}
    confirmed = models.DateTimeField(null=True, blank=True)  # the firm scanned the code and confirmed the arrival
    off_plan = models.OneToOneField("draw.OffPlan", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    follow_up = models.ForeignKey("FollowUp", on_delete=models.PROTECT, null=True, blank=True, related_name="rechecks")
    reinspection = models.ForeignKey("Reinspection", on_delete=models.PROTECT, null=True, blank=True, related_name="visits")

    turn = models.PositiveIntegerField(null=True, blank=True)  # whose turn it is inside the stratum, where a score put them in order
    by_score = models.BooleanField(null=True)  # False: of the random part, which kept the order of the lot

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
    taken = models.DateTimeField(null=True, blank=True)  # by the clock of the device
    place = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("visit", "pk")
        constraints = (models.UniqueConstraint(fields=("visit", "sha256"), name="photo_once_per_visit"),)
        indexes = (models.Index(fields=("sha256",), name="photos_by_digest"),)

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
    witness = models.CharField(max_length=120, blank=True)
    signed_by_firm = models.CharField(max_length=60, blank=True)
    signatures = models.JSONField(default=dict, blank=True)  # firm | officer | second | witness -> strokes of the pen
    finished = models.DateTimeField(null=True, blank=True)  # by the clock of the device
    place = models.JSONField(default=dict, blank=True)
    photos = models.JSONField(default=list)  # digests
    reviewed = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+")  # from the review on
    refusal = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn = models.DateField(null=True, blank=True)  # taken back by a recorded act

    class Meta:
        ordering = ("-recorded", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("visit",), condition=Q(withdrawn=None), name="one_standing_result_per_visit"),
            models.CheckConstraint(condition=Q(path__in=("done", "refused", "not-found")), name="result_path_known"),
            models.CheckConstraint(condition=~Q(by=models.F("second")), name="result_by_two_officers"),
            models.CheckConstraint(
                condition=Q(reviewed=None, reviewed_by=None) | Q(reviewed__isnull=False, reviewed_by__isnull=False),
                name="result_reviewed_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.visit_id}: {'/'.join(self.codes)}"


class Draft(models.Model):
    """A form that is being filled in, as one device had it (检查表底稿). Rows are added, never changed.

    `version` counts what stands, one after the other. A row without one was refused because another device was first,
    or came after the result: it is kept, so that nothing typed is lost.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="drafts")
    version = models.PositiveIntegerField(null=True, blank=True)
    base = models.PositiveIntegerField(default=0)  # the version the device had seen
    entries = models.JSONField(default=list)  # [[name, value]] in the order of the form
    digest = models.CharField(max_length=64)
    device = models.CharField(max_length=64)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    received = models.DateTimeField()

    class Meta:
        ordering = ("visit", "pk")
        constraints = (
            models.UniqueConstraint(fields=("visit", "version"), condition=Q(version__isnull=False), name="one_draft_per_version"),
            models.UniqueConstraint(
                fields=("visit", "device", "digest"), condition=Q(version=None), name="a_refused_draft_is_kept_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.visit_id} v{self.version}"


class FollowUp(models.Model):
    """What a result leads to (后续处理): an order to correct, a lead for casework, a matter for another department."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="follow_ups")
    disposal = models.CharField(max_length=20)  # catalogue inspection-disposals
    measure = models.CharField(max_length=400)
    opened = models.DateField()
    due = models.DateField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey("people.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    received = models.DateField(null=True, blank=True)  # the other side took it over (签收)
    received_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    receipt = models.CharField(max_length=120, blank=True)  # number under which the other side keeps it
    settled = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ("due", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(due__gte=F("opened")), name="follow_up_due_after_opening"),
            models.CheckConstraint(condition=Q(settled=None) | Q(settled__gte=F("opened")), name="follow_up_settled_in_order"),
            models.CheckConstraint(condition=Q(settled=None) | ~Q(outcome=""), name="follow_up_settled_with_outcome"),
            models.CheckConstraint(
                condition=Q(received=None, received_by=None) | Q(received__isnull=False, received_by__isnull=False),
                name="follow_up_received_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.disposal}"


class Reinspection(models.Model):
    """A random second look at visits already made, by other teams (抽取复查).

    What decides it (list, officers, who may not go, a blind, where the value will come from) is closed before the value
    exists; `commitment` is the text whose SHA-256 is the digest. docs/adr/0009-second-looks-follow-the-draw.md
    """

    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    count = models.PositiveIntegerField()
    frame = models.JSONField()  # numbers of the visits made between the two days, in order
    pool = models.JSONField(default=list)  # numbers of the officers who may go
    away = models.JSONField(default=dict)  # number of the visit -> officers who may not look at it again
    blind = models.CharField(max_length=64, blank=True)  # sealed: the value alone does not tell a firm that it is next
    announced = models.JSONField(default=dict)  # where the value will come from, as a draw announces it
    commitment = models.TextField(blank=True)
    digest = models.CharField(max_length=64)  # of the commitment; the seed hangs on it
    closed_at = models.DateTimeField()
    evidence = models.JSONField(default=dict, blank=True)  # the value as it was announced, with what proves it
    revealed_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)  # of lists closed before sources were announced
    value = models.CharField(max_length=500, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-closed_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="reinspection_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(count__gte=1), name="reinspection_draws_somebody"),
            models.CheckConstraint(condition=Q(drawn_at=None) | ~Q(value=""), name="reinspection_drawn_with_a_value"),
        )

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.since}–{self.until}"


class Ordering(models.Model):
    """The visits of one draw put in order by a score inside their strata, with what the score was worth then (排先后)."""

    draw = models.OneToOneField("draw.Draw", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    share = models.FloatField()  # percent of each stratum that kept the order of the lot, at least
    learnt = models.PositiveIntegerField()  # results it learnt from
    weights = models.JSONField()
    ways = models.JSONField()  # AUC of a random order, the one-line rule, the score, the score with inspectors
    rule_first = models.PositiveIntegerField()  # visits that the one-line rule would have sent first

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.draw_id}: {self.share}"


class RiskReport(models.Model):
    """What one quarter says of the score (评分季度审计): made once, never changed."""

    since = models.DateField(unique=True)
    until = models.DateField()
    made = models.DateTimeField()
    ledger_seq = models.BigIntegerField()  # how far the ledger had come
    body = models.JSONField()  # auditing.audit

    class Meta:
        ordering = ("-since",)
        constraints = (models.CheckConstraint(condition=Q(until__gt=F("since")), name="risk_report_of_a_quarter"),)

    def __str__(self) -> str:
        return f"{self.since}–{self.until}"
