"""Which agencies' matters an officer sees: own, unit, unit and below, district, city, custom."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .models import Agency, Officer

TITLES = {
    "own": _("本人"), "unit": _("本机关"), "below": _("本机关及下级"), "district": _("本区"), "city": _("全市"),
    "custom": _("指定机关"),
}  # fmt: skip


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


def districts_of(officer: Officer | None) -> frozenset[str] | None:
    """Districts whose entities an officer sees, or None for the whole city (city scope, or a city-wide agency).

    The units of a `custom` scope bring their districts along; one without a district brings none: the whole city is
    given by `city` alone.
    """
    if officer is None:
        return frozenset()
    own = officer.agency.district
    if officer.scope == "city" or not own:
        return None
    if officer.scope != "custom":
        return frozenset({own})
    return frozenset(agencies_of(officer).exclude(district="").values_list("district", flat=True))
