"""Rewards for reports: graded, with floors and a cap; proposed by one officer, approved by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure.effects import fits
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.casework.models import Case

from . import filing as taking
from . import rules
from .models import Track

CAP, FINANCE = "reward.cap.cap-per-case", "reward.cap.joint-with-finance-from"


def amount(grade: str, fine_fen: int, on: date) -> int:
    """Reward in fen by the pack of a day."""
    law = policy.current()
    item = law.catalogue("reward-grades").on(on)[grade]
    found = rules.Grade(float(item.extra["percent"]), int(item.extra["floor_yuan"]))
    return rules.reward_fen(found, fine_fen, int(law.at(on).number(CAP)))


def case_of(report: Track) -> Case | None:
    """The decided case that the report led to."""
    found = Case.objects.filter(lead=report.lead).select_related("entry", "proceeding") if report.lead_id else Case.objects.none()
    return found.exclude(entry=None).first()


@transaction.atomic
def begin(report: Track, *, by: Officer, on: date, at: datetime) -> Track:
    """Open the matter of a reward, once a case that the report led to was decided. Natural persons with a name only."""
    case = case_of(report)
    if report.kind != "report" or case is None or case.entry is None:
        raise Refusal(_("举报查实并作出处罚决定后才能启动奖励"), number=report.proceeding.number)
    if not hasattr(report.filing, "person") or not report.filing.person.named:
        raise Refusal(_("匿名举报无法核实身份，不能发放奖励"), number=report.proceeding.number)
    if known := report.filing.tracks.filter(kind="reward").first():
        return known
    fine = (case.entry.fine_fen or 0) + (case.entry.confiscated_fen or 0)
    body = {"report": report.proceeding.number, "fine": fine}
    made = taking.open_track(report.filing, "reward", on=on, at=at, by=by, body=body)
    audit.record("complaints.reward", f"proceeding:{made.proceeding.number}", by=by)
    return made


@fits("reward", "grant")
def by_grade_cap_and_floor(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """The amount is the grade's; more than that needs the finance department, and nothing exceeds the cap."""
    law = policy.current().at(on)
    due = amount(str(body["grade"]), int(body["fine"]), on)
    cap, finance = int(law.number(CAP)) * 100, int(law.number(FINANCE)) * 100
    told = int(body["amount"])
    if told > cap:
        return _("奖励不得超过单案上限 %(cap)s 元") % {"cap": yuan(cap)}
    insider = _insider(matter)
    if told != due and not (insider and told > due and body.get("finance")):
        return _("该等级应奖励 %(due)s 元；内部举报人经商财政部门可以提高") % {"due": yuan(due)}
    if told >= finance and not body.get("finance"):
        return _("奖励达到 %(least)s 元的，须商财政部门") % {"least": yuan(finance)}
    return ""


def _insider(matter: Proceeding) -> bool:
    from .telling import person_of

    track = Track.objects.filter(proceeding=matter).select_related("filing__person").first()
    return bool(track and person_of(track.filing).get("insider"))
