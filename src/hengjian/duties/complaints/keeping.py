"""What the clock does for complaints: nothing a deadline hangs on. Safe to repeat, and after ten days without it."""

from __future__ import annotations

from datetime import date, datetime

from . import drafts, odr, retention, sending, tracks, tries


def keep(on: date, at: datetime) -> tuple[int, int, int, int]:
    """Disputes that became complaints, deadlines said again, filings and drafts disposed of."""
    return odr.expire_due(on, at), tracks.settle_moved(on), retention.dispose_due(on), drafts.dispose(at) + tries.dispose(at)


def send(on: date, at: datetime) -> int:
    """Messages handed to the sender."""
    return sending.deliver(at)
