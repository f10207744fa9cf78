"""Money that grows or comes in parts: the added fine for paying late, and instalments. No Django, no clock.

Amounts are in fen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hengjian.ground.kit.money import BadMoney, parse_yuan
from hengjian.ground.kit.refusals import Invalid

_LINE = re.compile(r"^(\d{4}-\d{2}-\d{2})[\s，,：:]+(.+)$")


class BadSchedule(Invalid):
    """Instalments that cannot be read; the message names the line."""

    code = "bad_schedule"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which the same amount was outstanding: from the first to the last, both counted."""

    since: date
    until: date
    owed: int
    added: int

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


@dataclass(frozen=True, slots=True)
class Late:
    """The added fine on a day, with the sum that leads to it."""

    added: int
    capped: bool
    stretches: tuple[Stretch, ...]


def paid_by(payments: Iterable[tuple[date, int]], on: date) -> int:
    return sum(amount for day, amount in payments if day <= on)


def added_fine(
    fine: int, due: date, payments: Sequence[tuple[date, int]], on: date, *, daily: int, cap: int,
    still: Sequence[tuple[date, date | None]] = (),
) -> Late:  # fmt: skip
    """What may be added for paying late (加处罚款): `daily` percent a day of what is owed, from the day after `due` to the
    day before payment, never above `cap` percent of the fine. Days of an appeal (`still`) do not count (行政处罚法第73条).
    """
    runs: list[Stretch] = []
    total, most, day = 0, fine * cap // 100, due + timedelta(days=1)
    while day <= on and total < most:
        owed = max(0, fine - paid_by(payments, day))
        if owed and not any(since <= day and (until is None or day <= until) for since, until in still):
            step = min(owed * daily // 100, most - total)
            total += step
            last = runs[-1] if runs else None
            if last and last.owed == owed and last.until == day - timedelta(days=1):
                runs[-1] = Stretch(last.since, day, owed, last.added + step)
            else:
                runs.append(Stretch(day, day, owed, step))
        elif not owed:
            break
        day += timedelta(days=1)
    return Late(total, bool(total) and total >= most, tuple(runs))


def schedule_of(text: str) -> list[tuple[date, int]]:
    """Instalments as officers write them, one line each: a day and an amount in yuan. Raises BadSchedule."""
    rows: list[tuple[date, int]] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        found = _LINE.match(line)
        try:
            day, amount = (date.fromisoformat(found[1]), parse_yuan(found[2].removesuffix("元").strip()).fen) if found else (None, 0)
        except (ValueError, BadMoney):
            day, amount = None, 0
        if day is None or amount <= 0:
            raise BadSchedule("分期计划的这一行看不懂：%(line)s；请写成 2026-06-30 20000", line=line[:60])
        if rows and day <= rows[-1][0]:
            raise BadSchedule("分期计划的日期须逐期往后：%(line)s", line=line[:60])
        rows.append((day, amount))
    return rows


def next_instalment(schedule: Sequence[tuple[date, int]], paid: int) -> tuple[date, int] | None:
    """The first instalment that what was paid does not cover, and what of it is missing; None when all are."""
    due = 0
    for day, amount in schedule:
        due += amount
        if paid < due:
            return day, min(amount, due - paid)
    return None
