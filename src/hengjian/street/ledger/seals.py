"""Sealing days and checking everything ever sealed. See docs/algorithms/ledger.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from hengjian.ground.kit import clock
from hengjian.ground.kit.digests import canonical, merkle_proof

from . import guards, queries
from .models import Batch, DailyRoot, Entry, Personal
from .rules import GENESIS, SEALED, batch_leaf, content, day_root, personal_seal, said, seal

Progress = Callable[[int, int], None]


def seal_day(*, on: date, at: datetime | None = None) -> DailyRoot | None:
    """Put one root over all batches written since the last root, up to the end of `on`. Safe to repeat."""
    with transaction.atomic():
        queries.settled_seq()  # waits for writers, so that no lower batch can appear later
        last = queries.last_root()
        if last and last.day >= on:
            return None
        batches = list(queries.unsealed(on))
        previous = bytes(last.root) if last else GENESIS
        first, final = (batches[0].pk, batches[-1].pk) if batches else (_end(last) + 1, _end(last))
        return DailyRoot.objects.create(
            day=on, first_batch=first, last_batch=final, batches=len(batches), entries=sum(b.size for b in batches),
            previous=previous, root=day_root(previous, [_leaf(batch) for batch in batches]), sealed_at=at or clock.now(),
        )  # fmt: skip


def _end(root: DailyRoot | None) -> int:
    return root.last_batch if root else 0


def _leaf(batch: Batch) -> bytes:
    return batch_leaf(batch.pk, batch.size, bytes(batch.chain_head))


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing found altered."""

    what: str  # content | order | missing | chain-head | personal | root | batch
    says: str
    seq: int | None = None
    batch: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    whole: bool
    entries: int
    batches: int
    roots: int
    last_root: str
    unguarded: list[str]
    first: Fault | None

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def verify(*, progress: Progress | None = None) -> Verdict:
    """Recompute every seal from the records and name the first that does not hold."""
    seen = {"entries": 0, "batches": 0, "roots": 0}
    faults = _faults(seen, progress)
    fault = next(faults, None)
    root = queries.last_root()
    unguarded = guards.missing(connection)
    return Verdict(
        fault is None and not unguarded, seen["entries"], seen["batches"], seen["roots"],
        bytes(root.root).hex() if root else "", unguarded, fault,
    )  # fmt: skip


def proof_of(seq: int) -> dict[str, Any] | None:
    """Everything a stranger needs to see that an entry stands under a published root, and nothing about others.

    `verifier.py` reads it with the standard library alone.
    """
    row = Entry.objects.filter(seq=seq).values(*SEALED, "batch_id", "previous", "digest").first()
    if row is None:
        return None
    batch = Batch.objects.get(pk=row["batch_id"])
    after = Entry.objects.filter(batch=batch, position__gt=row["position"]).order_by("position").values(*SEALED)
    return {
        "entry": json.loads(canonical(said(row))), "previous": bytes(row["previous"]).hex(), "digest": bytes(row["digest"]).hex(),
        "later": [content(other).hex() for other in after.iterator(5_000)],
        "batch": {"number": batch.pk, "size": batch.size, "chain_head": bytes(batch.chain_head).hex()},
        "day": _day_proof(batch),
    }  # fmt: skip


def _day_proof(batch: Batch) -> dict[str, Any] | None:
    root = queries.root_over(batch)
    if root is None:
        return None
    before = DailyRoot.objects.filter(pk__lt=root.pk).order_by("-pk").first()
    numbers = list(Batch.objects.filter(pk__gt=_end(before), pk__lte=root.last_batch).order_by("pk"))
    leaves = [bytes(root.previous), *(_leaf(other) for other in numbers)]
    place = 1 + [other.pk for other in numbers].index(batch.pk)
    path = [[side, sibling.hex()] for side, sibling in merkle_proof(leaves, place)]
    return {"day": root.day.isoformat(), "root": bytes(root.root).hex(), "path": path}


def _faults(seen: dict[str, int], progress: Progress | None) -> Iterator[Fault]:
    total = Batch.objects.count()
    entries = Entry.objects.order_by("batch_id", "position").values(*SEALED, "batch_id", "previous", "digest")
    chains = groupby(entries.iterator(5_000), key=lambda row: row["batch_id"])
    chain = next(chains, None)
    for batch in Batch.objects.order_by("pk").iterator(2_000):
        if chain is None or chain[0] != batch.pk:
            yield Fault("missing", f"第{batch.pk}批的{batch.size}条记录不见了", batch=batch.pk)
            return
        yield from _chain(batch, chain[1], seen)
        seen["batches"] += 1
        chain = next(chains, None)
        if progress:
            progress(seen["batches"], total)
    if chain is not None:
        yield Fault("batch", f"第{chain[0]}批的批次记录不见了", batch=chain[0])
    yield from _personal()
    yield from _roots(seen)


def _chain(batch: Batch, rows: Iterator[dict[str, Any]], seen: dict[str, int]) -> Iterator[Fault]:
    previous = GENESIS
    count = 0
    for count, row in enumerate(rows, start=1):
        where = {"seq": row["seq"], "batch": batch.pk}
        if row["position"] != count or bytes(row["previous"]) != previous:
            yield Fault("missing", f"第{batch.pk}批第{count}条之前少了记录或次序被改", **where)
        previous = seal(previous, row)
        if bytes(row["digest"]) != previous:
            yield Fault("content", f"序号{row['seq']}的记录与当初封存的不一致", **where)
        seen["entries"] += 1
    if count != batch.size:
        yield Fault("missing", f"第{batch.pk}批应有{batch.size}条，现有{count}条", batch=batch.pk)
    if previous != bytes(batch.chain_head):
        yield Fault("chain-head", f"第{batch.pk}批的链头与记录不一致", batch=batch.pk)


def _personal() -> Iterator[Fault]:
    held = Personal.objects.filter(erased_at=None).order_by("pk").values_list("entry_id", "salt", "data", "entry__personal_digest")
    for seq, salt, data, digest in held.iterator(5_000):
        if digest is None or salt is None or personal_seal(bytes(salt), data) != bytes(digest):
            yield Fault("personal", f"序号{seq}的受保护信息与当初封存的不一致", seq=seq)


def _roots(seen: dict[str, int]) -> Iterator[Fault]:
    previous, last = GENESIS, 0
    for root in DailyRoot.objects.order_by("pk").iterator(2_000):
        batches = Batch.objects.filter(pk__gt=last, pk__lte=root.last_batch).order_by("pk")
        leaves = [_leaf(batch) for batch in batches]
        if bytes(root.previous) != previous or day_root(previous, leaves) != bytes(root.root):
            yield Fault("root", f"{root.day}的当日总封与各批次不一致", day=root.day)
        previous, last = bytes(root.root), root.last_batch
        seen["roots"] += 1
