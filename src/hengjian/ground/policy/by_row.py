"""The row form: one entity's class, with the article, the records and the values behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .conditions import (
    Fact,
    Moment,
    Terms,
    Truth,
    amount,
    conjunction,
    disjunction,
    limit_of,
    measure,
    moment,
    negation,
    no_terms,
    picked,
)
from .schema.rulesets import Condition, Rule, Ruleset


@dataclass(frozen=True, slots=True)
class Reading:
    """What one leaf read: the value (or the range), the limit, the records, and what they did not state."""

    kind: str
    measure: str
    operator: str
    low: int
    high: float
    limit: int
    holds: Truth
    records: tuple[Fact, ...]
    missing: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "measure": self.measure,
            "operator": self.operator,
            "value": self.low,
            "at_most": None if self.high == float("inf") else int(self.high),
            "limit": self.limit,
            "holds": self.holds,
            "records": [fact.ref for fact in self.records],
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule and how it was answered. `holds` None: it cannot be decided while something is missing."""

    rule: Rule
    holds: Truth
    readings: tuple[Reading, ...]

    @property
    def records(self) -> tuple[Fact, ...]:
        """The records that carry the rule, each once."""
        carrying = (fact for reading in self.readings if reading.holds is not False for fact in reading.records)
        return tuple(dict.fromkeys(carrying))

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(gap for reading in self.readings for gap in reading.missing))

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule.id,
            "aliases": list(self.rule.aliases),
            "title": self.rule.title,
            "title_en": self.rule.title_en,
            "basis": self.rule.basis,
            "confidence": self.rule.confidence,
            "class": self.rule.gives,
            "records": [fact.ref for fact in self.records],
            "readings": [reading.as_json() for reading in self.readings],
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Classification:
    """A class and why: `reasons` gave it, `also` hold for lighter classes, `undecided` lack information.

    `answers` are all conditional rules in pack order, those that do not hold included.
    """

    ruleset: Ruleset
    at: Moment
    code: str
    reasons: tuple[Reason, ...]
    also: tuple[Reason, ...]
    undecided: tuple[Reason, ...]
    mask: int
    unknown: int
    answers: tuple[Reason, ...] = ()

    @property
    def unmet(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.answers if reason.holds is False)

    def as_json(self) -> dict[str, Any]:
        item = self.ruleset.class_item(self.code)
        return {
            "ruleset": self.ruleset.id,
            "on": self.at.on.isoformat(),
            "known": self.at.known.isoformat() if self.at.known else None,
            "class": self.code,
            "title": item.title,
            "title_en": item.title_en,
            "reasons": [reason.as_json() for reason in self.reasons],
            "also": [reason.as_json() for reason in self.also],
            "undecided": [reason.as_json() for reason in self.undecided],
            "unmet": [reason.as_json() for reason in self.unmet],
        }


def classify(
    ruleset: Ruleset, facts: Iterable[Fact], on: date, known: date | None = None, terms: Terms = no_terms
) -> Classification:
    """The class on `on` as known on `known`: the worst class one of whose rules certainly holds."""
    at, records = moment(ruleset, on, known, terms), list(facts)
    answers = [_answer(rule, records, at, terms) for rule in ruleset.conditional]
    held = [reason for reason in answers if reason.holds]
    worst = min((ruleset.rank(reason.rule.gives) for reason in held), default=None)
    code = ruleset.default.gives if worst is None else ruleset.classes[worst].code
    return Classification(
        ruleset,
        at,
        code,
        tuple(reason for reason in held if reason.rule.gives == code) or (Reason(ruleset.default, True, ()),),
        tuple(reason for reason in held if reason.rule.gives != code),
        tuple(reason for reason in answers if reason.holds is None),
        sum(1 << bit for bit, reason in enumerate(answers) if reason.holds),
        sum(1 << bit for bit, reason in enumerate(answers) if reason.holds is None),
        tuple(answers),
    )


def _answer(rule: Rule, facts: Sequence[Fact], at: Moment, terms: Terms) -> Reason:
    assert rule.when is not None
    readings: list[Reading] = []
    holds = _holds(rule.when, facts, at, terms, readings)
    return Reason(rule, holds, tuple(readings))


def _holds(condition: Condition, facts: Sequence[Fact], at: Moment, terms: Terms, readings: list[Reading]) -> Truth:
    if condition.kind is not None:
        reading = _read(condition, facts, at, terms)
        readings.append(reading)
        return reading.holds
    parts = condition.all or condition.any or condition.none or ()
    answers = [_holds(part, facts, at, terms, readings) for part in parts]
    if condition.all is not None:
        return conjunction(answers)
    return disjunction(answers) if condition.any is not None else negation(disjunction(answers))


def _read(leaf: Condition, facts: Sequence[Fact], at: Moment, terms: Terms) -> Reading:
    picks = [(fact, picked(leaf, fact, at)) for fact in facts]
    certain = [fact for fact, pick in picks if pick]
    possible = [fact for fact, pick in picks if pick is not False]
    value = measure(leaf, certain, possible)
    missing = tuple(gap for fact in possible for gap in _gaps(leaf, fact, at))
    compare = leaf.count or leaf.sum
    if compare is None:
        present: Truth = True if value.low else (None if value.high else False)
        holds = present if leaf.exists else negation(present)
        return Reading(leaf.kind or "", "exists", "exists", value.low, value.high, 1, holds, tuple(possible), missing)
    limit = limit_of(compare, terms)
    name = "count" if leaf.count else "sum"
    holds = value.meets(compare, limit)
    return Reading(
        leaf.kind or "", name, compare.operator, value.low, value.high, limit, holds, tuple(possible), missing
    )


def _gaps(leaf: Condition, fact: Fact, at: Moment) -> list[str]:
    """Fields this leaf needed and the record does not state, as `record: field`."""
    fields = [where.field for where in leaf.where if getattr(fact, where.field) is None]
    if fact.decided is None:
        fields.append("decided_on")  # type: ignore[arg-type]
    if at.known is not None and fact.recorded is None:
        fields.append("recorded_on")  # type: ignore[arg-type]
    if leaf.sum is not None and amount(fact, leaf.sum.of) is None:
        fields.append("amount")  # type: ignore[arg-type]
    return [f"{fact.ref}: {field}" if fact.ref else str(field) for field in fields]
