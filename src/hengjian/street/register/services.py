"""Acts of the register: take registrations over, enter new names, keep old ones."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from hengjian.ground import policy
from hengjian.street.intake import bulk
from hengjian.street.intake import queries as intake
from hengjian.street.intake import services as intake_acts
from hengjian.street.intake.models import Delivery

from . import changing, history, search
from .models import Absorption, Entity
from .rules import TAKEN, Places, kind_of, name_key, search_id

LOCK = 0x52454749  # advisory lock of the register on PostgreSQL: "REGI"
CHUNK = 5_000
BULK = 50_000  # new names after which the index is worth merging
FIELDS = (
    "uscc", "name", "name_folded", "kind", "entity_type", "status", "district", "district_why", "street", "address",
    "scope_text", "capital_fen", "capital_currency", "established", "industry", "authority", "origin_delivery_id",
    "origin_row", "approved", "approved_first", "entered", "updated_at",
)
Progress = Callable[[int, int], None]


def absorb(delivery: Delivery, *, progress: Progress | None = None, seconds: float | None = None) -> Absorption:
    """Take the accepted registrations, branches or investors of a delivery into the register. Safe to stop and to run again; stops by
    itself after the chunk in which `seconds` ran out."""
    stop = time.monotonic() + seconds if seconds is not None else None
    state, _ = Absorption.objects.get_or_create(delivery=delivery)
    if state.done or delivery.kind not in TAKEN or delivery.state != "done":
        return state
    places = Places.of(policy.current())
    while rows := intake.accepted_after(delivery, state.upto, CHUNK):
        with transaction.atomic():
            only_writer()
            state = Absorption.objects.select_for_update().get(pk=state.pk)
            if state.upto >= rows[0].number:
                continue
            if delivery.kind == "registration":
                _take(delivery, {row.number: row.data for row in rows}, places, state)
            else:
                state.created += history.take_ties(delivery, rows)
            history.take_people(delivery, rows)
            intake_acts.forget_personal(delivery, rows[-1].number)
            state.upto = rows[-1].number
            state.save()
        if progress:
            progress(state.created + state.updated, delivery.accepted)
        if stop is not None and time.monotonic() > stop:
            return state
    intake_acts.forget_personal(delivery, delivery.upto)  # also of chunks whose last rows were duplicates
    state.done = True
    state.save(update_fields=["done"])
    if state.created >= BULK:
        search.optimise()
    return state


def only_writer() -> None:
    """Until commit nobody else writes to the register: what two files tell of one firm is put together, and keys appear in
    their order. On SQLite whoever writes is alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def absorb_due() -> int:
    """Take over every finished delivery of the register not taken yet, in the order they arrived: what the timetable calls."""
    taken = Absorption.objects.filter(done=True).values("delivery")
    waiting = intake.finished().filter(kind__in=TAKEN).exclude(pk__in=taken)
    for delivery in waiting:
        absorb(delivery)
    return len(waiting)


def _take(delivery: Delivery, rows: dict[int, dict[str, Any]], places: Places, state: Absorption) -> None:
    latest = {data["uscc"]: (number, data) for number, data in rows.items()}
    held = {entity.uscc: entity for entity in Entity.objects.filter(uscc__in=list(latest)).order_by("pk")}
    fresh = [_values(delivery, number, data, places) for uscc, (number, data) in latest.items() if uscc not in held]
    bulk.insert("register_entity", FIELDS, fresh)
    _index([row[0] for row in fresh])
    state.created += len(fresh)
    changed = [
        changing.Told(held[uscc], dict(zip(FIELDS, _values(delivery, number, data, places), strict=True)), data)
        for uscc, (number, data) in latest.items()
        if uscc in held
    ]
    state.renamed += changing.change(delivery, changed)
    state.updated += len(changed)


def _values(delivery: Delivery, number: int, data: dict[str, Any], places: Places) -> tuple[Any, ...]:
    unread = data.get("unrecognised", {})
    address = data.get("address", "")[:400]
    if data.get("district"):
        district = data["district"]
        why = {"from": "column", "read": district, **places.objection(district, address)}
    else:
        located = places.locate(unread.get("district", ""), address)
        district, why = located.district, located.why
    established = date.fromisoformat(data["established"]) if data.get("established") else None
    approved = date.fromisoformat(data["approved"]) if data.get("approved") else None
    entity_type = data.get("entity_type") or unread.get("entity_type", "")
    return (
        data["uscc"], data["name"], name_key(data["name"]), kind_of(data["uscc"], entity_type), entity_type[:60],
        data.get("status", ""), district, json.dumps(why, ensure_ascii=False),
        places.street(district, address), address,
        data.get("scope", ""), data.get("capital_fen"), data.get("capital_currency", "CNY"), established,
        (data.get("industry", "") or places.industry(unread.get("industry", "")))[:5], data.get("authority", "")[:20], delivery.pk, number,
        approved, approved, delivery.received_at, delivery.received_at,
    )  # fmt: skip


def _index(usccs: list[str]) -> None:
    entered = Entity.objects.filter(uscc__in=usccs).order_by("pk").values_list("pk", "name_folded")
    search.add([(search_id(pk, name), name) for pk, name in entered.iterator(CHUNK)])


@transaction.atomic
def enter(*, uscc: str, name: str, at: datetime | None = None, **facts: Any) -> Entity:
    """Enter one entity by hand or from another stop (录入); files go through `absorb`."""
    only_writer()
    key, moment = name_key(name), at or timezone.now()
    entity = Entity.objects.create(
        uscc=uscc, name=name, name_folded=key, entered=moment, updated_at=moment,
        **{"kind": kind_of(uscc, facts.get("entity_type", "")), **facts},
    )  # fmt: skip
    search.add([(search_id(entity.pk, key), key)])
    return entity
