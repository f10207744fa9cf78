"""Entities the register knows are told anew: what changed from which day, what is older than what is known, names given up.

The newest day wins, not the last file: a filing that comes late tells of the past and leaves the present alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from hengjian.street.intake.models import Delivery

from . import history, search
from .models import Change, Entity, FormerName
from .rules import TRACKED, name_key, packed, search_id, value_on

BESIDE = {"district_why": "district", "name_folded": "name"}  # goes with the fact it is derived from
APART = ("uscc", "district", "district_why", "street", "capital_currency", "entered", "approved_first")  # told by other columns, or once
SOURCE = ("origin_delivery_id", "origin_row", "updated_at")
EMPTY = (None, "")


@dataclass(frozen=True, slots=True)
class Told:
    """What one row says of an entity: columns of the register, and the fields of the row."""

    entity: Entity
    values: dict[str, Any]
    data: dict[str, Any]

    @property
    def names(self) -> set[str]:
        """The columns it says something about: a blank column is not a deletion."""
        told = {"name", "name_folded", "kind", *SOURCE}
        if self.data.get("district") or self.data.get("address") or self.data.get("unrecognised", {}).get("district"):
            told |= {"district", "district_why", "street"}
        if "capital_fen" in self.data:
            told.add("capital_currency")
        return told | {name for name, value in self.values.items() if name not in APART and value not in EMPTY}


def change(delivery: Delivery, rows: Sequence[Told]) -> int:
    """Bring entities to the facts of a file; a given-up name becomes a former name and stays findable. Returns how many have another name."""
    if not rows:
        return 0
    known, renamed = _changes([row.entity for row in rows]), 0
    became: list[history.Became] = []
    for row in rows:
        day = row.values["approved"] or delivery.received_on
        late = {name for name in TRACKED if _is_late(row.entity, known[row.entity.pk].get(name, ()), day)}
        found = _past(row, known[row.entity.pk], late, day) + _present(row, late, day)
        renamed += any(one.field == "name" and not one.late for one in found)
        became += found
        if row.values["approved"]:
            row.entity.approved_first = min(row.entity.approved_first or day, day)
    history.record(delivery, became)
    Entity.objects.bulk_update([row.entity for row in rows], sorted(rows[0].values.keys() - {"uscc", "entered"}), batch_size=500)
    return renamed


def _changes(entities: Sequence[Entity]) -> dict[int, dict[str, list[Change]]]:
    """Changes of these entities by field, in the order of their days."""
    found: dict[int, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
    for one in Change.objects.filter(entity__in=[entity.pk for entity in entities]).order_by("on", "recorded", "pk"):
        found[one.entity_id][one.field].append(one)
    return found


def _is_late(entity: Entity, changes: Sequence[Change], day: date) -> bool:
    return bool((entity.approved and day < entity.approved) or (changes and day < changes[-1].on))


def _present(row: Told, late: set[str], day: date) -> list[history.Became]:
    """Take over what is not older than what is known."""
    entity, taken = row.entity, row.names - late
    taken -= {beside for beside, name in BESIDE.items() if name in late}
    if entity.approved and day < entity.approved:  # the whole row is of the past
        taken -= {"approved", "established", *SOURCE}
    before = {name: getattr(entity, name) for name in TRACKED}
    if "name" in taken and row.values["name_folded"] != entity.name_folded:
        _rename(entity, row.values["name"], day)
    for name in taken:
        value = row.values[name]
        setattr(entity, name, json.loads(value) if name == "district_why" else value)
    number = row.values["origin_row"]
    return [
        history.Became(entity, name, was, getattr(entity, name), day, number) for name, was in before.items() if was != getattr(entity, name)
    ]


def _past(row: Told, known: dict[str, list[Change]], late: set[str], day: date) -> list[history.Became]:
    """What a row says of days before what is known: kept as changes of those days. What nobody has told since is taken over."""
    entity, found = row.entity, list[history.Became]()

    def became(name: str, before: Any, after: Any, on: date, late: bool = True) -> None:
        found.append(history.Became(entity, name, before, after, on, row.values["origin_row"], late))

    for name in sorted(late & row.names):
        value, present, told = row.values[name], getattr(entity, name), known.get(name, [])
        if present in EMPTY and not told:
            setattr(entity, name, value)
            entity.updated_at = row.values["updated_at"]
            became(name, present, value, day, late=False)
            continue
        was = value_on(told, day, history.text(present)) if told else history.text(present)
        if was == history.text(value):
            continue
        until, first = next((one.on for one in told if one.on > day), None), entity.approved_first
        if told or (first and first <= day):  # before that day it was something else, as somebody told
            became(name, was, value, day)
        if until is None:  # what stands today began, for all we know, when the newest telling was approved
            became(name, value, present, until := entity.approved or day)
        if name == "name":
            _remember(entity, value, until)
    return found


def _given_up(entity: Entity) -> list[str]:
    return list(FormerName.objects.filter(entity=entity).order_by("pk").values_list("name_folded", flat=True))


@transaction.atomic
def _rename(entity: Entity, name: str, on: date) -> None:
    old, new = entity.name_folded, name_key(name)
    given_up = _given_up(entity)
    FormerName.objects.update_or_create(entity=entity, name_folded=old, defaults={"name": entity.name, "until": on})
    before, after = packed(entity.pk, given_up), packed(entity.pk, list(dict.fromkeys([*given_up, old])))
    search.remove([(search_id(entity.pk, old), old), *sorted(before - after)])
    search.add([(search_id(entity.pk, new), new), *sorted(after - before)])


@transaction.atomic
def _remember(entity: Entity, name: str, until: date) -> None:
    """A name learnt of late was given up long ago: it is found by it, and bears it no more."""
    key, given_up = name_key(name), _given_up(entity)
    if key == entity.name_folded or key in given_up:
        return
    FormerName.objects.create(entity=entity, name=name, name_folded=key, until=until)
    before, after = packed(entity.pk, given_up), packed(entity.pk, [*given_up, key])
    search.remove(sorted(before - after))
    search.add(sorted(after - before))
