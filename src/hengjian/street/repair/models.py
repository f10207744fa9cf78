"""An application for repair: which record, how it came, and the ledger entry it led to. Its course is the proceeding's."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Application(models.Model):
    """One record that somebody asks to have repaired (信用修复申请)."""

    proceeding = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=40)  # catalogue repair-ways, on the day of the application
    channel = models.CharField(max_length=20)  # catalogue repair-channels
    peer = models.CharField(max_length=40, blank=True)  # which website passed it on …
    elsewhere = models.CharField(max_length=80, blank=True)  # … under which number of its own
    repaired = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("peer", "elsewhere"), condition=~Q(elsewhere=""), name="a_website_application_is_taken_once"),
        )
        indexes = (models.Index(fields=("entry",), name="applications_about_an_entry"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id}: {self.entry_id}"
