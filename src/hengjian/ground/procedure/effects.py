"""What a house adds to a procedure: effects and checks of acts, pages of its own, panels.

All are plain functions, registered where the house's `services` (or `panels`) is imported. Effects run in the act's
transaction: if one refuses, nothing has happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext

from hengjian.ground.kit.refusals import Message

from .models import Event, Paper, Proceeding

Effect = Callable[[Proceeding, Event], None]
Check = Callable[[Proceeding, date], object]
Fits = Callable[[Proceeding, Mapping[str, Any], date], object]
Works = Callable[[Proceeding, Mapping[str, Any], date], Mapping[str, Any]]
Due = Callable[[Proceeding, date], date | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the matter page that a house brings: its template reads `panel.data`."""

    title: object
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    first: bool = False  # above the acts, where it helps to decide which one


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the house itself, by name and arguments."""

    url: str
    args: tuple[object, ...] = ()
    power: str = ""


Printed = Callable[[Proceeding, Paper], Mapping[str, Any]]
Panels = Callable[[Proceeding, frozenset[str], date], Iterable[Panel]]
At = Callable[[Proceeding], Place | None]
_effects: dict[tuple[str, str], list[Effect]] = defaultdict(list)
_checks: dict[tuple[str, str], list[Check]] = defaultdict(list)
_fits: dict[tuple[str, str], list[Fits]] = defaultdict(list)
_works: dict[tuple[str, str], list[Works]] = defaultdict(list)
_due: dict[tuple[str, str], Due] = {}
_panels: dict[str, list[Panels]] = defaultdict(list)
_places: dict[tuple[str, str], At] = {}
_guards: dict[str, str] = {}
_printed: dict[str, Printed] = {}


def effect(kind: str, act: str) -> Callable[[Effect], Effect]:
    """`@effect("inspection", "record")`: run this when that act is done; `*` for any act, after those named.

    Registering twice changes nothing.
    """

    def register(function: Effect) -> Effect:
        if function not in _effects[kind, act]:
            _effects[kind, act].append(function)
        return function

    return register


def check(kind: str, act: str) -> Callable[[Check], Check]:
    """`@check("penalty", "decide")`: a reason why the act may not be done yet, or nothing. Shown before it is tried."""

    def register(function: Check) -> Check:
        if function not in _checks[kind, act]:
            _checks[kind, act].append(function)
        return function

    return register


def fits(kind: str, act: str) -> Callable[[Fits], Fits]:
    """`@fits("penalty", "decide")`: a reason why what the act is told does not hold, or nothing (fine above the notice)."""

    def register(function: Fits) -> Fits:
        if function not in _fits[kind, act]:
            _fits[kind, act].append(function)
        return function

    return register


def works_out(kind: str, act: str) -> Callable[[Works], Works]:
    """`@works_out("penalty", "screen")`: fields that follow from what the act is told. They stand in the record with it, as
    they were worked out on that day; nobody types them.
    """

    def register(function: Works) -> Works:
        if function not in _works[kind, act]:
            _works[kind, act].append(function)
        return function

    return register


def due_of(kind: str, clock: str) -> Callable[[Due], Due]:
    """`@due_of("penalty", "instalment")`: the day of a clock that follows from what was said since (the next instalment)."""

    def register(function: Due) -> Due:
        _due[kind, clock] = function
        return function

    return register


def panels(kind: str) -> Callable[[Panels], Panels]:
    """`@panels("penalty")`: what the house shows on the matter page beyond the kernel's own."""

    def register(function: Panels) -> Panels:
        if function not in _panels[kind]:
            _panels[kind].append(function)
        return function

    return register


def done_at(kind: str, *acts: str) -> Callable[[At], At]:
    """`@done_at("penalty", "decide")`: this act has a page of its own; the generic form gives way to a link.

    The act `*` is the matter itself: its page is the house's own, and all its acts are done there.
    """

    def register(function: At) -> At:
        for act in acts:
            _places[kind, act] = function
        return function

    return register


def prints(*forms: str) -> Callable[[Printed], Printed]:
    """`@prints("repair-form.00")`: what the house adds to the data of a form, for the template its pack entry names."""

    def register(function: Printed) -> Printed:
        for form in forms:
            _printed[form] = function
        return function

    return register


def guard_files(kind: str, power: str) -> None:
    """Files of such matters hold what people entrusted to those who work on them: they are handed out to holders of this power
    only, and each time it is recorded."""
    _guards[kind] = power


def files_power(kind: str) -> str:
    """The power that opens the files of a kind of matter; empty where reading the matter is enough."""
    return _guards.get(kind, "")


def run(proceeding: Proceeding, event: Event) -> None:
    for act in (event.act, "*"):
        for function in _effects.get((proceeding.kind, act), ()):
            function(proceeding, event)


def reasons(proceeding: Proceeding, act: str, on: date) -> list[str]:
    """Why the house says that an act may not be done yet."""
    found = (function(proceeding, on) for function in _checks.get((proceeding.kind, act), ()))
    return _told(found)


def misfits(proceeding: Proceeding, act: str, body: Mapping[str, Any], on: date) -> list[str]:
    """What the house finds wrong with what an act is told."""
    found = (function(proceeding, body, on) for function in _fits.get((proceeding.kind, act), ()))
    return _told(found)


def worked_out(proceeding: Proceeding, act: str, body: Mapping[str, Any], on: date) -> dict[str, Any]:
    """What follows from what an act is told; blanks are left out."""
    found: dict[str, Any] = {}
    for function in _works.get((proceeding.kind, act), ()):
        found |= function(proceeding, body, on)
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def due(proceeding: Proceeding, clock: str, on: date, otherwise: date | None) -> date | None:
    """The day of a clock without a term."""
    function = _due.get((proceeding.kind, clock))
    return function(proceeding, on) if function else otherwise


def _told(found: Iterable[object]) -> list[str]:
    return [one.told(gettext) if isinstance(one, Message) else str(one) for one in found if one]


def place_of(proceeding: Proceeding, act: str) -> Place | None:
    function = _places.get((proceeding.kind, act)) or _places.get((proceeding.kind, "*"))
    return function(proceeding) if function else None


def panels_of(proceeding: Proceeding, powers: frozenset[str], on: date) -> list[Panel]:
    return [panel for function in _panels.get(proceeding.kind, ()) for panel in function(proceeding, powers, on)]


def printed(proceeding: Proceeding, paper: Paper) -> Mapping[str, Any]:
    """What the house adds to a paper; nothing where the kernel's own data are all it prints."""
    function = _printed.get(paper.form)
    return function(proceeding, paper) if function else {}
