"""May this record be repaired, from which day, and why? No database, no clock. See docs/algorithms/repair.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hengjian.ground.kit.refusals import Message
from hengjian.ground.policy import Law, NotInForce, clauses
from hengjian.ground.policy.clocks import Deadline
from hengjian.ground.policy.inquiry import weakest
from hengjian.ground.policy.schema import Item

DAY = timedelta(days=1)
TARGETS, CONDITIONS, MATERIALS = "repair-targets", "repair-conditions", "repair-materials"
AT_ONCE = "at-once"
OPEN = ("now", "later", "barred", "pending")  # verdicts of records for which an application exists in law


@dataclass(frozen=True, slots=True)
class Subject:
    """The record. `shown_from`: the day its publicity counts from; `due`: the day it must be public at the latest."""

    seq: int
    kind: str
    decided: date
    fields: Mapping[str, Any]
    shown_from: date | None = None
    due: date | None = None
    until: date | None = None  # its last public day by mere time
    never: str = ""  # why the public never sees it
    closed: str = ""  # withdrawal | repair | end | correction
    closed_on: date | None = None
    listing: bool = False  # stands on a list: ends on removal, whether it is shown or not


@dataclass(frozen=True, slots=True)
class Known:
    """What the records here show of a condition. `met` None: people must judge, with this before them."""

    met: bool | None
    says: Message


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the way. `met` None: the firm has to show it."""

    code: str
    title: str
    title_en: str
    met: bool | None
    says: Message | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer for one record on one day. `opens`: the first day of a lawful application; `leaves`: the first day
    without publicity if nobody applies.

    Verdicts: now, later, barred, pending (asked already), itself (ends by itself, no application), elsewhere (another
    authority decides), never-public, over, closed.
    """

    subject: Subject
    on: date
    verdict: str
    target: str = ""
    way: Item | None = None
    wait: Deadline | None = None
    opens: date | None = None
    leaves: date | None = None
    provisional: bool = False
    conditions: tuple[Condition, ...] = ()
    bars: tuple[Message, ...] = ()
    materials: tuple[Item, ...] = ()
    spared: tuple[Item, ...] = ()  # need not be brought: the records here show it
    basis: tuple[str, ...] = ()
    confidence: str = "project"
    law_version: str = ""
    linked: tuple[int, ...] = field(default=())  # entries that leave together with it

    @property
    def unmet(self) -> list[Condition]:
        return [one for one in self.conditions if one.met is False]

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(), "entry": self.subject.seq, "verdict": self.verdict, "way": self.way.code if self.way else "",
            "counted_from": _iso(self.subject.shown_from), "opens": _iso(self.opens), "leaves": _iso(self.leaves),
            "wait": self.wait.as_json() if self.wait else None,
            "conditions": [{"code": one.code, "title": one.title, "met": one.met, "says": str(one.says or "")} for one in self.conditions],
            "bars": [str(bar) for bar in self.bars], "materials": [one.code for one in self.materials],
            "spared": [one.code for one in self.spared], "basis": list(self.basis), "confidence": self.confidence,
            "law_version": self.law_version, "linked": list(self.linked),
        }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def target_of(law: Law, kind: str) -> str:
    """What a kind of record is called as an object of repair; empty where market supervision cannot repair it."""
    return next((item.code for item in law.catalogue(TARGETS).rows if kind in item.extra.get("records", ())), "")


def eligibility(
    subject: Subject, on: date, law: Law, known: Mapping[str, Known], bars: Iterable[Message] = (), *, pending: bool = False,
    linked: Iterable[int] = (),
) -> Eligibility:  # fmt: skip
    """The answer under the law in force on `on`, which for an application is the day it is received."""
    way = clauses.way_of(law, subject.kind, subject.fields, on)
    target = target_of(law, subject.kind)
    told: dict[str, Any] = {"subject": subject, "on": on, "target": target, "way": way, "law_version": law.version, "linked": tuple(linked)}
    leaves, marks, bases = _leaves(subject, way, on, law)
    if not bases:  # the list of ways itself
        marks, bases = [law.catalogue(clauses.WAYS).confidence or "project"], [law.catalogue(clauses.WAYS).basis or ""]
    told |= {"leaves": leaves, "basis": tuple(bases), "confidence": weakest(marks) or "project"}
    if subject.closed and (subject.closed_on or on) <= on:
        return Eligibility(verdict="closed", **told)
    if subject.never:
        return Eligibility(verdict="never-public", **told)
    if leaves is not None and leaves <= on:
        return Eligibility(verdict="over", **told)
    if way is None or "apply" not in way.extra:
        return Eligibility(verdict="itself", **told)
    if not target or (subject.listing and subject.fields.get("sender")):  # who listed a firm takes it off (Order 44 of 2021)
        return Eligibility(verdict="elsewhere", **told)
    wait, opens, more = _opens(subject, way, on, law)
    if wait:
        told |= {"basis": tuple(dict.fromkeys((wait.basis, *bases))), "confidence": weakest([*marks, wait.confidence])}
    waited = opens is not None and opens <= on
    conditions = tuple(_conditions(way, law, known, waited))
    materials, spared = _materials(law, conditions)
    found = (*bars, *more)
    barred = bool(found) or any(one.met is False for one in conditions if one.code != "waited")
    verdict = "pending" if pending else "barred" if barred else "now" if waited else "later"
    return Eligibility(
        verdict=verdict, wait=wait, opens=opens, provisional=bool(wait and wait.provisional), conditions=conditions, bars=found,
        materials=materials, spared=spared, **told,
    )  # fmt: skip


def _leaves(subject: Subject, way: Item | None, on: date, law: Law) -> tuple[date | None, list[str], list[str]]:
    """The first day on which it is gone by mere time: publication's last day, or for a listing the end of its term."""
    if not subject.listing:
        return (subject.until + DAY if subject.until else None), [], []
    name = (way.extra if way else {}).get("ends")
    if not name:
        return None, [], []
    end = _deadline(law, name, subject.decided, on)
    return (end.day + DAY, [end.confidence], [end.basis]) if end else (None, [], [])


def _opens(subject: Subject, way: Item, on: date, law: Law) -> tuple[Deadline | None, date | None, list[Message]]:
    """The shortest publicity with its sum, and the first day after it. What is not public yet counts from the day it
    must be at the latest."""
    name = str(way.extra["apply"])
    if name == AT_ONCE:
        return None, max(subject.decided, date.min), []
    counted = law.term(name).from_ == "published"
    since = clauses.start_of(law, name, subject.decided, subject.shown_from or subject.due)
    if since is None:
        return None, None, [Message("尚未公示，最短公示期还没有开始")]
    wait = _deadline(law, name, since, on)
    if wait is None:
        return None, None, [Message("申请之日没有施行中的最短公示期规定")]
    return wait, wait.day + DAY, [] if subject.shown_from or not counted else [Message("尚未公示，最短公示期还没有开始")]


def _deadline(law: Law, name: str, since: date, on: date) -> Deadline | None:
    term = law.term(name)
    try:
        return law.deadline(name, {term.from_: since}, on=max(on, term.readings[0].since))
    except NotInForce:
        return None


def _conditions(way: Item, law: Law, known: Mapping[str, Known], waited: bool) -> Iterable[Condition]:
    titles = law.catalogue(CONDITIONS).items
    if way.extra["apply"] != AT_ONCE:
        yield Condition("waited", titles["waited"].title, titles["waited"].title_en, waited)
    for code in way.extra.get("conditions", ()):
        found = known.get(code)
        yield Condition(code, titles[code].title, titles[code].title_en, found.met if found else None, found.says if found else None)


def _materials(law: Law, conditions: Iterable[Condition]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What has to be brought, and what the records here show already (免提交)."""
    stand = {one.code: one.met for one in conditions}
    asked = [item for item in law.catalogue(MATERIALS).rows if item.extra.get("proves") in stand]
    return tuple(i for i in asked if not stand[i.extra["proves"]]), tuple(i for i in asked if stand[i.extra["proves"]])


def procedure_for(law: Law, channel: str, on: date) -> str:
    """The definition an application of this day and channel follows; empty where none was in force."""
    rows = law.catalogue("repair-procedures").rows
    return next((row.code for row in rows if row.in_force(on) and channel in row.extra["channels"]), "")
