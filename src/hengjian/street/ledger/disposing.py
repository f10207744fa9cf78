"""Records whose retention is over are disposed of by two officers. What they said goes; its digest stays, and the proofs hold.

The disposal is an entry of its own that points at the record and keeps the digest of what it said: verification goes on
from there. Retention comes from the pack, by kind of record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Officer
from hengjian.ground.policy.schema import Reading
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import effect
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.intake import withholding as intake

from . import queries, scrubbing
from .models import CLOSING, REMARKS, Entry, Personal
from .rules import SEALED, content
from .writing import write

MOST = 5_000  # records of one matter: one batch of the ledger


@dataclass(frozen=True, slots=True)
class Due:
    """How many records of a kind are past their retention on a day, and the term that says so."""

    kind: str
    years: int
    basis: str
    confidence: str
    upto: date  # decided on this day or before
    count: int


def retention(kind: str, on: date) -> Reading:
    """The term of a kind of record, or of all others."""
    law = policy.current()
    name = f"ledger.retention.{kind}"
    return law.term(name if name in law.sections["terms"] else "ledger.retention.other").on(on)


def due(on: date) -> Iterator[Due]:
    """Kinds with records past their retention."""
    kinds = Entry.objects.exclude(kind__in=(*CLOSING, *REMARKS)).order_by("kind").values_list("kind", flat=True).distinct()
    for kind in kinds:
        reading = retention(kind, on)
        upto = _years_before(on, int(str(reading.value)))
        count = past(kind, upto).count()
        if count:
            yield Due(kind, int(str(reading.value)), reading.basis, str(reading.confidence), upto, count)


def _years_before(on: date, years: int) -> date:
    """The last day of decision whose term of years ended before `on`."""
    year = on.year - years
    leap = on.month == 2 and on.day == 29
    return (date(year, 2, 28) if leap else date(year, on.month, on.day)) - date.resolution


def past(kind: str, upto: date) -> QuerySet[Entry]:
    """Records of a kind decided by a day that are not disposed of and not objected to."""
    gone = Entry.objects.filter(refers=OuterRef("pk"), act=queries.DISPOSE)
    settled = Entry.objects.filter(refers=OuterRef("refers"), kind="objection-outcome", seq__gt=OuterRef("seq"))
    objected = Entry.objects.filter(~Exists(settled), refers=OuterRef("pk"), kind="objection")
    return Entry.objects.filter(~Exists(gone), ~Exists(objected), kind=kind, decided__lte=upto).order_by("seq")


@transaction.atomic
def propose(*, by: Officer, kind: str, on: date, at: datetime) -> Proceeding:
    """Put the records of a kind that are past their retention up for disposal (提出销毁)."""
    found = next((one for one in due(on) if one.kind == kind), None)
    if found is None:
        raise Refusal(_("这一类没有保管期满的记录"), kind=kind)
    waiting = Proceeding.objects.filter(kind="disposal", subject=kind, closed=None).order_by("pk").first()
    if waiting:
        raise Refusal(_("这一类已经提出销毁，待批准"), number=waiting.number)
    opened = procedure.open(by=by, kind="disposal", agency=by.agency, subject=kind, on=on, at=at)
    body = {"kind": kind, "upto": found.upto.isoformat(), "count": min(found.count, MOST)}
    procedure.act(opened, "propose", by=by, on=on, expected_version=opened.version, body=body, at=at)
    return opened


@effect("disposal", "approve")
def _dispose(matter: Proceeding, event: Event) -> None:
    told = Event.objects.get(proceeding=matter, act="propose").body
    entries = list(past(told["kind"], date.fromisoformat(told["upto"]))[: told["count"]])
    if not entries:
        raise Invalid(_("没有可以销毁的记录"))
    dispose(entries, matter, event)


def dispose(entries: list[Entry], matter: Proceeding, event: Event) -> None:
    """Keep the digest of what each record said, in one sealed batch; then let go of the words."""
    seqs = [entry.seq for entry in entries]
    held = {row["seq"]: row for row in Entry.objects.filter(seq__in=seqs).values(*SEALED, "salt")}
    masked = {one.refers_id: one.body["content"] for one in Entry.objects.filter(refers__in=seqs, act=queries.REDACT).order_by("seq")}
    version = policy.current().version
    drafts: list[dict[str, Any]] = [
        {
            "entity_id": entry.entity_id, "uscc": entry.uscc, "kind": "end", "act": queries.DISPOSE, "issuer_id": matter.agency_id,
            "decided": event.on, "effective": event.on, "refers_id": entry.seq, "pack_version": version,
            "body": {"because": "保管期满，内容已销毁", "matter": matter.number, "content": masked.get(entry.seq) or content(held[entry.seq]).hex()},
        }
        for entry in entries
    ]  # fmt: skip
    write("ledger.dispose", drafts, event.at)
    scrubbing.begin()
    for start in range(0, len(seqs), 500):
        Entry.objects.filter(seq__in=seqs[start : start + 500]).update(body={}, document="", salt=None)
    Personal.objects.filter(entry__in=seqs, erased_at=None).update(salt=None, data=None, erased_at=event.at)
    places: dict[int, set[int]] = defaultdict(set)
    for entry in entries:
        if entry.delivery_id is not None and entry.source_row is not None:
            places[entry.delivery_id].add(entry.source_row)
    intake.empty(places, event.on)
    transaction.on_commit(scrubbing.follow)
    audit.record("ledger.dispose", f"proceeding:{matter.number}", by=event.by, entries=len(seqs), first=seqs[0], last=seqs[-1])
