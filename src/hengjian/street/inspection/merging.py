"""One visit for several departments' tasks at one firm (一次多查), also when one of the teams was sent already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as procedures
from hengjian.ground.procedure import services as procedure
from hengjian.street.draw import burden
from hengjian.street.draw import queries as draws
from hengjian.street.draw import services as draw_acts
from hengjian.street.draw.errors import CannotJoin
from hengjian.street.draw.models import Draw, Pick

from .arrivals import BEFORE
from .models import Draft, Visit
from .services import parts_of


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Tasks of several draws for one firm. `lead` goes; `why_not` says what stands against making them one."""

    picks: list[Pick]
    sent: dict[int, Visit]  # pick -> the visit its team was sent to
    why_not: str

    @property
    def firm(self) -> Pick:
        return self.picks[0]

    @property
    def officers(self) -> int:
        return len({one.pk for pick in self.picks for one in pick.team.officers.all()})


def suggestions(officer: Officer | None, at: datetime) -> list[Suggestion]:
    """What could be one visit, where at least one of the draws is led from an officer's scope; done ones are left out."""
    led = set(draws.draws_led_by(officer).values_list("pk", flat=True))
    groups = [group for group in burden.overlapping(timezone.localdate(at)) if any(pick.draw_id in led for pick in group)]
    sent = _sent([pick.pk for group in groups for pick in group])
    found = []
    for group in groups:
        waiting = [pick for pick in group if pick.pk not in sent or _untouched(sent[pick.pk])]
        if len({pick.draw.plan_id for pick in waiting}) > 1:
            out = {pick.pk: sent[pick.pk] for pick in waiting if pick.pk in sent}
            found.append(Suggestion(waiting, out, _why_not(waiting, out, led)))
    return found


def _why_not(picks: Sequence[Pick], sent: dict[int, Visit], led: set[int]) -> str:
    if any(pick.draw_id not in led for pick in picks):
        return str(_("其中有您管辖范围以外的部门，请由同时管辖各部门的机关合并"))
    if len(sent) > 1:
        return str(_("各检查组都已派发，请检查组约定同一天到场"))
    return ""


def _sent(picks: Sequence[int]) -> dict[int, Visit]:
    found = Visit.objects.filter(pick__in=picks).select_related("proceeding__agency").prefetch_related("proceeding__events", "officers")
    return {visit.pick_id: visit for visit in found if visit.pick_id}


def _untouched(visit: Visit) -> bool:
    """Whether a visit has not begun: nobody arrived, nothing was typed, no result."""
    begun = visit.arrived or visit.confirmed or Draft.objects.filter(visit=visit).exists()
    return not begun and procedures.state_of(visit.proceeding) in BEFORE


@transaction.atomic
def join(picks: Sequence[Pick], *, by: Officer, at: datetime) -> Pick:
    """Make them one visit. A team that was sent leads, and takes the items and officers of the others along."""
    for pk in sorted({pick.draw_id for pick in picks}):
        draws.locked(Draw(pk=pk))  # whoever sends teams waits here
    led = set(draws.draws_led_by(by).values_list("pk", flat=True))
    sent = _sent([pick.pk for pick in picks])
    if why_not := _why_not(picks, sent, led):
        raise CannotJoin(why_not, picks=[pick.pk for pick in picks])
    visit = next(iter(sent.values()), None)
    if visit and not _untouched(visit):
        raise CannotJoin(_("其中一次检查已经开始，不能再合并"), number=visit.proceeding.number)
    on = timezone.localdate(at)
    lead = draw_acts.join_picks(by=by, picks=picks, on=on, lead=visit.pick if visit else None)
    if visit:
        _widen(visit, lead, by, at)
    return lead


def _widen(visit: Visit, lead: Pick, by: Officer, at: datetime) -> None:
    """The visit that was sent already gets the items and the officers of the tasks it now answers, too."""
    task = next(task for task in draws.tasks_of(lead.draw) if task.pick.pk == lead.pk)
    visit.items, visit.parts = list(task.items), parts_of(lead.draw, task)
    visit.save(update_fields=["items", "parts"])
    visit.officers.set(task.officers)
    matter = visit.proceeding
    helpers = sorted((one for one in task.officers if one.pk != matter.owner_id), key=lambda one: one.number)
    told = {"helpers": [one.number for one in helpers], "joined": [pick.draw.slug for pick in task.joined]}
    procedure.beside(matter, "helpers-named", by=by, on=timezone.localdate(at), at=at, expected_version=matter.version, body=told)
    matter.helpers.set(helpers)
    audit.record("inspection.widen_visit", f"visit:{matter.number}", by=by, joined=told["joined"])
