"""What an act does to a state, which acts are lawful now, and which clocks run. No database, no wall clock.

Explained in docs/algorithms/procedure.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from hengjian.ground.kit import digests
from hengjian.ground.policy.schema.procedures import BUILT_IN, Act, Procedure, ProcedureClock

OPEN = "open"
UNDO = "undo"
PROPOSE, DECLINE = "proposed", "declined"
SUPERVISE, RELEASE = "supervised", "released"
BESIDE = frozenset(BUILT_IN) - {OPEN, UNDO}  # recorded, but nothing of the state follows from them


@dataclass(frozen=True, slots=True)
class Done:
    """One event as the rules see it."""

    position: int
    act: str
    on: date
    by: str = ""
    second: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that has started: when it began, and the event that stopped it, if one did."""

    name: str
    clock: ProcedureClock
    began: Done
    stopped: Done | None
    fixed_due: date | None  # a day an officer set, where the pack says so
    pauses: tuple[tuple[str, date, date | None], ...] = ()  # name, first day, last day; None: still open
    from_: date | datetime | None = None  # what the law counts from, where it is not the day of the act
    extended: bool = False
    extended_to: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the step bar: done, current or ahead."""

    state: str
    title: str
    title_en: str
    status: str
    on: date | None


def effective(events: Iterable[Done]) -> list[Done]:
    """The acts that still count: an undo takes away the act before it, and both stay on record.

    What is recorded beside the acts (attachments, parties, hand-over, marks) is left out.
    """
    standing: list[Done] = []
    for event in events:
        if event.act == UNDO:
            standing.pop()
        elif event.act not in BESIDE:
            standing.append(event)
    return standing


def _after(procedure: Procedure, state: str, event: Done) -> str:
    return procedure.start if event.act == OPEN else procedure.acts[event.act].to or state


def state_of(procedure: Procedure, events: Iterable[Done]) -> str:
    """The state that follows from the events."""
    state = procedure.start
    for event in effective(events):
        state = _after(procedure, state, event)
    return state


def acts_from(procedure: Procedure, state: str) -> dict[str, Act]:
    """Acts the definition allows in a state, in its order."""
    return {name: act for name, act in procedure.acts.items() if state in act.source}


def pending(procedure: Procedure, events: Iterable[Done]) -> dict[str, Done]:
    """Acts that one officer proposed and nobody confirmed or declined yet, with the proposal (待批准).

    A proposal lapses for good when the matter moves to a state from which its act is not lawful.
    """
    seen, waiting = list(events), dict[str, Done]()
    for place, event in enumerate(seen, start=1):
        if event.act == PROPOSE:
            waiting[event.body["act"]] = event
        elif event.act == DECLINE:
            waiting.pop(event.body["act"], None)
        else:
            waiting.pop(event.act, None)
            if waiting and event.act not in BESIDE:
                lawful = acts_from(procedure, state_of(procedure, seen[:place]))
                waiting = {name: proposal for name, proposal in waiting.items() if name in lawful}
    return waiting


def awaited(procedure: Procedure, events: Sequence[Done]) -> str:
    """The power whose holders must act next: to confirm what was proposed, or because the matter lies on their desk."""
    waiting = pending(procedure, events)
    confirm = next((procedure.acts[name].confirm for name in waiting), None)
    return confirm or procedure.states[state_of(procedure, events)].awaits


def authors(events: Iterable[Done], event: Done) -> set[str]:
    """Numbers of all who had a hand in an act: who did it, the second officer, and who proposed it."""
    proposal = next((e for e in events if e.position == event.body.get("proposal") and e.act == PROPOSE), None)
    hands = (event, proposal) if proposal else (event,)
    return {number for one in hands for number in (one.by, one.second) if number}


def paused(procedure: Procedure, events: Iterable[Done]) -> Done | None:
    """The act that paused the matter, while the pause lasts (中止)."""
    held = None
    for event in effective(events):
        mark = procedure.acts[event.act].pause if event.act in procedure.acts else None
        held = event if mark == "begin" else None if mark == "end" else held
    return held


def supervised(events: Iterable[Done]) -> Done | None:
    """The mark under which the matter is supervised from above, until it is released (督办)."""
    mark = None
    for event in events:
        mark = event if event.act == SUPERVISE else None if event.act == RELEASE else mark
    return mark


def said(events: Iterable[Done]) -> dict[str, Any]:
    """What the acts that count have said, the latest word of each field."""
    told: dict[str, Any] = {}
    for event in effective(events):
        told |= {name: value for name, value in event.body.items() if value not in (None, "", [], {})}
    return told


def not_yet(procedure: Procedure, name: str, events: Iterable[Done]) -> list[str]:
    """Acts that must stand before this one and do not."""
    act, standing = procedure.acts[name], {event.act for event in effective(events)}
    return [before for before in act.after if before not in standing]


def held_back(procedure: Procedure, name: str, events: Sequence[Done]) -> str:
    """What keeps a lawful act from being done: `paused`, `not-paused`, `once`; else empty."""
    act = procedure.acts[name]
    if paused(procedure, events) and act.pause != "end" and not act.while_paused:
        return "paused"
    if act.pause == "end" and not paused(procedure, events):
        return "not-paused"
    return "once" if act.once and any(event.act == name for event in effective(events)) else ""


def missing_fields(procedure: Procedure, act: Act, body: Mapping[str, Any]) -> list[str]:
    """Titles of required fields that were left empty. `0` and `False` are answers; blanks are not."""
    return _titles(procedure, _empty(act.requires, body))


def missing_at_opening(procedure: Procedure, body: Mapping[str, Any]) -> list[str]:
    return _titles(procedure, _empty(procedure.opening.requires, body)) if procedure.opening else []


def _empty(names: Iterable[str], body: Mapping[str, Any]) -> list[str]:
    return [name for name in names if body.get(name) is None or body[name] in ("", [], {})]


def _titles(procedure: Procedure, names: Iterable[str]) -> list[str]:
    return [procedure.fields[name].title if name in procedure.fields else name for name in names]


def clocks_of(procedure: Procedure, events: Iterable[Done]) -> list[Running]:
    """Every clock that has begun; a clock begun again replaces its earlier run. A stopped clock stays stopped."""
    running: dict[str, Running] = {}
    for event in effective(events):
        for name, clock in procedure.clocks.items():
            past = running.get(name)
            if event.act in clock.starts:
                running[name] = _started(name, clock, event)
            elif past and past.stopped is None and event.act in clock.stop:
                running[name] = replace(past, stopped=event)
            elif past and past.stopped is None and event.act in clock.extended_by:
                running[name] = _extended(past, event)
            elif past and past.stopped is None:
                running[name] = replace(past, pauses=_paused(past, event))
    return list(running.values())


def _started(name: str, clock: ProcedureClock, event: Done) -> Running:
    due = event.body.get(clock.due_field) if clock.due_field else None
    since = event.body.get(clock.from_field) if clock.from_field else None
    return Running(
        name, clock, event, None, date.fromisoformat(str(due)) if due else None, from_=_moment(str(since)) if since else None
    )


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _extended(run: Running, event: Done) -> Running:
    """An approved extension; one that names a last day moves the end there."""
    until = event.body.get(run.clock.extended_to) if run.clock.extended_to else None
    return replace(run, extended=True, extended_to=date.fromisoformat(str(until)) if until else run.extended_to)


def _paused(run: Running, event: Done) -> tuple[tuple[str, date, date | None], ...]:
    """The pauses after one more act: one may begin, an open one may end."""
    pauses = list(run.pauses)
    for name, pause in run.clock.pauses.items():
        still = next((n for n, (kind, _, until) in enumerate(pauses) if kind == name and until is None), None)
        if event.act == pause.end and still is not None:
            pauses[still] = (name, pauses[still][1], event.on)
        elif event.act == pause.start and still is None:
            pauses.append((name, event.on, None))
    return tuple(pauses)


def steps_of(procedure: Procedure, events: Iterable[Done]) -> list[Step]:
    """The step bar. A state off the main path stands between the stages it interrupts."""
    state, reached = procedure.start, {}
    for event in effective(events):
        state = _after(procedure, state, event)
        reached[state] = event.on
    path = list(procedure.path)
    if state not in path:
        before = max((path.index(s) for s in reached if s in path), default=-1)
        path.insert(before + 1, state)
    here = path.index(state)
    ended = procedure.states[state].final
    return [
        Step(
            name,
            procedure.states[name].title,
            procedure.states[name].title_en,
            "done" if at < here or (at == here and ended) else "current" if at == here else "ahead",
            reached.get(name) if at <= here else None,
        )
        for at, name in enumerate(path)
    ]


def genesis(kind: str, number: str, subject: str, agency: str, opened: date, law_version: str) -> str:
    """Digest before the first event: it binds the chain to its own matter."""
    return digests.sm3(digests.canonical([kind, number, subject, agency, opened, law_version])).hex()


def link(previous: str, event: Done, at: str) -> str:
    """Digest of an event: SM3 over the digest before it and everything the event says."""
    said = [previous, event.position, event.act, event.by, event.second, at, event.on, dict(event.body)]
    return digests.sm3(digests.canonical(said)).hex()


def first_altered(start: str, chain: Sequence[tuple[Done, str, str]]) -> int | None:
    """Position of the first event `(event, at, digest)` that does not follow from the one before; None if all do."""
    previous = start
    for place, (event, at, digest) in enumerate(chain, start=1):
        if event.position != place or link(previous, event, at) != digest:
            return place
        previous = digest
    return None
