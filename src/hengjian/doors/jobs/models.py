"""When each job last ran and how it ended."""

from __future__ import annotations

from django.db import models


class LastRun(models.Model):
    """The last run of one job of the timetable. Nothing depends on it but the question whether the job is due."""

    job = models.CharField(max_length=40, primary_key=True)
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True, blank=True)  # empty: running, or killed in the middle
    ok = models.BooleanField(default=True)
    says = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row

    class Meta:
        ordering = ("job",)

    def __str__(self) -> str:
        return f"{self.job}: {self.says}"
