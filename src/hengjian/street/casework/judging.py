"""What the law refuses in leads and cases before it happens, and what it works out from what was told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.kit.refusals import Message
from hengjian.ground.people.models import Certificate
from hengjian.ground.procedure.effects import check, fits, works_out
from hengjian.ground.procedure.models import Proceeding

from . import facts, queries, rules

LEAD, CASE, SIMPLE = queries.KINDS


# Leads ------------------------------------------------------------------------------------------------


@fits(LEAD, "screen")
@fits(CASE, "screen")
@fits(SIMPLE, "screen")
def first_means_first(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """A breach is not the first where the ledger holds a penalty inside the window."""
    earlier = queries.earlier_penalties(queries.entity_of(proceeding), on)
    if body.get("first_violation") and earlier:
        return _("台账中有 %(count)s 条仍在回看期间内的处罚（最近 %(day)s），不能记为首次违法") % {
            "count": len(earlier), "day": earlier[0].decided.isoformat(),
        }  # fmt: skip
    return ""


@fits(LEAD, "file")
def four_conditions_and_two_certificates(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """立案 needs all four conditions, a known entity and at least two officers whose certificates are in force."""
    listed = policy.current().catalogue("filing-conditions").on(on)
    if missing := [item.title for code, item in listed.items() if code not in body.get("conditions", ())]:
        return _("立案条件不具备：%(missing)s") % {"missing": "、".join(missing)}
    if queries.entity_of(proceeding) is None:
        return _("立案前须查明当事人并登记在案")
    numbers = set(body.get("officers", ()))
    held = Certificate.objects.filter(officer__number__in=numbers, officer__active=True, since__lte=on, until__gte=on)
    certified = set(held.order_by("pk").values_list("officer__number", flat=True))
    if len(numbers) < 2 or numbers - certified:
        return _("办案人员须两人以上，且执法证件在有效期内")
    return _too_late(proceeding, body, on)


def _too_late(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """The limitation period, where the end of the breach is known; the longer one where harm was done."""
    ended = body.get("violation_ended") or queries.said(proceeding).get("violation_ended")
    if not ended:
        return ""
    length = "life-health-or-financial-safety-with-harm" if queries.said(proceeding).get("harm") else "general"
    term = f"penalty.limitation-period-for-penalty.{length}"
    last = policy.current().deadline(term, {"violation_ended": date.fromisoformat(str(ended))}, on=on)
    return "" if on <= last.day else _("违法行为终了已超过追究时效（%(due)s 届满）") % {"due": last.day.isoformat()}

@check(LEAD, "pass-on")
@check(CASE, "give-up")
def not_passed_on_twice(proceeding: Proceeding, on: date) -> str:
    """What was received by transfer is not transferred again; the common superior designates (程序规定第14条)."""
    if queries.said(proceeding).get("source") == "transfer-in" and not queries.done(proceeding, "report-dispute"):
        return _("受移送的案件不得再自行移送，请报请共同的上级指定管辖")
    return ""


# The no-penalty list first -----------------------------------------------------------------------------


@works_out(LEAD, "screen")
@works_out(CASE, "screen")
@works_out(SIMPLE, "screen")
def answer_of_the_list(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> dict[str, Any]:
    return {"screening": screening(body).answer}


def screening(told: Mapping[str, Any]) -> rules.Screening:
    first, listed = bool(told.get("first_violation")), bool(told.get("free_item"))
    return rules.screen(first=first, listed=listed, corrected=bool(told.get("corrected")), harm=bool(told.get("harm")))


@fits(CASE, "conclude")
@fits(SIMPLE, "decide")
def no_penalty_where_the_law_has_none(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """What must go without penalty does; what may needs a reason if it is punished all the same."""
    answer = queries.said(proceeding).get("screening")
    if body.get("decision", "penalty") != "penalty":
        return ""
    if answer == "must-not":
        return _("核对结论是应当不予处罚，不能拟处罚；事实有变化的请重新核对")
    if answer == "may-not" and not body.get("why_penalise"):
        return _("核对结论是可以不予处罚；仍拟处罚的，须写明理由")
    return ""


# Concluding and the band of the fine ---------------------------------------------------------------------


@fits(CASE, "conclude")
def tier_holds_the_fine(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """A proposed fine lies in the band of its tier."""
    if not body.get("fine"):
        return ""
    if body.get("fine_most") is None or not body.get("tier") or not body.get("why_tier"):
        return _("拟处罚款的，须填写法定罚款幅度、裁量阶次和理由")
    if int(body["fine_most"]) < int(body.get("fine_least") or 0):
        return _("法定罚款上限低于下限")
    return _outside(body, body, on)


def _outside(body: Mapping[str, Any], limits: Mapping[str, Any], on: date) -> str:
    tier, fine = str(body.get("tier", "")), int(body.get("fine") or 0)
    band = rules.band_of(queries.tiers(on), tier, int(limits.get("fine_least") or 0), int(limits.get("fine_most") or 0))
    if band and not band.least <= fine <= band.most:
        return _("%(why)s，即 %(least)s—%(most)s 元；拟罚款数额不在其内") % {
            "why": band.why.told(_), "least": yuan(band.least), "most": yuan(band.most),
        }  # fmt: skip
    return ""

@fits(CASE, "conclude")
def tier_follows_from_circumstances(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """The circumstances that were named allow the tier; where they pull both ways the reason is written."""
    tier = str(body.get("tier") or "")
    if not tier or body.get("decision") != "penalty":
        return ""
    listed = queries.circumstances(on)
    named = [listed[code] for code in body.get("circumstances") or () if code in listed]
    if not named:
        return _("请选择裁量情节；没有情节的选“没有下列情节”")
    allowed, mixed = rules.tiers_open(named)
    if tier not in allowed:
        titles = {one.code: one.title for one in policy.current().catalogue("discretion-tiers").on(on).values()}
        return _("所选裁量情节只能适用：%(tiers)s") % {"tiers": "、".join(titles.get(code, code) for code in sorted(allowed))}
    if tier == "reduced" and int(body.get("fine") or 0) >= int(body.get("fine_least") or 0) > 0:
        return _("减轻处罚的罚款应低于法定下限")
    return _("从轻减轻和从重情节并存，须写明怎样全面衡量") if mixed and not body.get("why_tier") else ""


@works_out(CASE, "conclude")
@works_out(CASE, "decide")
def band_review_and_hearing(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Stands in the record beside the proposal: the band, the version it was read in, which review and hearing it needs."""
    told = {**queries.last_said(proceeding, "conclude"), **body}
    found: dict[str, Any] = {"major": facts.grounds_of_review(proceeding, told, on), "hearing": facts.hearing_open(proceeding, told, on)}
    band = None
    if told.get("fine_most") is not None and told.get("tier"):
        band = rules.band_of(queries.tiers(on), str(told["tier"]), int(told.get("fine_least") or 0), int(told["fine_most"]))
    if band:
        found |= {"band_least": band.least, "band_most": band.most}
    return found | {"benchmark": queries.benchmark(on)}


# Review, notice, hearing ---------------------------------------------------------------------------------


@fits(CASE, "review")
@fits(CASE, "legal-review")
@fits(CASE, "legal-review-after")
def only_agreed_passes(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """A review that passes says agree and answers all seven points."""
    if body.get("review") != "agree":
        return _("审核意见不是同意的，请退回补充调查或纠正")
    listed = policy.current().catalogue("review-points").on(on)
    missing = [item.title for code, item in listed.items() if code not in body.get("points", ())]
    return _("还有审核要点没有审核：%(missing)s") % {"missing": "、".join(missing)} if missing else ""


@check(CASE, "ask-hearing")
def a_hearing_is_open(proceeding: Proceeding, on: date) -> str:
    open_ = facts.hearing_open(proceeding, queries.last_said(proceeding, "conclude"), on)
    return "" if open_ else _("拟作出的处罚不在应当告知听证的范围内")

@check(CASE, "review")
def legal_review_stands_apart(proceeding: Proceeding, on: date) -> str:
    """Where legal review is mandatory the case review does not replace it (程序规定第50、52条)."""
    concluded = queries.last_said(proceeding, "conclude")
    grounds = facts.grounds_of_review(proceeding, concluded, on) if concluded.get("decision") == "penalty" else []
    return _("应当法制审核，须由法制机构审核：%(why)s") % {"why": queries.titles("major-case-conditions", grounds, on)} if grounds else ""


@fits(CASE, "notify")
def hearing_right_is_told(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    if facts.hearing_open(proceeding, queries.last_said(proceeding, "conclude"), on) and not body.get("hearing_told"):
        return _("拟作出的处罚属于听证范围，告知书须同时告知要求听证的权利")
    return ""


@fits(CASE, "call-hearing")
def seven_working_days_before_the_hearing(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    last = _before(proceeding, "penalty.fix-and-notify-hearing.notice-before-hearing-min", str(body.get("hearing_on")))
    if str(body.get("served_on")) > last.isoformat():
        return _("听证通知最迟应在 %(due)s 送达（听证七个工作日前）；请改期") % {"due": last.isoformat()}
    return ""


@check(CASE, "announce-hearing")
def three_working_days_before_a_public_hearing(proceeding: Proceeding, on: date) -> str:
    called = queries.last_said(proceeding, "call-hearing")
    if called and on > (last := _before(proceeding, "penalty.public-announcement-of-hearing", str(called["hearing_on"]))):
        return _("公开听证最迟应在 %(due)s 公告；请重新确定听证日期") % {"due": last.isoformat()}
    return ""


@check(CASE, "hold-hearing")
def not_before_its_day(proceeding: Proceeding, on: date) -> str:
    called = queries.last_said(proceeding, "call-hearing")
    if called and on < date.fromisoformat(str(called["hearing_on"])):
        return _("听证日期是 %(day)s") % {"day": called["hearing_on"]}
    announced = queries.place_of(proceeding, "announce-hearing") > queries.place_of(proceeding, "call-hearing")
    return _("公开举行的听证须先公告") if called.get("public") and not announced else ""


def _before(proceeding: Proceeding, term: str, hearing: str) -> date:
    return policy.current().deadline(term, {"hearing": date.fromisoformat(hearing)}, on=proceeding.opened).day


# Decision ------------------------------------------------------------------------------------------------


@fits(CASE, "decide")
def within_the_notice(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> Message | str:
    concluded = queries.last_said(proceeding, "conclude")
    return rules.worse_than_noticed(concluded, body) or (_outside(body, concluded, on) if body.get("fine") else "")


@check(CASE, "decide")
def nothing_stands_in_the_way(proceeding: Proceeding, on: date) -> str:
    """No fine instead of a transfer; nothing before the review and the discussion that the case needs."""
    concluded = queries.last_said(proceeding, "conclude")
    if concluded.get("crime") and not queries.done(proceeding, "police-back"):
        return _("涉嫌犯罪，须先移送公安机关，不得以罚款代替移送")
    if concluded.get("decision") not in (None, "penalty"):
        return _("调查终结的处理意见不是给予处罚")
    return discussed(proceeding, on)


@fits(SIMPLE, "decide")
def small_enough_for_the_spot(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """A warning or a small fine only (简易程序)."""
    most = facts.threshold(facts.SPOT + "{}-max", facts.party_is_person(proceeding), on)
    if set(body.get("penalties", ())) - queries.penalties_marked("on_the_spot", on):
        return _("简易程序只能警告或罚款")
    return _("罚款超过简易程序的上限 %(most)s 元，请转普通程序") % {"most": most // 100} if int(body.get("fine") or 0) > most else ""


def discussed(proceeding: Proceeding, on: date) -> str:
    """Legal review and collective discussion where the packs ask for them, and after the hearing where one was held."""
    grounds = facts.grounds_of_review(proceeding, queries.last_said(proceeding, "conclude"), on)
    if not grounds:
        return ""
    why = queries.titles("major-case-conditions", grounds, on)
    heard, reviewed = queries.place_of(proceeding, "report-hearing"), queries.place_of(proceeding, "legal-review", "legal-review-after")
    if reviewed <= max(heard, 0):
        return _("须先经法制审核：%(why)s") % {"why": why}
    return _("须先集体讨论：%(why)s") % {"why": why} if queries.place_of(proceeding, "discuss") <= max(heard, 0) else ""


@fits(CASE, "decide-person")
def within_the_charge(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> Message | str:
    """A person is punished for what was charged and not more."""
    charges = [event.body for event in facts.standing(proceeding) if event.act == "charge" and event.body.get("liable") == body.get("liable")]
    if not charges:
        return _("没有对这名责任人员提出过处罚意见")
    noticed, now = ({"fine": one.get("person_fine"), "penalties": one.get("person_penalties")} for one in (charges[-1], body))
    return rules.worse_than_noticed(noticed, now) or ""
