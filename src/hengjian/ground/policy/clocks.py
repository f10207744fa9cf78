"""Deadlines (期限): f(events, reading of the law, calendar), with the sum shown day by day.

The start day is not counted; a limit in calendar days, months or years that ends on a day off ends on the next
working day; a pause takes out the days after it began up to the day it ended. See docs/packs.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hengjian.ground.kit.calendar import DAY, WorkCalendar, add_months

from .errors import MissingEvent
from .schema.terms import Reading, Term

Moment = date | datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum. `count` is the running number where the day counts."""

    day: Moment
    kind: str
    count: int | None = None
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"date": self.day.isoformat(), "kind": self.kind, "count": self.count, "why": self.why}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due, whether that can still change (暂定), by which article, and how it was counted.

    `paused` says that a pause is open: `due` is then the earliest day possible, as known from the events.
    """

    due: Moment
    provisional: bool
    basis: str
    steps: tuple[Step, ...]
    rule: str = ""
    title: str = ""
    start: Moment | None = None
    value: int = 0
    unit: str = ""
    law_on: date | None = None
    confidence: str = ""
    paused: bool = False
    extended: bool = False

    @property
    def day(self) -> date:
        return as_day(self.due)

    def as_json(self) -> dict[str, Any]:
        plain = {
            name: getattr(self, name)
            for name in ("provisional", "basis", "rule", "title", "value", "unit", "confidence", "paused", "extended")
        }
        dates = {
            name: value.isoformat() if value else None
            for name, value in (("due", self.due), ("start", self.start), ("law_on", self.law_on))
        }
        return dates | plain | {"steps": [step.as_json() for step in self.steps]}


def as_day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


@dataclass(slots=True)
class _Sum:
    """A count under way: where it stands and what it passed."""

    calendar: WorkCalendar
    pauses: list[tuple[str, date, date]]
    steps: list[Step] = field(default_factory=list)
    count: int = 0

    def paused(self, day: date) -> str | None:
        return next((name for name, since, until in self.pauses if since < day <= until), None)

    def run(self, day: date, value: int, unit: str, step: timedelta) -> date:
        """Pass `value` days of `unit` from `day`, which is not counted."""
        left = value
        while left > 0:
            day += step
            name = self.paused(day)
            off = self.calendar.why_off(day) if unit == "working_day" else None
            if name:
                self.steps.append(Step(day, "paused", None, name))
            elif off:
                self.steps.append(Step(day, "skipped", None, off))
            else:
                left -= 1
                self.count += 1
                self.steps.append(Step(day, "counted", self.count, self.calendar.worked.get(day, "") and "调休上班"))
        return day

    def months(self, day: date, value: int, unit: str, sign: int) -> date:
        end = add_months(day, sign * value * (12 if unit == "year" else 1))
        for name, since, until in self.pauses:
            if since < end:
                end += until - since
                self.steps.append(Step(until, "paused", (until - since).days, name))
        self.steps.append(Step(end, "counted", value, "对应日" if end.day == day.day else "无对应日或有中止"))
        return end

    def add(self, day: date, value: int, unit: str, direction: str) -> date:
        sign = -1 if direction == "before" else 1
        if unit in ("month", "year"):
            return self.months(day, value, unit, sign)
        return self.run(day, value, unit, sign * DAY)


def _pauses(term: Reading, events: Mapping[str, Moment], known: date) -> tuple[list[tuple[str, date, date]], bool]:
    found, still_open = [], False
    for name in term.pauses or ():
        if f"{name}.from" in events:
            end = events.get(f"{name}.to")
            still_open |= end is None
            found.append((name, as_day(events[f"{name}.from"]), as_day(end) if end else known))
    return found, still_open


def _start(term: Term, reading: Reading, events: Mapping[str, Moment]) -> Moment:
    for name in (reading.start, "from"):
        if name and name in events:
            return events[name]
    raise MissingEvent(f"“{term.title}”自“{reading.start}”起算，缺少该日期", event=reading.start, rule=term.id)


def compute(
    term: Term, reading: Reading, events: Mapping[str, Moment], calendar: WorkCalendar, as_of: date | None = None
) -> Deadline:
    """The deadline under `reading`. Raises MissingEvent without the start event.

    An extension counts once `extended` (its approval) is among the events; `extended_to` gives the day
    where the law leaves the length open.
    """
    if not isinstance(reading.value, int):
        raise MissingEvent(f"“{term.title}”不是期限", rule=term.id)
    start = _start(term, reading, events)
    unit = reading.unit or term.unit
    if unit in ("hour", "minute"):
        return _by_hours(term, reading, start, unit)
    known = max([as_day(moment) for moment in events.values()] + ([as_of] if as_of else []))
    pauses, still_open = _pauses(reading, events, known)
    total = _Sum(calendar, pauses, [Step(start, "start", 0, f"起算日（{reading.start or '起算'}）不计入")])
    end = total.add(as_day(start), reading.value, unit, term.direction)
    extended = "extended" in events or "extended_to" in events
    if "extended_to" in events:
        end = as_day(events["extended_to"])
        total.steps.append(Step(end, "extended", None, "批准延长至该日"))
    elif extended and reading.extension and reading.extension.value:
        total.steps.append(Step(end, "extended", reading.extension.value, f"经批准延长：{reading.extension.approval}"))
        end = total.add(end, reading.extension.value, reading.extension.unit or unit, term.direction)
    due, provisional = _rolled(term, unit, end, calendar, total.steps)
    if unit == "working_day":
        provisional |= any(not calendar.is_announced(as_day(step.day)) for step in total.steps)
    return Deadline(
        due, provisional, reading.basis, (*total.steps, Step(due, "end", None, "届满")), term.id, term.title, start,
        reading.value, unit, None, reading.confidence, still_open, extended,
    )  # fmt: skip


def _rolled(term: Term, unit: str, end: date, calendar: WorkCalendar, steps: list[Step]) -> tuple[date, bool]:
    if unit == "working_day" or not term.roll or term.direction == "before":
        return end, False
    due = calendar.next_working_day(end)
    steps.extend(
        Step(end + timedelta(days=i), "rolled", None, f"{calendar.why_off(end + timedelta(days=i))}，顺延")
        for i in range((due - end).days)
    )
    return due, not (calendar.is_announced(end) and calendar.is_announced(due))


def _by_hours(term: Term, reading: Reading, start: Moment, unit: str) -> Deadline:
    """Hours run through nights and holidays. A day without a time counts from its first hour: the stricter way."""
    moment = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)  # noqa: DTZ001
    length = int(str(reading.value))
    due = moment + (timedelta(hours=length) if unit == "hour" else timedelta(minutes=length))
    steps = (Step(moment, "start", 0, "起算时不计入"), Step(due, "end", length, "届满"))
    return Deadline(
        due, False, reading.basis, steps, term.id, term.title, moment, length, unit, None, reading.confidence
    )
