"""Plans, the departments that take part, who may not visit whom, and visits outside every plan."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hengjian.ground.people.models import Agency


class Plan(models.Model):
    """What is to be checked, among whom and at which odds (抽查计划). `agency` leads; `items` are those of all departments."""

    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    items = models.JSONField(default=list)  # codes of the catalogue inspection-items
    districts = models.JSONField(default=list, blank=True)
    industries = models.JSONField(default=list, blank=True)  # GB/T 4754 section letters
    classes = models.JSONField(default=list, blank=True)  # empty: every class the mode allows
    base = models.CharField(max_length=30, default="register")  # whose firms are drawn from: objects.SOURCES
    unvisited_since = models.DateField(null=True, blank=True)  # only firms without an inspection since that day
    mode = models.CharField(max_length=12)  # green-only (2015 reading) | by-grade
    odds = models.JSONField(default=dict, blank=True)  # stratum -> "1/50"; used when there is no quota
    quota = models.PositiveIntegerField(null=True, blank=True)
    team_size = models.PositiveSmallIntegerField(default=2)
    reserve_share = models.CharField(max_length=12, default="1/10")
    filed = models.DateField()
    filed_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    visits_from = models.DateField(null=True, blank=True)
    visits_until = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=8, default="ad-hoc")  # annual | ad-hoc
    exception = models.CharField(max_length=30, blank=True)  # catalogue visit-cap-exceptions; empty: the cap blocks
    exception_reason = models.CharField(max_length=200, blank=True)
    published = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(team_size__gte=2), name="plan_sends_two_officers"),
            models.CheckConstraint(condition=Q(mode__in=("green-only", "by-grade")), name="plan_mode_known"),
            models.CheckConstraint(condition=Q(kind__in=("annual", "ad-hoc")), name="plan_kind_known"),
            models.CheckConstraint(condition=Q(exception="") | ~Q(exception_reason=""), name="plan_exception_has_a_reason"),
        )

    def __str__(self) -> str:
        return self.title

    def departments(self) -> list[Agency]:
        """The leading department, then those that take part, in the order they were named."""
        return [self.agency, *(part.agency for part in self.parts.select_related("agency").order_by("pk"))]


class Part(models.Model):
    """A department that takes part in another's plan (参与部门): its items, and how many of its officers go."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="parts")
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    items = models.JSONField(default=list)
    team_size = models.PositiveSmallIntegerField(default=2)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("plan", "agency"), name="a_department_takes_part_once"),
            models.CheckConstraint(condition=Q(team_size__gte=2), name="part_sends_two_officers"),
        )

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.agency_id}"


class Recusal(models.Model):
    """An officer's declared tie to a firm (申报回避). It ends by a date, never by deleting."""

    officer = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    uscc = models.CharField(max_length=18, db_index=True)
    ground = models.CharField(max_length=30)  # catalogue recusal-grounds
    note = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("officer", "uscc", "ground", "since"), name="a_tie_is_declared_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="recusal_ends_after_it_begins"),
        )

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.uscc}"


class OffPlan(models.Model):
    """A visit outside every plan (计划外检查): asked for on an enumerated ground, approved or refused by somebody else."""

    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=30)  # catalogue inspection-origins, never "draw"
    reason = models.CharField(max_length=400)
    document = models.CharField(max_length=80, blank=True)  # number of the complaint, the referral, the alert
    items = models.JSONField(default=list)
    officers = models.ManyToManyField("people.Officer", related_name="+")
    due = models.DateField()
    exception = models.CharField(max_length=30, blank=True)  # catalogue visit-cap-exceptions
    asked = models.DateField()
    asked_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    decided = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved = models.BooleanField(null=True, blank=True)
    decision = models.CharField(max_length=200, blank=True)  # why it was refused

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(origin="draw") & ~Q(reason=""), name="off_plan_has_a_ground"),
            models.CheckConstraint(condition=Q(due__gte=F("asked")), name="off_plan_due_after_asked"),
            models.CheckConstraint(
                condition=Q(decided=None, approved=None)
                | (Q(decided__isnull=False, decided_by__isnull=False, approved__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="off_plan_decided_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity_id}: {self.origin}"

    @property
    def state(self) -> str:
        """asked | approved | refused."""
        return "asked" if self.approved is None else "approved" if self.approved else "refused"
