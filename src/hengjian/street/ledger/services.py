"""Acts on the ledger. There is only one: append. Withdrawal, repair, end and correction are appended too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.register.models import Entity

from .absorbing import absorb, catch_up, decide
from .around import moment
from .models import CLOSING, Entry, Personal
from .seals import proof_of, seal_day
from .verifying import Progress, Verdict, verify
from .writing import write

__all__ = [
    "absorb", "append", "catch_up", "correct", "decide", "end", "erase_personal", "hold", "proof_of", "repair", "restore",
    "seal_day", "verify", "withdraw",
]  # fmt: skip


class AlreadyClosed(Refusal):
    """The entry was withdrawn, repaired, ended or corrected before."""

    code = "already_closed"


def append(
    *, by: Officer | None, entity: Entity, kind: str, on: date, body: dict[str, Any] | None = None,
    issuer: Agency | None = None, act: str = "record", document: str = "", effective: date | None = None,
    until: date | None = None, fine_fen: int | None = None, confiscated_fen: int | None = None,
    warning_only: bool | None = None, refers: Entry | None = None, personal: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Entry:
    """Record one fact (记入). `on` is the day of decision; `at` the moment of recording, now if not given."""
    bureau = issuer or (by.agency if by else None)
    if bureau is None:
        raise Refusal(gettext("信用记录须载明作出机关"))
    draft = {
        "entity_id": entity.pk, "uscc": entity.uscc, "kind": kind, "act": act, "issuer_id": bureau.pk,
        "document": document[:120], "decided": on, "effective": effective or on, "until": until, "fine_fen": fine_fen,
        "confiscated_fen": confiscated_fen, "warning_only": warning_only, "body": body or {},
        "refers_id": refers.pk if refers else None, "pack_version": policy.current().version, "personal": personal,
    }  # fmt: skip
    with transaction.atomic():
        if refers and kind in CLOSING:
            _must_stand(refers)
        [seq] = write(f"{kind}.{act}", [draft], at or clock.now())
        audit.record("ledger.append", f"entry:{seq}", by=by, kind=kind, uscc=entity.uscc)
    return Entry.objects.get(seq=seq)


def _must_stand(entry: Entry) -> None:
    """Refuse what closes an entry twice. The entry is held until commit: two officers cannot both come first."""
    Entry.objects.select_for_update().only("pk").get(pk=entry.pk)
    if Entry.objects.filter(refers=entry, kind__in=CLOSING).exists():
        raise AlreadyClosed(gettext("这条记录已经撤回、修复、终止或更正，不能再次处理"), seq=entry.seq)


def withdraw(*, by: Officer, entry: Entry, on: date, because: str, **more: Any) -> Entry:
    """The decision is revoked (撤销)."""
    return _close(by, entry, "withdrawal", on, because, more)


def repair(*, by: Officer, entry: Entry, on: date, because: str, **more: Any) -> Entry:
    """Credit is repaired (信用修复)."""
    return _close(by, entry, "repair", on, because, more)


def end(*, by: Officer, entry: Entry, on: date, because: str, **more: Any) -> Entry:
    """A listing or term ends (移出、期满)."""
    return _close(by, entry, "end", on, because, more)


def restore(
    *, by: Officer, entry: Entry, on: date, because: str, issuer: Agency | None = None, until: date | None = None, at: datetime | None = None
) -> Entry:
    """What was repaired by fraud stands again (撤销修复): the same record beside the closed one. It was decided when it
    was decided, but its publicity begins anew on `on`; `until` is the last day of a listing's new term."""
    told = {name: getattr(entry, name) for name in ("kind", "document", "fine_fen", "confiscated_fen", "warning_only")}
    body = {**entry.body, "restored": because}
    return append(
        by=by, entity=entry.entity, on=entry.decided, effective=on, act="restore", refers=entry, issuer=issuer or entry.issuer,
        body=body, until=until, at=at, **told,
    )  # fmt: skip


def hold(seqs: Iterable[int]) -> None:
    """Hold entries until commit: whoever else files something about them waits."""
    list(Entry.objects.select_for_update().filter(seq__in=list(seqs)).order_by("seq").values_list("seq"))


def _close(by: Officer, entry: Entry, kind: str, on: date, because: str, more: dict[str, Any]) -> Entry:
    body = {"because": because, **more.pop("body", {})}
    return append(by=by, entity=entry.entity, kind=kind, act=kind, on=on, refers=entry, body=body, **more)


def correct(
    *, by: Officer, entry: Entry, on: date, because: str, at: datetime | None = None, **changed: Any
) -> Entry:
    """The record was wrong (更正): it is closed from its first day, and a true one is put beside it."""
    names = ("kind", "document", "decided", "effective", "until", "fine_fen", "confiscated_fen", "warning_only", "body")
    columns = {name: changed.get(name, getattr(entry, name)) for name in names}
    common = {
        "entity_id": entry.entity_id, "uscc": entry.uscc, "issuer_id": by.agency_id,
        "pack_version": policy.current().version, "refers_id": entry.pk,
    }  # fmt: skip
    closing = {**common, "kind": "correction", "act": "correct", "decided": on, "effective": entry.decided,
               "body": {"because": because, "changed": sorted(changed)}}
    replacement = {**common, **columns, "issuer_id": entry.issuer_id, "act": "correct"}
    with transaction.atomic():
        _must_stand(entry)
        _, seq = write("correction", [closing, replacement], at or clock.now())
        audit.record("ledger.correct", f"entry:{entry.pk}", by=by, replacement=seq, because=because)
    return Entry.objects.get(seq=seq)


def verify_on_record(*, by: Officer | None = None, progress: Progress | None = None, workers: int = 1) -> Verdict:
    """Check every seal, and leave a line in the audit of what was found: when the ledger was last seen whole."""
    verdict = verify(progress=progress, workers=workers)
    found: dict[str, Any] = {name: getattr(verdict, name) for name in ("whole", "entries", "batches", "roots")}
    first = verdict.first.says if verdict.first else ""
    audit.record("ledger.verify", "ledger", by=by, first=first, unguarded=len(verdict.unguarded), **found)
    return verdict


@transaction.atomic
def erase_personal(*, by: Officer, entry: Entry, basis: str, at: datetime) -> None:
    """Erase protected data behind an entry (删除个人信息). The salted digest stays, so the seal still holds."""
    Personal.objects.filter(entry=entry, erased_at=None).update(salt=None, data=None, erased_at=at)
    audit.record("ledger.erase_personal", f"entry:{entry.pk}", by=by, basis=basis, at=moment(at))
