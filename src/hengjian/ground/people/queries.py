"""Questions about people: who serves where, who may be drawn."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from . import scopes
from .models import Agency, Certificate, Officer


def agencies_visible_to(officer: Officer) -> QuerySet[Agency]:
    """Agencies in scope with the number of active officers, from the root down."""
    return scopes.agencies_of(officer).select_related("parent").order_by("path")


def certified(on: date, agency_paths: list[str] | None = None) -> QuerySet[Certificate]:
    """Certificates in force on a day, of active officers, below the given agencies (all if None)."""
    held = Certificate.objects.filter(officer__active=True, since__lte=on, until__gte=on)
    if agency_paths is not None:
        below = Q(pk__in=[])
        for path in agency_paths:
            below |= Q(officer__agency__path=path) | Q(officer__agency__path__startswith=f"{path}/")
        held = held.filter(below)
    return held.select_related("officer__agency").order_by("officer__number", "number")
