"""Repair in figures: counts, working days each step took, refusals by ground. Two queries for any number of matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from django.db.models import QuerySet

from hengjian.ground import policy
from hengjian.ground.people.language import title_in
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import rules as acts

from . import queries, rules
from .models import Application

ACCEPTED = ("accept", "accept-list", "verify-list")


@dataclass(slots=True)
class Times:
    """Working days one step took, and how many were within the law's time."""

    days: list[int] = field(default_factory=list)
    kept: int = 0
    late: int = 0

    @property
    def median(self) -> float | None:
        return median(self.days) if self.days else None

    @property
    def longest(self) -> int | None:
        return max(self.days, default=None)

    @property
    def share(self) -> str:
        """Of the steps done, the share within their term."""
        whole = self.kept + self.late
        return f"{100 * self.kept / whole:.1f}%" if whole else "—"


@dataclass(slots=True)
class Figures:
    """Applications received in a period, and what became of them by now."""

    received: int = 0
    open: int = 0
    accepted: int = 0
    granted: int = 0
    refused: int = 0
    declined: int = 0
    retracted: int = 0
    accept: Times = field(default_factory=Times)
    decide: Times = field(default_factory=Times)
    grounds: list[tuple[str, int]] = field(default_factory=list)
    targets: list[tuple[str, int, int]] = field(default_factory=list)  # title, received, granted
    channels: list[tuple[str, int]] = field(default_factory=list)
    months: list[tuple[str, int, int]] = field(default_factory=list)  # month, received, granted

    @property
    def share(self) -> str:
        """Of the applications decided on their merits, the share granted."""
        whole = self.granted + self.refused
        return f"{100 * self.granted / whole:.1f}%" if whole else "—"


def of(found: QuerySet[Application], first: date, last: date) -> Figures:
    """Applications received between two days inclusive."""
    rows = queries.with_matters(found.filter(proceeding__opened__range=(first, last)))
    told, law = Figures(received=len(rows)), policy.current()
    grounds, channels = Counter[str](), Counter[str]()
    targets, months = dict[str, list[int]](), dict[str, list[int]]()
    for application, matter in rows:
        definition, events = procedure.definition(matter.kind), acts.effective(procedure.events_of(matter))
        state, granted = acts.state_of(definition, events), application.repaired_id is not None
        told.open += matter.closed is None and not granted
        told.accepted += any(event.act in ACCEPTED for event in events)
        told.granted += granted
        told.refused += state in ("refused", "answered")
        told.declined += state == "declined"
        told.retracted += state == "retracted"
        grounds.update(str(event.body["refusal"]) for event in events if event.body.get("refusal"))
        channels[application.channel] += 1
        for table, key in ((targets, rules.target_of(law, application.entry.kind)), (months, f"{matter.opened:%Y-%m}")):
            line = table.setdefault(key, [0, 0])
            line[0] += 1
            line[1] += granted
        _times(told, matter, events)
    told.grounds = [(title_in("repair-refusals", code), n) for code, n in grounds.most_common()]
    told.channels = [(title_in("repair-channels", code), n) for code, n in channels.most_common()]
    told.targets = [(title_in(rules.TARGETS, code), n, granted) for code, (n, granted) in sorted(targets.items())]
    told.months = [(month, n, granted) for month, (n, granted) in sorted(months.items())]
    return told


def _times(told: Figures, matter: object, events: Sequence[acts.Done]) -> None:
    calendar = policy.current().calendar
    opened = events[0].on
    accepted = _first(events, (*ACCEPTED, "refuse-entry"))
    decided = _first(events, ("grant", "refuse"))
    if accepted:
        told.accept.days.append(calendar.working_days_between(opened, accepted))
    began = _first(events, ACCEPTED)
    if began and decided:
        told.decide.days.append(calendar.working_days_between(began, decided))
    for face in procedure.clocks_of(matter):  # type: ignore[arg-type]
        times = told.accept if face.name in ("accept", "accept-completed") else told.decide if face.name in ("decide", "decide-list") else None
        if times is not None and face.stopped and face.due:
            if face.stopped <= face.due:
                times.kept += 1
            else:
                times.late += 1


def _first(events: Iterable[acts.Done], names: Sequence[str]) -> date | None:
    return next((event.on for event in events if event.act in names), None)
