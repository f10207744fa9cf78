"""What a delivery held, counted as its rows are stored: on which days its records were decided and which fields they fill.

The counts never change afterwards, so the supervision of filing reads one line for a delivery and can give the figures of
a past month again. How late a record was is not stored: that is for whoever asks, with the law and the calendar.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from hengjian.ground import policy

from .blocks import lines_of
from .models import Block, Delivery
from .rules import NATIVE
from .settling import Settled

if TYPE_CHECKING:
    import polars as pl

Tally = dict[str, Any]  # {days: {day: rows}, filled: {field: rows}, received, accepted, duplicate, rejected}


def add(tally: Tally, settled: Settled, kind: str) -> Tally:
    """The tally of a delivery with one more chunk."""
    days: Counter[str] = Counter(tally.get("days", {}))
    filled: Counter[str] = Counter(tally.get("filled", {}))
    taken, plain = settled.accepted, settled.judged.plain
    if len(taken) and plain is not None:
        frame = plain if len(taken) == plain.height else plain[taken]
        filled.update({name: frame.height - nothing for name, nothing in zip(frame.columns, frame.null_count().row(0), strict=True)})
        days.update(_days(frame, kind))
    counts = {"received": len(settled.judged), "accepted": len(taken), "duplicate": len(settled.duplicate), "rejected": len(settled.rejected)}
    summed = {name: tally.get(name, 0) + count for name, count in counts.items()}
    return {"days": dict(days), "filled": {name: count for name, count in filled.items() if count}, **summed}


def _days(frame: pl.DataFrame, kind: str) -> dict[str, int]:
    import polars as pl

    told = [pl.col(name) for name in policy.current().record(kind).dated if name in frame.columns]
    if not told:
        return {}
    counted = frame.select(pl.coalesce(told).alias("day")).to_series().drop_nulls().value_counts()
    return dict(counted.iter_rows())


def recounted(delivery: Delivery) -> Tally:
    """The same from the blocks of a delivery that was stored before there were tallies."""
    record, native = policy.current().record(delivery.kind), {after: before for before, after in NATIVE.items()}
    days: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for block in Block.objects.filter(delivery=delivery).order_by("first").iterator(1):
        for line in [*lines_of(block.data), *lines_of(block.personal)]:
            row = json.loads(line)
            filled.update(native.get(name, name) for name in row if native.get(name, name) in record.fields)
            if day := next((row[name] for name in record.dated if row.get(name)), None):
                days[day] += 1
    return {
        "days": dict(days), "filled": dict(filled), "received": delivery.received, "accepted": delivery.accepted,
        "duplicate": delivery.duplicate, "rejected": delivery.quarantined,
    }  # fmt: skip
