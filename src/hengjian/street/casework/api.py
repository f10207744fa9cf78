"""Leads and cases for programs: register a lead, read a case, do, propose or confirm an act."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from hengjian.ground.kit import clock
from hengjian.ground.people.access import power
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import proposals
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import services as acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.register import queries as register

from . import queries, services

router = Router()


class LeadIn(Schema):
    """A lead found by another system. The same `origin` twice gives the same lead."""

    uscc: str
    source: str
    facts: str
    origin: str


class ActIn(Schema):
    """An act with the version that was seen; `second` is the number of the second officer."""

    version: int
    body: dict[str, Any] = {}
    second: str = ""


class ClockOut(Schema):
    name: str
    title: str
    due: date | None
    stopped: date | None
    basis: str


class MatterOut(Schema):
    """Where a matter stands, which acts are open to whoever asks, which clocks run."""

    id: int
    kind: str
    number: str
    subject: str
    state: str
    version: int
    opened: date
    closed: date | None
    acts: list[str]
    clocks: list[ClockOut]


def _out(matter: Proceeding, officer: Officer) -> MatterOut:
    on = clock.today()
    return MatterOut(
        id=matter.pk, kind=matter.kind, number=matter.number, subject=matter.subject, state=procedure.state_of(matter),
        version=matter.version, opened=matter.opened, closed=matter.closed,
        acts=list(procedure.acts_open_to(matter, officer, on)),
        clocks=[
            ClockOut(name=face.name, title=face.title, due=face.due, stopped=face.stopped, basis=face.basis)
            for face in procedure.clocks_of(matter, on)
        ],
    )  # fmt: skip


def _officer(request: HttpRequest) -> Officer:
    officer: Officer = request.officer  # type: ignore[attr-defined]
    return officer


@router.post("/leads", auth=power("casework.handle"), response=MatterOut)
def open_lead(request: HttpRequest, lead: LeadIn) -> MatterOut:
    """Register a lead; its verification clock begins today."""
    officer = _officer(request)
    made = services.open_lead(
        by=officer, agency=officer.agency, entity=register.entity_for(officer, lead.uscc), source=lead.source, facts=lead.facts,
        origin=lead.origin, on=clock.today(), at=clock.now(), by_hand=True,
    )  # fmt: skip
    return _out(queries.matter_of(officer, made.pk), officer)


@router.get("/matters/{matter}", auth=power("casework.view"), response=MatterOut)
def read(request: HttpRequest, matter: int) -> MatterOut:
    """One lead or case."""
    return _out(queries.matter_of(_officer(request), matter), _officer(request))


@router.post("/matters/{matter}/acts/{act}", auth=power("casework.view"), response=MatterOut)
def do(request: HttpRequest, matter: int, act: str, given: ActIn) -> MatterOut:
    """Do an act, or propose it where another must confirm."""
    officer, found = _officer(request), queries.matter_of(_officer(request), matter)
    lawful = acts.lawful_act(found, act, procedure.events_of(found))
    second = Officer.objects.filter(number=given.second).first()
    command = proposals.propose if lawful.confirm else acts.act
    body = {name: given.body[name] for name in (*lawful.requires, *lawful.optional) if name in given.body}
    command(found, act, by=officer, on=clock.today(), at=clock.now(), expected_version=given.version, body=body, second=second)
    return _out(queries.matter_of(officer, matter), officer)


@router.post("/matters/{matter}/acts/{act}/confirm", auth=power("casework.approve"), response=MatterOut)
def confirm(request: HttpRequest, matter: int, act: str, given: ActIn) -> MatterOut:
    """Confirm what another officer proposed."""
    officer, found = _officer(request), queries.matter_of(_officer(request), matter)
    proposals.confirm(found, act, by=officer, on=clock.today(), at=clock.now(), expected_version=given.version)
    return _out(queries.matter_of(officer, matter), officer)
