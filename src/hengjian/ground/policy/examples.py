"""Worked examples: what a lawyer wrote down must be what the law answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hengjian.ground.kit.refusals import Refusal

from . import clauses
from .by_row import classify
from .clocks import Moment, together
from .conditions import Fact
from .law import Law, Place
from .schema.examples import Example


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example and what differs from it; `wrong` is empty where the law agrees."""

    name: str
    rule: str
    place: Place
    wrong: dict[str, tuple[Any, Any]]

    def as_json(self) -> dict[str, Any]:
        wrong = {key: {"expected": str(pair[0]), "got": str(pair[1])} for key, pair in self.wrong.items()}
        return {"name": self.name, "rule": self.rule, "file": self.place.file, "line": self.place.line, "wrong": wrong}


def differing(example: Example, answer: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What was expected and what was got, where they differ."""
    return {key: (want, answer.get(key)) for key, want in example.expect.items() if answer.get(key) != want}


@dataclass(frozen=True, slots=True)
class Worked:
    """One example, what the law answers now, and what differs from what was expected."""

    place: Place
    example: Example
    answer: dict[str, Any]
    wrong: dict[str, tuple[Any, Any]]


def of(law: Law, section: str, name: str) -> Iterator[Worked]:
    """The examples about one entry, worked at this moment; those of the ways back stand with their code list."""
    for place, example in law.examples:
        asked = {"rules": example.ruleset, "publicity": example.publicity, "catalogues": clauses.WAYS if example.way else None}
        term = law.aliases.get(example.rule) if example.rule else None
        if (term.id if term else None) == name if section == "terms" else asked.get(section) == name:
            answer = _answer(law, example)
            yield Worked(place, example, answer, differing(example, answer))


def _answer(law: Law, example: Example) -> dict[str, Any]:
    if example.rule is not None:
        return answer_of(law, example)
    return class_of(law, example) if example.ruleset is not None else clause_of(law, example)


def run_rulesets(law: Law) -> Iterator[Outcome]:
    """Every example about a ruleset, by row. The tests also run them as one statement on every engine."""
    for place, example in law.examples:
        if example.ruleset is not None and example.on is not None:
            yield Outcome(example.name, example.ruleset, place, differing(example, class_of(law, example)))


def class_of(law: Law, example: Example) -> dict[str, Any]:
    """class and reasons of the facts of an example."""
    assert example.ruleset is not None
    assert example.on is not None
    on = example.on
    facts = [fact for given in example.facts for fact in facts_of(given)]
    answer = classify(law.ruleset(example.ruleset), facts, on, example.known, law.at(on).number)
    return {"class": answer.code, "reasons": [reason.rule.id for reason in answer.reasons]}


def facts_of(given: Mapping[str, Any]) -> list[Fact]:
    """A record as a lawyer writes it in an example; `times` stands for as many alike."""
    fact = Fact(
        given["kind"],
        given.get("decided_on"),
        given.get("recorded_on", given.get("decided_on")),
        _fen(given.get("fine_yuan")),
        _fen(given.get("confiscated_yuan")),
        given.get("warning_only"),
        given.get("withdrawn_on"),
        given.get("repaired_on"),
        given.get("ended_on"),
        given.get("until_on"),
    )
    return [fact] * int(given.get("times", 1))


def _fen(yuan: int | float | str | None) -> int | None:
    return None if yuan is None else int(Decimal(str(yuan)) * 100)


def run_terms(law: Law) -> Iterator[Outcome]:
    """Every example about a term. Those about a ruleset are run beside the rules, on every backend."""
    for place, example in law.examples:
        if example.rule is not None:
            yield Outcome(example.name, example.rule, place, differing(example, answer_of(law, example)))


def run_clauses(law: Law) -> Iterator[Outcome]:
    """Every example about a record: whether and how long it is public, and which way back fits it."""
    for place, example in law.examples:
        asked = example.publicity or example.way
        if asked is not None:
            yield Outcome(example.name, asked, place, differing(example, clause_of(law, example)))


def clause_of(law: Law, example: Example) -> dict[str, Any]:
    """publicity: excluded (why), ends (term or field), because. way: way, apply, ends. None where nothing fits."""
    record = {**example.record, "fine_fen": _fen(example.record.get("fine_yuan"))}
    if example.publicity is not None:
        rule = law.publicity(example.publicity)
        out, stop = clauses.excluded(rule, record), clauses.stop_of(rule, record)
        if out is not None:
            return {"excluded": out.title, "because": out.basis}
        return {"excluded": None, "ends": stop and (stop.term or stop.field), "because": (stop and stop.basis) or rule.basis}
    assert example.way is not None
    assert example.on is not None
    way = clauses.way_of(law, example.way, record, example.on)
    return {"way": way and way.code, **({name: way.extra.get(name) for name in ("apply", "ends")} if way else {})}


def answer_of(law: Law, example: Example) -> dict[str, Any]:
    """due, provisional, because, value; or `refused` with the code of the refusal."""
    assert example.rule is not None
    events = given_of(example.given)
    try:
        if not events:
            reading = law.term(law.resolve(example.rule).id).on(example.on or date.max)
            return {"value": reading.value, "because": reading.basis, "unit": reading.unit}
        deadline = law.deadline(example.rule, events, on=example.law_on)
    except Refusal as refusal:
        return {"refused": refusal.code}
    return {
        "due": deadline.due,
        "provisional": deadline.provisional,
        "because": deadline.basis,
        "value": deadline.value,
        "paused": deadline.paused,
    }


def given_of(given: Mapping[str, Any]) -> dict[str, Moment]:
    """The events of an example; a pause that happened several times is written as a list of days."""
    told = [(name, value if isinstance(value, list) else [value]) for name, value in given.items()]
    return together((name, moment_of(value)) for name, values in told for value in values)


def moment_of(value: Any) -> date | datetime:
    """A day or a moment, as YAML or ISO text gives it."""
    if isinstance(value, date):
        return value
    text = str(value)
    return datetime.fromisoformat(text) if "T" in text or " " in text else date.fromisoformat(text)
