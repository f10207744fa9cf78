"""Facts, and three-valued answers about them.

A measure over records with gaps is a range: what is certain, and what would be possible if every gap
were filled unfavourably. A comparison over a range is true, false or unknown (`None`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from math import inf

from hengjian.ground.kit.calendar import add_months

from .errors import NotInForce
from .schema.rulesets import Compare, Condition, Ruleset, TermValue, Total, Where, Yuan

Terms = Callable[[str], int]
Truth = bool | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One credit record as rules see it. Amounts in fen; `None` is "not stated". `ref` is shown to people."""

    kind: str
    decided: date | None = None
    recorded: date | None = None
    fine: int | None = None
    confiscated: int | None = None
    warning_only: bool | None = None
    withdrawn: date | None = None
    repaired: date | None = None
    ended: date | None = None
    until: date | None = None
    ref: str = ""

    @property
    def closed(self) -> date | None:
        """The first day on which it no longer counts."""
        return min((day for day in (self.withdrawn, self.repaired, self.ended) if day), default=None)


@dataclass(frozen=True, slots=True)
class Moment:
    """The class on day `on`, as it was known on day `known` (None: with everything recorded so far).

    Records of the kinds in `lapses` count up to the last day they state and no longer; those of the kinds in `ends` up
    to the last day of so many months from the decision, or up to the last day they state.
    """

    on: date
    known: date | None = None
    lapses: frozenset[str] = frozenset()
    ends: tuple[tuple[str, int], ...] = ()  # kind, months


def moment(ruleset: Ruleset, on: date, known: date | None, terms: Terms) -> Moment:
    """A moment under a ruleset. A term not yet in force ends nothing."""
    ends = []
    for kind, name in sorted(ruleset.ends.items()):
        with suppress(NotInForce):
            ends.append((kind, terms(name)))
    return Moment(on, known, ruleset.lapses | frozenset(kind for kind, _months in ends), tuple(ends))


def last_day(fact: Fact, at: Moment) -> date | None:
    """The last day a record counts by itself: the one it states, or else that of its term; None: until it is closed."""
    if fact.kind not in at.lapses:
        return None
    if fact.until is not None or fact.decided is None:
        return fact.until
    return next((add_months(fact.decided, months) for kind, months in at.ends if kind == fact.kind), None)


def no_terms(name: str) -> int:
    raise LookupError(f"this ruleset refers to term {name!r}; pass the terms of the pack")


def conjunction(values: Iterable[Truth]) -> Truth:
    """True if all are, false if one is, else unknown (Kleene)."""
    seen = list(values)
    if any(value is False for value in seen):
        return False
    return None if any(value is None for value in seen) else True


def negation(value: Truth) -> Truth:
    return None if value is None else not value


def disjunction(values: Iterable[Truth]) -> Truth:
    return negation(conjunction(negation(value) for value in values))


def counts(fact: Fact, at: Moment) -> Truth:
    """Whether a record counts: recorded by `known`, decided by `on`, not withdrawn, repaired, ended or over by `on`."""
    if fact.closed is not None and fact.closed <= at.on:
        return False
    last = last_day(fact, at)
    if last is not None and last < at.on:
        return False
    recorded = True if at.known is None else _by(fact.recorded, at.known)
    return conjunction((_by(fact.decided, at.on), recorded))


def _by(day: date | None, limit: date) -> Truth:
    return None if day is None else day <= limit


def passes(fact: Fact, where: Where) -> Truth:
    """Whether a record passes a filter; an empty field answers as the filter says."""
    value: bool | None = getattr(fact, where.field)
    if value is None:
        return {"counts": True, "left-out": False, "unknown": None}[where.missing]
    return value is where.is_


def picked(condition: Condition, fact: Fact, at: Moment) -> Truth:
    """Whether a leaf looks at this record."""
    if fact.kind != condition.kind:
        return False
    answers = [counts(fact, at), *(passes(fact, where) for where in condition.where)]
    if condition.within is not None:
        start = add_months(at.on, -condition.within.months)
        answers.append(None if fact.decided is None else fact.decided >= start)
    return conjunction(answers)


def amount(fact: Fact, of: Iterable[str]) -> int | None:
    """The amounts named, in fen. One stated amount makes the others nil; none stated is unknown."""
    stated = [value for value in (getattr(fact, field) for field in of) if value is not None]
    return sum(stated) if stated else None


def limit_of(compare: Compare, terms: Terms) -> int:
    """The limit of a comparison as a plain number: times, or fen where amounts are summed. Terms hold yuan."""
    limit = compare.limit
    if isinstance(limit, Yuan):
        return limit.yuan * 100
    if isinstance(limit, TermValue):
        return terms(limit.term) * (100 if isinstance(compare, Total) else 1)
    assert limit is not None
    return limit


@dataclass(frozen=True, slots=True)
class Range:
    """A measure: certainly `low`, at most `high`."""

    low: int
    high: float

    def meets(self, compare: Compare, limit: int) -> Truth:
        low_meets = _meets(self.low, compare.operator, limit)
        return low_meets if low_meets == _meets(self.high, compare.operator, limit) else None


def _meets(value: float, operator: str, limit: int) -> bool:
    match operator:
        case "above":
            return value > limit
        case "at_least":
            return value >= limit
        case "at_most":
            return value <= limit
        case _:
            return value < limit


def measure(condition: Condition, certain: list[Fact], possible: list[Fact]) -> Range:
    """Count or total of a leaf's records; `possible` includes `certain`."""
    if condition.sum is None:
        return Range(len(certain), len(possible))
    of, gap = condition.sum.of, condition.sum.missing == "unknown"
    low = sum(amount(fact, of) or 0 for fact in certain)
    amounts = [amount(fact, of) for fact in possible]
    return Range(low, inf if gap and None in amounts else sum(value or 0 for value in amounts))


def leaves(condition: Condition) -> Iterator[Condition]:
    """Every leaf of a condition, left to right."""
    if condition.kind is not None:
        yield condition
    for part in (*(condition.all or ()), *(condition.any or ()), *(condition.none or ())):
        yield from leaves(part)


def terms_used(ruleset: Ruleset) -> set[str]:
    """Ids of the pack terms that a ruleset reads."""
    found = set(ruleset.ends.values())
    for rule in ruleset.conditional:
        for leaf in leaves(rule.when) if rule.when else ():
            compare = leaf.count or leaf.sum
            if compare is not None and isinstance(compare.limit, TermValue):
                found.add(compare.limit.term)
    return found
