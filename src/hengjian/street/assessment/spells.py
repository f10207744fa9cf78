"""The class of every past day (分类历史): spells of days with one class for one set of reasons, worked out from the records.

No database, no clock. The class changes only on turning days: a record is decided, closed, lapses or leaves the window of a
rule; a number of the law changes; another reading of the rules comes into force. Each of them is classified by row, and
days that say the same are one spell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from hengjian.ground.kit.calendar import DAY
from hengjian.ground.policy import Law
from hengjian.ground.policy.by_row import Classification, classify
from hengjian.ground.policy.conditions import Fact, moment, terms_used
from hengjian.ground.policy.schema.rulesets import Ruleset

from .rules import in_force, turning_days


@dataclass(frozen=True, slots=True)
class Spell:
    """From `first` to `last`, both included, the class was this one for these reasons."""

    first: date
    last: date
    answer: Classification

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def rules(self) -> list[str]:
        """Ids of the rules that gave the class."""
        return [reason.rule.id for reason in self.answer.reasons]


def spells(
    law: Law, family: str, facts: Sequence[Fact], *, upto: date, known: date | None = None, since: date | None = None
) -> list[Spell]:
    """Spells in order, from the first day a reading of this classification was in force, or from `since` if that is later,
    to `upto`, as known on `known`.
    """
    readings = [each for each in law.sections["rules"].values() if each.family == family and each.since <= upto]
    found: list[Spell] = []
    for day in _days(law, readings, facts, since or date.min, upto):
        ruleset = next((each for each in in_force(law, day) if each.family == family), None)
        if ruleset is None:  # a gap between two readings
            if found and found[-1].last == date.max:
                found[-1] = replace(found[-1], last=day - DAY)
            continue
        answer = classify(ruleset, facts, day, known, law.at(day).number)
        if found and found[-1].last == date.max:
            if _said(found[-1].answer) == _said(answer):
                continue
            found[-1] = replace(found[-1], last=day - DAY)
        found.append(Spell(day, date.max, answer))
    return [replace(each, last=min(each.last, upto)) for each in found]


def _said(answer: Classification) -> tuple[object, ...]:
    """What makes two days the same: version, class, and the records behind each rule that gave it."""
    return answer.ruleset.id, answer.code, tuple((reason.rule.id, reason.records) for reason in answer.reasons)


def _days(law: Law, readings: Sequence[Ruleset], facts: Sequence[Fact], since: date, upto: date) -> list[date]:
    """Days from the first reading, or `since`, to `upto` on which the answer may change."""
    if not readings:
        return []
    first = max(since, min(each.since for each in readings))
    days = {each.since for each in readings} | {each.until + DAY for each in readings if each.until}
    days |= {fact.decided for fact in facts if fact.decided}
    for ruleset in readings:
        changes = {reading.since for name in terms_used(ruleset) for reading in law.term(name).readings}
        days |= changes
        for begin in {ruleset.since, *(day for day in changes if ruleset.in_force(day))}:
            at = moment(ruleset, begin, None, law.at(begin).number)
            days |= set(turning_days(ruleset, facts, first, at))
    return sorted(day for day in days | {first} if first <= day <= upto)
