"""Who works on a matter: hand-over, helpers, errands, and marks of supervision from above (督办)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit.refusals import NotAllowed, NotFound
from hengjian.ground.people import powers
from hengjian.ground.people.models import Agency, Officer

from . import queries, rules, services
from .models import Errand, Event, Proceeding


@transaction.atomic
def hand_over(
    proceeding: Proceeding,
    *,
    by: Officer,
    to: Officer,
    reason: str,
    on: date,
    expected_version: int,
    at: datetime | None = None,
) -> Event:
    """Give the matter to another officer of the same agency (移交承办人): by its owner, or by whoever may assign."""
    if not reason.strip():
        raise services.FieldMissing(_("请写明移交的理由"), fields=["reason"])
    if proceeding.owner_id != by.pk:
        _refuse_without(proceeding, "procedure.assign", by, on)
    _refuse_stranger(proceeding, to)
    before = proceeding.owner.number if proceeding.owner else ""
    told = {"from": before, "to": to.number, "reason": reason.strip()}
    event = services.beside(proceeding, "handed-over", by=by, on=on, expected_version=expected_version, body=told, at=at)
    Proceeding.objects.filter(pk=proceeding.pk).update(owner=to)
    proceeding.owner = to
    proceeding.helpers.remove(to)
    return event


@transaction.atomic
def send(
    proceeding: Proceeding, *, by: Officer | None, to: Agency, reason: str, on: date, expected_version: int,
    at: datetime | None = None,
) -> Event:  # fmt: skip
    """Send an open matter to another agency (移送、分送、退回). Its number, its chain and its clocks stay; nobody owns it until
    somebody there takes it. The house that calls has asked whether this officer may, and for which lawful reason.
    """
    if not reason.strip():
        raise services.FieldMissing(_("请写明移送的理由"), fields=["reason"])
    if proceeding.closed or to.pk == proceeding.agency_id:
        raise services.WrongState(_("已办结，或已在该机关，不能移送"), number=proceeding.number)
    told = {"from_agency": proceeding.agency.code, "to_agency": to.code, "reason": reason.strip()}
    event = services.beside(proceeding, "sent", by=by, on=on, expected_version=expected_version, body=told, at=at)
    opener = proceeding.opener or proceeding.agency
    Proceeding.objects.filter(pk=proceeding.pk).update(agency=to, opener=opener, owner=None)
    proceeding.agency, proceeding.opener, proceeding.owner = to, opener, None
    proceeding.helpers.clear()
    return event


@transaction.atomic
def take(proceeding: Proceeding, *, by: Officer, on: date, expected_version: int, at: datetime | None = None) -> Event:
    """Take a matter of one's own agency that nobody owns (认领)."""
    services.refuse_outsider(proceeding, by, on)
    _refuse_stranger(proceeding, by)
    if proceeding.owner_id:
        raise services.WrongState(_("这件事已有承办人"), number=proceeding.number)
    told = {"from": "", "to": by.number}
    event = services.beside(proceeding, "handed-over", by=by, on=on, expected_version=expected_version, body=told, at=at)
    Proceeding.objects.filter(pk=proceeding.pk).update(owner=by)
    proceeding.owner = by
    return event


@transaction.atomic
def set_helpers(
    proceeding: Proceeding,
    *,
    by: Officer,
    helpers: Iterable[Officer],
    on: date,
    expected_version: int,
    at: datetime | None = None,
) -> Event:
    """Name who helps (协办人); the list given is the whole list."""
    if proceeding.owner_id != by.pk:
        _refuse_without(proceeding, "procedure.assign", by, on)
    chosen = sorted({one for one in helpers if one.pk != proceeding.owner_id}, key=lambda one: one.number)
    for one in chosen:
        _refuse_stranger(proceeding, one)
    told = {"helpers": [one.number for one in chosen]}
    event = services.beside(proceeding, "helpers-named", by=by, on=on, expected_version=expected_version, body=told, at=at)
    proceeding.helpers.set(chosen)
    return event


@transaction.atomic
def entrust(
    proceeding: Proceeding, *, by: Officer, to: Officer, what: str, on: date, expected_version: int, due: date | None = None,
    at: datetime | None = None,
) -> Errand:  # fmt: skip
    """Ask another officer to do something in this matter (交办); it lies in their inbox until they report."""
    if not what.strip():
        raise services.FieldMissing(_("请写明交办的事项"), fields=["what"])
    services.refuse_outsider(proceeding, by, on)
    told = {"to": to.number, "what": what.strip()} | ({"due": due.isoformat()} if due else {})
    event = services.beside(proceeding, "entrusted", by=by, on=on, expected_version=expected_version, body=told, at=at)
    return Errand.objects.create(
        proceeding=proceeding, position=event.position, to=to, what=what.strip()[:400], due=due
    )


@transaction.atomic
def report(errand: Errand, *, by: Officer, outcome: str, on: date, at: datetime | None = None) -> Event:
    """Report that an errand is done (办毕), with what came of it."""
    found = (
        Errand.objects.select_for_update(of=("self",))
        .select_related("proceeding")
        .filter(pk=errand.pk, to=by, done=None)
        .first()
    )
    if found is None:
        raise NotFound(_("没有这项等待您办理的交办事项"), number=errand.pk)
    if not outcome.strip():
        raise services.FieldMissing(_("请写明办理情况"), fields=["outcome"])
    told, matter = {"errand": found.position, "outcome": outcome.strip()}, found.proceeding
    event = services.beside(matter, "reported", by=by, on=on, expected_version=matter.version, body=told, at=at)
    Errand.objects.filter(pk=found.pk).update(done=on)
    return event


@transaction.atomic
def supervise(
    proceeding: Proceeding, *, by: Officer, reason: str, on: date, expected_version: int, due: date | None = None,
    at: datetime | None = None,
) -> Event:  # fmt: skip
    """Put the matter under supervision from above (挂牌督办)."""
    if not reason.strip():
        raise services.FieldMissing(_("请写明督办的要求"), fields=["reason"])
    _refuse_without(proceeding, "procedure.supervise", by, on)
    told = {"reason": reason.strip()} | ({"due": due.isoformat()} if due else {})
    return services.beside(
        proceeding, rules.SUPERVISE, by=by, on=on, expected_version=expected_version, body=told, at=at
    )


@transaction.atomic
def release(
    proceeding: Proceeding, *, by: Officer, reason: str, on: date, expected_version: int, at: datetime | None = None
) -> Event:
    """End the supervision (解除督办)."""
    _refuse_without(proceeding, "procedure.supervise", by, on)
    if rules.supervised(queries.events_now(proceeding)) is None:
        raise services.WrongState(_("这件事没有被督办"), number=proceeding.number)
    told = {"reason": reason.strip()}
    return services.beside(proceeding, rules.RELEASE, by=by, on=on, expected_version=expected_version, body=told, at=at)


def _refuse_without(proceeding: Proceeding, power: str, by: Officer, on: date) -> None:
    if power not in powers.of_officer(by, on) or not queries.visible_to(by).filter(pk=proceeding.pk).exists():
        raise NotAllowed(_("您的岗位没有这项权限"), power=power)


def _refuse_stranger(proceeding: Proceeding, officer: Officer) -> None:
    if not officer.active or officer.agency_id != proceeding.agency_id:
        raise NotAllowed(
            _("%(name)s不是本机关的在职人员，不能承办或协办") % {"name": officer.name}, number=proceeding.number
        )
