"""A visit outside every plan that was approved (计划外检查) becomes a visit of the field like any other.

The draw keeps the asking and the deciding; the visit itself begins here.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hengjian.ground import audit
from hengjian.ground.people.language import title_in
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import services as procedure
from hengjian.street.draw import burden
from hengjian.street.draw import queries as draws
from hengjian.street.draw import services as draw_acts
from hengjian.street.draw.models import OffPlan

from . import rules
from .models import Visit


@transaction.atomic
def decide(asked: OffPlan, *, approved: bool, by: Officer, at: datetime, decision: str = "") -> OffPlan:
    """Approve or refuse (审批); an approved one is sent out in the same transaction (批准并派发)."""
    asked = draw_acts.decide_off_plan(by=by, asked=asked, approved=approved, on=timezone.localdate(at), decision=decision)
    if asked.approved:
        _send(asked, by, at)
    return asked


@transaction.atomic
def send_approved(*, by: Officer, at: datetime) -> list[Visit]:
    """Send out what was approved elsewhere in an officer's scope and has no visit yet. Running it again sends nothing twice."""
    return [_send(asked, by, at) for asked in unsent(by).select_for_update(of=("self",))]


def unsent(officer: Officer | None) -> QuerySet[OffPlan]:
    """Approved visits off plan in an officer's scope that nobody was sent to."""
    known = Visit.objects.exclude(off_plan=None).order_by().values("off_plan")
    seen = draws.off_plan_visible_to(officer).order_by().values("pk")
    return draws.off_plan_approved().filter(pk__in=seen).exclude(pk__in=known)


def _send(asked: OffPlan, by: Officer, at: datetime) -> Visit:
    """One visit of an approved asking; asked again, the same one."""
    if standing := Visit.objects.filter(off_plan=asked).first():
        return standing
    on = timezone.localdate(at)
    due, officers = max(on, asked.due), list(asked.officers.order_by("pk"))
    matter = procedure.open(
        by=by, kind=rules.KIND, agency=asked.agency, subject=asked.entity.uscc, on=on, at=at, owner=officers[0], helpers=officers[1:],
        title=f"计划外检查：{title_in(burden.ORIGINS, asked.origin)}", body={"due": due.isoformat(), "off_plan": asked.pk, "origin": asked.origin},
    )  # fmt: skip
    made = Visit.objects.create(entity=asked.entity, proceeding=matter, items=asked.items, assigned=on, due=due, off_plan=asked)
    made.officers.set(officers)
    audit.record("inspection.send_off_plan", f"off-plan:{asked.pk}", by=by, number=matter.number)
    return made


def visit_of(asked: OffPlan) -> Visit | None:
    """The visit that came of an asking."""
    return Visit.objects.filter(off_plan=asked).first()
