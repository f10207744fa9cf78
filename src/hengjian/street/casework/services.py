"""Open leads and cases: of any source, by hand or from an act of another house."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import parties
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import effect
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.register.models import Entity

from . import queries
from .models import Case, Lead

LEAD, CASE, SIMPLE = queries.KINDS
CARRIED = ("facts", "article", "source", "violation_ended", "corrected", "harm", "first_violation", "free_item", "screened", "screening")
LONGEST_ORIGIN = Lead._meta.get_field("origin").max_length or 0


@transaction.atomic
def open_lead(
    *, by: Officer | None, agency: Agency, source: str, facts: str, on: date, entity: Entity | None = None, origin: str = "",
    owner: Officer | None = None, violation_ended: date | None = None, at: datetime | None = None, by_hand: bool = False,
) -> Proceeding:  # fmt: skip
    """Register a lead of any source (登记违法线索): its verification clock begins on this day.

    The same origin twice gives the same lead, from several workers at once, too. `by_hand`: the officer needs the power
    of the opening; otherwise the lead follows from an act of another house.
    """
    if len(origin) > LONGEST_ORIGIN:
        raise procedure.FieldWrong(_("来源编号不能超过 %(most)s 字") % {"most": LONGEST_ORIGIN}, fields={"origin": origin})
    if origin and (known := queries.lead_of(agency, origin)):
        return known
    body: dict[str, Any] = {"source": source, "facts": facts}
    body |= {"origin": origin} if origin else {}
    body |= {"violation_ended": violation_ended.isoformat()} if violation_ended else {}
    subject = entity.uscc if entity else ""
    try:
        with transaction.atomic():
            lead = procedure.open(
                by=by, kind=LEAD, agency=agency, subject=subject, on=on, owner=owner, title=(entity.name if entity else origin)[:200],
                body=body, at=at, follows=not by_hand,
            )  # fmt: skip
            if origin:
                Lead.objects.create(proceeding=lead, agency=agency, origin=origin)
    except IntegrityError:  # another worker brought the same origin first
        if known := queries.lead_of(agency, origin):
            return known
        raise
    audit.record("casework.open_lead", f"proceeding:{lead.number}", by=by, source=source, origin=origin)
    return lead


@transaction.atomic
def open_simple(*, by: Officer, entity: Entity, facts: str, on: date, at: datetime | None = None) -> Case:
    """Begin a penalty on the spot (简易程序)."""
    matter = procedure.open(
        by=by, kind=SIMPLE, agency=by.agency, subject=entity.uscc, on=on, title=entity.name[:200], body={"facts": facts}, at=at
    )
    _enter_party(matter, by, entity, on, at)
    return Case.objects.create(proceeding=matter, entity=entity)


@transaction.atomic
def open_beside(*, by: Officer, kind: str, body: Mapping[str, Any], on: date, title: str = "", at: datetime | None = None) -> Proceeding:
    """Register a letter that asks for assistance, or ask for an examination of due diligence (协助调查、尽职免责)."""
    made = procedure.open(by=by, kind=kind, agency=by.agency, subject="", on=on, title=title[:200], body=body, at=at)
    audit.record("casework.open_beside", f"proceeding:{made.number}", by=by, kind=kind)
    return made


def _enter_party(matter: Proceeding, by: Officer | None, entity: Entity, on: date, at: datetime | None) -> None:
    who = parties.Person(name=entity.name, uscc=entity.uscc, address=entity.address or "")
    parties.join(matter, by=None, role="party", who=who, on=on, expected_version=matter.version, at=at)


@effect(LEAD, "file")
def open_case(proceeding: Proceeding, event: Event) -> None:
    """A filed lead opens the case; what was typed in the lead is carried over (立案)."""
    said = queries.said(proceeding)
    entity = queries.entity_of(proceeding)
    assert entity is not None
    chosen = list(Officer.objects.filter(number__in=said["officers"]).order_by("number"))
    owner = next((one for one in chosen if one.number == event.body.get("proposed_by")), chosen[0])
    body = {name: said[name] for name in CARRIED if name in said} | {"lead": proceeding.number}
    case = procedure.open(
        by=event.by, kind=CASE, agency=proceeding.agency, subject=entity.uscc, on=event.on, owner=owner,
        helpers=[one for one in chosen if one.pk != owner.pk], title=entity.name[:200], body=body, at=event.at,
    )  # fmt: skip
    _enter_party(case, event.by, entity, event.on, event.at)
    Case.objects.create(proceeding=case, lead=proceeding, entity=entity)


@effect(LEAD, "undo")
def a_filed_lead_stays_filed(proceeding: Proceeding, event: Event) -> None:
    """The case is open by then; it is ended as a case, not by taking its filing back."""
    if event.body["act"] == "file":
        raise procedure.NothingToUndo(_("线索已经立案，请在案件中终止调查或移送"), number=proceeding.number)
