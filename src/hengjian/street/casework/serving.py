"""Service in each of its ways, payment, demand and court: what the law refuses, and the days that follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.procedure.effects import check, due_of, fits, works_out
from hengjian.ground.procedure.models import Proceeding

from . import amounts, facts, queries

CASE = "penalty"

# Service -------------------------------------------------------------------------------------------------


@fits(CASE, "notify")
@fits(CASE, "call-hearing")
@fits(CASE, "serve")
@fits(CASE, "demand")
def service_counts_from_its_day(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """Each way of service has its own proof and its own day (程序规定第82条)."""
    mode, served = body.get("mode"), str(body.get("served_on"))
    if served > on.isoformat():
        return _("送达日期不能晚于今天")
    decided = queries.day_of(proceeding, "decide")
    if decided and served < decided.isoformat():
        return _("送达日期不能早于决定日期")
    if mode == "left" and not (body.get("witness") or body.get("files")):
        return _("留置送达须写明见证人或拒收情况，或者附上拍照、录像")
    if mode == "electronic" and not queries.said(proceeding).get("electronic"):
        return _("电子送达须先有当事人签字确认的送达地址确认书")
    if mode == "post-entrust-transfer" and not (body.get("receipt") or body.get("files")):
        return _("邮寄、委托、转交送达须填写回执，以回执上的日期为送达日期")
    return _by_announcement(proceeding, served, on) if mode == "public-notice" else ""


def _by_announcement(proceeding: Proceeding, served: str, on: date) -> str:
    published = queries.day_of(proceeding, "announce")
    if published is None:
        return _("公告送达须先发布公告")
    full = policy.current().deadline("penalty.public-notice-service", {"notice_published": published}, on=proceeding.opened).day
    if on <= full:
        return _("公告至%(due)s届满，之后视为送达") % {"due": full.isoformat()}
    return _("公告送达的日期不能早于公告届满日 %(due)s") % {"due": full.isoformat()} if served < full.isoformat() else ""


# Performance ---------------------------------------------------------------------------------------------


@fits(CASE, "pay")
def paid_by_today(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    return _("缴纳日期不能晚于今天") if str(body.get("paid_on")) > on.isoformat() else ""


@fits(CASE, "defer")
def instalments_sum_to_what_is_owed(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    if str(body.get("pay_until")) <= on.isoformat():
        return _("延期、分期的最后一日须在今天之后")
    if not body.get("instalments"):
        return ""
    try:
        plan = amounts.schedule_of(str(body["instalments"]))
    except amounts.BadSchedule as wrong:
        return str(wrong)
    debt = facts.debt(proceeding, on)
    owed, total = debt.owed if debt else 0, sum(amount for _day, amount in plan)
    if total != owed:
        return _("各期合计 %(total)s 元，应等于未缴的 %(owed)s 元") % {"total": yuan(total), "owed": yuan(owed)}
    return "" if plan[-1][0].isoformat() == str(body["pay_until"]) else _("最后一期的日期应是延期、分期的最后一日")


@fits(CASE, "demand")
@fits(CASE, "ask-court")
def added_fine_within_its_sum(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    debt = facts.debt(proceeding, on)
    most = debt.late.added if debt and debt.late else 0
    if int(body.get("added") or 0) > most:
        return _("加处罚款不能超过按日算出的 %(most)s 元") % {"most": yuan(most)}
    return ""


@check(CASE, "performed")
def nothing_is_owed(proceeding: Proceeding, on: date) -> str:
    debt = facts.debt(proceeding, on)
    return _("罚款还有 %(owed)s 元没有缴清") % {"owed": yuan(debt.owed)} if debt and debt.owed else ""


@check(CASE, "ask-court")
def remedies_are_over(proceeding: Proceeding, on: date) -> str:
    """The court is asked after the time for remedies, and within three months of its end (行政强制法第53条)."""
    ends = queries.said(proceeding).get("remedy_ends")
    if ends and on.isoformat() <= str(ends):
        return _("复议、诉讼期限至 %(day)s 届满，之后三个月内申请") % {"day": ends}
    return ""


@works_out(CASE, "serve")
def end_of_remedies(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> dict[str, Any]:
    served = date.fromisoformat(str(body["served_on"]))
    ends = policy.current().deadline("penalty.action-in-court", {"decision_received": served}, on=proceeding.opened).day
    return {"remedy_ends": ends.isoformat()}


@works_out(CASE, "defer")
def end_of_deferment(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Where payment was put off past the time for remedies, the three months begin with the end of the deferment (§76)."""
    known = str(queries.said(proceeding).get("remedy_ends") or "")
    return {"remedy_ends": max(known, str(body["pay_until"]))}


@due_of(CASE, "deferred")
def next_instalment(proceeding: Proceeding, on: date) -> date | None:
    """The day of the first instalment that is not covered by what was paid; the last day where there is no plan."""
    events = facts.standing(proceeding)
    plan = facts.schedule_of(events)
    waiting = amounts.next_instalment(plan, amounts.paid_by(facts.payments(events), on)) if plan else None
    if waiting:
        return waiting[0]
    until = queries.said(proceeding).get("pay_until")
    return date.fromisoformat(str(until)) if until else None
