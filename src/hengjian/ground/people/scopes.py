"""Which agencies' matters an officer sees: own, unit, unit and below, district, city, custom."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from .models import Agency, Officer


def agencies_of(officer: Officer | None) -> QuerySet[Agency]:
    """Agencies in an officer's data scope; nobody has none."""
    if officer is None:
        return Agency.objects.none()
    unit = officer.agency
    if officer.scope == "city":
        return Agency.objects.order_by("code")
    if officer.scope == "district" and unit.district:
        return Agency.objects.filter(district=unit.district).order_by("code")
    if officer.scope == "below":
        return Agency.objects.filter(Q(path=unit.path) | Q(path__startswith=f"{unit.path}/")).order_by("code")
    if officer.scope == "custom":
        return Agency.objects.filter(Q(pk=unit.pk) | Q(pk__in=officer.scope_units.values("pk"))).order_by("code")
    return Agency.objects.filter(pk=unit.pk)


def visible(officer: Officer | None, agency_field: str = "agency", owner_field: str = "") -> Q:
    """A filter for any model with an agency: `Model.objects.filter(scopes.visible(officer))`."""
    if officer is None:
        return Q(pk__in=[])
    if officer.scope == "own" and owner_field:
        return Q(**{owner_field: officer})
    return Q(**{f"{agency_field}__in": agencies_of(officer)})
