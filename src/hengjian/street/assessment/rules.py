"""Which rulesets are in force, and the way back (恢复途径): what counts against an entity, until when, and when a
better class can be reached.

No database, no clock. Two futures are worked out: nothing is done, and every record is repaired as early as the
law allows, the authority using its whole time. The ways and their terms are data: `catalogues/repair-ways`.
See docs/algorithms/classification.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hengjian.ground.kit.calendar import DAY, add_months
from hengjian.ground.policy import Law, NotInForce, clauses
from hengjian.ground.policy.by_row import Classification, classify
from hengjian.ground.policy.conditions import Fact, Moment, Terms, Truth, counts, last_day, leaves, moment, picked
from hengjian.ground.policy.inquiry import weakest
from hengjian.ground.policy.schema import Item
from hengjian.ground.policy.schema.rulesets import Ruleset

LISTS = ("abnormal-list", "serious-list")


@dataclass(frozen=True, slots=True)
class Record:
    """A record with the fields of its body: the way back depends on what kind of penalty it was."""

    fact: Fact
    body: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0
    since: date | None = None  # the day its terms count from: of the decision, or of the restoration
    published: date | None = None  # the day its publicity counts from; None: not known, counted as if shown when it was decided

    def start(self, law: Law, term: str) -> date:
        """The day one of its terms counts from; the record says when it was decided."""
        decided = self.since or self.fact.decided or date.max
        return clauses.start_of(law, term, decided, self.published or decided) or decided


@dataclass(frozen=True, slots=True)
class Need:
    """One condition of repair. `met` None: the firm has to show it."""

    code: str
    title: str
    title_en: str
    met: Truth


@dataclass(frozen=True, slots=True)
class Held:
    """One record that counts. `lapses`: first day it no longer does by itself; `back`: the same if it is repaired.

    `overdue`: its term is over, but nobody has recorded the end. Both days are None where the law gives no such day.
    """

    record: Record
    way: Item | None
    lapses: date | None = None
    overdue: bool = False
    apply: date | None = None
    back: date | None = None
    provisional: bool = False
    needs: tuple[Need, ...] = ()
    basis: tuple[str, ...] = ()
    confidence: str = "project"

    @property
    def gone(self) -> date | None:
        """The first day on which it no longer counts if everything is done for it."""
        return min((day for day in (self.lapses, self.back) if day), default=None)

    def as_json(self) -> dict[str, Any]:
        fact = self.record.fact
        return {
            "record": fact.ref, "seq": self.record.seq, "kind": fact.kind, "decided": _iso(fact.decided),
            "counts_until": _iso(self.lapses - DAY if self.lapses else None), "overdue": self.overdue,
            "way": self.way.code if self.way else None, "title": self.way.title if self.way else None,
            "form": self.way.extra.get("form") if self.way else None, "apply_from": _iso(self.apply),
            "cleared_by": _iso(self.back), "provisional": self.provisional, "basis": list(self.basis),
            "confidence": self.confidence, "note": self.way.extra.get("note", "") if self.way else "",
            "conditions": [{"code": n.code, "title": n.title, "met": n.met} for n in self.needs],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Return:
    """The first day on which the class is at least this good: without and with repair. None: no such day is known."""

    code: str
    title: str
    title_en: str
    waiting: date | None
    repairing: date | None
    provisional: bool

    def as_json(self) -> dict[str, Any]:
        plain = {"class": self.code, "title": self.title, "provisional": self.provisional}
        return plain | {"without_repair": _iso(self.waiting), "with_repair": _iso(self.repairing)}


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where an entity stands and how it gets back."""

    now: Classification
    held: tuple[Held, ...]
    returns: tuple[Return, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "now": self.now.as_json(),
            "records": [held.as_json() for held in self.held],
            "returns": [each.as_json() for each in self.returns],
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def in_force(law: Law, on: date) -> list[Ruleset]:
    """The rulesets in force on a day, one per family: where two readings overlap, the later one."""
    newest: dict[str, Ruleset] = {}
    for ruleset in sorted(law.sections["rules"].values(), key=lambda each: (each.since, each.id)):
        if ruleset.in_force(on):
            newest[ruleset.family] = ruleset
    return sorted(newest.values(), key=lambda ruleset: ruleset.id)


def way_back(ruleset: Ruleset, records: Iterable[Record], on: date, law: Law, terms: Terms) -> WayBack:
    """What counts against the entity on `on`, each record's way out, and the days of return to each better class."""
    at = moment(ruleset, on, None, terms)
    standing = [record for record in records if counts(record.fact, at) is not False]
    now = classify(ruleset, (record.fact for record in standing), on, terms=terms)
    asked = [leaf for rule in ruleset.conditional if rule.when for leaf in leaves(rule.when)]
    held = _held(ruleset, standing, on, law)
    against = tuple(each for each in held if any(picked(leaf, each.record.fact, at) is not False for leaf in asked))
    waiting = _first_days(ruleset, [(h.record.fact, h.lapses) for h in held], on, terms)
    repairing = _first_days(ruleset, [(h.record.fact, h.gone) for h in held], on, terms)
    better = ruleset.classes[ruleset.rank(now.code) + 1 :]
    soft = any(each.provisional for each in held)
    returns = (
        Return(
            item.code, item.title, item.title_en, waiting.get(item.code), repairing.get(item.code),
            soft and repairing.get(item.code) is not None and repairing.get(item.code) != waiting.get(item.code),
        )
        for item in better
    )  # fmt: skip
    return WayBack(now, against, tuple(returns))


def _held(ruleset: Ruleset, standing: Sequence[Record], on: date, law: Law) -> list[Held]:
    """Listings first: while one stands, a penalty cannot be repaired (条件：不在名单中)."""
    lists = [_one(ruleset, record, standing, on, law, None) for record in standing if record.fact.kind in LISTS]
    gone = [each.gone for each in lists]
    clear = date.max if None in gone else max((day for day in gone if day), default=on)
    rest = (_one(ruleset, record, standing, on, law, clear) for record in standing if record.fact.kind not in LISTS)
    soft = any(each.provisional for each in lists)
    return lists + [replace(each, provisional=each.provisional or (soft and each.back is not None)) for each in rest]


def _one(
    ruleset: Ruleset, record: Record, standing: Sequence[Record], on: date, law: Law, clear: date | None
) -> Held:
    way = way_of(record, on, law)
    lapse, overdue, bases, marks = _lapse(ruleset, record, way, on, law)
    if way is None or "apply" not in way.extra or record.fact.decided is None:
        return Held(record, way, lapse, overdue, basis=bases, confidence=weakest(marks) or "project")
    open_from = on
    if way.extra["apply"] != "at-once":
        months, basis, mark = _months(law, way.extra["apply"], on)
        open_from, bases, marks = add_months(record.start(law, way.extra["apply"]), months) + DAY, (*bases, basis), [*marks, mark]
    waited = open_from <= on
    listed = "not-listed" in way.extra.get("conditions", ())
    earliest = max(on, open_from, clear if listed and clear else on)
    needs = tuple(_needs(way, law, record, standing, waited))
    if earliest == date.max:
        return Held(record, way, lapse, overdue, None, None, False, needs, bases, weakest(marks) or "project")
    back, provisional, more, confidences = _decided(way, earliest, on, law)
    return Held(
        record, way, lapse, overdue, earliest, back, provisional, needs,
        tuple(dict.fromkeys((*bases, *more))), weakest([*marks, *confidences]) or "project",
    )  # fmt: skip


def way_of(record: Record, on: date, law: Law) -> Item | None:
    """The first way in force on `on` whose kind and clauses fit the record."""
    fields = {**record.body, "fine_fen": record.fact.fine, "warning_only": record.fact.warning_only}
    return clauses.way_of(law, record.fact.kind, fields, on)


def _lapse(
    ruleset: Ruleset, record: Record, way: Item | None, on: date, law: Law
) -> tuple[date | None, bool, tuple[str, ...], list[str]]:
    """The first day without effect if nothing is done, whether it should be over already, bases, confidences."""
    fact = record.fact
    days, bases, marks = [fact.closed] if fact.closed else [], [], []
    lapsing = fact.kind in ruleset.lapses
    if fact.until and lapsing:
        days.append(fact.until + DAY)
    if way and "ends" in way.extra and fact.decided and (lapsing or way.extra["lifts"] == "listing"):
        months, basis, mark = _months(law, way.extra["ends"], on)
        days.append(add_months(record.start(law, way.extra["ends"]), months) + DAY)
        bases.append(basis)
        marks.append(mark)
    first = min(days, default=None)
    overdue = first is not None and first <= on
    return (on + DAY if overdue else first), overdue, tuple(bases), marks


def _months(law: Law, name: str, on: date) -> tuple[int, str, str]:
    """A term of months or years as months, with basis and confidence. Before its first reading: the first one."""
    term = law.term(name)
    try:
        reading = term.on(on)
    except NotInForce:
        reading = term.on(term.readings[0].since)
    return int(str(reading.value)) * (12 if (reading.unit or term.unit) == "year" else 1), reading.basis, reading.confidence


def _decided(way: Item, applied: date, on: date, law: Law) -> tuple[date, bool, list[str], list[str]]:
    """The last lawful day of the decision on an application made on `applied`."""
    day, provisional, bases, marks = applied, False, [], []
    for step in ("accept", "decide"):
        if name := way.extra.get(step):
            term = law.term(name)
            deadline = law.deadline(name, {term.from_: day}, on=max(on, term.readings[0].since))
            day, provisional = deadline.day, provisional or deadline.provisional
            bases.append(deadline.basis)
            marks.append(deadline.confidence)
    return day, provisional, bases, marks


def _needs(way: Item, law: Law, record: Record, standing: Sequence[Record], waited: bool) -> Iterable[Need]:
    known: dict[str, Truth] = {
        "not-listed": not any(each.fact.kind in LISTS for each in standing),
        "not-repeated": None if _again(record, standing) else True,
    }
    titles = law.catalogue("repair-conditions").items
    if way.extra["apply"] != "at-once":
        yield Need("waited", titles["waited"].title, titles["waited"].title_en, waited)
    for code in way.extra.get("conditions", ()):
        yield Need(code, titles[code].title, titles[code].title_en, known.get(code))


def _again(record: Record, standing: Sequence[Record]) -> bool:
    """Whether a later penalty stands: whether it is for the same kind of breach, people must judge."""
    decided = record.fact.decided or date.min
    return any(each.fact.kind == "penalty" and (each.fact.decided or date.max) > decided for each in standing)


def _first_days(
    ruleset: Ruleset, ends: Sequence[tuple[Fact, date | None]], on: date, terms: Terms
) -> dict[str, date]:
    """For each class the first day after `on` on which the entity's class is at least as good."""
    facts = [replace(fact, ended=day) if day else fact for fact, day in ends]
    found: dict[str, date] = {}
    for day in turning_days(ruleset, facts, on, moment(ruleset, on, None, terms)):
        rank = ruleset.rank(classify(ruleset, facts, day, terms=terms).code)
        for item in ruleset.classes[: rank + 1]:
            found.setdefault(item.code, day)
    return found


def turning_days(ruleset: Ruleset, facts: Sequence[Fact], on: date, at: Moment) -> list[date]:
    """Days on which an answer may change: a record stops counting, or leaves the window of a rule."""
    days = {fact.closed for fact in facts if fact.closed}
    days |= {last + DAY for fact in facts if (last := last_day(fact, at))}
    windows = [leaf for rule in ruleset.conditional if rule.when for leaf in leaves(rule.when) if leaf.within]
    for leaf in windows:
        assert leaf.within is not None
        for fact in facts:
            if fact.kind == leaf.kind and fact.decided:
                out = add_months(fact.decided, leaf.within.months)
                days |= {out + DAY * n for n in range(5)}  # a month may be shorter than the one it is counted from
    return sorted(day for day in days if day > on)
