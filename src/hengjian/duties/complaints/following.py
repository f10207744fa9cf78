"""What the acts of complaints and reports do elsewhere: columns of lists, leads for casework, the end of a verified report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import Panel, check, effect, fits, guard_files, panels
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.casework import services as casework

from . import telling
from .models import Filing, Track
from .tracks import settle

COMPLAINTS = ("complaint", "complaint-2020")
REPORTS = ("report", "report-2020")
KINDS = (*COMPLAINTS, *REPORTS, "report-advertising", "odr", "odr-unit", "reward")
SOURCE = "complaint-report"  # catalogue case-sources


def track_of(matter: Proceeding) -> Track | None:
    return Track.objects.select_related("filing__entity", "filing__agency", "proceeding", "lead").filter(proceeding=matter).first()


def _for_each(kinds: tuple[str, ...], act: str, function: Any) -> None:
    for kind in kinds:
        effect(kind, act)(function)


def follow(matter: Proceeding, event: Event) -> None:
    """After any act: the columns of the lists, and what the citizen is told."""
    if track := track_of(matter):
        settle(track, event.on)
        telling.tell(track, event)


_for_each(("complaint", "complaint-2020", "report", "report-2020", "report-advertising", "odr", "reward"), "*", follow)


# 诉转案 -----------------------------------------------------------------------------------------------


def hand_lead(matter: Proceeding, event: Event) -> None:
    """Signs of a breach become a lead of casework; both know each other. One filing has one lead, whichever matter found it."""
    track = track_of(matter)
    if track is None:
        return
    filing = track.filing
    known = Track.objects.filter(filing=filing).exclude(lead=None).select_related("lead").first()
    facts = event.body.get("facts") or _said(matter, "find-lead").get("facts") or ""
    lead = known.lead if known and known.lead and known.lead.closed is None else casework.open_lead(
        by=event.by, agency=matter.agency, source=SOURCE, facts=str(facts), on=event.on, entity=filing.entity, origin=matter.number,
        at=event.at,
    )  # fmt: skip
    Track.objects.filter(pk=track.pk).update(lead=lead)


_for_each((*COMPLAINTS, *REPORTS), "hand-lead", hand_lead)


def _said(matter: Proceeding, act: str) -> dict[str, Any]:
    last = Event.objects.filter(proceeding=matter, act=act).order_by("-position").first()
    return dict(last.body) if last else {}


@effect("lead", "file")
@effect("lead", "decline")
@effect("lead", "pass-on")
def lead_decided(lead: Proceeding, event: Event) -> None:
    """What casework decides about the lead ends the reports that wait for it; a complaint goes its own way."""
    waiting = Track.objects.filter(lead=lead, kind="report", state="casework").select_related("proceeding")
    for track in waiting.order_by("pk"):
        act = "file" if event.act == "file" else "not-filed"
        matter = Proceeding.objects.select_related("agency", "owner").get(pk=track.proceeding_id)
        procedure.act(matter, act, by=None, on=event.on, expected_version=matter.version, at=event.at)


@effect("lead", "undo")
def lead_taken_back(lead: Proceeding, event: Event) -> None:
    """A report that a lead's decision has ended does not open again by itself."""
    if event.body["act"] in ("decline", "pass-on") and Track.objects.filter(lead=lead, kind="report", state="dropped").exists():
        raise procedure.NothingToUndo(_("有举报已因这一决定办结，不能撤回"), number=lead.number)


# What is asked before an act ----------------------------------------------------------------------------


def end_ground_fits(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """“No agreement in time” is true only once the time is over."""
    from hengjian.ground.procedure import queries

    if body.get("ground") != "5":
        return ""
    found = queries.with_events(Proceeding.objects.filter(pk=matter.pk)).get()
    clock = next((one for one in queries.clocks_of(found, on) if one.name == "mediate" and one.stopped is None), None)
    if clock and clock.due and on <= clock.due:
        return _("调解期限至%(due)s届满，之前不能以逾期未达成协议终止") % {"due": clock.due.isoformat()}
    return ""


for _kind in COMPLAINTS:
    fits(_kind, "end")(end_ground_fits)


def onsite_is_told(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """On-site mediation: time, place and mediator are told before."""
    lacking = [name for name in ("meeting", "place", "mediator") if not body.get(name)]
    return _("现场调解须提前告知时间、地点和调解人员") if body.get("manner") == "onsite" and lacking else ""


for _kind in COMPLAINTS:
    fits(_kind, "mediate")(onsite_is_told)


def delegation_agreed(matter: Proceeding, on: date) -> str:
    track = track_of(matter)
    return "" if track is None or track.filing.may_delegate else _("投诉人没有同意委托调解")


for _kind in COMPLAINTS:
    check(_kind, "delegate")(delegation_agreed)


def no_name_has_none(matter: Proceeding, on: date) -> str:
    track = track_of(matter)
    named = track is not None and hasattr(track.filing, "person") and track.filing.person.named
    return _("举报人是实名的，须告知是否立案") if named else ""


check("report-2020", "no-name")(no_name_has_none)


def earlier_exists(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """A report is merged into one that is there, about the same firm."""
    track = track_of(matter)
    other = Track.objects.filter(proceeding__number=body.get("earlier", ""), kind="report").exclude(proceeding=matter).first()
    if other is None:
        return _("没有这个编号的举报")
    same = track is not None and (other.filing.entity_id, other.filing.firm_name) == (track.filing.entity_id, track.filing.firm_name)
    return "" if same else _("不是对同一经营者的举报，不能合并")


for _kind in REPORTS:
    fits(_kind, "merge")(earlier_exists)


# What the matter page shows -----------------------------------------------------------------------------


def shown(matter: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    """The filing, without who filed it; who may read more is led to a page on which that is recorded."""
    track = track_of(matter)
    if track is None:
        return
    filing = track.filing
    others = list(Track.objects.filter(filing=filing).exclude(pk=track.pk).select_related("proceeding", "lead").order_by("pk"))
    data = {
        "filing": filing, "track": track, "others": others, "handles": "complaints.handle" in powers, "text": telling.shown_text(filing),
        "dispatches": list(filing.dispatches.select_related("sender", "receiver").order_by("position")), "titles": telling.titles(filing),
        "turns": filing.dispatches.filter(way__in=("return", "transfer")).count(),
    }  # fmt: skip
    yield Panel(_("登记内容"), "complaints/_filing.html", data, first=True)


for _kind in KINDS:
    panels(_kind)(shown)
    guard_files(_kind, "complaints.handle")


@panels("lead")
def where_a_lead_came_from(lead: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    """The complaint or report behind a lead, by number."""
    tracks = list(Track.objects.filter(lead=lead).select_related("proceeding").order_by("pk"))
    if tracks:
        yield Panel(_("来自投诉举报"), "complaints/_of_lead.html", {"tracks": tracks, "reads": "complaints.view" in powers})


def limit_of(name: str, on: date) -> int:
    """A number of the pack in force on a day."""
    return int(policy.current().at(on).number(f"complaints.{name}"))


def filing_of(matter: Proceeding) -> Filing | None:
    track = track_of(matter)
    return track.filing if track else None
