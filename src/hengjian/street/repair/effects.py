"""What the acts of repair do elsewhere: the ledger, the public projection, the class, the record of the commitment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.refusals import Message
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import check, effect, fits
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.assessment import services as assessment
from hengjian.street.ledger import queries as ledger_queries
from hengjian.street.ledger import services as ledger
from hengjian.street.listing import services as listing
from hengjian.street.publication import services as publication

from . import queries
from .models import Application

LIST_ACTS = ("accept-list", "verify-list")
REASON = "信用修复"


def _application(matter: Proceeding) -> Application:
    found = queries.application_of(matter)
    assert found is not None  # opened by this house
    return found


def _answer(matter: Proceeding) -> queries.Standing:
    """The eligibility on the day the application was received: the law of that day, what is known now."""
    return queries.eligibility(_application(matter).entry, matter.opened)


def _accepting(kind: str) -> None:
    for act in ("accept", *LIST_ACTS):
        check(kind, act)(lambda matter, on, act=act: _may_be_accepted(matter, act))


def _may_be_accepted(matter: Proceeding, act: str) -> str:
    """The act fits what is to be repaired, and the time has come."""
    listed = _application(matter).entry.kind == "abnormal-list"
    split = matter.kind != "credit-repair-website"
    if split and listed != (act in LIST_ACTS):
        return _("异常名录（状态）用另一项受理，期限不同") if listed else _("只用于经营异常名录和经营异常状态")
    return _not_open(matter)


def _not_open(matter: Proceeding) -> str:
    answer = _answer(matter).answer
    if answer.opens is not None and matter.opened < answer.opens:
        return _("申请之日未满最短公示期（最早 %(opens)s），应当不予受理") % {"opens": answer.opens.isoformat()}
    if answer.verdict in ("itself", "elsewhere", "never-public", "closed", "over"):
        return _("这条记录依法不能申请修复，应当不予受理")
    return "；".join(bar.told(_) for bar in answer.bars)


for one in queries.KINDS:
    _accepting(one)


def _conditions_met(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """Only those conditions are met that the way names; those the records here contradict cannot be."""
    contradicted = [one.title for one in _answer(matter).answer.unmet if one.code in body.get("met", ())]
    return _("台账与此不符：%(conditions)s") % {"conditions": "、".join(contradicted)} if contradicted else ""


def _all_conditions(matter: Proceeding, on: date) -> str:
    """A repair is granted where every condition was found met."""
    said = acts.said(kernel.events_now(matter))
    answer = _answer(matter).answer
    missing = [one.title for one in answer.conditions if one.code not in said.get("met", ()) and one.code != "waited"]
    if "verified" not in said:
        return _("须先核实")
    return _("核实中没有确认：%(conditions)s") % {"conditions": "、".join(missing)} if missing else ""


def _still_stands(matter: Proceeding, on: date) -> str:
    return _("这条记录已经撤回、更正、修复或终止") if ledger_queries.closing_of(_application(matter).entry) else ""


for one in queries.KINDS:
    for verifying in ("verify", "verify-list"):
        fits(one, verifying)(_conditions_met)
    check(one, "grant")(_all_conditions)
    check(one, "grant")(_still_stands)


def _grant(matter: Proceeding, event: Event) -> None:
    """The record is repaired, with what leaves together with it. Publication, class and restrictions follow from that."""
    application, by = _application(matter), cast(Officer, event.by)
    answer = _answer(matter).answer
    told = {"matter": matter.number, "way": application.way, "basis": "；".join(answer.basis)}
    common: dict[str, Any] = {"by": by, "on": event.on, "because": REASON, "issuer": matter.agency, "at": event.at}
    if application.entry.kind in queries.LISTS:  # off the list: its matter ends with the record
        repaired = listing.lift(entry=application.entry, repair=matter.number, body=told, **common)
    else:
        repaired = ledger.repair(entry=application.entry, body=told, **common)
    for seq in answer.linked:
        linked = ledger_queries.entry(seq)
        assert linked is not None  # asked of the ledger a moment ago
        ledger.repair(entry=linked, body={**told, "linked": application.entry_id}, **common)
    application.repaired = repaired
    application.save(update_fields=["repaired"])
    _keep_commitment(matter, application, event)
    audit.record("repair.grant", f"entry:{application.entry_id}", by=by, matter=matter.number, repair=repaired.seq, linked=list(answer.linked))
    uscc, seq, on, at = application.entity.uscc, repaired.seq, event.on, event.at
    transaction.on_commit(lambda: spread(uscc, seq, on, at), robust=True)


def _keep_commitment(matter: Proceeding, application: Application, event: Event) -> None:
    """The commitment the repair rests on stands in the firm's record from now on (信用承诺及履行)."""
    said = acts.said(kernel.events_now(matter)).get("commitment")
    if said:
        ledger.append(
            by=event.by, entity=application.entity, kind="commitment", on=matter.opened, issuer=matter.agency, document=matter.number,
            body={"name": application.entity.name, "matter": f"信用修复承诺：{said}", "state": "pending"}, at=event.at,
        )  # fmt: skip


def _undone(matter: Proceeding, event: Event) -> None:
    """A granted repair is not taken back as a wrong click: everybody was told of it."""
    if event.body["act"] in ("grant", "process"):
        raise procedure.NothingToUndo(_("准予修复已经生效并推送，有虚假的请按查处虚假修复办理"), number=matter.number)


for one in queries.KINDS:
    effect(one, "grant")(_grant)
    effect(one, "undo")(_undone)


def spread(uscc: str, seq: int, on: date, at: datetime) -> None:
    """What follows from a repair at once: hidden, classified anew, shown so. The jobs do the same if this is cut off."""
    publication.publish_due(on=on)
    assessment.recompute_since(seq - 1, on=on)
    publication.publish_entity(uscc=uscc, on=on)
    settle(at=at)


def settle(*, at: datetime) -> int:
    """Record in each granted matter that the public no longer sees its record; safe to run twice. Returns how many."""
    day, settled = timezone.localdate(at), 0
    for application in queries.granted_not_done():
        hidden = queries.hidden_on(application.entry_id)
        if hidden is None or hidden > day or application.repaired is None:
            continue
        with transaction.atomic():
            matter = Proceeding.objects.select_for_update().get(pk=application.proceeding_id)
            if any(event.act == "process" for event in kernel.events_now(matter)):
                continue  # somebody else did meanwhile
            left = ledger_queries.closed_by_matter(matter.subject, matter.number)
            body = {"hidden": max(hidden, application.repaired.effective).isoformat(), "records": "、".join(one.document or f"#{one.seq}" for one in left)}
            procedure.act(matter, "process", by=None, on=day, expected_version=matter.version, body=body, at=at)
            settled += 1
    return settled


# Repairs got by false statements -----------------------------------------------------------------------


@fits(queries.FRAUD, "undo-repair")
def heard_first(matter: Proceeding, body: Mapping[str, Any], on: date) -> Message | str:
    """The firm was heard, or had three working days to speak."""
    events = acts.effective(kernel.events_now(matter))
    if any(event.act == "hear" for event in events):
        return ""
    noticed = next(event.on for event in events if event.act == "notify")
    term = policy.current().term("repair.fraud-statement")
    due = policy.current().deadline(term.id, {term.from_: noticed}, on=on).day
    return Message("告知后 %(due)s 前企业可以陈述，尚未记录陈述", {"due": due.isoformat()}) if on <= due else ""


@effect(queries.FRAUD, "undo-repair")
def restore(matter: Proceeding, event: Event) -> None:
    """The record is public again for a new term, and the commitment was broken."""
    by, said = cast(Officer, event.by), acts.said(kernel.events_now(matter))
    repaired = ledger_queries.entry(said["repair"])
    assert repaired is not None  # a repair is never taken out of the ledger
    number = repaired.body["matter"]
    told: dict[str, Any] = {"by": by, "on": event.on, "because": event.body["reasons"], "at": event.at}
    back = [
        listing.stand_again(entry=closed, repair=matter.number, **told) if closed.kind in queries.LISTS else ledger.restore(entry=closed, **told)
        for closed in ledger_queries.closed_by_matter(matter.subject, number)
    ]
    promise = ledger_queries.standing(matter.subject, "commitment", number)
    if promise:
        ledger.correct(by=by, entry=promise, on=event.on, because=event.body["reasons"], at=event.at, body={**promise.body, "state": "breached"})
    audit.record("repair.undo", f"entry:{repaired.refers_id}", by=by, matter=matter.number)
    uscc, seq, on, at = matter.subject, back[0].seq, event.on, event.at
    transaction.on_commit(lambda: spread(uscc, seq, on, at), robust=True)


@effect(queries.FRAUD, "undo")
def stays_undone(matter: Proceeding, event: Event) -> None:
    if event.body["act"] == "undo-repair":
        raise procedure.NothingToUndo(_("撤销修复已经生效，不能撤回"), number=matter.number)
