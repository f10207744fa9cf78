"""The law as loaded: every section, its aliases, its version. Immutable; one per process and pack state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from hengjian.ground.kit.calendar import WorkCalendar, of_holidays

from .clocks import Deadline, Moment, as_day, compute
from .errors import UnknownRule
from .schema import (
    Catalogue,
    Document,
    Indicator,
    Procedure,
    Publicity,
    Reading,
    RecordKind,
    Ruleset,
    Source,
    Task,
    Term,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is written."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Found:
    """What an id or alias means. `law_on` is set where the alias names one reading of a term."""

    section: str
    id: str
    law_on: date | None = None


@dataclass(frozen=True)
class Law:
    """Everything the packs say. `version` is stored with each decision and fits 64 characters."""

    version: str
    digest: str
    packs: tuple[dict[str, Any], ...]
    sections: dict[str, dict[str, Any]]
    aliases: dict[str, Found]
    places: dict[tuple[str, str], Place]
    examples: tuple[tuple[Place, Any], ...] = field(default=())

    def resolve(self, name: str) -> Found:
        """Section and id behind an id, an alias, or `section/id` where sections share an id; raises UnknownRule."""
        section, _slash, rest = name.partition("/")
        if rest in self.sections.get(section, {}):
            return Found(section, rest)
        found = self.aliases.get(name)
        if found is None:
            raise UnknownRule("法律包中没有“%(rule)s”", rule=name)
        return found

    def entry(self, section: str, name: str) -> Any:
        entries = self.sections.get(section, {})
        if name in entries:
            return entries[name]
        found = self.aliases.get(name)
        if found is None or found.section != section:
            raise UnknownRule("法律包的“%(section)s”中没有“%(rule)s”", rule=name, section=section)
        return entries[found.id]

    def term(self, name: str) -> Term:
        term: Term = self.entry("terms", name)
        return term

    def source(self, name: str) -> Source:
        source: Source = self.entry("sources", name)
        return source

    def catalogue(self, name: str) -> Catalogue:
        catalogue: Catalogue = self.entry("catalogues", name)
        return catalogue

    def record(self, name: str) -> RecordKind:
        record: RecordKind = self.entry("records", name)
        return record

    def ruleset(self, name: str) -> Ruleset:
        ruleset: Ruleset = self.entry("rules", name)
        return ruleset

    def procedure(self, name: str) -> Procedure:
        procedure: Procedure = self.entry("procedures", name)
        return procedure

    def document(self, name: str) -> Document:
        document: Document = self.entry("documents", name)
        return document

    def publicity(self, name: str) -> Publicity:
        publicity: Publicity = self.entry("publicity", name)
        return publicity

    def indicator(self, name: str) -> Indicator:
        indicator: Indicator = self.entry("indicators", name)
        return indicator

    def task(self, name: str) -> Task:
        task: Task = self.entry("tasks", name)
        return task

    @property
    def records(self) -> dict[str, RecordKind]:
        """Kinds of record that a file can hold (not the abstract ones)."""
        return {key: kind for key, kind in self.sections["records"].items() if not kind.abstract}

    @cached_property
    def calendar(self) -> WorkCalendar:
        return self.calendar_of(entry.year for entry in self.sections["calendars"].values() if entry.announced)

    def calendar_of(self, years: Iterable[int]) -> WorkCalendar:
        """The calendar as it was when only the notices of `years` were out."""
        known = set(years)
        entries = [entry for entry in self.sections["calendars"].values() if entry.announced and entry.year in known]
        holidays = [holiday for entry in entries for holiday in entry.holidays]
        return of_holidays(
            (entry.year for entry in entries),
            ((holiday.name, holiday.since, holiday.until) for holiday in holidays),
            ((holiday.name, day) for holiday in holidays for day in holiday.worked),
        )

    @cached_property
    def event_names(self) -> dict[str, str]:
        """Events of clocks in words, as the catalogue `events` has them."""
        catalogue = self.sections.get("catalogues", {}).get("events")
        return {code: item.title for code, item in catalogue.items.items()} if catalogue else {}

    def reading(self, name: str, events: Mapping[str, Moment], on: date | None = None) -> tuple[Term, Reading, date]:
        """Term, reading and the date that chose it: `on`, the alias's own version, the event the law names."""
        found = self.resolve(name)
        term = self.term(found.id)
        chosen = on or found.law_on
        for event in (term.law_date, term.start, "from"):
            if chosen is None and event and event in events:
                chosen = as_day(events[event])
        if chosen is None:
            started = [as_day(events[r.start]) for r in term.readings if r.start and r.start in events]
            chosen = started[0] if started else min((as_day(moment) for moment in events.values()), default=date.max)
        return term, term.on(chosen), chosen

    def deadline(
        self,
        name: str,
        events: Mapping[str, Moment],
        on: date | None = None,
        as_of: date | None = None,
        calendar: WorkCalendar | None = None,
    ) -> Deadline:
        """When the matter is due. See `clocks.compute`; `on` forces the version of the law.

        `calendar` counts with another one than the newest, for instance as it was before a notice.
        """
        term, reading, chosen = self.reading(name, events, on)
        return replace(compute(term, reading, events, calendar or self.calendar, as_of, self.event_names), law_on=chosen)

    def at(self, day: date) -> AsOf:
        return AsOf(self, day)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The law as of a day. Free to make."""

    law: Law
    day: date

    def reading(self, name: str) -> Reading:
        return self.law.term(name).on(self.day)

    def value(self, name: str) -> Any:
        return self.reading(name).value

    def number(self, name: str) -> int:
        """The value as a whole number: the terms that conditions of a ruleset read."""
        return int(str(self.value(name)))

    def codes(self, name: str) -> dict[str, Any]:
        return self.law.catalogue(name).on(self.day)

    def deadline(self, name: str, events: Mapping[str, Moment]) -> Deadline:
        return self.law.deadline(name, events, on=self.day)
