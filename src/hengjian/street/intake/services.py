"""Acts of intake: receive a file, judge its rows, send rows back. Each is safe to stop and to repeat."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from hengjian.ground import audit, policy
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Agency, Officer

from . import bulk, queries, uploads
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


class AlreadyConfirmed(Refusal):
    """The delivery was confirmed: its rows have been or are being judged."""

    code = "already_confirmed"


def path_of(delivery: Delivery) -> Path:
    """Where the file itself is kept, by its digest."""
    return Path(settings.MEDIA_ROOT) / "intake" / delivery.sha256[:2] / delivery.sha256


def upload_limit() -> int:
    """Largest file this installation takes, in MB."""
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_048_576


def keep(chunks: Iterable[bytes]) -> tuple[str, int]:
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
    return name, size


def receive(
    *,
    by: Officer | None,
    agency: Agency,
    kind: str,
    filename: str,
    chunks: Iterable[bytes],
    at: datetime,
    request_key: str = "",
    held: bool = False,
    corrects: Delivery | None = None,
) -> tuple[Delivery, bool]:
    """Take a file in (接收). The same file from the same agency is the same delivery; says whether it is new.

    A `held` delivery is judged once its officer has looked at it and confirmed it.
    """
    law = policy.current()
    known_kind(law, kind)
    sha256, size = keep(chunks)
    with transaction.atomic():
        delivery, created = Delivery.objects.get_or_create(
            agency=agency,
            kind=kind,
            sha256=sha256,
            defaults={
                "sent_by": by,
                "filename": "".join(filter(str.isprintable, Path(filename).name))[:200],
                "size": size,
                "received_at": at,
                "request_key": request_key[:80],
                "pack_version": law.version,
                "state": "held" if held else "stored",
                "corrects": corrects,
            },
        )
        if created:
            audit.record("intake.deliver", f"delivery:{delivery.pk}", by=by, kind=kind, sha256=sha256, size=size)
        elif (delivery.state == "refused" and not delivery.received) or (delivery.state == "held" and not held):
            _take_up(delivery, "held" if held else "stored")
    return delivery, created


def _take_up(delivery: Delivery, state: str) -> None:
    """A file refused as a whole is looked at again when it is sent again: the contract may have changed."""
    delivery.state, delivery.trouble, delivery.finished_at = state, "", None
    delivery.pack_version = policy.current().version
    delivery.save(update_fields=["state", "trouble", "finished_at", "pack_version"])


def confirm(*, by: Officer, delivery: Delivery) -> Delivery:
    """The officer has seen what was recognised and lets the file be judged (确认报送). Safe to repeat."""
    if Delivery.objects.filter(pk=delivery.pk, state="held").update(state="stored"):
        audit.record("intake.confirm", f"delivery:{delivery.pk}", by=by)
    delivery.refresh_from_db()
    return delivery


def discard(*, by: Officer, delivery: Delivery) -> None:
    """The wrong file was chosen (不报送): a delivery not confirmed leaves no row behind, only a line in the audit."""
    with transaction.atomic():
        held = Delivery.objects.select_for_update().filter(pk=delivery.pk, state="held")
        if not held.exists():
            raise AlreadyConfirmed("这份文件已经确认报送，不能再取消；有误的记录按更正程序办理", delivery=delivery.pk)
        audit.record("intake.discard", f"delivery:{delivery.pk}", by=by, kind=delivery.kind, sha256=delivery.sha256)
        held.delete()


def known_kind(law: Any, kind: str) -> Any:
    try:
        record = law.record(kind)
    except (KeyError, Refusal):
        record = None
    if record is None or record.abstract:
        raise UnknownKind("没有“%(kind)s”这种数据；请从列表中选择", kind=kind)
    return record


def process(
    delivery: Delivery, *, at: datetime, progress: Progress | None = None, seconds: float | None = None
) -> Delivery:
    """Judge and store the rows not stored yet, chunk by chunk; each chunk and its counts in one transaction.

    Killed at any moment, the counts still add up; called again, it goes on after the last stored row. With
    `seconds` it stops after the chunk in which that time ran out: a page works on while somebody watches it.
    """
    if delivery.state in ("held", "done", "refused"):
        return delivery
    stop = time.monotonic() + seconds if seconds is not None else None
    try:
        opened = open_file(path_of(delivery))
        if delivery.total is None:
            _, lines = lay(delivery.kind, policy.current(), opened)
            delivery.total = sum(1 for _ in lines)
        contract, lines = lay(delivery.kind, policy.current(), opened)
    except Refusal as fault:
        return _refuse(delivery, str(fault), at)
    delivery.layout = layout_of(opened.layout(), contract)
    delivery.state = "working"
    delivery.save(update_fields=["total", "layout", "state"])
    for chunk in chunks_of(islice(lines, delivery.received, None)):
        if not _store(delivery, contract, chunk):
            delivery.refresh_from_db()
            return delivery
        if progress:
            progress(delivery.received, delivery.total)
        if stop is not None and time.monotonic() > stop and delivery.received < delivery.total:
            return delivery
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


def layout_of(found: dict[str, Any], contract: Contract) -> dict[str, Any]:
    headings = [""] * contract.width
    for column in contract.columns:
        headings[column.place] = column.heading
    ignored = iter(contract.ignored)
    return {
        **found,
        "headings": [heading or next(ignored, "") for heading in headings],
        "fields": {column.heading: column.name for column in contract.columns},
        "ignored": list(contract.ignored),
        "heading_line": contract.heading_line,
    }


def chunks_of(lines: Iterable[Line]) -> Iterator[list[Line]]:
    source = iter(lines)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _store(delivery: Delivery, contract: Contract, chunk: list[Line]) -> bool:
    """Judge outside the transaction, settle and write inside. False if somebody else went on with it."""
    judged = judge(contract, chunk, delivery.received_on)
    for attempt in (1, 2):
        try:
            with transaction.atomic():
                locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
                if locked.received != delivery.received or locked.state != "working":
                    return False
                outcomes = settle(judged, contract, *seen_before(judged), delivery_id=delivery.pk)
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


def seen_before(judged: list[Judged]) -> tuple[set[str], dict[str, tuple[int, int]]]:
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
        row.data.decode() if accepted else None,
        queries.dumps(row.personal) if accepted and row.personal else None,
        queries.dumps(row.raw) if rejected else None,
        queries.dumps([reason.plain() for reason in row.reasons]) if rejected else None,
    )


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


def send_again(*, by: Officer, delivery: Delivery, number: int, cells: Sequence[str], at: datetime) -> Delivery:
    """A rejected row, corrected by the agency that sent it, comes in as a delivery of its own (更正重报)."""
    queries.rejected_row(delivery, number)
    data = uploads.lines_as_file(delivery.layout.get("headings", []), [cells])
    again, _ = receive(
        by=by, agency=by.agency, kind=delivery.kind, filename=f"更正-批次{delivery.pk}-第{number}行.csv", chunks=[data],
        at=at, corrects=delivery,
    )  # fmt: skip
    return process(again, at=at)


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
