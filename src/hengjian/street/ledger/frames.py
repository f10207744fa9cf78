"""What the columnar mirror takes from the ledger, in sequence order. Days are days in Tianjin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import TruncDate

from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.warehouse import CLOSINGS, FACTS, columns

from .models import CLOSING, Entry
from .settling import settled as settled
from .settling import settled_seq

FACT = ("seq", "entity_id", "kind", "decided", "day", "fine_fen", "confiscated_fen", "warning_only", "until", "document")


def head() -> tuple[int, str]:
    """The last settled sequence number and the chain head of the batch that holds it: nothing lower appears later."""
    last = settled_seq(patience=0)
    return (last, head_at(last)) if last else (0, "")


def head_at(seq: int) -> str:
    """The chain head of the batch that holds the last entry up to this number (numbers may be left out), or nothing."""
    found = Entry.objects.filter(seq__lte=seq).order_by("-seq").values_list("batch__chain_head", flat=True).first()
    return bytes(found).hex() if found is not None else ""


def count(*, upto: int) -> tuple[int, int]:
    """How many records and how many closings the mirror must hold up to a sequence number."""
    entries = Entry.objects.filter(seq__lte=upto)
    closing = entries.filter(kind__in=CLOSING).count()
    return entries.count() - closing, closing


def touched(*, after: int) -> list[int]:
    """Entities about which something was recorded after a sequence number."""
    return list(Entry.objects.filter(seq__gt=after).order_by("entity").values_list("entity", flat=True).distinct())


def facts(*, after: int = 0, upto: int | None = None, entity: int | None = None) -> Iterator[tuple[Any, ...]]:
    """Records as `FACT` tuples. A corrected record is one of them beside the correction that closed the wrong one."""
    entries = _between(after, upto, entity)
    plain = entries.exclude(kind__in=CLOSING).order_by("seq").values_list(*FACT)
    yield from plain.iterator(chunk_size=20_000)


def closings(
    *, after: int = 0, upto: int | None = None, entity: int | None = None
) -> Iterator[tuple[int, int, int, date, date]]:
    """(seq, entity, closed entry, day it closes, day it was recorded).

    A correction closes its original from the day that was decided: once known, it never counted.
    """
    rows = _between(after, upto, entity).filter(kind__in=CLOSING).order_by("seq")
    columns = ("seq", "entity_id", "refers_id", "effective", "day", "kind", "refers__decided")
    for seq, owner, refers, effective, day, kind, decided in rows.values_list(*columns).iterator(chunk_size=20_000):
        yield seq, owner, refers, decided if kind == "correction" else effective, day


RAW = pa.schema(
    [pa.field(field.name, pa.string() if field.name == "kind" else field.type, field.nullable) for field in FACTS][:9]
)
COLUMNS = {
    "sqlite": "seq, entity_id, kind, decided || '', recorded || '', fine_fen, confiscated_fen, +warning_only, coalesce(until, '')",
    "postgresql": "seq, entity_id, kind, decided, recorded, fine_fen, confiscated_fen, warning_only, until",
}
CLOSED = {
    "sqlite": "c.seq, c.entity_id, c.refers_id, iif(c.kind = 'correction', o.decided, c.effective) || '', c.recorded || ''",
    "postgresql": "c.seq, c.entity_id, c.refers_id, CASE c.kind WHEN 'correction' THEN o.decided ELSE c.effective END, c.recorded",
}


# The same two tables as PostgreSQL itself reads them, all of them.
_CLOSING = ", ".join(f"'{kind}'" for kind in CLOSING)
FACTS_SQL = f"""SELECT seq, entity_id AS entity, kind, decided AS decided_on, fine_fen, confiscated_fen, warning_only, until,
    (recorded AT TIME ZONE 'Asia/Shanghai')::date AS recorded_on FROM ledger_entry WHERE kind NOT IN ({_CLOSING})"""
CLOSINGS_SQL = f"""SELECT c.seq, c.refers_id AS refers, (c.recorded AT TIME ZONE 'Asia/Shanghai')::date AS closed_recorded,
    CASE c.kind WHEN 'correction' THEN o.decided ELSE c.effective END AS closed_on
    FROM ledger_entry c JOIN ledger_entry o ON o.seq = c.refers_id WHERE c.kind IN ({_CLOSING})"""


def tables(reader: columns.Reader, *, after: int, upto: int) -> tuple[pa.Table, pa.Table]:
    """Records and closings of a range of sequence numbers as columns; `kind` is still a name."""
    facts = f"""SELECT {COLUMNS[connection.vendor]} FROM ledger_entry
        WHERE seq > {after:d} AND seq <= {upto:d} AND kind NOT IN ({_CLOSING}) ORDER BY seq"""
    closings = f"""SELECT {CLOSED[connection.vendor]} FROM ledger_entry c JOIN ledger_entry o ON o.seq = c.refers_id
        WHERE c.seq > {after:d} AND c.seq <= {upto:d} AND c.kind IN ({_CLOSING}) ORDER BY c.seq"""
    return reader.read(facts, RAW), reader.read(closings, CLOSINGS)


def _between(after: int, upto: int | None, entity: int | None) -> QuerySet[Entry]:
    entries = Entry.objects.filter(seq__gt=after).annotate(day=TruncDate("recorded", tzinfo=SHANGHAI))
    if upto is not None:
        entries = entries.filter(seq__lte=upto)
    return entries if entity is None else entries.filter(entity=entity)
