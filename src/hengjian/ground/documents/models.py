"""What was issued, so that a paper in somebody's hand can be checked."""

from __future__ import annotations

from django.db import models


class Issued(models.Model):
    """A document that left the house (已出具文书). The same data gives the same code; nothing of its text is kept."""

    code = models.CharField(max_length=19, unique=True)
    template = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    subject = models.CharField(max_length=120)  # e.g. entity:91120101…
    as_of = models.DateField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "issued"

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
