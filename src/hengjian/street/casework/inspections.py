"""Leads that inspections hand over: opened without typing, linked both ways, answered when casework has decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from django.utils.translation import gettext as _

from hengjian.ground.kit.refusals import Message
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import queries as procedures
from hengjian.ground.procedure.effects import Panel, effect, panels
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.inspection import followups
from hengjian.street.inspection import queries as visits
from hengjian.street.inspection.models import FollowUp
from hengjian.street.inspection.rules import CASE as TRANSFER

from . import queries
from .models import Case
from .services import CASE, LEAD, SIMPLE, open_lead

CONCLUDED = {
    "file": "已立案：%(number)s", "decline": "不予立案", "pass-on": "已移送：%(receiver)s", "hand-down": "已交办：%(receiver)s",
    "designated-elsewhere": "指定由其他机关管辖：%(receiver)s",
}  # fmt: skip


@effect("inspection", "review")
def take_over_from_inspection(proceeding: Proceeding, event: Event) -> None:
    """A reviewed result that goes to casework becomes a lead of the same agency; nothing is typed again."""
    result = queries.said(proceeding)
    if result.get("disposal") != TRANSFER:
        return
    told = [str(item.get("note") or "") for item in result.get("items", ()) if item.get("answer") == "problem"]
    facts = "；".join(filter(None, [*told, str(result.get("note", ""))]))
    lead = _lead(proceeding, event, proceeding.agency, facts)
    visit, by = visits.of_matter(proceeding), cast(Officer, event.by)
    due = next((clock.due for clock in procedures.clocks_of(lead) if clock.due), event.on)
    row = followups.hand_over(visit, measure=facts[:400] or proceeding.number, due=due, to=proceeding.agency, by=by, at=event.at)
    followups.take_over(row, number=lead.number, by=by, at=event.at)


@effect("inspection", "follow")
def take_over_what_is_handed(proceeding: Proceeding, event: Event) -> None:
    """A follow-up that hands a lead to an agency opens it there at once; its number is the receipt."""
    if event.body.get("disposal") != TRANSFER:
        return
    row = FollowUp.objects.filter(visit__proceeding=proceeding, disposal=TRANSFER, received=None).select_related("to").order_by("-pk")[0]
    lead = _lead(proceeding, event, cast(Agency, row.to), row.measure)
    row.visit.proceeding = proceeding
    followups.take_over(row, number=lead.number, by=cast(Officer, event.by), at=event.at)


def _lead(proceeding: Proceeding, event: Event, agency: Agency, facts: str) -> Proceeding:
    owner = proceeding.owner if agency == proceeding.agency else None
    return open_lead(
        by=event.by, agency=agency, source="inspection", facts=facts, on=event.on, entity=queries.entity_of(proceeding),
        origin=proceeding.number, owner=owner, at=event.at,
    )  # fmt: skip


@effect(LEAD, "file")
@effect(LEAD, "decline")
@effect(LEAD, "pass-on")
@effect(LEAD, "hand-down")
@effect(LEAD, "designated-elsewhere")
def answer_the_inspection(proceeding: Proceeding, event: Event) -> None:
    """What was decided about the lead goes back to the inspection it came from, whose follow-up is settled."""
    opened = Case.objects.filter(lead=proceeding).select_related("proceeding").first()
    facts = {"number": opened.proceeding.number if opened else "", "receiver": str(event.body.get("receiver", ""))}
    followups.concluded(proceeding.number, outcome=str(Message(CONCLUDED[event.act], facts)), by=cast(Officer, event.by), at=event.at)


@panels(LEAD)
@panels(CASE)
@panels(SIMPLE)
def where_it_comes_from(proceeding: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    """The inspection behind a lead or a case, with its result as it stands now."""
    number = str(queries.said(proceeding).get("lead") or proceeding.number)
    row = FollowUp.objects.filter(disposal=TRANSFER, receipt=number).select_related("visit__proceeding__agency").order_by("pk").first()
    if row:
        data = {"row": row, "result": visits.result_of(row.visit), "may": "inspection.view" in powers}
        yield Panel(_("来源检查"), "casework/_inspection.html", data)
