"""One runner at a time: a locked file for SQLite, an advisory lock on PostgreSQL for runners on several machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, connections

from hengjian.ground.kit.alone import alone

KEY = 0x4A4F4253  # "JOBS"


@contextmanager
def only_runner() -> Iterator[bool]:
    """True inside the block where no other runner is at work. Freed by the system when the process dies."""
    if connection.vendor == "postgresql":
        # A connection of its own: Django closes the ordinary one between passes, and the lock would go with it.
        held = connections.create_connection("default")
        try:
            with held.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEY])
                yield bool(cursor.fetchone()[0])
        finally:
            held.close()
        return
    with alone(settings.DATA / "jobs.lock", 0) as free:
        yield free
