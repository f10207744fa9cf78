"""What changed in the register, what stands around an entity, who is behind it; mergers and divisions.

Facts are told by files or decided by officers; nothing here is removed. A succession is reversed by a further fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Officer
from hengjian.street.intake.models import Delivery

from . import queries
from .models import Change, Entity, Person, Succession, Tie

OTHER = {"branch": ("branch_uscc", "branch_uscc"), "investor": ("number", "investor_uscc")}  # key, code of the other side


@dataclass(frozen=True, slots=True)
class Became:
    """A tracked fact of an entity that a row of a file tells otherwise."""

    entity: Entity
    field: str
    before: Any
    after: Any
    on: date
    row: int
    late: bool = False


def record(delivery: Delivery, became: Sequence[Became]) -> None:
    """Keep what changed, from what to what, from which day, told by which row."""
    Change.objects.bulk_create(
        [
            Change(
                entity=one.entity, field=one.field, before=text(one.before), after=text(one.after), on=one.on,
                recorded=delivery.received_at, late=one.late, delivery=delivery, row=one.row,
            )
            for one in became
        ],
        batch_size=500,
    )  # fmt: skip


def text(value: Any) -> str:
    """A registered fact as a change keeps it."""
    return "" if value is None else str(value)


def take_ties(delivery: Delivery, rows: Sequence[Any]) -> int:
    """Branches or investors as a file tells them. The code says who they are; their names link nothing."""
    key, other = OTHER[delivery.kind]
    ties = [
        Tie(
            kind=delivery.kind, uscc=row.data["uscc"], key=str(row.data[key]), other_uscc=row.data.get(other, ""),
            other_name=row.data.get("branch_name", ""), subscribed_fen=row.data.get("subscribed_yuan"),
            subscribed_currency=row.data.get("subscribed_yuan_currency", "CNY"), since=_day(row.data, "since"),
            until=_day(row.data, "removed"), recorded=delivery.received_at, delivery=delivery, row=row.number,
        )
        for row in rows
    ]  # fmt: skip
    Tie.objects.bulk_create(ties, batch_size=500)
    return len(ties)


def _day(data: dict[str, Any], name: str) -> date | None:
    return date.fromisoformat(data[name]) if data.get(name) else None


def take_people(delivery: Delivery, rows: Sequence[Any]) -> int:
    """Natural persons named by accepted rows, where they are not the ones already known. Protected from here on."""
    named = [row for row in rows if row.personal]
    known = queries.people_at([row.data["uscc"] for row in named])
    people = []
    for row in named:
        uscc, key = row.data["uscc"], str(row.data.get("number", ""))
        role = next(iter(row.personal))
        if known.get((uscc, role, key)) == row.personal:
            continue
        known[uscc, role, key] = row.personal
        since = _day(row.data, "since") or _day(row.data, "approved") or delivery.received_on
        people.append(Person(
            uscc=uscc, role=role, key=key, data=row.personal, since=since, recorded=delivery.received_at, delivery=delivery, row=row.number,
        ))  # fmt: skip
    Person.objects.bulk_create(people, batch_size=500)
    return len(people)


class AlreadyUnited(Refusal):
    """The same succession stands already."""

    code = "already_united"


def unite(*, by: Officer, kind: str, before: Entity, after: Entity, on: date, basis: str, at: datetime) -> Succession:
    """Record a merger, a division, or that two codes are one entity (合并、分立、换码). Records stay with their codes."""
    if kind not in Succession.KINDS or before == after or not basis.strip():
        raise Invalid(_("请写明两个不同的主体、关系和依据"))
    try:
        with transaction.atomic():
            found = Succession.objects.create(kind=kind, before=before, after=after, on=on, basis=basis.strip(), by=by, recorded=at)
            audit.record("register.unite", f"entity:{before.uscc}", by=by, basis=basis[:120], kind=kind, after=after.uscc)
    except IntegrityError:
        raise AlreadyUnited(_("已经记过这项关系"), before=before.uscc, after=after.uscc) from None
    return found


@transaction.atomic
def part(*, by: Officer, succession: Succession, on: date, because: str, at: datetime) -> Succession:
    """Reverse what was recorded (撤销合并、分立): what was known before stays known."""
    held = Succession.objects.select_for_update().get(pk=succession.pk)
    if held.reversed_on:
        raise Refusal(_("这项关系已经撤销"), on=held.reversed_on)
    if not because.strip():
        raise Invalid(_("请写明理由"))
    held.reversed_on, held.reversed_at, held.reversed_by, held.reversed_because = max(on, held.on), at, by, because.strip()
    held.save(update_fields=["reversed_on", "reversed_at", "reversed_by", "reversed_because"])
    audit.record("register.part", f"entity:{held.before.uscc}", by=by, because=because)
    return held
