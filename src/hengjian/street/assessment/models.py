"""The class each entity has now, every change of it, and the runs that computed them. All can be rebuilt from the ledger."""

from __future__ import annotations

from django.db import models


class Assessment(models.Model):
    """The current class of one entity under one ruleset (分类结果)."""

    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    ruleset = models.CharField(max_length=60)
    class_code = models.CharField(max_length=20)
    reasons = models.JSONField(default=list)
    mask = models.BigIntegerField(default=0)
    unknown = models.BigIntegerField(default=0)
    on = models.DateField()
    ledger_seq = models.BigIntegerField(default=0)
    pack_version = models.CharField(max_length=80, blank=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("entity", "ruleset"), name="assessment_one_current"),)
        indexes = (models.Index(fields=("ruleset", "class_code", "entity"), name="assessment_by_class"),)

    def __str__(self) -> str:
        return f"{self.entity_id} {self.ruleset} {self.class_code}"


class Change(models.Model):
    """A class that became another one (分类变动). `before` is empty for the first class."""

    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    ruleset = models.CharField(max_length=60)
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    reasons = models.JSONField(default=list)
    on = models.DateField()
    ledger_seq = models.BigIntegerField(default=0)
    pack_version = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("entity", "ruleset", "on"), name="assessment_change_of"),)

    def __str__(self) -> str:
        return f"{self.entity_id} {self.before} → {self.after}"


class Run(models.Model):
    """One computation of one ruleset. `whole`: after it, every entity's class is that of day `on`."""

    ruleset = models.CharField(max_length=60)
    on = models.DateField()
    ledger_seq = models.BigIntegerField()
    entity_upto = models.BigIntegerField()
    pack_version = models.CharField(max_length=80)
    whole = models.BooleanField()
    entities = models.PositiveIntegerField()
    written = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    classes = models.JSONField(default=dict)
    seconds = models.FloatField()
    finished_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("ruleset", "-id"), name="assessment_runs_of"),)

    def __str__(self) -> str:
        return f"{self.ruleset} {self.on} #{self.ledger_seq}"
