"""One table, append-only by trigger."""

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
