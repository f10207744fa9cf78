"""How late, how silent, how right: figures of one source of records. No database, no clock, no Django.

Nothing here averages a bad unit away: a group is as good as its worst member, and beside the median stands the slowest
tenth. See docs/algorithms/filing.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from hengjian.ground.kit.calendar import WorkCalendar, days

TONES = ("grey", "green", "yellow", "red")  # from nothing to say, to worst
DAY = timedelta(days=1)
GAPS = 12  # the last gaps a source's habit is read from


@dataclass(frozen=True, slots=True)
class Spread:
    """Days from a record's day to its filing: of half the rows at most, of nine tenths, on average of the slowest tenth."""

    rows: int
    median: int
    p90: int
    worst: float
    most: int


def spread(counted: Mapping[int, int]) -> Spread | None:
    """From how many rows took how many days; None where there are none."""
    rows = sum(counted.values())
    if not rows:
        return None
    tenth = -(-rows // 10)
    left, slow = tenth, 0
    for delay in sorted(counted, reverse=True):
        taken = min(left, counted[delay])
        slow, left = slow + taken * delay, left - taken
        if not left:
            break
    return Spread(rows, _at(counted, -(-rows // 2)), _at(counted, -(-9 * rows // 10)), slow / tenth, max(counted))


def _at(counted: Mapping[int, int], rank: int) -> int:
    seen = 0
    for delay in sorted(counted):
        seen += counted[delay]
        if seen >= rank:
            return delay
    raise ValueError("rank beyond the rows")


class Workdays:
    """Working days between any two days of a span, counted once: many thousand pairs are asked."""

    def __init__(self, calendar: WorkCalendar, first: date, last: date) -> None:
        self._first, self._upto, so_far = first, [], 0
        for day in days(first, max(first, last)):
            so_far += calendar.is_working_day(day)
            self._upto.append(so_far)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; none where `end` comes first."""
        if end <= start:
            return 0
        return self._upto[(end - self._first).days] - self._upto[(start - self._first).days]


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that has not filed for longer than is usual for it, in working days."""

    last: date
    usual: float
    limit: float
    waited: int


def silence(filed: Sequence[date], on: date, workdays: Workdays, factor: float, fewest: int) -> Silence | None:
    """Whether a source is silent on a day, from the days it filed; None also where too little is known of its habit."""
    known = sorted({day for day in filed if day <= on})
    gaps = [max(1, workdays.between(one, other)) for one, other in pairwise(known)][-GAPS:]
    if len(gaps) < fewest:
        return None
    usual = median(gaps)
    waited = workdays.between(known[-1], on)
    return Silence(known[-1], usual, factor * usual, waited) if waited > factor * usual else None


def worst(tones: Iterable[str]) -> str:
    """The tone of a group: that of its worst member."""
    return max(tones, key=TONES.index, default="grey")


def tone_of_share(bad: int, of: int, red: float) -> str:
    """Green where nothing is bad; red from more than `red` percent on."""
    if not of:
        return "grey"
    return "red" if 100 * bad > red * of else "yellow" if bad else "green"


def picks(seed: str, size: int, count: int) -> list[int]:
    """`count` places of 0 … size-1 by lot, in the order drawn. Same seed and size, same places: anybody can draw again."""
    found: dict[int, None] = {}
    turn = 0
    while len(found) < min(count, size):
        found[int(hashlib.sha256(f"{seed}:{turn}".encode()).hexdigest(), 16) % size] = None
        turn += 1
    return list(found)


def month_of(day: date) -> date:
    return day.replace(day=1)


def after(month: date) -> date:
    """The first day of the next month."""
    return (month + timedelta(days=32)).replace(day=1)
