"""Entities, what they used to be, what stands around them, and the persons behind them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Entity(models.Model):
    """A market entity (经营主体). Its credit code is its identity; a name alone never is."""

    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200, db_index=True)
    kind = models.CharField(max_length=20)  # enterprise | individual | cooperative
    entity_type = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20, blank=True)  # registration-states; empty: not told
    district = models.CharField(max_length=6, null=True, blank=True, db_index=True)  # null: cannot tell
    district_why = models.JSONField(default=dict)  # what the district was read from, or why it cannot be told
    street = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=400, blank=True)
    scope_text = models.TextField(blank=True)
    capital_fen = models.BigIntegerField(null=True, blank=True)
    capital_currency = models.CharField(max_length=3, default="CNY")
    established = models.DateField(null=True, blank=True)
    industry = models.CharField(max_length=5, blank=True)  # GB/T 4754-2017
    authority = models.CharField(max_length=20, blank=True)  # registering authority named by the file
    origin_delivery = models.ForeignKey("intake.Delivery", on_delete=models.PROTECT, null=True, related_name="+")
    origin_row = models.PositiveIntegerField(null=True)
    approved = models.DateField(null=True, blank=True)  # of the newest dated telling: an older one tells of the past only
    approved_first = models.DateField(null=True, blank=True)  # of the oldest dated telling: before it nobody has told anything
    entered = models.DateTimeField(null=True, blank=True)  # since when the register knows it; empty: not kept at the time
    updated_at = models.DateTimeField(db_index=True)  # the mirror asks what changed since it last looked

    class Meta:
        verbose_name_plural = "entities"
        indexes = (models.Index(fields=("address",), name="entities_at_an_address"),)

    def __str__(self) -> str:
        return self.name


class FormerName(models.Model):
    """A name an entity gave up (曾用名)."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200, db_index=True)
    until = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("entity", "name_folded"), name="a_former_name_once"),)

    def __str__(self) -> str:
        return self.name


class Absorption(models.Model):
    """How far a delivery has been taken into the register; makes absorbing safe to stop and repeat."""

    delivery = models.OneToOneField("intake.Delivery", on_delete=models.PROTECT, related_name="+")
    upto = models.PositiveIntegerField(default=0)  # last row number taken over
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    renamed = models.PositiveIntegerField(default=0)
    done = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.delivery_id} → {self.upto}"


class Change(models.Model):
    """One registered fact that became another (变更). What an entity was on a day is read backwards from what it is."""

    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=20)  # one of rules.TRACKED
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    on = models.DateField()  # the day it was approved, or reported where the file does not say
    recorded = models.DateTimeField()
    late = models.BooleanField(default=False)  # told after something newer was known: the present was left as it was
    delivery = models.ForeignKey("intake.Delivery", on_delete=models.PROTECT, null=True, related_name="+")
    row = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=("entity", "field"), name="changes_of_an_entity"),)

    def __str__(self) -> str:
        return f"{self.entity_id} {self.field} {self.on}"


class Tie(models.Model):
    """A branch or an investor as one file told it; a later telling with the same key takes its place."""

    kind = models.CharField(max_length=12)  # branch | investor
    uscc = models.CharField(max_length=18)
    key = models.CharField(max_length=20)  # code of the branch, number of the investor
    other_uscc = models.CharField(max_length=18, blank=True, db_index=True)
    other_name = models.CharField(max_length=200, blank=True)  # never a natural person's
    subscribed_fen = models.BigIntegerField(null=True)
    subscribed_currency = models.CharField(max_length=3, default="CNY")
    since = models.DateField(null=True)
    until = models.DateField(null=True)  # first day on which it is no more
    recorded = models.DateTimeField()
    delivery = models.ForeignKey("intake.Delivery", on_delete=models.PROTECT, null=True, related_name="+")
    row = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("delivery", "row"), name="one_tie_per_source_row"),)
        indexes = (models.Index(fields=("uscc", "kind"), name="ties_of_an_entity"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.uscc} {self.key}"


class Person(models.Model):
    """A natural person behind an entity (法定代表人、股东…): protected, shown for a reason that is kept, never public."""

    uscc = models.CharField(max_length=18, db_index=True)
    role = models.CharField(max_length=20)  # the field of the record that named them
    key = models.CharField(max_length=20, blank=True)  # number of an investor
    data = models.JSONField(null=True)  # null once erased
    since = models.DateField()
    recorded = models.DateTimeField()
    delivery = models.ForeignKey("intake.Delivery", on_delete=models.PROTECT, null=True, related_name="+")
    row = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name_plural = "people"
        constraints = (models.UniqueConstraint(fields=("delivery", "row"), name="one_person_per_source_row"),)

    def __str__(self) -> str:
        return f"{self.role} of {self.uscc}"


class Succession(models.Model):
    """A merger, a division, or two codes that are one entity, on the decision of an officer; reversed, never removed."""

    KINDS = ("merger", "division", "same")  # 合并 | 分立 | 同一主体换码

    kind = models.CharField(max_length=10)
    before = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    basis = models.CharField(max_length=400)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()
    reversed_on = models.DateField(null=True)
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    reversed_because = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "before", "after"), condition=Q(reversed_on=None), name="one_standing_succession"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="succession_of_two"),
            models.CheckConstraint(condition=Q(reversed_on=None) | Q(reversed_on__gte=F("on")), name="succession_reversed_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.before_id} → {self.after_id}"
