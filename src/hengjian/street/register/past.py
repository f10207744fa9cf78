"""The register as of a day as known on another: read from what changed, by the days it changed and the moments it was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from hengjian.ground.kit.clock import SHANGHAI

from .models import Change, Entity
from .queries import end_of, former_names
from .rules import Spell, spells, value_on


def changes_of(entity: Entity, *, on: date | None = None, known: date | None = None, field: str = "") -> list[Change]:
    """What changed up to a day as known on another, last first; of one fact, if it is named."""
    found = Change.objects.filter(entity=entity, **({"field": field} if field else {})).select_related("delivery")
    if on is not None:
        found = found.filter(on__lte=on)
    if known is not None:
        found = found.filter(recorded__lte=end_of(known))
    return list(found.order_by("-on", "-recorded", "-pk"))


Told = Mapping[str, Sequence[Change]]


def told_of(entity: Entity) -> Told:
    """Changes of an entity by field, in the order of their days: for several of the questions below at once."""
    told: dict[str, list[Change]] = defaultdict(list)
    for change in Change.objects.filter(entity=entity).order_by("on", "recorded", "pk"):
        told[change.field].append(change)
    return told


def as_it_was(entity: Entity, on: date, known: date | None = None, *, told: Told | None = None) -> Entity:
    """The entity as registered on a day as known on another. Not to be saved."""
    return _as_told(entity, told_of(entity) if told is None else told, on, end_of(known) if known else None)


def as_they_were(entities: Sequence[Entity], on: date, known: date | None = None) -> list[Entity]:
    """Several entities as registered on a day as known on another, in one question. Not to be saved."""
    told: dict[int, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
    for change in Change.objects.filter(entity__in=[one.pk for one in entities]).order_by("on", "recorded", "pk"):
        told[change.entity_id][change.field].append(change)
    return [_as_told(one, told[one.pk], on, end_of(known) if known else None) for one in entities]


def there(found: QuerySet[Entity], on: date, known: date | None = None) -> QuerySet[Entity]:
    """Those of some entities that were established by a day and known by another, as far as the register can tell."""
    held = found.filter(Q(established=None) | Q(established__lte=on))
    return held.filter(Q(entered=None) | Q(entered__lte=end_of(known))) if known else held


def _as_told(entity: Entity, told: Told, on: date, moment: datetime | None) -> Entity:
    was = copy(entity)
    for field, changes in told.items():
        present = getattr(entity, field)
        value: Any = value_on(changes, on, "" if present is None else str(present), moment)
        if field == "capital_fen":
            value = int(value) if value else None
        setattr(was, field, value or None if field == "district" else value)
    return was


LIVED = ("address", "district", "street")


@dataclass(frozen=True, slots=True)
class Dwelling:
    """Where an entity was registered, from a day (empty: from the beginning) up to the day before another (empty: still)."""

    address: str
    district: str | None
    street: str
    first: date | None
    until: date | None


def dwellings(entity: Entity, on: date, known: date | None = None) -> list[Dwelling]:
    """Addresses with their districts and streets, up to a day as known on another, last first."""
    told, moment = told_of(entity), end_of(known) if known else None
    known_changes = [one for field in LIVED for one in told.get(field, ()) if one.on <= on and (moment is None or one.recorded <= moment)]
    days: list[date | None] = [None, *sorted({one.on for one in known_changes})]
    found: list[Dwelling] = []
    for first, until in zip(days, [*days[1:], None], strict=True):
        then = _as_told(entity, told, first or (until - timedelta(days=1) if until else on), moment)
        place = (then.address, then.district, then.street)
        if found and (found[-1].address, found[-1].district, found[-1].street) == place:
            found[-1] = replace(found[-1], until=until)
        else:
            found.append(Dwelling(*place, first, until))
    return found[::-1]


def spells_of(entity: Entity, field: str, *, on: date | None = None, known: date | None = None) -> list[Spell]:
    """What one registered fact was from when to when, up to a day as known on another, last first."""
    return spells(changes_of(entity, on=on, known=known, field=field)[::-1], str(getattr(as_it_was(entity, on or date.max, known), field) or ""))


@dataclass(frozen=True, slots=True)
class Absence:
    """Why there is nothing to tell of an entity on a day: it was not established yet, or the register did not know it yet."""

    established: date | None = None
    entered: date | None = None


def absent(entity: Entity, on: date, known: date | None = None) -> Absence | None:
    """Whether an entity was not there on a day, or not known on another; None where it was, as far as the register can tell."""
    if entity.established and on < entity.established:
        return Absence(established=entity.established)
    if known and entity.entered and entity.entered > end_of(known):
        return Absence(entered=entity.entered.astimezone(SHANGHAI).date())
    return None


@dataclass(frozen=True, slots=True)
class Given:
    """A name given up, as of some day."""

    name: str
    until: date


def names_before(entity: Entity, on: date, known: date | None = None, *, told: Told | None = None) -> list[Given]:
    """Names given up by a day as known on another, last first: read from the changes of the name."""
    told = told_of(entity) if told is None else told
    every, held = told.get("name", ()), as_it_was(entity, on, known, told=told).name
    found = {one.before: one.on for one in every if one.on <= on and (not known or one.recorded <= end_of(known))}
    kept = {one.before for one in every}  # a name given up before changes were kept has none
    found |= {one.name: one.until for one in former_names(entity).filter(until__lte=on) if one.name not in kept}
    return [Given(name, until) for name, until in sorted(found.items(), key=lambda pair: pair[1], reverse=True) if name != held]
