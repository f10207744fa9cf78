"""Acts of intake: receive a file, judge its rows, send rows back. Each is safe to stop and to repeat."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from hengjian.ground import audit, policy
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Agency, Officer

from . import bulk, queries
from .contract import Contract, lay
from .judging import Judged, judge
from .models import Delivery, Row
from .readers import Line, open_file
from .rules import Reason

CHUNK = 5_000
COLUMNS = ("delivery_id", "number", "outcome", "natural_key", "content", "data", "personal", "raw", "reasons")
Progress = Callable[[int, int], None]


class UnknownKind(Invalid):
    """No record kind of that name in the pack."""

    code = "unknown_kind"


def path_of(delivery: Delivery) -> Path:
    """Where the file itself is kept, by its digest."""
    return Path(settings.MEDIA_ROOT) / "intake" / delivery.sha256[:2] / delivery.sha256


def keep(chunks: Iterable[bytes]) -> tuple[str, int, Path]:
    """Put a file into the store; its digest is its name. A torn write leaves nothing under that name."""
    folder = Path(settings.MEDIA_ROOT) / "intake"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as out:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    name = digest.hexdigest()
    final = folder / name[:2] / name
    final.parent.mkdir(exist_ok=True)
    os.replace(out.name, final)
    return name, size, final


def receive(
    *,
    by: Officer | None,
    agency: Agency,
    kind: str,
    filename: str,
    chunks: Iterable[bytes],
    at: datetime,
    request_key: str = "",
) -> tuple[Delivery, bool]:
    """Take a file in (接收). The same file from the same agency is the same delivery; says whether it is new."""
    law = policy.current()
    _known(law, kind)
    sha256, size, _ = keep(chunks)
    with transaction.atomic():
        delivery, created = Delivery.objects.get_or_create(
            agency=agency,
            kind=kind,
            sha256=sha256,
            defaults={
                "sent_by": by,
                "filename": Path(filename).name[:200],
                "size": size,
                "received_at": at,
                "request_key": request_key[:80],
                "pack_version": law.version,
            },
        )
        if created:
            audit.record("intake.deliver", f"delivery:{delivery.pk}", by=by, kind=kind, sha256=sha256, size=size)
    return delivery, created


def _known(law: Any, kind: str) -> Any:
    try:
        record = law.record(kind)
    except (KeyError, Refusal):
        record = None
    if record is None or record.abstract:
        raise UnknownKind(f"没有“{kind}”这种数据；请从列表中选择", kind=kind)
    return record


def process(delivery: Delivery, *, at: datetime, progress: Progress | None = None) -> Delivery:
    """Judge and store the rows not stored yet, chunk by chunk; each chunk and its counts in one transaction.

    Killed at any moment, the counts still add up; called again, it goes on after the last stored row.
    """
    if delivery.state in ("done", "refused"):
        return delivery
    try:
        opened = open_file(path_of(delivery))
        if delivery.total is None:
            _, lines = lay(delivery.kind, policy.current(), opened)
            delivery.total = sum(1 for _ in lines)
        contract, lines = lay(delivery.kind, policy.current(), opened)
    except Refusal as fault:
        return _refuse(delivery, str(fault), at)
    delivery.layout = _layout(opened.layout(), contract)
    delivery.state = "working"
    delivery.save(update_fields=["total", "layout", "state"])
    for chunk in _chunks(islice(lines, delivery.received, None)):
        if not _store(delivery, contract, chunk):
            delivery.refresh_from_db()
            return delivery
        if progress:
            progress(delivery.received, delivery.total)
    return _finish(delivery, at)


def _refuse(delivery: Delivery, trouble: str, at: datetime) -> Delivery:
    delivery.state, delivery.trouble, delivery.finished_at = "refused", trouble, at
    delivery.save(update_fields=["state", "trouble", "finished_at"])
    return delivery


def _finish(delivery: Delivery, at: datetime) -> Delivery:
    with transaction.atomic():
        if Delivery.objects.filter(pk=delivery.pk, state="working").update(state="done", finished_at=at):
            audit.record(
                "intake.judged",
                f"delivery:{delivery.pk}",
                accepted=delivery.accepted,
                duplicate=delivery.duplicate,
                quarantined=delivery.quarantined,
            )
    delivery.refresh_from_db()
    return delivery


def _layout(found: dict[str, Any], contract: Contract) -> dict[str, Any]:
    headings = [""] * contract.width
    for column in contract.columns:
        headings[column.place] = column.heading
    for place in (at for at, heading in enumerate(headings) if not heading):
        headings[place] = ""
    ignored = iter(contract.ignored)
    return {
        **found,
        "headings": [heading or next(ignored, "") for heading in headings],
        "fields": {column.heading: column.name for column in contract.columns},
        "ignored": list(contract.ignored),
        "heading_line": contract.heading_line,
    }


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    source = iter(lines)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _store(delivery: Delivery, contract: Contract, chunk: list[Line]) -> bool:
    """Judge outside the transaction, settle and write inside. False if somebody else went on with it."""
    judged = judge(contract, chunk, delivery.received_at.date())
    for attempt in (1, 2):
        try:
            with transaction.atomic():
                locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
                if locked.received != delivery.received or locked.state != "working":
                    return False
                outcomes = settle(judged, contract, *_seen_before(judged), delivery_id=delivery.pk)
                bulk.insert("intake_row", COLUMNS, (_row(delivery.pk, row, outcome) for row, outcome in outcomes))
                _count(locked, Counter(outcome for _, outcome in outcomes))
                break
        except IntegrityError:  # another file brought the same record in this very moment
            if attempt == 2:
                raise
    delivery.received, delivery.accepted = locked.received, locked.accepted
    delivery.duplicate, delivery.quarantined = locked.duplicate, locked.quarantined
    return True


def _count(delivery: Delivery, counted: Counter[str]) -> None:
    delivery.accepted += counted["accepted"]
    delivery.duplicate += counted["duplicate"]
    delivery.quarantined += counted["quarantined"]
    delivery.received += counted.total()
    delivery.save(update_fields=["received", "accepted", "duplicate", "quarantined"])


def _seen_before(judged: list[Judged]) -> tuple[set[str], dict[str, tuple[int, int]]]:
    clean = [row for row in judged if not row.reasons]
    return queries.already_accepted([row.content for row in clean], [row.natural_key for row in clean])


def settle(
    judged: list[Judged], contract: Contract, contents: set[str], keys: dict[str, tuple[int, int]], *, delivery_id: int
) -> list[tuple[Judged, str]]:
    """Give each row its one place, against what was accepted before; `contents` and `keys` grow along."""
    settled: list[tuple[Judged, str]] = []
    for row in judged:
        if row.reasons:
            settled.append((row, "quarantined"))
        elif row.content in contents:
            settled.append((row, "duplicate"))
        elif (known := keys.get(row.natural_key)) and _conflicts(contract, row, known, delivery_id):
            row.reasons = [_conflict(contract, known, delivery_id)]
            settled.append((row, "quarantined"))
        else:
            contents.add(row.content)
            keys[row.natural_key] = (delivery_id, row.number)
            settled.append((row, "accepted"))
    return settled


def _conflicts(contract: Contract, row: Judged, known: tuple[int, int], delivery_id: int) -> bool:
    """A later registration may change an entity and a removal may end a listing; nothing else may come twice."""
    if contract.kind == "registration":
        return known[0] == delivery_id
    return "removed" not in row.record


def _conflict(contract: Contract, known: tuple[int, int], delivery_id: int) -> Reason:
    where = f"本文件第{known[1]}行" if known[0] == delivery_id else f"以前报送的批次{known[0]}第{known[1]}行"
    titles = "、".join(contract.record.fields[name].title for name in contract.record.natural_key)
    return Reason(
        "conflict",
        titles,
        "",
        f"与{where}的{titles}相同，而内容不同，分不清以哪一个为准",
        "请核对原件；确需更正已报记录的，按更正程序办理",
    )


def _row(delivery_id: int, row: Judged, outcome: str) -> tuple[Any, ...]:
    accepted, rejected = outcome == "accepted", outcome == "quarantined"
    return (
        delivery_id,
        row.number,
        outcome,
        row.natural_key,
        row.content,
        queries.dumps(row.record) if accepted else None,
        queries.dumps(row.personal) if accepted and row.personal else None,
        queries.dumps(row.raw) if rejected else None,
        queries.dumps([reason.plain() for reason in row.reasons]) if rejected else None,
    )


@dataclass
class Preview:
    """What a file would become, without writing anything."""

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)


def preview(kind: str, path: Path, on: date, progress: Progress | None = None) -> Preview:
    """Judge a file against what is known, and write nothing (试报)."""
    law = policy.current()
    _known(law, kind)
    opened = open_file(path)
    contract, lines = lay(kind, law, opened)
    seen = Preview()
    contents: set[str] = set()
    keys: dict[str, tuple[int, int]] = {}
    for chunk in _chunks(lines):
        judged = judge(contract, chunk, on)
        before, known = _seen_before(judged)
        contents |= before
        keys = {**known, **keys}
        for row, outcome in settle(judged, contract, contents, keys, delivery_id=0):
            setattr(seen, outcome, getattr(seen, outcome) + 1)
            for reason in row.reasons:
                seen.reasons[reason.code] += 1
            if row.reasons and len(seen.examples) < 20:
                seen.examples.append({"row": row.number, **row.reasons[0].plain()})
        seen.received += len(chunk)
        if progress:
            progress(seen.received, seen.received)
    return seen


def send_back(delivery: Delivery, numbered: dict[int, Reason]) -> int:
    """Move accepted rows to quarantine: a later stop found that it cannot take them (转入待核). Counts move along."""
    if not numbered:
        return 0
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        rows = list(Row.objects.filter(delivery=locked, outcome="accepted", number__in=numbered).order_by("number"))
        headings = list(locked.layout.get("headings", []))
        by_field = {name: heading for heading, name in locked.layout.get("fields", {}).items()}
        for row in rows:
            cells = {by_field.get(name, name): str(value) for name, value in (row.data or {}).items()}
            row.raw = [cells.get(heading, "") for heading in headings]
            row.reasons, row.outcome = [numbered[row.number].plain()], "quarantined"
        Row.objects.bulk_update(rows, ["raw", "reasons", "outcome"], batch_size=500)
        locked.accepted -= len(rows)
        locked.quarantined += len(rows)
        locked.save(update_fields=["accepted", "quarantined"])
    return len(rows)


def take_again(delivery: Delivery, numbers: Iterable[int]) -> int:
    """Rows sent back by a later stop become accepted again: the obstacle is gone. Counts move along."""
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        waiting = Row.objects.filter(
            delivery=locked, outcome="quarantined", number__in=list(numbers), data__isnull=False
        )
        moved = waiting.update(outcome="accepted", reasons=None, raw=None)
        locked.accepted += moved
        locked.quarantined -= moved
        locked.save(update_fields=["accepted", "quarantined"])
    return moved


def forget_personal(delivery: Delivery, upto: int) -> int:
    """Protected fields leave intake once the ledger or register holds what it may hold."""
    held = Row.objects.filter(delivery=delivery, number__lte=upto, personal__isnull=False)
    return held.update(personal=None)


def catch_up(at: datetime) -> int:
    """Take up every delivery that was stopped in the middle, or that nobody watches; the timetable calls this."""
    taken = 0
    for delivery in queries.unfinished():
        process(delivery, at=at)
        taken += 1
    return taken
