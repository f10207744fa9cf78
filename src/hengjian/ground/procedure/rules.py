"""What an act does to a state, which acts are lawful now, and which clocks run. No database, no wall clock.

Explained in docs/algorithms/procedure.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hengjian.ground.kit import digests
from hengjian.ground.policy.schema.procedures import Act, Procedure, ProcedureClock

OPEN = "open"
UNDO = "undo"


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


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the step bar: done, current or ahead."""

    state: str
    title: str
    title_en: str
    status: str
    on: date | None


def effective(events: Iterable[Done]) -> list[Done]:
    """The events that still count: an undo takes away the act before it, and both stay on record."""
    standing: list[Done] = []
    for event in events:
        if event.act == UNDO:
            standing.pop()
        else:
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


def missing_fields(procedure: Procedure, act: Act, body: Mapping[str, Any]) -> list[str]:
    """Titles of required fields that were left empty. `0` and `False` are answers; blanks are not."""
    empty = [name for name in act.requires if body.get(name) is None or body[name] in ("", [], {})]
    return [procedure.fields[name].title if name in procedure.fields else name for name in empty]


def clocks_of(procedure: Procedure, events: Iterable[Done]) -> list[Running]:
    """Every clock that has begun; a clock begun again replaces its earlier run. A stopped clock stays stopped."""
    running: dict[str, Running] = {}
    for event in effective(events):
        for name, clock in procedure.clocks.items():
            past = running.get(name)
            if clock.start == event.act:
                due = event.body.get(clock.due_field) if clock.due_field else None
                running[name] = Running(name, clock, event, None, date.fromisoformat(str(due)) if due else None)
            elif past and past.stopped is None and event.act in clock.stop:
                running[name] = replace(past, stopped=event)
            elif past and past.stopped is None:
                running[name] = replace(past, pauses=_paused(past, event))
    return list(running.values())


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
