"""The publicity rules of the packs as this house asks them: shown or not, by when, until when, which fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hengjian.ground.policy import Law, NotInForce, UnknownRule
from hengjian.ground.policy.clauses import excluded, meets, titled
from hengjian.ground.policy.inquiry import weakest
from hengjian.ground.policy.schema import Publicity, Reading
from hengjian.ground.policy.schema.base import split_basis

from .rules import Plan, last_day

_MONTHS = {"month": 1, "year": 12}


@dataclass(slots=True)
class Rulebook:
    """Publicity as one state of the packs has it. Keeps the deadlines it has counted: a city repeats its days."""

    law: Law
    _due: dict[tuple[str, date], date | None] = field(default_factory=dict)
    _amounts: dict[str, dict[str, str]] = field(default_factory=dict)

    def publicity(self, kind: str) -> Publicity | None:
        """The rule for a kind of record; None where the packs do not publish it."""
        try:
            name = self.law.record(kind).publication
            return self.law.publicity(name) if name else None
        except UnknownRule:
            return None

    def amounts(self, kind: str) -> dict[str, str]:
        """Fields of a kind that say an amount, each with the unit its title leaves out."""
        if kind not in self._amounts:
            record = self.law.records.get(kind)
            fields = record.fields.items() if record else ()
            self._amounts[kind] = {name: "" if "元" in described.title else "元" for name, described in fields if described.type == "money"}
        return self._amounts[kind]

    def titled(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body with the titles of its codes in place of the codes: rules and people read titles."""
        return titled(self.law, kind, body)

    def excluded(self, rule: Publicity, record: Mapping[str, Any]) -> str | None:
        """Why the record is never public, or None."""
        out = excluded(rule, record)
        return (out.title or out.basis or rule.id) if out else None

    def due(self, rule: Publicity, decided: date) -> date | None:
        """By when the law wants it public; None where no term is known for that day."""
        if rule.start is None:
            return None
        key = (rule.start, decided)
        if key not in self._due:
            try:
                self._due[key] = self.law.deadline(rule.start, {"decided": decided, "from": decided}, on=decided).day
            except NotInForce:
                self._due[key] = None
        return self._due[key]

    def start_confidence(self, rule: Publicity, decided: date) -> str:
        """How well the term by which it must be public is known; empty where there is none."""
        reading = self._reading(rule.start, decided)
        return reading.confidence if reading else ""

    def stop_confidence(self, rule: Publicity, published: date, basis: str) -> str:
        """How well the term is known that a last day was counted by: the reading of that day with that basis.

        Where no term counts, how well the texts are known that it rests on.
        """
        readings = [self._reading(stop.term, published) for stop in rule.stop]
        found = [reading.confidence for reading in readings if reading and reading.basis == basis]
        if not found and basis in (rule.basis, *(stop.basis for stop in rule.stop)):
            found = [self.law.source(split_basis(part)[0]).seen for part in basis.split("; ")]
        return weakest(found)

    def _reading(self, term: str | None, on: date) -> Reading | None:
        try:
            return self.law.term(term).on(on) if term else None
        except NotInForce:
            return None

    def plan(self, rule: Publicity, record: Mapping[str, Any], published: date) -> Plan:
        """Last public day by the first stop that fits; the version of the law is that of the day of publication."""
        for stop in rule.stop:
            if not meets(stop.when, record):
                continue
            if stop.field is not None:
                if day := _day(record.get(stop.field)):
                    # Removed from a list means gone on that day; a stated last day is still shown.
                    last = day - timedelta(days=1) if stop.field == "removed" else day
                    return Plan(last, None, None, stop.basis or rule.basis or "")
            elif stop.term is not None:
                try:
                    return self._term(rule, stop.term, record, published)
                except NotInForce:
                    continue
        return Plan(None, None, None, rule.basis or "")

    def _term(self, rule: Publicity, name: str, record: Mapping[str, Any], published: date) -> Plan:
        term = self.law.term(name)
        reading = term.on(published)
        months = int(str(reading.value)) * _MONTHS[reading.unit or "month"]
        if term.start != "published":
            return last_day(published=record["decided"], due=None, months=months, basis=reading.basis)
        due, stated = self.due(rule, record["decided"]), _day(record.get("until"))
        return last_day(published=published, due=due, months=months, basis=reading.basis, stated=stated)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else value or None
