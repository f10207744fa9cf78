"""The clock on the wall. Only doors look at it; everything below them is given `on`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """This moment, in Tianjin's time. `HENGJIAN_TODAY=2026-11-24` moves the day (demonstrations, rehearsals)."""
    fixed = _frozen.get()
    if fixed is not None:
        return fixed
    present = datetime.now(SHANGHAI)
    day = os.environ.get("HENGJIAN_TODAY")
    return datetime.combine(date.fromisoformat(day), present.timetz()) if day else present


def today() -> date:
    return now().date()


@contextmanager
def frozen(at: date | datetime) -> Iterator[None]:
    """Stop the clock for the length of a block."""
    moment = at if isinstance(at, datetime) else datetime.combine(at, time(9, 0))
    token = _frozen.set(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))
    try:
        yield
    finally:
        _frozen.reset(token)
