"""Supervision of enforcement (执法监督): what the record of a matter shows to be wrong, and how units compare. Nothing is filled in.

Faults follow from the events, the law of the day and the certificates; they are recomputed at every look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from hengjian.ground import policy
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency, Certificate, Officer
from hengjian.ground.policy.schema.procedures import Procedure
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure.models import Proceeding

from . import queries

LEAD, CASE, SIMPLE = queries.KINDS
HANDLE = "casework.handle"
REVIEWS = ("review", "legal-review", "legal-review-after")
MEDIA = ("inspect", "seize", "preserve", "sample")
MOST = 400  # matters looked through at a time, the latest first

Held = dict[str, list[tuple[date, date]]]  # officer number → days of certificates


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing the record shows to be wrong."""

    code: str
    on: date
    position: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list of checks. `stage`: before, during, after."""

    title: str
    stage: str
    grave: bool
    basis: str


@dataclass(slots=True)
class Looked:
    """A matter with its faults and what its clocks say."""

    matter: Proceeding
    events: list[acts.Done]
    faults: list[Fault]
    kept: int = 0
    clocks: int = 0

    def did(self, *names: str) -> bool:
        return any(event.act in names for event in self.events)


@dataclass(slots=True)
class Rate:
    """Numerator and denominator of one indicator."""

    of: int = 0
    over: int = 0

    def count(self, holds: bool) -> None:
        self.over += 1
        self.of += holds

    @property
    def share(self) -> float | None:
        return self.of / self.over if self.over else None


@dataclass(slots=True)
class Unit:
    """One bureau: its matters of the period and its rates by indicator."""

    agency: Agency
    matters: int = 0
    faults: int = 0
    rates: dict[str, Rate] = field(default_factory=lambda: defaultdict(Rate))


def matters_of(officer: Officer, since: date, until: date) -> QuerySet[Proceeding]:
    """Leads and cases in scope that were worked on in a period: opened in it, closed in it, or open through it."""
    during = Q(opened__lte=until) & (Q(closed=None) | Q(closed__gte=since))
    return kernel.visible_to(officer).filter(during, kind__in=queries.KINDS)


def look(matters: QuerySet[Proceeding], on: date) -> list[Looked]:
    """Every matter with its faults, in three queries for all of them."""
    loaded = list(kernel.with_events(matters)[:MOST])
    numbers = {event.by.number for one in loaded for event in one.events.all() if event.by}
    numbers |= {event.second.number for one in loaded for event in one.events.all() if event.second}
    held: Held = defaultdict(list)
    rows = Certificate.objects.filter(officer__number__in=numbers, kind="enforcement").order_by("pk")
    for number, since, until in rows.values_list("officer__number", "since", "until"):
        held[number].append((since, until))
    return [_looked(one, held, on) for one in loaded]


def _looked(matter: Proceeding, held: Held, on: date) -> Looked:
    procedure, events = kernel.definition(matter.kind), kernel.events_of(matter)
    standing = acts.effective(events)
    found = Looked(matter, standing, [*_of_events(procedure, events, standing, held), *_of_course(matter, standing)])
    for face in kernel.clocks_of(matter, on):
        if procedure.clocks[face.name].of != "office" or face.due is None or (face.stopped is None and face.due >= on):
            continue
        ended = face.stopped or on
        found.clocks += 1
        found.kept += ended <= face.due
        if ended > face.due:
            found.faults.append(Fault("late", face.due, 0, face.words))
    return found


def _of_events(procedure: Procedure, events: Sequence[acts.Done], standing: Sequence[acts.Done], held: Held) -> Iterator[Fault]:
    """Who acted: with a certificate of the day, two where two must, and not in review of their own work."""
    handlers: set[str] = set()
    for event in standing:
        act = procedure.acts.get(event.act)
        if act is None:
            continue
        hands = acts.authors(events, event)
        if act.second:
            for number in sorted({event.by, event.second} - {""}):
                if not any(since <= event.on <= until for since, until in held.get(number, ())):
                    yield Fault("uncertified", event.on, event.position, number)
            if not event.second or event.second == event.by:
                yield Fault("alone", event.on, event.position, named(act))
        if event.act in REVIEWS and event.by in handlers:
            yield Fault("reviewed-by-handler", event.on, event.position, event.by)
        if act.power == HANDLE:
            handlers |= hands
        if event.act in ("inspect", "interview") and not event.body.get("rights_told"):
            yield Fault("rights-untold", event.on, event.position, named(act))
        if event.act in MEDIA and not event.body.get("files"):
            yield Fault("no-media", event.on, event.position, named(act))


def _of_course(matter: Proceeding, standing: Sequence[acts.Done]) -> Iterator[Fault]:
    """What is missing before a decision or at the end."""
    last = {event.act: event for event in standing}
    decided = last.get("decide")
    first = next((event for event in standing if event.act in ("file", "decide", "conclude")), None)
    if first and not any(event.act == "screen" and event.position < first.position for event in standing) and not _carried(standing):
        yield Fault("unscreened", first.on, first.position)
    if decided and matter.kind == CASE:
        yield from _of_decision(last, decided)
    if matter.closed:
        released = last.get("release-seizure") or last.get("dispose-goods") or last.get("hand-items")
        if "seize" in last and released is None:
            yield Fault("unreleased", matter.closed, last["seize"].position)
        if "preserve" in last and "dispose-preserved" not in last:
            yield Fault("undisposed", matter.closed, last["preserve"].position)
    if "revoked" in last:
        yield Fault("revoked", last["revoked"].on, last["revoked"].position)


def _carried(standing: Sequence[acts.Done]) -> bool:
    """A case takes the answer of its lead with it."""
    return bool(standing) and "screened" in standing[0].body


def _of_decision(last: dict[str, acts.Done], decided: acts.Done) -> Iterator[Fault]:
    told = {**last["conclude"].body, **decided.body} if "conclude" in last else decided.body
    notice = last.get("notify")
    if notice is None or notice.position > decided.position:
        yield Fault("unnoticed", decided.on, decided.position)
    elif told.get("hearing") and not notice.body.get("hearing_told"):
        yield Fault("hearing-untold", notice.on, notice.position)
    if told.get("major"):
        if not {"legal-review", "legal-review-after"} & set(last):
            yield Fault("unreviewed", decided.on, decided.position)
        if "discuss" not in last:
            yield Fault("undiscussed", decided.on, decided.position)
    if told.get("outlier") and not told.get("why_outlier"):
        yield Fault("unexplained", decided.on, decided.position)


def appraised(looked: Iterable[Looked]) -> list[Unit]:
    """Rates of each unit with numerator and denominator; a unit without cases has no rate and no rank."""
    units: dict[int, Unit] = {}
    for one in looked:
        unit = units.setdefault(one.matter.agency_id, Unit(one.matter.agency))
        codes = {fault.code for fault in one.faults}
        unit.matters += 1
        unit.faults += len(one.faults)
        unit.rates["on-time"].of += one.kept
        unit.rates["on-time"].over += one.clocks
        unit.rates["clean"].count(not codes)
        if one.did("file", "decide"):
            unit.rates["screened"].count("unscreened" not in codes)
        if one.did("decide"):
            unit.rates["standing"].count("revoked" not in codes)
            if one.matter.kind == CASE and any(event.body.get("major") for event in one.events):
                unit.rates["reviewed"].count("unreviewed" not in codes)
    return sorted(units.values(), key=lambda unit: unit.agency.code)


def checks(on: date) -> dict[str, Check]:
    """The list of checks in force, with the stage of each."""
    listed = policy.current().catalogue("enforcement-checks").on(on)
    return {
        code: Check(named(item), str(item.extra["stage"]), bool(item.extra.get("grave")), str(item.extra.get("basis", "")))
        for code, item in listed.items()
    }  # fmt: skip


def supervised(matters: QuerySet[Proceeding], on: date) -> list[dict[str, object]]:
    """Matters under a mark from above (挂牌督办), the nearest day first."""
    marked = matters.filter(closed=None, events__act=acts.SUPERVISE).distinct()
    found = []
    for matter in kernel.with_events(marked)[:MOST]:
        mark = acts.supervised(kernel.events_of(matter))
        if mark:
            due = mark.body.get("due")
            found.append({"matter": matter, "mark": mark, "due": date.fromisoformat(due) if due else None, "late": bool(due and due < on.isoformat())})
    return sorted(found, key=lambda row: (str(row["due"] or "9999"), row["matter"].pk))  # type: ignore[attr-defined]


def overdue(matters: QuerySet[Proceeding], on: date) -> list[tuple[Proceeding, kernel.ClockFace, int]]:
    """Open matters whose nearest clock of the office is past or ends within three days, the latest first."""
    found = []
    for matter in kernel.with_events(matters.filter(closed=None))[:MOST]:
        face = next((face for face in kernel.clocks_of(matter, on) if face.stopped is None and face.due and face.of == "office"), None)
        left = face.left(on) if face else None
        if face and left is not None and left <= 3:
            found.append((matter, face, left))
    return sorted(found, key=lambda row: (row[2], row[0].pk))
