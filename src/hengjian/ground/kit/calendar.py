"""Working days over a dated calendar (工作日历). A year without a notice is known only in part."""

from __future__ import annotations

import calendar as _months
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)
# Fixed by the regulation on festivals itself, so known before any yearly notice (全国年节及纪念日放假办法 §2).
_FIXED = {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days off, weekend days worked instead, and the years that have been announced."""

    off: dict[date, str] = field(default_factory=dict)
    worked: dict[date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_announced(self, day: date) -> bool:
        return day.year in self.years

    def is_working_day(self, day: date) -> bool:
        return self.why_off(day) is None

    def why_off(self, day: date) -> str | None:
        """Name of the holiday, `周末`, or None on a working day."""
        if day in self.worked:
            return None
        if day in self.off:
            return self.off[day]
        if not self.is_announced(day) and (day.month, day.day) in _FIXED:
            return _FIXED[day.month, day.day]
        return "周末" if day.weekday() >= 5 else None

    def next_working_day(self, day: date) -> date:
        """`day` itself when it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """The `count`-th working day after `start` (before it, if negative); `start` is not counted."""
        step = DAY if count >= 0 else -DAY
        day, left = start, abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(day) for day in days(start + DAY, end))


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def add_months(start: date, count: int) -> date:
    """The same day number `count` months on; the month's last day where there is none (民法典 §202)."""
    month = start.month - 1 + count
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, _months.monthrange(year, month)[1]))


def of_holidays(
    years: Iterable[int], off: Iterable[tuple[str, date, date]], worked: Iterable[tuple[str, date]]
) -> WorkCalendar:
    """A calendar from spans of days off (name, first, last) and single days worked (name, day)."""
    spans = {day: name for name, first, last in off for day in days(first, last)}
    return WorkCalendar(spans, {day: name for name, day in worked}, frozenset(years))
