"""Recounting (重新计算): what a newly announced calendar does to deadlines that are running."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hengjian.ground.kit.calendar import WorkCalendar

from .clocks import Deadline, Moment
from .law import Law


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs in some matter. `law_on` keeps the version of the law the matter began under."""

    matter: str
    rule: str
    events: Mapping[str, Moment]
    law_on: date | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """One deadline before and after the notice. Its owner is to be told."""

    running: Running
    before: Deadline
    after: Deadline

    @property
    def moved(self) -> bool:
        return self.before.due != self.after.due

    @property
    def settled(self) -> bool:
        """It was 暂定 and no longer is."""
        return self.before.provisional and not self.after.provisional


def shifts(law: Law, running: Iterable[Running], *, before: WorkCalendar) -> list[Shift]:
    """The deadlines that a change of calendar moves or settles, in the order given.

    `before` is the calendar they were counted with, for instance `law.calendar_of(range(2007, 2027))` when the
    notice for 2027 has just been loaded. Deadlines that neither move nor lose the mark are left out.
    """
    found = [
        Shift(
            clock,
            law.deadline(clock.rule, clock.events, on=clock.law_on, calendar=before),
            law.deadline(clock.rule, clock.events, on=clock.law_on),
        )
        for clock in running
    ]
    return [shift for shift in found if shift.moved or shift.settled]
