"""What firms have that is inspected for itself: equipment, sites, practitioners (检查对象)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Held(models.Model):
    """One object in a firm's hands from one day until another. It ends by a date; another holder is another row.

    Of a practitioner only the number of the certificate is kept, never a name.
    """

    kind = models.CharField(max_length=30)  # catalogue object-kinds
    number = models.CharField(max_length=60)
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded = models.DateTimeField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=120, blank=True)  # name of the file it came in

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "number"), condition=Q(until=None), name="an_object_has_one_holder"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="object_ends_after_it_begins"),
        )
        indexes = (models.Index(fields=("kind", "entity"), name="holders_by_kind"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.number}"
