"""Entities and the names they used to have."""

from __future__ import annotations

from django.db import models


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
    updated_at = models.DateTimeField(db_index=True)  # the mirror asks what changed since it last looked

    class Meta:
        verbose_name_plural = "entities"

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
