"""When a calendar is announced: which running deadlines move, and who is told (期限重新计算).

No deadline is stored, so nothing has to be corrected: the next look already shows the new day. What a person would
miss is that it changed; that is recorded once per calendar and matter, and stays in the owner's inbox until noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from hengjian.ground import audit, policy
from hengjian.ground.kit.calendar import WorkCalendar
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.models import Officer
from hengjian.ground.policy import Running, shifts

from . import queries, rules
from .models import CalendarRead, Proceeding, Shifted


@transaction.atomic
def recount(at: datetime) -> list[Shifted]:
    """Compare the calendar with the one last read; record each open matter's deadline that moved or was settled."""
    law = policy.current()
    now, last = _written(law.calendar), CalendarRead.objects.order_by("-pk").first()
    if last and last.calendar == now:
        return []
    read = CalendarRead.objects.create(calendar=now, at=at)
    if last is None:
        return []
    running = {clock.matter: clock for clock in _running()}
    titles = {term.id: term.title for term in (law.term(clock.rule) for clock in running.values())}
    told = []
    for shift in shifts(law, running.values(), before=_as_calendar(last.calendar)):
        matter, _, name = shift.running.matter.partition(":")
        title = titles.get(law.term(shift.running.rule).id, name)
        before, after = shift.before.day, shift.after.day
        told.append(Shifted(proceeding_id=int(matter), read=read, clock=name, title=title, before=before, after=after))
    Shifted.objects.bulk_create(told, batch_size=500)
    audit.record("procedure.recount", str(read), by=None, clocks=len(running), shifted=len(told))
    return told


def told_to(officer: Officer) -> QuerySet[Shifted]:
    """Shifts in matters this officer owns or helps with, the nearest new day first."""
    mine = Proceeding.objects.filter(queries.worked_on_by(officer)).order_by("pk").values("pk")
    return Shifted.objects.filter(proceeding__in=mine).select_related("proceeding", "seen_by").order_by("after", "pk")


def note(shift: int, *, by: Officer, at: datetime) -> None:
    """The owner has taken note; a second time changes nothing. Raises NotFound for somebody else's."""
    if not told_to(by).filter(pk=shift).exists():
        raise NotFound("没有这条期限变动提示", shift=shift)
    Shifted.objects.filter(pk=shift, seen_at=None).update(seen_by=by, seen_at=at)


def _running() -> Iterator[Running]:
    """Clocks of open matters that the law counts; those whose day an officer set do not follow the calendar."""
    for proceeding in queries.with_events(Proceeding.objects.filter(closed=None).order_by("pk")).iterator(chunk_size=500):
        procedure = queries.definition(proceeding.kind)
        for run in rules.clocks_of(procedure, queries.events_of(proceeding)):
            if run.clock.term is None or run.stopped:
                continue
            events = queries.dated(run, policy.current().term(run.clock.term).from_)
            on = proceeding.opened if (run.clock.law or procedure.law) == "opening" else None
            yield Running(f"{proceeding.pk}:{run.name}", run.clock.term, events, law_on=on)


def _written(calendar: WorkCalendar) -> dict[str, Any]:
    return {
        "years": sorted(calendar.years),
        "off": {day.isoformat(): name for day, name in sorted(calendar.off.items())},
        "worked": {day.isoformat(): name for day, name in sorted(calendar.worked.items())},
    }


def _as_calendar(written: dict[str, Any]) -> WorkCalendar:
    off = {date.fromisoformat(day): name for day, name in written["off"].items()}
    worked = {date.fromisoformat(day): name for day, name in written["worked"].items()}
    return WorkCalendar(off, worked, frozenset(written["years"]))
