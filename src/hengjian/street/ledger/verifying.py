"""Checking everything ever sealed, and naming the first thing altered. See docs/algorithms/ledger.md.

Batches are chains of their own, so ranges of batches are checked side by side; the first fault in the order of the ledger
is the one that is named.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Max, Min

from hengjian.ground.kit import append_only
from hengjian.ground.kit.digests import canonical, sm3

from . import around, guards, queries
from .apart import begin
from .masking import MASK
from .models import Batch, Entry
from .rules import GENESIS, link, seal_of
from .sealed_text import SALT, expression

Progress = Callable[[int, int], None]
WORTH = 100_000  # entries from which a second process is worth its start
FETCH = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing found altered."""

    what: str  # content | missing | chain-head | personal | root | batch | unreadable
    says: str
    seq: int | None = None
    batch: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found. `whole` is true where nothing was altered and all triggers stand."""

    whole: bool
    entries: int
    batches: int
    roots: int
    last_root: str
    unguarded: list[str]
    first: Fault | None

    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Walked:
    """One range of batches, walked up to its end or to its first fault.

    `suspect`: words went from an entry and no sealed record accounts for it. Where that record itself was altered, it is
    the one to be named.
    """

    entries: int = 0
    batches: int = 0
    fault: Fault | None = None
    suspect: Fault | None = None


def verify(*, progress: Progress | None = None, workers: int = 1) -> Verdict:
    """Recompute every seal. Names the first altered, missing or reordered record."""
    try:
        return _verify(progress, workers)
    except around.UNREAD:  # a batch or a root that cannot be read
        fault = Fault(**around.unreadable_batch())
        return Verdict(False, 0, 0, 0, "", [], fault)


def _verify(progress: Progress | None, workers: int) -> Verdict:
    ends = Batch.objects.aggregate(first=Min("pk"), last=Max("pk"))
    first, last = ends["first"] or 1, ends["last"] or 0
    alone = workers < 2 or Entry.objects.filter(batch__lte=last).count() < WORTH
    walked = [walk(first, last, progress)] if alone else _side_by_side(first, last, workers, progress)
    fault = next((part.fault for part in walked if part.fault), None)
    fault = fault or next((part.suspect for part in walked if part.suspect), None)
    roots = 0
    if fault is None:
        fault = next((Fault(**found) for asked in (around.batches(first, last), around.personal()) for found in asked), None)
    if fault is None:
        for found in around.roots():
            fault = Fault(**found) if found else None
            roots += found is None
    root, unguarded = queries.last_root(), append_only.missing(connection, guards.TABLES)
    return Verdict(
        fault is None and not unguarded, sum(part.entries for part in walked), sum(part.batches for part in walked), roots,
        bytes(root.root).hex() if root else "", unguarded, fault,
    )  # fmt: skip


def _side_by_side(first: int, last: int, workers: int, progress: Progress | None) -> list[Walked]:
    """Ranges of batches in processes of their own: a seal costs arithmetic, not reading."""
    pieces = workers * 8
    edges = sorted({first + (last - first + 1) * piece // pieces for piece in range(pieces)} | {last + 1})
    ranges = [(low, high - 1) for low, high in zip(edges, edges[1:], strict=False)]
    walked: list[Walked] = []
    with multiprocessing.get_context("spawn").Pool(workers, begin) as pool:
        for number, part in enumerate(pool.imap(_walk_apart, ranges), start=1):
            walked.append(part)
            if progress:
                progress(number, len(ranges))
            if part.fault:
                break
    return walked


def _walk_apart(ends: tuple[int, int]) -> Walked:
    return walk(*ends)


def walk(first: int, last: int, progress: Progress | None = None) -> Walked:
    """Check the chains of a range of batches, a handful of batches at a time."""
    seen = Walked()
    batches = list(Batch.objects.filter(pk__gte=first, pk__lte=last).order_by("pk").values_list("pk", "size", "chain_head"))
    low, begun = first, 0
    while begun < len(batches) and seen.fault is None:
        end, held = begun, 0
        while end < len(batches) and held < FETCH:
            held += batches[end][1]
            end += 1
        high = last if end == len(batches) else batches[end - 1][0]
        try:
            seen.fault = _chains(batches[begun:end], _rows(low, high), seen)
        except (DatabaseError, ValueError):  # a byte that the database itself cannot read
            seen.fault = _unreadable(low, high)
        low, begun = high + 1, end
        if progress:
            progress(seen.batches, len(batches))
    return seen


Row = tuple[int, int, int, Any, Any, Any, Any]  # batch, position, seq, previous, digest, canonical text, salt


def _rows(low: int, high: int) -> list[Row]:
    """The entries of a range of batches in order, as the table has them: an index may still say what a row once said."""
    select = f"SELECT batch_id, position, seq, previous, digest, {expression()}, salt FROM ledger_entry"
    ends: Sequence[int | None] = (low, high)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT min(seq), max(seq) FROM ledger_entry WHERE batch_id BETWEEN %s AND %s", ends)
            ends = cursor.fetchone()
            cursor.execute(f"{select} NOT INDEXED WHERE seq BETWEEN %s AND %s ORDER BY seq", ends)
        else:
            cursor.execute(f"{select} WHERE batch_id BETWEEN %s AND %s ORDER BY batch_id, position", ends)
        rows: list[Row] = cursor.fetchall()
    rows.sort()  # numbers of batch and position come first; in the order of the table they are sorted nearly always
    return rows


def _lost(batch: int, kept: Collection[int]) -> int | None:
    """The entry that the index still counts to a batch while its row says otherwise."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM ledger_entry WHERE batch_id = %s ORDER BY position", [batch])
        return next((seq for (seq,) in cursor.fetchall() if seq not in kept), None)


def _chains(batches: list[tuple[int, int, Any]], rows: list[Row], seen: Walked) -> Fault | None:
    place, end = 0, len(rows)
    for batch, size, head in batches:
        previous, count = GENESIS, 0
        while place < end and rows[place][0] == batch:
            _, position, seq, before, digest, text, salt = rows[place]
            place, count = place + 1, count + 1
            if position != count or before != previous:
                return Fault("missing", f"第{batch}批第{count}条（序号{seq}）之前少了记录或次序被改", seq, batch)
            previous = link(previous, text + salt if type(salt) is bytes else text if salt is None else text + b"\0")
            if previous != digest:
                previous = bytes(digest)
                if not _holds(seq, bytes(before), previous):
                    fault = Fault("content", f"序号{seq}的记录与当初封存的不一致", seq, batch)
                    if not _words_went(text):
                        return fault
                    seen.suspect = seen.suspect or fault
        seen.entries += count
        if count != size:
            lost = _lost(batch, {row[2] for row in rows[place - count : place]})
            says = f"第{batch}批应有{size}条，现有{count}条" + (f"：缺序号{lost}" if lost else "")
            return Fault("missing", says, lost, batch)
        if previous != head:
            return Fault("chain-head", f"第{batch}批的链头与记录不一致", batch=batch)
        seen.batches += 1
    return Fault("batch", f"第{rows[place][0]}批的批次记录不见了", batch=rows[place][0]) if place < end else None


def _holds(seq: int, before: bytes, digest: bytes) -> bool:
    """Whether the seal fits the entry with its body written anew, or the digest that the record kept by which its words went."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {expression(body=False)}, {SALT[connection.vendor]} FROM ledger_entry WHERE seq = %s", [seq])
            told, salt = (bytes(one) for one in cursor.fetchone())
        row = Entry.objects.filter(seq=seq).values("body", "document").get()
        text = told.replace(b'"body":,', b'"body":' + canonical(row["body"]) + b",", 1)
        if link(before, text + salt) == digest:
            return True
        disposal, redaction = queries.disposal_of(seq), queries.redaction_of(seq)
        if disposal is not None:
            return row == {"body": {}, "document": ""} and not salt and seal_of(before, bytes.fromhex(disposal.body["content"])) == digest
        return redaction is not None and not salt and _bound(redaction.body, text) and seal_of(before, bytes.fromhex(redaction.body["content"])) == digest
    except (DatabaseError, ValueError, TypeError, KeyError):
        return False


def _bound(record: dict[str, Any], text: bytes) -> bool:
    """Whether two officers let these words go, and what remains is what their record says."""
    return bool(record["asked"] != record["decided"]) and sm3(text).hex() == str(record["remains"])


def _words_went(text: Any) -> bool:
    return MASK.encode() in bytes(text) or b'"body":{},' in bytes(text)


def _unreadable(low: int, high: int) -> Fault:
    """The first entry of a range that cannot be read at all."""
    for seq, batch in Entry.objects.filter(batch__gte=low, batch__lte=high).order_by("batch", "position").values_list("seq", "batch"):
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT previous, digest, {expression()}, salt FROM ledger_entry WHERE seq = %s", [seq])
                cursor.fetchone()
        except (DatabaseError, ValueError):
            return Fault("unreadable", f"序号{seq}的记录读不出来", seq, batch)
    return Fault("unreadable", f"第{low}批至第{high}批的记录读不出来", batch=low)
