"""Draws, picks, teams. Facts with their times; the state is derived; triggers refuse every delete."""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import F, Q

from .plans import Plan


class Draw(models.Model):
    """The n-th draw of a plan (第 n 次抽取). It can be followed by another, never removed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField()
    slug = models.CharField(max_length=20, unique=True)
    operator = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    predecessor = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    redraw_reason = models.CharField(max_length=200, blank=True)
    approver = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    frozen_at = models.DateTimeField()
    frame_size = models.PositiveIntegerField()
    strata = models.JSONField()  # stratum -> {"size", "expected"}; once drawn also "quota" and "reserve"
    frame_digest = models.CharField(max_length=64)
    rules_digest = models.CharField(max_length=64)
    pool_digest = models.CharField(max_length=64)
    recusals_digest = models.CharField(max_length=64)
    pseudonym_key = models.CharField(max_length=64)  # never published: officers appear under numbers made with it
    blind = models.CharField(max_length=64)  # secret until opening: keeps the embargo once the seed source is known

    committed_at = models.DateTimeField(null=True, blank=True)
    source = models.JSONField(default=dict, blank=True)  # announced with the commitment
    commitment = models.CharField(max_length=64, blank=True)
    commitment_text = models.TextField(blank=True)

    seeded_at = models.DateTimeField(null=True, blank=True)
    source_value = models.CharField(max_length=400, blank=True)
    seed_evidence = models.JSONField(default=dict, blank=True)
    seed = models.CharField(max_length=64, blank=True)

    drawn_at = models.DateTimeField(null=True, blank=True)
    picks_digest = models.CharField(max_length=64, blank=True)
    teams_digest = models.CharField(max_length=64, blank=True)
    bundle_path = models.CharField(max_length=200, blank=True)
    bundle_digest = models.CharField(max_length=64, blank=True)

    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="one_draw_per_plan_and_number"),
            models.CheckConstraint(
                condition=Q(predecessor=None) | (Q(number__gt=1) & ~Q(redraw_reason="") & Q(approver__isnull=False)),
                name="redraw_has_reason_and_approver",
            ),
            models.CheckConstraint(
                condition=Q(seeded_at=None) | Q(committed_at__isnull=False, committed_at__lte=F("seeded_at")),
                name="committed_before_seeded",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None) | Q(seeded_at__isnull=False, seeded_at__lte=F("drawn_at")),
                name="seeded_before_drawn",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(drawn_at__isnull=False, drawn_at__lte=F("opened_at")),
                name="drawn_before_opened",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number}"

    @property
    def total(self) -> int:
        """How many are drawn in all: the sum of what the strata give on average, under either protocol."""
        return int(sum(Fraction(s.get("expected", s.get("quota"))) for s in self.strata.values()))

    @property
    def state(self) -> str:
        """frozen | committed | seeded | drawn | opened."""
        for state in ("opened", "drawn", "seeded", "committed"):
            if getattr(self, f"{state}_at"):
                return state
        return "frozen"


class Pick(models.Model):
    """One entity on the list, or in reserve (抽中对象、备选对象)."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="picks")
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    uscc = models.CharField(max_length=18, db_index=True)
    stratum = models.CharField(max_length=20)
    ticket = models.CharField(max_length=64)
    rank = models.PositiveIntegerField()
    reserve = models.BooleanField(default=False)
    probability = models.CharField(max_length=60)  # exact, as in "1/50"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("draw", "uscc"), name="an_entity_is_drawn_once_per_draw"),
            models.UniqueConstraint(fields=("draw", "stratum", "rank"), name="one_pick_per_rank"),
        )

    def __str__(self) -> str:
        return f"{self.draw_id}:{self.uscc}"


class Team(models.Model):
    """The officers drawn for one pick (检查组)."""

    pick = models.OneToOneField(Pick, on_delete=models.PROTECT, related_name="team")
    officers = models.ManyToManyField("people.Officer", related_name="+")
    pseudonyms = models.JSONField(default=list)  # as in the public bundle, in drawn order
    tickets = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"team of {self.pick_id}"


class Joined(models.Model):
    """A pick that is visited together with another department's pick of the same firm (一次多查): one visit, one form."""

    pick = models.OneToOneField(Pick, on_delete=models.PROTECT, related_name="joined_to")
    lead = models.ForeignKey(Pick, on_delete=models.PROTECT, related_name="joins")
    on = models.DateField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(pick=F("lead")), name="joined_to_another_pick"),)

    def __str__(self) -> str:
        return f"{self.pick_id} → {self.lead_id}"
