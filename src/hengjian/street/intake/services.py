"""Acts of intake: receive a file, judge its rows, send rows back. Each is safe to stop and to repeat."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from hengjian.ground import audit, policy
from hengjian.ground.kit import durable
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Agency, Officer

from . import blocks, bulk, correcting, learning, queries, retelling, tallies, withholding
from .keys import content_of, natural_of
from .models import Block, Delivery, Heading, Key, Row
from .readers import open_file
from .rules import Reason, Rejected
from .settling import Settled, settle

if TYPE_CHECKING:
    from .judging import Judged
    from .tables import Laid, Table

COLUMNS = ("delivery_id", "number", "outcome", "raw", "reasons")
KEYS = ("natural", "content", "delivery_id", "number")
AHEAD = 2  # chunks under way while one is written
Progress = Callable[[int, int], None]
TRIES = 20  # files that may bring the same record in the same moment, one after the other
HALVES = 86_400  # seconds after which the half of an upload that broke off is nobody's


class UnknownKind(Invalid):
    """No record kind of that name in the pack."""

    code = "unknown_kind"


class UnknownAgency(Invalid):
    """No agency of that code."""

    code = "unknown_agency"


class AlreadyConfirmed(Refusal):
    """The delivery was confirmed: its rows have been or are being judged."""

    code = "already_confirmed"


def path_of(delivery: Delivery) -> Path:
    """Where the file itself is kept, by its digest. One with masked words is not opened any more."""
    if delivery.put_away:
        raise Refusal("这份文件里有已经遮蔽的内容，自 %(day)s 起封存，不再打开；各行仍在本批次中", day=delivery.put_away)
    return Path(settings.MEDIA_ROOT) / "intake" / delivery.sha256[:2] / delivery.sha256


def upload_limit() -> int:
    """Largest file this installation takes, in MB."""
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_048_576


def keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Put a file into the store; its digest is its name. A torn write leaves nothing under that name."""
    folder = Path(settings.MEDIA_ROOT) / "intake"
    digest, size = hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    half = durable.draft(folder, counted(), 0o600)
    name = digest.hexdigest()
    final = folder / name[:2] / name
    if not final.parent.is_dir():
        final.parent.mkdir(exist_ok=True)
        durable.sync(folder)
    durable.settle(half, final)
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
    if delivery.put_away:
        withholding.put_away()  # it was sent once more
    to_disk()
    return delivery, created


def to_disk() -> None:
    """What is committed is on disk when an agency is told so: SQLite leaves that to the next checkpoint of its log."""
    if connection.vendor == "sqlite":
        durable.sync(Path(f"{connection.settings_dict['NAME']}-wal"))


def _take_up(delivery: Delivery, state: str) -> None:
    """A file refused as a whole is looked at again when it is sent again: the contract may have changed."""
    delivery.state, delivery.trouble, delivery.finished_at = state, "", None
    delivery.pack_version = policy.current().version
    delivery.save(update_fields=["state", "trouble", "finished_at", "pack_version"])


@transaction.atomic
def confirm(*, by: Officer, delivery: Delivery, at: datetime) -> Delivery:
    """The officer has seen what was recognised and lets the file be judged (确认报送). Safe to repeat."""
    if Delivery.objects.filter(pk=delivery.pk, state="held").update(state="stored"):
        audit.record("intake.confirm", f"delivery:{delivery.pk}", by=by)
        learning.confirm_headings(by=by, delivery=delivery, at=at)
    delivery.refresh_from_db()
    return delivery


def discard(*, by: Officer, delivery: Delivery) -> None:
    """The wrong file was chosen (不报送): a delivery not confirmed leaves no row behind, only a line in the audit."""
    with transaction.atomic():
        held = Delivery.objects.select_for_update().filter(pk=delivery.pk, state="held")
        if not held.exists():
            raise AlreadyConfirmed("这份文件已经确认报送，不能再取消；有误的记录按更正程序办理", delivery=delivery.pk)
        audit.record("intake.discard", f"delivery:{delivery.pk}", by=by, kind=delivery.kind, sha256=delivery.sha256)
        Heading.objects.filter(delivery=delivery, confirmed_at=None).delete()
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
    from .tables import lay_file

    try:
        learnt = learning.learnt_for(delivery)
        laid = lay_file(delivery.kind, policy.current(), open_file(path_of(delivery)), learnt)
    except Refusal as fault:
        return _refuse(delivery, str(fault), at)
    delivery.layout = layout_of(laid) | ({"learnt": learnt} if learnt else {})
    delivery.state = "working"
    delivery.save(update_fields=["layout", "state"])
    stop: float | None = None
    for table, judged in _judged(laid, delivery, ahead=seconds is None):
        if stop is not None and time.monotonic() > stop:
            return delivery
        if seconds is not None and stop is None:  # finding the place again takes its time: every call gets on by a chunk at least
            stop = time.monotonic() + seconds
        if not _store(delivery, table, judged):
            delivery.refresh_from_db()
            return delivery
        if progress:
            progress(delivery.received, round(delivery.received / max(delivery.part, 0.001)))
    return _finish(delivery, at)


def _refuse(delivery: Delivery, trouble: str, at: datetime) -> Delivery:
    delivery.state, delivery.trouble, delivery.finished_at = "refused", trouble, at
    delivery.save(update_fields=["state", "trouble", "finished_at"])
    return delivery


def _finish(delivery: Delivery, at: datetime) -> Delivery:
    with transaction.atomic():
        working = Delivery.objects.filter(pk=delivery.pk, state="working", received=delivery.received)
        if working.update(state="done", finished_at=at, total=delivery.received, part=1):
            audit.record(
                "intake.judged",
                f"delivery:{delivery.pk}",
                accepted=delivery.accepted,
                duplicate=delivery.duplicate,
                quarantined=delivery.quarantined,
            )
    delivery.refresh_from_db()
    return delivery


def layout_of(laid: Laid) -> dict[str, Any]:
    """What was recognised: of the whole file as of its first table, and of each further table where there are more."""
    tables = [table_layout(contract) for contract in laid.contracts]
    return {**laid.opened.layout(), **tables[0], "tables": tables[1:], "skipped": laid.skipped}


def table_layout(contract: Any) -> dict[str, Any]:
    """What was recognised of one table."""
    where = {"sheet": contract.sheet, "base": contract.base, "left": contract.left} if contract.sheet or contract.base or contract.left else {}
    return {
        "headings": contract.headings(),
        "fields": {column.heading: column.name for column in contract.columns},
        "ignored": list(contract.ignored),
        "heading_line": contract.heading_line,
        **where,
    }


def _judged(laid: Laid, delivery: Delivery, *, ahead: bool) -> Iterator[tuple[Table, Judged]]:
    """Chunks, judged outside any transaction. `ahead`: while one is written the next is judged and the one after it cut."""
    from .judging import judge  # here: what only keeps or classifies need not hold a column engine in memory

    tables, on = laid.tables(after=delivery.upto), delivery.received_on
    if delivery.corrects_id is not None:  # asks the database, which is this thread's
        tables, ahead = (correcting.restored(delivery, table) for table in tables), False
    if not ahead:
        yield from ((table, judge(table, on)) for table in tables)
        return
    with ThreadPoolExecutor(1) as cutting, ThreadPoolExecutor(1) as judging:

        def following(cut: Future[Table | None]) -> tuple[Table, Judged] | None:
            table = cut.result()
            return (table, judge(table, on)) if table is not None else None

        coming = deque(judging.submit(following, cutting.submit(next, tables, None)) for _ in range(AHEAD))
        while (found := coming.popleft().result()) is not None:
            coming.append(judging.submit(following, cutting.submit(next, tables, None)))
            yield found


def _store(delivery: Delivery, table: Table, judged: Judged) -> bool:
    """Settle and write in one transaction. False if somebody else went on with the delivery."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
                if locked.received != delivery.received or locked.state != "working":
                    return False
                known = queries.already_accepted(judged.natural.tolist())
                settled = settle(judged, table.contract, known, delivery.pk)
                _write(locked, settled)
                correcting.answered(locked, table)
                _count(locked, settled)
                break
        except IntegrityError:  # another file brought the same record in this very moment
            if attempt == TRIES:
                raise
    for name in ("received", "accepted", "duplicate", "quarantined", "upto", "part"):
        setattr(delivery, name, getattr(locked, name))
    return True


def _write(delivery: Delivery, settled: Settled) -> None:
    if block := blocks.of(delivery, settled):
        block.save(force_insert=True)
    for natural, content in settled.renewed:
        Key.objects.filter(natural=natural, content=content).delete()
    bulk.insert_numbers("intake_key", KEYS, blocks.keys_of(delivery, settled))
    bulk.insert_plain("intake_row", COLUMNS, (_row(delivery.pk, row) for row in settled.rejected))


def _count(delivery: Delivery, settled: Settled) -> None:
    delivery.accepted += len(settled.accepted)
    delivery.duplicate += len(settled.duplicate)
    delivery.quarantined += len(settled.rejected)
    delivery.received += len(settled.judged)
    delivery.upto, delivery.part = settled.judged.last, max(delivery.part, settled.judged.part)
    delivery.tally = tallies.add(delivery.tally, settled, delivery.kind)
    delivery.save(update_fields=["received", "accepted", "duplicate", "quarantined", "upto", "part", "tally"])


def _row(delivery_id: int, row: Rejected) -> tuple[Any, ...]:
    reasons = queries.dumps([reason.plain() for reason in row.reasons])
    return (delivery_id, row.number, "quarantined", queries.dumps(row.raw), reasons)


def send_back(delivery: Delivery, numbered: dict[int, Reason]) -> int:
    """Move accepted rows to quarantine: a later stop found that it cannot take them (转入待核). Counts move along."""
    if not numbered:
        return 0
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        rows = [_apart(locked, row, numbered[row.number]) for row in queries.accepted_rows(locked, list(numbered))]
        Row.objects.bulk_create(
            rows, batch_size=500, update_conflicts=True, unique_fields=["delivery", "number"],
            update_fields=["outcome", "raw", "reasons"],
        )  # fmt: skip
        Key.objects.filter(natural__in=[row.natural for row in rows], delivery_id=delivery.pk, number__in=list(numbered)).delete()
        _move(locked, -len(rows))
    return len(rows)


def _apart(delivery: Delivery, row: blocks.Accepted, reason: Reason) -> Row:
    """A row of a block as a row of its own."""
    key = policy.current().record(delivery.kind).natural_key
    layout = queries.layout_at(delivery, row.number)
    return Row(
        delivery=delivery, number=row.number, outcome="quarantined", natural=natural_of(delivery.kind, key, row.data),
        whole=content_of(delivery.kind, row.data, row.personal), data=row.data, personal=row.personal,
        raw=retelling.cells_of(delivery.kind, layout, row.data, row.personal), reasons=[reason.plain()],
    )  # fmt: skip


def _move(delivery: Delivery, accepted: int) -> None:
    delivery.accepted += accepted
    delivery.quarantined -= accepted
    delivery.save(update_fields=["accepted", "quarantined"])


def take_again(delivery: Delivery, numbers: Iterable[int]) -> int:
    """Rows sent back by a later stop become accepted again: the obstacle is gone. Counts move along.

    One whose record has come in by another file meanwhile, or that its agency has sent again, stays where it is.
    """
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        waiting = queries.open_rows(locked.pk).filter(number__in=list(numbers), data__isnull=False, natural__isnull=False)
        pairs = {(row.natural or 0, row.whole or 0): row.number for row in waiting.order_by("number")}
        taken = {pair: pairs[pair] for pair in sorted(queries.free(list(pairs)))}
        bulk.insert_plain("intake_key", KEYS, [(*pair, locked.pk, number) for pair, number in taken.items()])
        moved = waiting.filter(number__in=list(taken.values())).update(outcome="accepted", reasons=None, raw=None)
        _move(locked, moved)
    return moved


def forget_personal(delivery: Delivery, upto: int) -> int:
    """Protected fields leave intake once the ledger or register holds what it may hold."""
    blocks_ = Block.objects.filter(delivery=delivery, last__lte=upto, personal__isnull=False).update(personal=None)
    held = Row.objects.filter(delivery=delivery, outcome="accepted", number__lte=upto, personal__isnull=False)
    return blocks_ + held.update(personal=None)


def count_old() -> int:
    """Count deliveries stored before there were tallies, so that supervision sees them too. Safe to repeat."""
    old = list(Delivery.objects.filter(state="done", received__gt=0, tally={}).order_by("pk"))
    for delivery in old:
        delivery.tally = tallies.recounted(delivery)
        delivery.save(update_fields=["tally"])
    return len(old)


def catch_up(at: datetime) -> int:
    """Take up every delivery that was stopped in the middle, or that nobody watches; the timetable calls this."""
    durable.sweep(Path(settings.MEDIA_ROOT) / "intake", time.time() - HALVES)
    taken = 0
    for delivery in queries.unfinished():
        process(delivery, at=at)
        taken += 1
    return taken
