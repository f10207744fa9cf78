"""Two tables that only grow: the lines, and the seals over them. Triggers refuse the rest (guards.py)."""

from __future__ import annotations

from django.db import models


class Trail(models.Model):
    """One thing somebody did or saw."""

    at = models.DateTimeField(db_index=True)
    officer = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=60)  # officer number, user name, or "system"
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=120, db_index=True)
    basis = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Seal(models.Model):
    """A root over all lines since the seal before it: a line taken away later is missed, not only a changed one."""

    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    lines = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.first}–{self.last} {self.root[:16]}"
