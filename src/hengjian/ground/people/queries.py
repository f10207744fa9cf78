"""Questions about people: who serves where, who may be drawn."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from . import scopes
from .models import Agency, Certificate, Holding, Officer, Representative


def agencies_visible_to(officer: Officer) -> QuerySet[Agency]:
    """Agencies in scope with `officers`, the number of active ones, from the root down."""
    serving = Officer.objects.filter(agency=OuterRef("pk"), active=True).order_by().values("agency")
    counted = Coalesce(Subquery(serving.annotate(n=Count("pk")).values("n")), 0)
    return scopes.agencies_of(officer).select_related("parent").annotate(officers=counted).order_by("path")


def officers_visible_to(officer: Officer | None) -> QuerySet[Officer]:
    """Officers of the agencies in scope, with posts and certificates; by agency and number."""
    if officer is None:
        return Officer.objects.none()
    seen = Q(pk=officer.pk) if officer.scope == "own" else Q(agency__in=scopes.agencies_of(officer))
    found = Officer.objects.filter(seen).select_related("agency", "user").order_by("agency__path", "number")
    posts, papers = Holding.objects.order_by("since", "pk"), Certificate.objects.order_by("until", "pk")
    return found.prefetch_related(Prefetch("holdings", posts), Prefetch("certificates", papers))


def certified(on: date, agency_paths: list[str] | None = None) -> QuerySet[Certificate]:
    """Certificates in force on a day, of active officers, below the given agencies (all if None)."""
    held = Certificate.objects.filter(officer__active=True, since__lte=on, until__gte=on)
    if agency_paths is not None:
        below = Q(pk__in=[])
        for path in agency_paths:
            below |= Q(officer__agency__path=path) | Q(officer__agency__path__startswith=f"{path}/")
        held = held.filter(below)
    return held.select_related("officer__agency").order_by("officer__number", "number")


def firms_of(user: int | None) -> QuerySet[Representative]:
    """The firms a person acts for, by credit code."""
    return Representative.objects.filter(user_id=user).order_by("uscc")
