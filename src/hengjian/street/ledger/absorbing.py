"""Department records become entries. A name alone never links: certain, or sent back with the evidence."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.intake import queries as intake
from hengjian.street.intake import services as intake_acts
from hengjian.street.intake.blocks import Accepted
from hengjian.street.intake.models import Delivery, Row
from hengjian.street.intake.rules import Reason
from hengjian.street.register import queries as register
from hengjian.street.register.queries import Identity
from hengjian.street.register.rules import TAKEN, name_key

from .models import CLOSING, Absorption, Decision, Entry, Looked
from .queries import WAITING, decided_certain
from .rules import facts_of
from .writing import write

CHUNK = 5_000
Progress = Callable[[int, int], None]


@dataclass
class Absorbed:
    """What a delivery became."""

    entries: int = 0
    sent_back: int = 0


def absorb(
    delivery: Delivery, *, at: datetime | None = None, progress: Progress | None = None, seconds: float | None = None
) -> Absorbed:
    """Write an entry for every accepted row that has none. Safe to stop and to run again; stops by itself after
    the chunk in which `seconds` ran out."""
    done = Absorbed()
    if delivery.kind in TAKEN or delivery.state != "done":
        return done
    state, _ = Absorption.objects.get_or_create(delivery=delivery)
    if state.done:
        return done
    stop = time.monotonic() + seconds if seconds is not None else None
    number, issuers = 0, {agency.name: agency.pk for agency in Agency.objects.order_by("code")}
    while (rows := intake.accepted_after(delivery, number, CHUNK)) or not _finished(delivery):
        if not rows:  # one was taken again meanwhile
            number = 0
            continue
        number = rows[-1].number
        with transaction.atomic():
            Delivery.objects.select_for_update().get(pk=delivery.pk)
            _take(delivery, _waiting(delivery, rows), issuers, done, at or clock.now(), number)
        if progress:
            progress(done.entries + done.sent_back, delivery.accepted)
        if stop is not None and time.monotonic() > stop:
            return done
    intake_acts.forget_personal(delivery, delivery.upto)  # also of chunks whose last rows were duplicates
    return done


@transaction.atomic
def _finished(delivery: Delivery) -> bool:
    """Say that a delivery is taken over, unless a row was taken again since it was walked through: then it is not."""
    Delivery.objects.select_for_update().get(pk=delivery.pk)
    entered = Entry.objects.filter(delivery=delivery, source_row=OuterRef("number"))
    again = Row.objects.filter(~Exists(entered), delivery=delivery, outcome="accepted", data__isnull=False)
    if again.exists():
        return False
    Absorption.objects.filter(delivery=delivery).update(done=True)
    return True


def _data(row: Row) -> dict[str, Any]:
    """Fields of a row that a later stop sent back; others have none."""
    return row.data or {}


def _waiting(delivery: Delivery, rows: list[Accepted]) -> list[Accepted]:
    """Those of the accepted rows that have no entry yet and were not sent back meanwhile."""
    numbers = [row.number for row in rows]
    settled = set(Entry.objects.filter(delivery=delivery, source_row__in=numbers).order_by().values_list("source_row", flat=True))
    back = Row.objects.filter(delivery=delivery, number__in=numbers, outcome="quarantined").order_by()
    settled |= set(back.values_list("number", flat=True))
    return [row for row in rows if row.number not in settled]


def _take(
    delivery: Delivery, rows: list[Accepted], issuers: dict[str, int], done: Absorbed, at: datetime, upto: int
) -> None:
    known = register.identities([row.data["uscc"] for row in rows])
    refused: dict[int, Reason] = {}
    certain = decided_certain(delivery)
    drafts: list[dict[str, Any]] = []
    standing = _standing(delivery.kind, rows)
    received, version = delivery.received_on, policy.current().version
    for row in rows:
        data = row.data
        identity = known.get(data["uscc"])
        if (reason := doubt(data, identity)) and (identity is None or row.number not in certain):
            refused[row.number] = reason
            continue
        assert identity is not None
        facts = facts_of(delivery.kind, data, received)
        draft = {
            "entity_id": identity.entity, "uscc": data["uscc"], "kind": delivery.kind, "act": "record",
            "issuer_id": issuers.get(data.get("issuer", ""), delivery.agency_id), "delivery_id": delivery.pk,
            "source_row": row.number, "pack_version": version, "personal": row.personal, **facts,
        }  # fmt: skip
        _draft(drafts, draft, data.get("removed"), standing)
    write(f"delivery:{delivery.pk}", drafts, at)
    done.sent_back += intake_acts.send_back(delivery, refused)  # with their protected fields, which they still need
    intake_acts.forget_personal(delivery, upto)
    done.entries += len(drafts)


def _draft(drafts: list[dict[str, Any]], draft: dict[str, Any], removed: str | None, standing: dict[Any, int]) -> None:
    """A record, or the end of one recorded before, or both where the first news of it says it is over."""
    earlier = standing.get((draft["uscc"], draft["document"])) if removed else None
    if earlier is None:
        drafts.append(draft)
    if removed:
        day = date.fromisoformat(removed)
        closing = {
            **draft, "kind": "end", "act": "end", "decided": day, "effective": day, "until": None, "personal": None,
            "body": {"because": "移出", "row": draft["source_row"]},
            "source_row": draft["source_row"] if earlier else None,
        }  # fmt: skip
        closing |= {"refers_id": earlier} if earlier else {"refers_draft": len(drafts) - 1}
        drafts.append(closing)


def _standing(kind: str, rows: list[Accepted]) -> dict[tuple[str, str], int]:
    """Listings not closed yet that rows with a removal date may end."""
    ended = [row.data["uscc"] for row in rows if row.data.get("removed")]
    if not ended:
        return {}
    closed = Entry.objects.filter(refers=OuterRef("pk"), kind__in=CLOSING)
    open_ones = Entry.objects.filter(~Exists(closed), kind=kind, uscc__in=ended).order_by("seq")
    return {(uscc, document): seq for seq, uscc, document in open_ones.values_list("seq", "uscc", "document")}


def doubt(data: dict[str, Any], identity: Identity | None) -> Reason | None:
    """Why a record cannot be put to an entity's account, or None where it certainly can."""
    if identity is None:
        return Reason("unknown-entity", "统一社会信用代码", data["uscc"], "登记库里没有这个代码",
                      "请核对代码；若主体新设立，登记信息到达后本行会自动重新处理")
    if name_key(data.get("name", "")) in identity.names:
        return None
    says = f"代码属于“{identity.name}”，本行写的是“{data.get('name', '')}”，名称不符，不能断定是同一主体"
    return Reason("name-differs", "主体名称", data.get("name", ""), says, "请核对代码与名称；更名的，登记信息到达后会自动重新处理")


def catch_up(at: datetime) -> Absorbed:
    """Take over what every finished delivery still holds, and rows whose doubt has since been resolved.

    What the timetable calls. Rows in doubt are looked at again only where the register has changed since the last look.
    """
    total = Absorbed()
    seen = register.state()
    if not Looked.objects.filter(pk=1, state=seen).exists():
        for delivery in Delivery.objects.filter(pk__in=_doubtful()).order_by("received_at", "pk"):
            reconsider(delivery)
        Looked.objects.update_or_create(pk=1, defaults={"state": seen})
    taken = Absorption.objects.filter(done=True).values("delivery")
    for delivery in intake.finished().exclude(kind__in=TAKEN).exclude(pk__in=taken):
        part = absorb(delivery, at=at)
        total.entries += part.entries
        total.sent_back += part.sent_back
    return total


def _doubtful() -> QuerySet[Row, int]:
    held = Row.objects.filter(outcome="quarantined", data__isnull=False, again=None)
    return held.order_by("delivery").values_list("delivery", flat=True).distinct()


def reconsider(delivery: Delivery) -> int:
    """Rows sent back for want of a certain entity are taken again once there is one."""
    held = Row.objects.filter(delivery=delivery, outcome="quarantined", data__isnull=False, again=None)
    rows = [row for row in held.order_by("number") if row.reasons and row.reasons[0]["code"] in WAITING]
    known = register.identities([_data(row)["uscc"] for row in rows]) if rows else {}
    freed = [row.number for row in rows if doubt(_data(row), known.get(_data(row)["uscc"])) is None]
    if not freed:
        return 0
    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=delivery.pk)
        Absorption.objects.filter(delivery=delivery).update(done=False)
        return intake_acts.take_again(delivery, freed)


def decide(*, by: Officer, row: Row, outcome: str, because: str, evidence: dict[str, Any], at: datetime) -> Absorbed:
    """An officer decides a row in doubt (判定). Certain needs a code the register knows: a name alone never links."""
    data, delivery = _data(row), row.delivery
    identity = register.identities([data["uscc"]]).get(data["uscc"])
    if outcome not in ("certain", "refused") or not because.strip():
        raise Invalid(gettext("请选择判定并写明理由"))
    if outcome == "certain" and identity is None:
        raise Refusal(gettext("登记库里没有这个代码，只凭名称不能判定为同一主体"), uscc=data["uscc"])
    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=delivery.pk)
        if Decision.objects.filter(delivery=delivery, row=row.number).exists():
            raise Refusal(gettext("这一行已经判定"), row=row.number)
        Decision.objects.create(
            delivery=delivery, row=row.number, outcome=outcome, because=because.strip(), evidence=evidence, by=by, at=at
        )
        audit.record("ledger.decide_doubt", f"delivery:{delivery.pk}", by=by, row=row.number, outcome=outcome, because=because)
        if outcome == "certain":
            Absorption.objects.filter(delivery=delivery).update(done=False)
            intake_acts.take_again(delivery, [row.number])
    return absorb(delivery, at=at) if outcome == "certain" else Absorbed()
