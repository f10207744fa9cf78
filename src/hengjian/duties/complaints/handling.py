"""What officers do with a filing beyond the acts of its matters: send it on or back, take it, sign for it, write, read who filed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.people import powers
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import staffing
from hengjian.ground.procedure.models import Proceeding

from . import places, queries, telling
from .errors import CannotSend
from .models import Dispatch, Filing, Message, Track
from .tracks import settle

REASONS = "dispatch-reasons"


@transaction.atomic
def send(
    filing: Filing, *, by: Officer, to: Agency, reason: str, way: str, on: date, at: datetime, note: str = "", only: Track | None = None
) -> Dispatch:
    """Send a filing to another agency, or back (分送、移送、退回), with a lawful reason. No clock begins anew.

    `way`: dispatch (by who receives for all), transfer (to whoever is competent), return (to where it came from).
    Raises CannotSend, NotAllowed.
    """
    _refuse_stranger(filing, by, on, "complaints.take" if way == "dispatch" else "complaints.handle")
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    listed = policy.current().catalogue(REASONS).on(on)
    if reason not in listed or way not in listed[reason].extra.get("ways", ()):
        raise CannotSend(_("这样转送须有法定理由，请从列表中选择"), reason=reason, way=way)
    before = filing.dispatches.order_by("position").last()
    if way == "return":
        if before is None or before.sender_id != to.pk:
            raise CannotSend(_("只能退回给送来的机关"), to=to.code)
    elif to.pk not in {one.pk for one in places.receivers(filing.agency)}:
        raise CannotSend(_("不能送往这个机关"), to=to.code)
    open_tracks = [track for track in filing.tracks.select_related("proceeding").order_by("pk") if track.open]
    if not open_tracks:
        raise CannotSend(_("已经办结，不能再转送"), number=filing.number)
    words = listed[reason].title + (f"：{note.strip()}" if note.strip() else "")
    for track in open_tracks:
        matter = Proceeding.objects.select_related("agency", "owner", "opener").get(pk=track.proceeding_id)
        staffing.send(matter, by=by, to=to, reason=words, on=on, expected_version=matter.version, at=at)
        Track.objects.filter(pk=track.pk).update(agency=to)
    position = (filing.dispatches.aggregate(last=Max("position"))["last"] or 0) + 1
    sent = Dispatch.objects.create(
        filing=filing, position=position, way=way, sender=filing.agency, receiver=to, at=at, on=on, reason=reason, note=note.strip()[:400], by=by
    )
    Filing.objects.filter(pk=filing.pk).update(agency=to, signed_at=None)
    audit.record(f"complaints.{way}", f"filing:{filing.number}", by=by, to=to.code, reason=reason)
    return sent


@transaction.atomic
def sign(filing: Filing, *, by: Officer, on: date, at: datetime) -> None:
    """Sign for a work order (签收): its own clock of acceptance ends. Said once."""
    _refuse_stranger(filing, by, on, "complaints.take")
    Filing.objects.filter(pk=filing.pk, signed_at=None).update(signed_at=at)
    audit.record("complaints.sign", f"filing:{filing.number}", by=by)


@transaction.atomic
def take(track: Track, *, by: Officer, on: date, at: datetime) -> None:
    """Take an open matter of one's own agency that nobody has (认领)."""
    matter = Proceeding.objects.select_related("agency", "owner").get(pk=track.proceeding_id)
    if matter.owner_id is None:
        staffing.take(matter, by=by, on=on, expected_version=matter.version, at=at)


@transaction.atomic
def write(filing: Filing, *, by: Officer, text: str, on: date, at: datetime) -> Message:
    """Write to whoever filed; they read it with their number and code."""
    _refuse_stranger(filing, by, on, "complaints.handle")
    said = text.strip()[:2000]
    if not said:
        raise CannotSend(_("请写明内容"))
    told = Message.objects.create(filing=filing, at=at, side="bureau", text=said, by=by)
    telling.notify(filing, str(_("您提交的 %(filing)s 有新的来信，请凭查询码查看。") % {"filing": filing.number}), at)
    return told


def read_person(filing: Filing, *, by: Officer, held: frozenset[str], reason: str) -> dict[str, Any]:
    """Who filed: for handlers in scope, each time recorded. Raises NotAllowed."""
    if "complaints.handle" not in held or not queries.filings_for(by).filter(pk=filing.pk).exists():
        raise NotAllowed(_("只有本机关的承办人可以查看投诉人、举报人"), power="complaints.handle")
    audit.record("complaints.read_person", f"filing:{filing.number}", by=by, reason=reason)
    return telling.person_of(filing)


def _refuse_stranger(filing: Filing, by: Officer, on: date, power: str) -> None:
    if power not in powers.of_officer(by, on):
        raise NotAllowed(_("您的岗位没有这项权限"), power=power)
    if not queries.filings_for(by).filter(pk=filing.pk).exists():
        raise NotAllowed(_("这件事不在您的数据范围内"), number=filing.number)


def resettle(filing: Filing, on: date) -> None:
    for track in filing.tracks.order_by("pk"):
        settle(track, on)
