"""Questions about entities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from hengjian.ground.kit import uscc as codes
from hengjian.ground.people.models import Officer
from hengjian.street.intake import bulk

from . import search as index
from .models import Entity, FormerName
from .rules import name_key


def visible_to(officer: Officer | None) -> QuerySet[Entity]:
    """Entities an officer may open: their district, or all of them for city scope. Nobody has none."""
    if officer is None:
        return Entity.objects.none()
    if officer.scope == "city" or not officer.agency.district:
        return Entity.objects.order_by("uscc")
    return Entity.objects.filter(district=officer.agency.district).order_by("uscc")


def by_uscc(uscc: str) -> Entity | None:
    """The entity with this code, however it is typed."""
    return Entity.objects.filter(uscc=codes.normalise(uscc)).first()


def search(q: str, limit: int = 20, offset: int = 0) -> list[Entity]:
    """Entities by code, the beginning of a code, or two or more characters of a present or former name; best first."""
    code = codes.normalise(q)
    if len(code) >= 6 and all(character in codes.ALPHABET for character in code):
        found = Entity.objects.filter(uscc__gte=code, uscc__lt=code + "a").order_by("uscc")[offset : offset + limit]
        if hits := list(found):
            return hits
    places = index.find(name_key(q), limit, offset)
    held = Entity.objects.in_bulk(places)
    return [held[pk] for pk in places if pk in held]


@dataclass(frozen=True, slots=True)
class Identity:
    """What is needed to say whether a record means this entity."""

    entity: int
    name: str
    names: frozenset[str]  # name keys, present and former


def identities(usccs: Sequence[str]) -> dict[str, Identity]:
    """Identities by code, for a file at once."""
    with connection.cursor() as cursor:
        where, values = bulk.in_list("uscc", usccs)
        cursor.execute(f"SELECT id, uscc, name, name_folded FROM register_entity WHERE {where}", values)
        rows = cursor.fetchall()
        where, values = bulk.in_list("entity_id", [pk for pk, *_ in rows])
        cursor.execute(f"SELECT entity_id, name_folded FROM register_formername WHERE {where}", values)
        former: dict[int, list[str]] = defaultdict(list)
        for pk, name in cursor.fetchall():
            former[pk].append(name)
    return {uscc: Identity(pk, name, frozenset((key, *former[pk]))) for pk, uscc, name, key in rows}


def former_names(entity: Entity) -> QuerySet[FormerName]:
    """Names given up, last first."""
    return FormerName.objects.filter(entity=entity).order_by("-until", "pk")
