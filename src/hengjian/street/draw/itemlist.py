"""The list of inspection items (抽查事项清单): which stood on it when, counted against the year before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from hengjian.ground import policy

from .queries import ITEMS

PROMISE = "double-random-items-cut"  # an indicator of the place; its targets name their year


@dataclass(frozen=True, slots=True)
class Line:
    """An item that stood on the list on the last day of the year before, on the day of counting, or on both."""

    item: Any
    before: bool
    now: bool

    @property
    def state(self) -> str:
        """kept | joined | left."""
        return "kept" if self.before and self.now else "joined" if self.now else "left"


@dataclass(frozen=True, slots=True)
class Count:
    """How many items stood on the list in the year before and now; `share` is what was cut of them."""

    before: int
    now: int

    @property
    def cut(self) -> int:
        return self.before - self.now

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.cut, self.before) if self.before else None


def days(year: int, today: date) -> tuple[date, date]:
    """The last day of the year before, and the day the list is counted: the last one of the year, or today within it."""
    return date(year - 1, 12, 31), min(date(year, 12, 31), today)


def lines(year: int, today: date, *, department: str = "", state: str = "") -> list[Line]:
    """The list of a year beside the year before, in the order of the pack."""
    before, now = (policy.current().catalogue(ITEMS).on(day) for day in days(year, today))
    every = dict.fromkeys(row.code for row in policy.current().catalogue(ITEMS).rows)
    found = [Line(now.get(code) or before[code], code in before, code in now) for code in every if code in before or code in now]
    return [line for line in found if department in ("", line.item.extra.get("department")) and state in ("", line.state)]


def count(rows: Sequence[Line]) -> Count:
    return Count(sum(line.before for line in rows), sum(line.now for line in rows))


def grouped(rows: Iterable[Line]) -> list[tuple[str, str, Count]]:
    """(department, field, count), in the order of the list."""
    before, now = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for line in rows:
        key = (str(line.item.extra.get("department", "")), str(line.item.extra.get("field", "")))
        before[key] += line.before
        now[key] += line.now
    return [(department, field, Count(before[department, field], now[department, field])) for department, field in before]


def promises() -> dict[int, Any]:
    """Year -> percent promised to be cut against the year before; empty where the place promised nothing."""
    indicator = policy.current().sections["indicators"].get(PROMISE)
    return {target.year: target.value for target in indicator.targets if target.year} if indicator else {}


def promise_basis() -> str:
    """The paper in which it was promised."""
    return str(policy.current().indicator(PROMISE).basis)
