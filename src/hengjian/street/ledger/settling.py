"""How far the ledger is settled: below which number nothing more will appear. See docs/algorithms/ledger.md.

On PostgreSQL a transaction may hold a lower number and commit later. So a writer says, by a shared advisory lock of its own,
the number drawn last before it draws any; it goes with its transaction, or with its process. Whoever wants the settled end
asks which such locks are held: writers wait neither for one another nor for readers.
"""

from __future__ import annotations

import time
from typing import Any

from django.db import connection
from django.db.models import Max

from .models import Entry

LOCK = 0x4C454447  # advisory lock of the ledger on PostgreSQL: "LEDG"
OPEN = 0x4C45  # the upper 16 bits of the locks of open batches: "LE"; the lower 48 are a number of the ledger
PATIENCE = 20.0  # seconds a copy waits for batches that are open when it is brought up

_DRAWN = "coalesce(pg_sequence_last_value(pg_get_serial_sequence('ledger_entry', 'seq')::regclass), 0)"
_BATCHES = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('ledger_batch', 'id')::regclass), 0)"
_HELD = f"""FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = {OPEN}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
_FIRST = f"SELECT min(((classid::bigint & 65535) << 32) | objid::bigint) {_HELD} AND pid <> pg_backend_pid()"


def begin(cursor: Any) -> None:
    """Say that this transaction is about to draw numbers. Once is enough, however many batches it writes."""
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    cursor.execute(
        f"SELECT pg_advisory_xact_lock_shared(({OPEN}::bigint << 48) | {_DRAWN}) "
        f"WHERE NOT EXISTS (SELECT 1 {_HELD} AND pid = pg_backend_pid())"
    )


def _bound(cursor: Any, patience: float) -> int:
    """The last number drawn, once whoever drew up to it is through; after `patience` seconds, the last below all open ones."""
    cursor.execute(f"SELECT {_DRAWN}")
    drawn, end = int(cursor.fetchone()[0]), time.monotonic() + patience
    while True:
        cursor.execute(_FIRST)
        first = cursor.fetchone()[0]
        if first is None or first >= drawn:
            return drawn
        if time.monotonic() >= end:
            return int(first)
        time.sleep(0.01)


def settled_seq(*, patience: float = PATIENCE) -> int:
    """The last sequence number below which nothing more will appear. Mirror and projection read up to here.

    `patience`: seconds to wait for batches that are open now; what a page asks waits for nobody.
    """
    entries = Entry.objects.all()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            entries = entries.filter(seq__lte=_bound(cursor, patience))
    return entries.aggregate(last=Max("seq"))["last"] or 0


def settled(at_least: int = 0) -> tuple[int, int]:
    """The settled end, and how many entries there are up to it: what a complete copy must hold.

    `at_least`: an end that was settled before; it is so still.
    """
    last = max(settled_seq(), at_least)
    with connection.cursor() as cursor:  # in one statement: entries that come meanwhile are in both numbers or in none
        cursor.execute(
            "SELECT (SELECT coalesce(sum(size), 0) FROM ledger_batch) - (SELECT count(*) FROM ledger_entry WHERE seq > %s)", [last]
        )
        return last, int(cursor.fetchone()[0])


def settled_batch() -> int | None:
    """The last batch below which no other will appear; None on SQLite, where whoever asks writes alone.

    To be asked in a transaction: days are sealed by one at a time.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK + 1])
        cursor.execute(_BATCHES)  # before the entries: who has drawn this number has drawn its entries
        last = int(cursor.fetchone()[0])
        cursor.execute(f"SELECT {_DRAWN}")
        drawn = int(cursor.fetchone()[0])
        if _bound(cursor, PATIENCE) < drawn:  # somebody writes very long: now everybody waits for it, and a deadlock is found
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return last
