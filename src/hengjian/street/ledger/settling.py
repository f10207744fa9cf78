"""How far the ledger is settled: below which number nothing more will appear."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max, Sum

from .models import Batch, Entry

LOCK = 0x4C454447  # advisory lock of the ledger on PostgreSQL: "LEDG"


def settled_seq() -> int:
    """The last sequence number below which nothing more will appear. Mirror and projection read up to here.

    On PostgreSQL a transaction may hold a lower number and commit later; writers hold a shared lock, and
    waiting for it once means that all of them are through.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        return Entry.objects.aggregate(last=Max("seq"))["last"] or 0


def settled() -> tuple[int, int]:
    """The settled end, and how many entries there are up to it: what a complete copy must hold."""
    with transaction.atomic():
        return settled_seq(), Batch.objects.aggregate(size=Sum("size"))["size"] or 0
