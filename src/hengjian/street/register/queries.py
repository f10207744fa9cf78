"""Questions about entities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.translation import gettext

from hengjian.ground.kit import uscc as codes
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer
from hengjian.street.intake import bulk
from hengjian.street.intake.models import Delivery

from . import search as index
from .models import Absorption, Entity, FormerName, Person, Succession, Tie
from .rules import name_key


def visible_to(officer: Officer | None) -> QuerySet[Entity]:
    """Entities an officer may open: those of the officer's districts, or all of them for the whole city."""
    districts = scopes.districts_of(officer)
    seen = Entity.objects.order_by("uscc")
    return seen if districts is None else seen.filter(district__in=districts)


def by_uscc(uscc: str) -> Entity | None:
    """The entity with this code, however it is typed."""
    return Entity.objects.filter(uscc=codes.normalise(uscc)).first()


def entity_for(officer: Officer | None, uscc: str) -> Entity:
    """An entity in an officer's scope; refuses what the officer may not know of."""
    found = visible_to(officer).filter(uscc=codes.normalise(uscc)[:18]).select_related("origin_delivery__agency").first()
    if found is None:
        raise NotFound(gettext("登记库里没有这个代码，或者不在您的数据范围内"), uscc=uscc[:18])
    return found


MANY = 500  # hits of a name search that a list is narrowed from


def listed(
    officer: Officer | None, *, q: str = "", kind: str = "", status: str = "", district: str = "", address: str = ""
) -> QuerySet[Entity]:
    """Entities in scope that match, by code. `district` may be "unknown": those whose district cannot be told."""
    found = visible_to(officer)
    if q:
        found = found.filter(pk__in=[entity.pk for entity in search(officer, q, limit=MANY)])
    if district:
        found = found.filter(district=None) if district == "unknown" else found.filter(district=district)
    for column, value in (("kind", kind), ("status", status), ("address", address)):
        if value:
            found = found.filter(**{column: value})
    return found


def named(keys: Sequence[str]) -> QuerySet[Entity]:
    """Entities that bear exactly these names today."""
    return Entity.objects.filter(name_folded__in=keys).order_by("uscc")


def names_given_up(entities: Sequence[int]) -> dict[int, list[str]]:
    """Former names by entity, last first."""
    found: dict[int, list[str]] = defaultdict(list)
    for pk, name in FormerName.objects.filter(entity__in=entities).order_by("-until", "pk").values_list("entity", "name"):
        found[pk].append(name)
    return found


def state() -> str:
    """Changes whenever somebody enters the register or another name: whoever waits for one need not look before."""
    read = Absorption.objects.aggregate(rows=Sum("upto"), files=Count("pk"))
    return f"{read['files']}:{read['rows']}:{Entity.objects.aggregate(last=Max('pk'))['last']}"


def taken(delivery: Delivery) -> dict[str, Any]:
    """How far a delivery has come into the register."""
    state = Absorption.objects.filter(delivery=delivery).first() or Absorption()
    return {"created": state.created, "updated": state.updated, "renamed": state.renamed, "done": state.done}


def search(officer: Officer | None, q: str, limit: int = 20) -> list[Entity]:
    """Entities in scope by code, the beginning of a code, or two or more characters of a present or former name;
    best first.
    """
    code = codes.normalise(q)
    if len(code) >= 6 and all(character in codes.ALPHABET for character in code):
        if hits := list(visible_to(officer).filter(uscc__gte=code, uscc__lt=code + "a")[:limit]):
            return hits
    found = index.find(name_key(q), limit, districts=scopes.districts_of(officer))
    held = Entity.objects.in_bulk(found)
    return [held[pk] for pk in found if pk in held]


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


def end_of(day: date) -> datetime:
    """The last moment of a day in Tianjin."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI) - timedelta(microseconds=1)


def ties_of(uscc: str, kind: str, *, on: date | None = None, known: date | None = None) -> list[Tie]:
    """Branches or investors as last told by the end of a day, in the order of their keys; on a day: those that were."""
    found = Tie.objects.filter(uscc=uscc, kind=kind)
    if known is not None:
        found = found.filter(recorded__lte=end_of(known))
    last = {tie.key: tie for tie in found.order_by("recorded", "pk")}
    held = [tie for tie in last.values() if on is None or _stands(tie, on)]
    return sorted(held, key=lambda tie: (len(tie.key), tie.key))


def tied_to(uscc: str, *, on: date | None = None, known: date | None = None) -> list[Tie]:
    """Where this code is a branch or an investor of another entity, by what was told last of each place; on a day: still is."""
    named = Tie.objects.filter(other_uscc=uscc)
    told = Tie.objects.filter(uscc__in=named.values("uscc"))
    if known is not None:
        told = told.filter(recorded__lte=end_of(known))
    last = {(tie.uscc, tie.kind, tie.key): tie for tie in told.order_by("recorded", "pk")}
    held = [tie for tie in last.values() if tie.other_uscc == uscc and (on is None or _stands(tie, on))]
    return sorted(held, key=lambda tie: (tie.kind, tie.uscc))


def _stands(tie: Tie, on: date) -> bool:
    return (tie.since is None or tie.since <= on) and (tie.until is None or tie.until > on)


def names_by_code(usccs: Iterable[str]) -> dict[str, str]:
    """Present names of entities by their codes."""
    return dict(Entity.objects.filter(uscc__in=set(usccs)).order_by("uscc").values_list("uscc", "name"))


def opens(officer: Officer | None, entity: Entity) -> bool:
    """Whether an officer may open an entity that was read elsewhere: the rule of `visible_to`, without a question."""
    districts = scopes.districts_of(officer)
    return districts is None or entity.district in districts


def successions_of(entity: Entity, *, on: date | None = None, known: date | None = None) -> list[Succession]:
    """Mergers, divisions and changes of code an entity took part in, in order. One that was reversed later, or not to anybody's
    knowledge yet, stands on the day that is asked."""
    found = Succession.objects.filter(Q(before=entity) | Q(after=entity)).select_related("before", "after", "by", "reversed_by")
    if on is not None:
        found = found.filter(on__lte=on)
    if known is not None:
        found = found.filter(recorded__lte=end_of(known))
    held = list(found.order_by("on", "pk"))
    for one in held:
        if one.reversed_at and ((known and one.reversed_at > end_of(known)) or (on and one.reversed_on and one.reversed_on > on)):
            one.reversed_on = one.reversed_at = one.reversed_by = None
            one.reversed_because = ""
    return held


def succession_for(officer: Officer | None, pk: int) -> Succession:
    """A succession one of whose entities lies in an officer's scope; refuses what the officer may not know of."""
    seen = visible_to(officer).order_by().values("pk")
    found = Succession.objects.filter(Q(before__in=seen) | Q(after__in=seen), pk=pk).select_related("before", "after").first()
    if found is None:
        raise NotFound(gettext("没有这项登记，或者不在您的数据范围内"))
    return found


def people_at(usccs: Collection[str]) -> dict[tuple[str, str, str], Any]:
    """Protected data of the natural persons last named behind each code, by role and number."""
    found = Person.objects.filter(uscc__in=set(usccs)).order_by("recorded", "pk")
    return {(one.uscc, one.role, one.key): one.data for one in found}


def people_of(uscc: str) -> list[Person]:
    """Natural persons ever named behind an entity, last first. For officers whose look is kept."""
    return list(Person.objects.filter(uscc=uscc).order_by("-since", "-pk"))


def former_names(entity: Entity) -> QuerySet[FormerName]:
    """Names given up, last first."""
    return FormerName.objects.filter(entity=entity).order_by("-until", "pk")
