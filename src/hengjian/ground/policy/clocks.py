"""Deadlines (期限): f(events, reading of the law, calendar), with the sum shown day by day.

The start day is not counted, forwards or back; a limit in calendar days, months or years that ends on a day off ends
on the next working day; a limit that counts back stays where it falls; a pause takes out the days after it began up to the day it ended. See docs/packs.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from hengjian.ground.kit.calendar import DAY, WorkCalendar, add_months

from .errors import MissingEvent, WrongPause
from .schema.terms import Reading, Term

Moment = date | datetime
Names = Mapping[str, str]
APPROVERS = {"leader": "负责人", "government": "本级政府负责人", "organiser": "组织单位", "bureau": "主管部门"}


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
        """The same day number; every paused day in between moves the end by one."""
        end = due = add_months(day, sign * value * (12 if unit == "year" else 1))
        passed = day
        while self.pauses and passed != due:
            passed += sign * DAY
            if name := self.paused(passed):
                due += sign * DAY
                self.steps.append(Step(passed, "paused", None, name))
        self.steps.append(Step(due, "counted", value, _why_month(day, end, due)))
        return due

    def add(self, day: date, value: int, unit: str, direction: str) -> date:
        sign = -1 if direction == "before" else 1
        if unit in ("month", "year"):
            return self.months(day, value, unit, sign)
        return self.run(day, value, unit, sign * DAY)


def _why_month(start: date, end: date, due: date) -> str:
    if due != end:
        return "对应日加上中止的日数"
    return "对应日" if end.day == start.day else "当月没有对应日，以月末为准"


def _pauses(
    reading: Reading, events: Mapping[str, Moment], known: date, names: Names
) -> tuple[list[tuple[str, date, date]], bool]:
    stops = _stops(reading, events, names)
    spans = [(name, as_day(since), as_day(until) if until else known) for since, until, name in stops]
    return spans, any(until is None for _, until, _ in stops)


def _start(term: Term, reading: Reading, events: Mapping[str, Moment], names: Names) -> Moment:
    for name in (reading.start, "from"):
        if name and name in events:
            return events[name]
    missing = names.get(reading.start or "from", reading.start)
    raise MissingEvent("“%(title)s”自“%(missing)s”起算，缺少该日期", title=term.title, missing=missing, event=reading.start, rule=term.id)


def compute(
    term: Term,
    reading: Reading,
    events: Mapping[str, Moment],
    calendar: WorkCalendar,
    as_of: date | None = None,
    names: Names | None = None,
) -> Deadline:
    """The deadline under `reading`. Raises MissingEvent without the start event.

    An extension counts once `extended` (its approval) is among the events; `extended_to` gives the day
    where the law leaves the length open. `names` gives the events in words, for the steps.
    """
    if not isinstance(reading.value, int):
        raise MissingEvent("“%(title)s”不是期限", title=term.title, rule=term.id)
    names = names or {}
    start = _start(term, reading, events, names)
    unit = reading.unit or term.unit
    known = max([as_day(moment) for moment in events.values()] + ([as_of] if as_of else []))
    if unit in ("hour", "minute"):
        return _by_hours(term, reading, events, start, unit, known, names)
    pauses, still_open = _pauses(reading, events, known, names)
    total = _Sum(calendar, pauses, [Step(start, "start", 0, f"{names.get(reading.start or 'from', '起算')}，当日不计入")])
    end = total.add(as_day(start), reading.value, unit, term.direction)
    extended = "extended" in events or "extended_to" in events
    if "extended_to" in events:
        end = as_day(events["extended_to"])
        total.steps.append(Step(end, "extended", None, "批准延长至该日"))
    elif extended and reading.extension and reading.extension.value:
        total.steps.append(Step(end, "extended", reading.extension.value, _approved(reading)))
        end = total.add(end, reading.extension.value, reading.extension.unit or unit, term.direction)
    due, provisional = _rolled(term, unit, end, calendar, total.steps)
    if unit == "working_day":
        provisional |= any(not calendar.is_announced(as_day(step.day)) for step in total.steps)
    return Deadline(
        due, provisional, reading.basis, (*total.steps, Step(due, "end", None, "最迟之日" if term.direction == "before" else "届满")), term.id, term.title, start,
        reading.value, unit, None, reading.confidence, still_open, extended,
    )  # fmt: skip


def _rolled(term: Term, unit: str, end: date, calendar: WorkCalendar, steps: list[Step]) -> tuple[date, bool]:
    """The end after moving off a rest day, and whether a later notice could move it again."""
    back = term.roll == "back"
    if unit == "working_day" or not term.roll or (term.direction == "before" and not back):
        return end, False
    due, word = end, "提前" if back else "顺延"
    while why := calendar.why_off(due):
        steps.append(Step(due, "rolled", None, f"{why}，{word}"))
        due += -DAY if back else DAY
    return due, not (calendar.is_announced(end) and calendar.is_announced(due))


def _by_hours(
    term: Term, reading: Reading, events: Mapping[str, Moment], start: Moment, unit: str, known: date, names: Names
) -> Deadline:
    """Hours run through nights and holidays. A day without a time counts from its first hour: the stricter way.

    An approved extension adds its own time; pauses take out their exact time, in the extension as before it.
    """
    moment = _as_moment(start)
    sign = -1 if term.direction == "before" else 1
    due = moment + sign * _span(int(str(reading.value)), unit)
    steps = [Step(moment, "start", 0, "起算时不计入")]
    extended = "extended" in events or "extended_to" in events
    if extended and "extended_to" not in events and reading.extension and reading.extension.value:
        due += sign * _span(reading.extension.value, reading.extension.unit or unit)
        steps.append(Step(due, "extended", reading.extension.value, _approved(reading)))
    still_open, free = False, moment
    for since, until, name in sorted(_stops(reading, events, names), key=lambda stop: _as_moment(stop[0])):
        still_open |= until is None
        first, last = max(_as_moment(since), free), _as_moment(until or known)
        if sign > 0 and first < due and last > first:
            due, free = due + (last - first), last
            steps.append(Step(last, "paused", None, name))
    if "extended_to" in events:
        due = _as_moment(events["extended_to"])
        steps.append(Step(due, "extended", None, "批准延长至该时"))
    return Deadline(
        due, False, reading.basis, (*steps, Step(due, "end", None, "届满")), term.id, term.title, moment,
        int(str(reading.value)), unit, None, reading.confidence, still_open, extended,
    )  # fmt: skip


def _stops(
    reading: Reading, events: Mapping[str, Moment], names: Names
) -> list[tuple[Moment, Moment | None, str]]:
    """The pauses among the events: first day, last day if it has ended, name in words.

    Raises WrongPause for one that ends before it began.
    """
    found = []
    for name in reading.pauses or ():
        word = names.get(f"{name}.from", name).removesuffix("开始")
        for first, last in _times(name, events):
            since, until = events[first], events.get(last)
            if until is not None and _as_moment(until) < _as_moment(since) and as_day(until) != as_day(since):
                said = {"pause": word, "until": until.isoformat(), "since": since.isoformat()}
                raise WrongPause("“%(pause)s”的结束（%(until)s）早于开始（%(since)s）", event=last, **said)
            found.append((since, until, word))
    return found


def _times(name: str, events: Mapping[str, Moment]) -> Iterator[tuple[str, str]]:
    """First and last event of each time a pause happened, in their order."""
    for number in count(1):
        first, last = numbered(f"{name}.from", number), numbered(f"{name}.to", number)
        if first not in events:
            return
        yield first, last


def numbered(event: str, number: int) -> str:
    """The name of an end of the nth pause of one name: `testing.from`, then `testing.2.from`."""
    name, _, end = event.rpartition(".")
    return event if number == 1 else f"{name}.{number}.{end}"


def together(told: Iterable[tuple[str, Moment]]) -> dict[str, Moment]:
    """Events by name. Ends of pauses may be told several times: the second `testing.from` is `testing.2.from`."""
    events: dict[str, Moment] = {}
    for name, moment in told:
        number = 1
        if name.endswith((".from", ".to")):
            number = next(n for n in count(1) if numbered(name, n) not in events)
        events[numbered(name, number)] = moment
    return events


def _approved(reading: Reading) -> str:
    by = reading.extension.approval if reading.extension else ""
    return f"经{APPROVERS.get(by, by)}批准延长"


def _span(length: int, unit: str) -> timedelta:
    return timedelta(minutes=length) if unit == "minute" else timedelta(hours=length)


def _as_moment(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
