"""Which agency a filing goes to first: the county-level bureau of the place of business or domicile."""

from __future__ import annotations

from hengjian.ground.people.models import Agency
from hengjian.street.register.models import Entity

BUREAU = "district-bureau"


def competent(entity: Entity | None, district: str) -> Agency:
    """By the district of the entity, else by the one that was told; else the agency at the root, which distributes."""
    for code in filter(None, (entity.district if entity else "", district)):
        if found := Agency.objects.filter(district=code, kind=BUREAU).order_by("code").first():
            return found
    return root()


def root() -> Agency:
    """The bureau above all districts; where the demo has departments beside it, the market bureau is the one with districts below."""
    found = Agency.objects.filter(kind="city-bureau").order_by("code").first() or Agency.objects.filter(parent=None).order_by("pk").first()
    assert found is not None, "a platform has agencies"
    return found


def receivers(agency: Agency) -> list[Agency]:
    """Where an agency may send a filing: bureaus of districts, the bureau above, its own offices."""
    kinds = ("city-bureau", BUREAU)
    bureaus = Agency.objects.filter(kind__in=kinds).order_by("code")
    offices = Agency.objects.filter(parent=agency).exclude(kind__in=kinds).order_by("code")
    return [one for one in (*bureaus, *offices) if one.pk != agency.pk]
