"""Acts that need a second person: one proposes, another confirms or sends it back (提请、批准、退回)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit
from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.people import powers
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Officer

from . import effects, queries, rules, services
from .models import Event, Proceeding


class NothingProposed(services.WrongState):
    """Nobody proposed this act, or it was settled meanwhile."""

    code = "nothing_proposed"


@transaction.atomic
def propose(
    proceeding: Proceeding, act: str, *, by: Officer, on: date, expected_version: int, body: Mapping[str, Any] | None = None,
    second: Officer | None = None, at: datetime | None = None,
) -> Event:  # fmt: skip
    """Propose an act (提请批准) with all its fields; nothing follows until another person confirms it.

    Raises what `services.act` raises.
    """
    services.claim(proceeding, expected_version)
    events = queries.events_now(proceeding)
    lawful = services.lawful_act(proceeding, act, events)
    if not lawful.confirm:
        raise services.WrongState(_("“%(act)s”无须批准，直接办理") % {"act": named(lawful)}, act=act)
    said = dict(body or {})
    services.refuse(proceeding, act, said, events, by=by, second=second, on=on)
    said |= effects.worked_out(proceeding, act, said, on)
    event = services.append(proceeding, rules.PROPOSE, by=by, second=second, on=on, body={"act": act, "body": said}, at=at)
    _audit(proceeding, event, basis=lawful.basis or "")
    return event


@transaction.atomic
def confirm(
    proceeding: Proceeding, act: str, *, by: Officer, on: date, expected_version: int, opinion: str = "",
    at: datetime | None = None,
) -> Event:  # fmt: skip
    """Confirm a proposed act (批准): it takes effect now, as proposed. The proposer and the second officer cannot.

    Raises `NothingProposed`, `SecondPersonNeeded`, `NotAllowed`, `NotYet`, `FieldWrong`, `Stale`.
    """
    services.claim(proceeding, expected_version)
    events = queries.events_now(proceeding)
    proposal = _proposal(proceeding, act, events)
    lawful = queries.definition(proceeding.kind).acts[act]
    _refuse_to_confirm(proceeding, str(lawful.confirm), proposal, by, on)
    if reasons := queries.hindrances(proceeding, act, on, events, confirming=True):
        raise services.NotYet("；".join(reasons), act=act, basis=lawful.basis or "")
    services.refuse_misfit(proceeding, act, proposal.body["body"], on)  # days may have gone by since it was proposed
    said = {**proposal.body["body"], "proposal": proposal.position, "proposed_by": proposal.by}
    if proposal.second:
        said["proposed_with"] = proposal.second
    if opinion.strip():
        said["opinion"] = opinion.strip()
    return services.take_effect(proceeding, act, said, by=by, second=None, on=on, at=at)


@transaction.atomic
def decline(
    proceeding: Proceeding,
    act: str,
    *,
    by: Officer,
    on: date,
    expected_version: int,
    reason: str,
    at: datetime | None = None,
) -> Event:
    """Send a proposal back with a reason (退回); the proposer may take it back the same way."""
    if not reason.strip():
        raise services.FieldMissing(_("请写明退回的理由"), fields=["reason"])
    services.claim(proceeding, expected_version)
    proposal = _proposal(proceeding, act, queries.events_now(proceeding))
    if by.number != proposal.by:
        confirm_power = str(queries.definition(proceeding.kind).acts[act].confirm)
        _refuse_to_confirm(proceeding, confirm_power, proposal, by, on)
    told = {"act": act, "proposal": proposal.position, "reason": reason.strip()}
    event = services.append(proceeding, rules.DECLINE, by=by, second=None, on=on, body=told, at=at)
    _audit(proceeding, event, reason=reason.strip())
    return event


def _audit(proceeding: Proceeding, event: Event, **told: str) -> None:
    audit.record(f"procedure.{event.act}", f"proceeding:{proceeding.number}", by=event.by, of=event.body["act"], **told)


def _proposal(proceeding: Proceeding, act: str, events: list[rules.Done]) -> rules.Done:
    waiting = rules.pending(queries.definition(proceeding.kind), events)
    if act not in waiting:
        raise NothingProposed(_("没有等待批准的这一事项，请刷新后再办"), act=act)
    return waiting[act]


def _refuse_to_confirm(proceeding: Proceeding, power: str, proposal: rules.Done, by: Officer, on: date) -> None:
    if by.number in {proposal.by, proposal.second}:
        raise services.SecondPersonNeeded(_("提请人不能批准自己提请的事项"), act=proposal.body["act"])
    if power not in powers.of_officer(by, on):
        raise NotAllowed(_("您的岗位没有这项权限"), power=power)
    if not queries.visible_to(by).filter(pk=proceeding.pk).exists():
        raise NotAllowed(_("这件事不在您的数据范围内"), number=proceeding.number)
