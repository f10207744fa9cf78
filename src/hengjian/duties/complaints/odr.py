"""Online settlement first: firms join, answer in their window, the consumer accepts or goes on, the promise is checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.procedure import queries, rules
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import effect
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.register.models import Entity

from . import filing as taking
from . import places
from .errors import FilingIncomplete
from .models import Filing, Message, OdrUnit, Track

REGISTERED = "1"  # registration-states: in business


def offered() -> bool:
    """Whether the packs of this place know online settlement."""
    return "odr" in policy.current().sections["procedures"]


def unit_of(entity: Entity | None, on: date) -> OdrUnit | None:
    """The membership of a firm that stands on a day."""
    if entity is None:
        return None
    return OdrUnit.objects.filter(entity=entity, joined__lte=on, left=None).select_related("proceeding").first()


@transaction.atomic
def apply(*, entity: Entity, promise: str, contact: str, actor: str, on: date, at: datetime) -> OdrUnit:
    """A firm asks to join (申请入驻), with its promise and the post that answers."""
    if not promise.strip() or not contact.strip():
        raise FilingIncomplete(_("请写明承诺和负责岗位"), field="promise")
    if OdrUnit.objects.filter(entity=entity, left=None).exists():
        raise Refusal(_("本企业已经申请或已经入驻"), uscc=entity.uscc)
    if entity.status not in ("", REGISTERED):
        raise Refusal(_("登记状态不是存续，不能入驻"), uscc=entity.uscc)
    body = {"promise": promise.strip()[:2000], "contact": contact.strip()[:200]}
    matter = procedure.open(
        by=None, kind="odr-unit", agency=places.competent(entity, ""), subject=entity.uscc, on=on, title=entity.name[:200], body=body, at=at
    )
    audit.record("complaints.odr_apply", f"entity:{entity.uscc}", actor=actor)
    return OdrUnit.objects.create(entity=entity, proceeding=matter, applied=on)


@effect("odr-unit", "admit")
def _admitted(matter: Proceeding, event: Event) -> None:
    OdrUnit.objects.filter(proceeding=matter).update(joined=event.on)


@effect("odr-unit", "refuse")
@effect("odr-unit", "leave")
@effect("odr-unit", "expel")
def _left(matter: Proceeding, event: Event) -> None:
    """What waits for the firm's answer goes on as a complaint: nobody is there to answer."""
    OdrUnit.objects.filter(proceeding=matter).update(left=event.on)
    for track in Track.objects.filter(kind="odr", open=True, proceeding__subject=matter.subject, state__in=("negotiating", "answered")):
        go_on(track, on=event.on, at=event.at)


@transaction.atomic
def leave(unit: OdrUnit, *, actor: str, on: date, at: datetime) -> None:
    """The firm leaves (退出)."""
    matter = unit.proceeding
    procedure.act(matter, "leave", by=None, on=on, expected_version=matter.version, at=at)
    audit.record("complaints.odr_leave", f"entity:{matter.subject}", actor=actor)


def of_firm(uscc: str) -> list[Track]:
    """What consumers have with a firm, open ones first by their deadline."""
    found = Track.objects.filter(kind="odr", proceeding__subject=uscc).select_related("filing", "proceeding__agency")
    return list(found.order_by("-open", "due", "-pk")[:200])


def one_of_firm(uscc: str, pk: int) -> Track:
    found = Track.objects.filter(pk=pk, kind="odr", proceeding__subject=uscc).select_related("filing", "proceeding__agency").first()
    if found is None:
        raise NotFound(_("本企业没有这件事"))
    return found


@transaction.atomic
def answer(track: Track, *, body: dict[str, Any], actor: str, on: date, at: datetime) -> None:
    """The firm answers in its window: a coded answer, an offer, the day by which it will have kept it."""
    matter = track.proceeding
    if body.get("answer") in ("agree", "offer") and not body.get("promised"):
        raise FilingIncomplete(_("同意或提出方案的，请写明承诺履行日期"), field="promised")
    procedure.act(matter, "answer", by=None, on=on, expected_version=matter.version, body=body, at=at)
    Message.objects.create(filing=track.filing, track=track, at=at, side="firm", text=str(body["offer"]))
    audit.record("complaints.odr_answer", f"proceeding:{matter.number}", actor=actor)


@transaction.atomic
def accept(track: Track, *, on: date, at: datetime) -> None:
    """The consumer accepts; whether the promise is kept is checked after its day."""
    matter = track.proceeding
    procedure.act(matter, "accept", by=None, on=on, expected_version=matter.version, at=at)


@transaction.atomic
def go_on(track: Track, *, on: date, at: datetime, act: str = "go-on") -> Track:
    """The consumer goes on: the filing becomes a complaint, received on that day. The time before is not part of its clocks."""
    matter = Proceeding.objects.select_related("agency", "owner").get(pk=track.proceeding_id)
    procedure.act(matter, act, by=None, on=on, expected_version=matter.version, at=at)
    filing = Filing.objects.select_related("entity", "agency").get(pk=track.filing_id)
    if known := filing.tracks.filter(kind="complaint").first():
        return known
    return taking.open_track(filing, "complaint", on=on, at=at)


def expire_due(on: date, at: datetime) -> int:
    """What no firm settled in time becomes a complaint on the day after: that day, however late this runs."""
    found = Track.objects.filter(kind="odr", open=True, state__in=("negotiating", "answered"), due__lt=on).order_by("pk")
    ended = 0
    for track in found:
        matter = queries.with_events(Proceeding.objects.filter(pk=track.proceeding_id)).get()
        clock = next((one for one in queries.clocks_of(matter, on) if one.name == "settle" and one.stopped is None), None)
        if clock is None or clock.due is None or clock.due >= on:
            continue
        go_on(track, on=clock.due + timedelta(days=1), at=at, act="expire")
        ended += 1
    return ended


@dataclass(frozen=True, slots=True)
class Performance:
    """How a unit answers: counts with their denominators, no averages."""

    asked: int
    answered_in_time: int
    settled: int
    closed: int
    kept: int
    checked: int
    recovered_fen: int


def performance(uscc: str) -> Performance:
    """From the events of its matters."""
    matters = queries.with_events(Proceeding.objects.filter(kind="odr", subject=uscc).order_by("pk"))
    asked = in_time = settled = closed = kept = checked = recovered = 0
    for matter in matters:
        events = rules.effective(queries.events_of(matter))
        done = {event.act: event for event in events}
        clock = next((one for one in queries.clocks_of(matter) if one.name == "settle"), None)
        asked += 1
        in_time += bool("answer" in done and clock and clock.due and done["answer"].on <= clock.due)
        settled += "accept" in done
        closed += bool(done.keys() & {"accept", "go-on", "expire"})
        kept += "keep" in done
        checked += bool(done.keys() & {"keep", "break"})
        recovered += int(done["answer"].body.get("recovered") or 0) if "accept" in done and "answer" in done else 0
    return Performance(asked, in_time, settled, closed, kept, checked, recovered)
