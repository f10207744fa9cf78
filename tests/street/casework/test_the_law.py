"""A penalty case by the Penalty Procedure Rules (市场监督管理行政处罚程序规定): main way and side exits, with real dates."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.ground.kit.refusals import NotAllowed, Refusal
from hengjian.ground.people.models import Holding
from hengjian.ground.procedure import parties
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Paper, Party, Proceeding
from hengjian.street.casework import facts, queries
from hengjian.street.casework.models import Case, Lead
from hengjian.street.ledger import queries as ledger
from tests import factories_casework as make
from tests import factories_desk as desk
from tests.factories_casework import due, state

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 2)


@pytest.fixture
def office():
    return make.office()


def test_from_the_lead_to_the_closed_file(office, django_capture_on_commit_callbacks):
    case = make.noticed(office, MARCH, served=date(2026, 3, 6))  # Friday
    matter = case.proceeding
    assert (case.entity.uscc, matter.owner, list(matter.helpers.all())) == (matter.subject, office.first, [office.second])
    assert due(matter, "statement", MARCH) == date(2026, 3, 13)
    with pytest.raises(procedure.NotYet, match="2026-03-13届满"):
        make.decided(office, case, date(2026, 3, 13))
    make.do(matter, "hear-statement", date(2026, 3, 10), office.first, office.second, statement="请求从轻", accepted="已从轻，不再采纳")
    with django_capture_on_commit_callbacks(execute=True):
        make.decided(office, case, date(2026, 3, 16))
    entry = Case.objects.get(pk=case.pk).entry
    assert (entry.kind, entry.fine_fen, entry.decided, entry.issuer) == ("penalty", 5_000_000, date(2026, 3, 16), office.agency)
    assert entry.document == Paper.objects.get(proceeding=matter, form="penalty-form.45").number
    assert "市监处罚〔2026〕1号" in entry.document
    make.do(matter, "serve", date(2026, 3, 18), office.first, office.second, mode="direct", served_on="2026-03-18")
    assert due(matter, "payment", date(2026, 3, 18)) == date(2026, 4, 2)
    make.do(matter, "pay", date(2026, 4, 1), office.first, paid=5_000_000, paid_on="2026-04-01", receipt="缴款书1")
    make.do(matter, "performed", date(2026, 4, 1), office.first, reason="罚款缴清")
    # Fifteen working days over the Tomb Sweeping holiday (4 to 6 April).
    assert due(matter, "close", date(2026, 4, 1)) == date(2026, 4, 23)
    make.approved(matter, "close", date(2026, 4, 20), office, close_reason="performed")
    closed = make.again(matter)
    assert (closed.closed, state(matter)) == (date(2026, 4, 20), "closed")
    assert kernel.first_altered(closed) is None
    assert kernel.first_altered(make.again(case.lead)) is None


def test_fifteen_working_days_to_verify_end_after_the_spring_festival(office):
    lead = make.lead(office, date(2026, 2, 10))
    # 15 to 23 February are off; Saturday 14 and Saturday 28 February are worked.
    assert due(lead, "verify", date(2026, 2, 10)) == date(2026, 3, 9)
    make.approved(lead, "extend", date(2026, 3, 9), office, reason="需要调取外地记录")
    assert due(lead, "verify", date(2026, 3, 9)) == date(2026, 3, 30)


def test_the_no_penalty_list_is_asked_first(office):
    lead = make.lead(office, MARCH)
    make.do(lead, "verify", MARCH, office.first, office.second, found="属实")
    with pytest.raises(procedure.NotYet, match="核对免罚清单"):
        make.propose(lead, "file", MARCH, office.first, conditions=make.CONDITIONS, officers=["K-1", "K-2"], article="x", facts="y")
    make.screened(lead, MARCH, office, corrected=True, harm=False)
    make.approved(lead, "decline", MARCH, office, decline="first-minor-corrected", reason="首次违法，危害轻微，当场改正")
    assert (state(lead), Case.objects.count()) == ("declined", 0)


@pytest.mark.parametrize(("day", "first"), [(date(2028, 3, 16), False), (date(2028, 3, 17), True)])
def test_a_breach_is_first_again_when_two_years_have_gone(office, day, first):
    firm = desk.firm()
    desk.penalty(firm, issuer=office.agency, on=date(2026, 3, 16))
    lead = make.lead(office, day, firm)
    if first:
        make.screened(lead, day, office)
    else:
        with pytest.raises(procedure.FieldWrong, match="不能记为首次违法"):
            make.screened(lead, day, office)


def test_filing_needs_four_conditions_and_two_officers_with_certificates(office):
    lead = make.lead(office, MARCH)
    make.screened(lead, MARCH, office, harm=False)
    make.do(lead, "verify", MARCH, office.first, office.second, found="属实")
    told = {"conditions": make.CONDITIONS, "officers": ["K-1", "K-2"], "article": "x", "facts": "y"}
    make.officer("K-9", "case-officer", office.agency, certified=False)
    for wrong, word in (
        ({"conditions": make.CONDITIONS[:3]}, "立案条件不具备"),
        ({"officers": ["K-1"]}, "两人以上"),
        ({"officers": ["K-1", "K-9"]}, "执法证件"),
        ({"violation_ended": "2024-03-01"}, "追究时效"),
    ):
        with pytest.raises(procedure.FieldWrong, match=word):
            make.propose(lead, "file", MARCH, office.first, **(told | wrong))
    make.approved(lead, "file", MARCH, office, **told, violation_ended="2024-03-02")


def test_a_filing_that_was_in_time_when_proposed_and_is_not_when_approved_is_refused(office):
    lead = make.lead(office, MARCH)
    make.screened(lead, MARCH, office, harm=False)
    make.do(lead, "verify", MARCH, office.first, office.second, found="属实")
    told = {"conditions": make.CONDITIONS, "officers": ["K-1", "K-2"], "article": "x", "facts": "y", "violation_ended": "2024-03-02"}
    make.propose(lead, "file", MARCH, office.first, **told)
    with pytest.raises(procedure.FieldWrong, match="追究时效"):
        make.confirm(lead, "file", date(2026, 3, 4), office.leader)
    make.confirm(lead, "file", MARCH, office.leader)


def test_who_proposed_a_case_does_not_review_it_and_a_case_sent_back_is_concluded_anew(office):
    case = make.concluded(office, MARCH)
    with pytest.raises(NotAllowed):
        make.do(case.proceeding, "review", MARCH, office.first, review="agree", points=make.POINTS)
    with pytest.raises(procedure.FieldWrong, match="没有审核"):
        make.do(case.proceeding, "review", MARCH, office.reviewer, review="agree", points=make.POINTS[:6])
    make.do(case.proceeding, "return", MARCH, office.reviewer, review="supplement", points=["facts"], reason="补充进货记录")
    assert state(case.proceeding) == "investigating"
    make.concluded(office, MARCH, case=case)
    assert state(case.proceeding) == "concluded"


def test_a_case_of_legal_review_is_discussed_by_the_leaders(office):
    case = make.noticed(office, MARCH, triggers=["major-public-interest"])
    on = date(2026, 3, 10)
    with pytest.raises(procedure.NotYet, match="集体讨论"):
        make.decided(office, case, on)
    make.do(case.proceeding, "discuss", on, office.leader, record="同意拟处罚意见", present=["K-4"])
    make.decided(office, case, on)


@pytest.mark.parametrize(("more", "why"), [
    ({"triggers": ["complex-multi-relations"]}, "承办人认定"), ({"penalties": ["08"]}, "吊销"),
    ({"fine_most": 100_000_000, "fine": 10_000_000}, "听证数额"),
])  # fmt: skip
def test_what_the_packs_call_major_is_reviewed_by_the_legal_office_and_recorded_so(office, more, why):
    case = make.concluded(office, MARCH, **more)
    assert queries.last_said(case.proceeding, "conclude")["major"]
    with pytest.raises(procedure.NotYet, match=why):
        make.do(case.proceeding, "review", MARCH, office.reviewer, review="agree", points=make.POINTS)
    make.do(case.proceeding, "legal-review", MARCH, office.reviewer, review="agree", points=make.POINTS)


def test_just_below_the_amount_of_a_hearing_the_case_review_is_enough(office):
    case = make.concluded(office, MARCH, fine_most=100_000_000, fine=9_999_999)
    make.do(case.proceeding, "review", MARCH, office.reviewer, review="agree", points=make.POINTS)


@pytest.mark.parametrize(("fine", "open_"), [(999_900, False), (1_000_000, True)])
def test_for_a_natural_person_the_hearing_begins_at_ten_thousand_yuan(office, fine, open_):
    case = make.filed(office, MARCH)
    Party.objects.filter(proceeding=case.proceeding, role="party").update(person=True)
    make.concluded(office, MARCH, case=case, fine_least=0, fine_most=3_400_000, fine=fine)
    assert queries.last_said(case.proceeding, "conclude")["hearing"] is open_
    make.reviewed(office, case, MARCH)
    if open_:
        with pytest.raises(procedure.FieldWrong, match="要求听证的权利"):
            make.notified(office, case, MARCH, hearing_told=False)
    make.notified(office, case, MARCH, hearing_told=open_)


def test_who_handled_a_case_neither_reviews_it_nor_hosts_its_hearing(office):
    case = make.concluded(office, MARCH)
    Holding.objects.create(officer=office.first, post="legal-officer")
    Holding.objects.create(officer=office.second, post="legal-officer")
    for handler in (office.first, office.second):
        with pytest.raises(procedure.SecondPersonNeeded, match="没有参与本案"):
            make.do(case.proceeding, "review", MARCH, handler, review="agree", points=make.POINTS)


@pytest.mark.parametrize(("more", "word"), [({"fine": 5_500_000}, "高于告知"), ({"penalties": ["03", "08"]}, "超出告知")])
def test_a_decision_does_not_go_beyond_its_notice(office, more, word):
    case = make.noticed(office, MARCH)
    with pytest.raises(procedure.FieldWrong, match=word):
        make.decided(office, case, date(2026, 3, 10), **more)


def test_the_fine_lies_in_the_band_of_its_tier_and_the_refusal_says_why(office):
    case = make.filed(office, MARCH)
    with pytest.raises(procedure.FieldWrong, match=r"“从轻”取其 0%—30%.*50,000—65,000 元"):
        make.concluded(office, MARCH, case=case, fine=6_500_001)


def test_a_range_that_runs_backwards_is_refused_and_does_not_wave_the_fine_through(office):
    case = make.filed(office, MARCH)
    with pytest.raises(procedure.FieldWrong, match="上限低于下限"):
        make.concluded(office, MARCH, case=case, fine_least=10_000_000, fine_most=5_000_000, fine=99_000_000)


def test_a_waiver_opens_the_decision_at_once(office):
    case = make.noticed(office, MARCH)
    make.do(case.proceeding, "waive", date(2026, 3, 3), office.first, reason="书面放弃")
    make.decided(office, case, date(2026, 3, 3))


def test_a_hearing_is_asked_for_in_five_working_days_and_its_time_does_not_count(office):
    heavy = {"fine_most": 100_000_000, "fine": 20_000_000}
    case = make.noticed(office, MARCH, **heavy)
    matter = case.proceeding
    assert due(matter, "decision", MARCH) == date(2026, 6, 1)
    make.do(matter, "ask-hearing", date(2026, 3, 9), office.first, reason="当事人书面申请")
    assert due(matter, "host", date(2026, 3, 9)) == date(2026, 3, 12)
    make.do(matter, "appoint-host", date(2026, 3, 10), office.leader, host=["K-3"])
    assert due(matter, "hand-file", date(2026, 3, 10)) == date(2026, 3, 13)
    make.do(matter, "hand-file", date(2026, 3, 11), office.first, reason="卷宗一册")
    assert due(matter, "fix-hearing", date(2026, 3, 11)) == date(2026, 3, 18)
    call = {"place": "第一会议室", "public": True, "mode": "direct", "served_on": "2026-03-12"}
    with pytest.raises(procedure.FieldWrong, match="2026-03-11"):  # seven working days before Friday 20 March
        make.do(matter, "call-hearing", date(2026, 3, 12), office.first, hearing_on="2026-03-20", **call)
    make.do(matter, "call-hearing", date(2026, 3, 12), office.first, hearing_on="2026-03-26", **call)
    with pytest.raises(procedure.NotYet, match="听证日期是 2026-03-26"):
        make.do(matter, "hold-hearing", date(2026, 3, 25), office.reviewer, record="x")
    with pytest.raises(procedure.NotYet, match="须先公告"):
        make.do(matter, "hold-hearing", date(2026, 3, 26), office.reviewer, record="x")
    with pytest.raises(procedure.NotYet, match="2026-03-23"):
        make.do(matter, "announce-hearing", date(2026, 3, 24), office.first, reason="门户公告")
    make.do(matter, "announce-hearing", date(2026, 3, 23), office.first, reason="门户公告")
    make.do(matter, "hold-hearing", date(2026, 3, 26), office.reviewer, record="当事人陈述、质证")
    make.do(matter, "report-hearing", date(2026, 3, 30), office.reviewer, record="建议维持拟处罚意见")
    assert due(matter, "decision", date(2026, 3, 30)) == date(2026, 6, 22)  # 21 days later, Dragon Boat rest passed
    last = date(2026, 3, 31)
    with pytest.raises(procedure.NotYet, match="须先经法制审核"):  # the review of before does not know what was heard
        make.decided(office, case, last, fine=20_000_000)
    make.do(matter, "legal-review-after", last, office.reviewer, review="agree", points=make.POINTS)
    with pytest.raises(procedure.NotYet, match="须先集体讨论"):
        make.decided(office, case, last, fine=20_000_000)
    make.do(matter, "discuss", last, office.leader, record="同意")
    make.decided(office, case, last, fine=20_000_000)


def test_a_hearing_asked_for_on_the_sixth_working_day_is_too_late_and_a_small_fine_has_none(office):
    case = make.noticed(office, MARCH, fine_most=100_000_000, fine=20_000_000)
    with pytest.raises(procedure.NotYet, match="届满"):
        make.do(case.proceeding, "ask-hearing", date(2026, 3, 10), office.first, reason="逾期申请")
    small = make.noticed(office, MARCH, entity=desk.firm(2))
    with pytest.raises(procedure.NotYet, match="不在应当告知听证"):
        make.do(small.proceeding, "ask-hearing", MARCH, office.first, reason="申请")


@pytest.mark.parametrize("kind", ["07", "08", "09", "10", "11", "12"])
def test_lowering_revoking_restricting_stopping_closing_and_barring_from_an_occupation_always_have_a_hearing(office, kind):
    case = make.noticed(office, MARCH, penalties=[kind])
    make.do(case.proceeding, "ask-hearing", date(2026, 3, 4), office.first, reason="当事人书面申请")
    assert state(case.proceeding) == "hearing"


def test_no_fine_instead_of_a_transfer_to_the_police_and_the_case_comes_back(office):
    case = make.concluded(office, MARCH, crime=True)
    matter = case.proceeding
    make.reviewed(office, case, MARCH)
    make.notified(office, case, MARCH)
    with pytest.raises(procedure.NotYet, match="不得以罚款代替"):
        make.decided(office, case, date(2026, 3, 10))
    make.do(matter, "suspect-crime", date(2026, 3, 10), office.first, office.second, reason="销售金额达到追诉标准")
    assert due(matter, "approve-transfer", date(2026, 3, 10)) == date(2026, 3, 13)
    make.approved(matter, "send-police", date(2026, 3, 11), office, receiver="公安蓟州分局", reason="涉嫌犯罪")
    make.do(matter, "police-received", date(2026, 3, 11), office.first, receipt="回执1号")
    assert due(matter, "police", date(2026, 3, 11)) == date(2026, 3, 16)  # the third day is Saturday
    make.do(matter, "police-back", date(2026, 3, 13), office.first, receipt="不予立案通知", reason="犯罪情节显著轻微")
    assert state(matter) == "investigating"
    assert due(matter, "objection", date(2026, 3, 13)) == date(2026, 3, 16)
    with pytest.raises(procedure.NotYet, match="届满"):
        make.do(matter, "object-police", date(2026, 3, 17), office.first, receiver="公安蓟州分局", reason="逾期")
    make.do(matter, "object-police", date(2026, 3, 16), office.first, receiver="公安蓟州分局", reason="不服不予立案")


def test_a_suspended_case_stands_still(office):
    case = make.filed(office, MARCH)
    make.approved(case.proceeding, "suspend", date(2026, 3, 5), office, suspension="party-missing", reason="无法联系")
    with pytest.raises(procedure.NotYet, match="中止"):
        make.do(case.proceeding, "inspect", date(2026, 3, 6), office.first, office.second, place="x", record="y", rights_told=True)
    make.do(case.proceeding, "resume", date(2026, 4, 4), office.first, reason="已找到当事人")
    assert due(case.proceeding, "decision", date(2026, 4, 4)) == date(2026, 6, 30)


def test_seizure_and_preservation_have_short_clocks(office):
    case = make.filed(office, MARCH)
    told = {"item": "封条1号", "place": "仓库", "taken_at": "2026-03-02T16:00"}
    make.do(case.proceeding, "seize", MARCH, office.first, office.second, reason="可能转移", **told)
    make.do(case.proceeding, "preserve", MARCH, office.first, office.second, **told)
    assert due(case.proceeding, "urgent", MARCH) == date(2026, 3, 3)
    assert due(case.proceeding, "preserved", MARCH) == date(2026, 3, 11)
    assert due(case.proceeding, "seized", MARCH) == date(2026, 4, 1)
    make.approved(case.proceeding, "approve-seizure", date(2026, 3, 3), office, reason="补办")
    make.approved(case.proceeding, "extend-seizure", date(2026, 3, 30), office, reason="案情复杂")
    assert due(case.proceeding, "seized", date(2026, 3, 30)) == date(2026, 5, 1)


def test_jurisdiction_in_dispute_is_settled_and_the_case_goes_on(office):
    case = make.filed(office, MARCH)
    make.do(case.proceeding, "dispute", MARCH, office.first, receiver="邻区局", reason="行为地在邻区")
    assert due(case.proceeding, "dispute", MARCH) == date(2026, 3, 11)
    make.do(case.proceeding, "report-dispute", date(2026, 3, 11), office.first, reason="协商不成")
    assert due(case.proceeding, "designation", date(2026, 3, 11)) == date(2026, 3, 20)
    make.do(case.proceeding, "keep", date(2026, 3, 16), office.first, reason="市局指定")
    assert state(case.proceeding) == "investigating"


def test_service_by_public_notice_takes_thirty_days(office):
    case = make.noticed(office, MARCH)
    make.decided(office, case, date(2026, 3, 10))
    make.do(case.proceeding, "announce", date(2026, 3, 12), office.first, reason="当事人下落不明")
    told = {"mode": "public-notice", "served_on": "2026-04-12"}
    with pytest.raises(procedure.FieldWrong, match="不能晚于今天"):
        make.do(case.proceeding, "serve", date(2026, 4, 11), office.first, office.second, **told)
    with pytest.raises(procedure.FieldWrong, match="2026-04-11"):
        make.do(case.proceeding, "serve", date(2026, 4, 11), office.first, office.second, **(told | {"served_on": "2026-04-11"}))
    make.do(case.proceeding, "serve", date(2026, 4, 12), office.first, office.second, **told)


def test_a_fine_not_paid_is_demanded_and_then_the_court_is_asked(office):
    case = make.noticed(office, MARCH)
    matter = case.proceeding
    make.decided(office, case, date(2026, 3, 10))
    make.do(matter, "serve", date(2026, 3, 10), office.first, office.second, mode="direct", served_on="2026-03-10")
    told = {"mode": "direct", "served_on": "2026-03-26"}
    with pytest.raises(procedure.NotYet, match="2026-03-25"):
        make.do(matter, "demand", date(2026, 3, 25), office.first, **told)
    make.do(matter, "demand", date(2026, 3, 26), office.first, **told)
    court = {"receiver": "区人民法院", "reason": "催告后仍不履行"}
    with pytest.raises(procedure.NotYet, match="2026-04-10"):  # ten working days over the Tomb Sweeping holiday
        make.propose(matter, "ask-court", date(2026, 4, 10), office.first, **court)
    with pytest.raises(procedure.NotYet, match="2026-09-10 届满"):  # six months to go to court, then three to ask it
        make.propose(matter, "ask-court", date(2026, 9, 10), office.first, **court)
    assert due(matter, "to-court", date(2026, 9, 11)) == date(2026, 12, 10)
    with pytest.raises(procedure.NotYet, match="2026-12-10届满"):
        make.propose(matter, "ask-court", date(2026, 12, 11), office.first, **court)
    with pytest.raises(procedure.FieldWrong, match="50,000"):  # never above the fine itself
        make.propose(matter, "ask-court", date(2026, 9, 11), office.first, added=5_000_001, **court)
    make.approved(matter, "ask-court", date(2026, 9, 11), office, added=5_000_000, **court)
    make.do(matter, "court-ended", date(2026, 11, 2), office.first, receipt="裁定1号", reason="无财产可供执行")
    make.approved(matter, "close", date(2026, 11, 3), office, close_reason="court-ended")


def test_instalments_put_the_demand_off(office):
    case = make.noticed(office, MARCH)
    matter = case.proceeding
    make.decided(office, case, date(2026, 3, 10))
    make.do(matter, "serve", date(2026, 3, 10), office.first, office.second, mode="direct", served_on="2026-03-10")
    make.approved(matter, "defer", date(2026, 3, 20), office, pay_until="2026-06-30", reason="经济困难")
    with pytest.raises(procedure.NotYet, match="2026-06-30"):
        make.do(matter, "demand", date(2026, 6, 30), office.first, mode="direct", served_on="2026-06-30")
    make.do(matter, "demand", date(2026, 7, 1), office.first, mode="direct", served_on="2026-07-01")


def served(office, on):
    case = make.noticed(office, MARCH)
    make.decided(office, case, date(2026, 3, 10))
    make.do(case.proceeding, "serve", on, office.first, office.second, mode="direct", served_on=on.isoformat())
    return case.proceeding


def test_each_instalment_has_its_own_clock_and_the_first_that_is_missed_opens_the_demand(office):
    matter = served(office, date(2026, 3, 10))
    plan = "2026-04-30 20000\n2026-05-29 20000\n2026-06-30 10000元"
    told = {"pay_until": "2026-06-30", "reason": "经济困难"}
    with pytest.raises(procedure.FieldWrong, match="各期合计 40,000 元，应等于未缴的 50,000 元"):
        make.propose(matter, "defer", date(2026, 3, 20), office.first, instalments="2026-04-30 20000\n2026-06-30 20000", **told)
    with pytest.raises(procedure.FieldWrong, match="四月底"):
        make.propose(matter, "defer", date(2026, 3, 20), office.first, instalments="四月底 20000", **told)
    make.approved(matter, "defer", date(2026, 3, 20), office, instalments=plan, **told)
    assert due(matter, "deferred", date(2026, 4, 1)) == date(2026, 4, 30)
    make.do(matter, "pay", date(2026, 4, 28), office.first, paid=2_000_000, paid_on="2026-04-28")
    assert due(matter, "deferred", date(2026, 4, 28)) == date(2026, 5, 29)
    make.do(matter, "pay", date(2026, 5, 20), office.first, paid=1_000_000, paid_on="2026-05-20")  # half of it
    assert due(matter, "deferred", date(2026, 5, 20)) == date(2026, 5, 29)
    with pytest.raises(procedure.NotYet, match="2026-05-29"):
        make.do(matter, "demand", date(2026, 5, 29), office.first, mode="direct", served_on="2026-05-29")
    make.do(matter, "demand", date(2026, 5, 30), office.first, mode="direct", served_on="2026-05-30")


def test_a_fine_that_is_not_paid_in_full_is_not_performed_and_grows_three_percent_a_day(office):
    matter = served(office, date(2026, 3, 10))  # to be paid until 25 March
    make.do(matter, "pay", date(2026, 3, 24), office.first, paid=3_000_000, paid_on="2026-03-24")
    with pytest.raises(procedure.NotYet, match="还有 20,000 元"):
        make.do(matter, "performed", date(2026, 3, 26), office.first, reason="缴清")
    found = facts.debt(make.again(matter), date(2026, 3, 30))
    assert (found.owed, found.due, found.late.added) == (2_000_000, date(2026, 3, 25), 5 * 60_000)
    make.do(matter, "appeal", date(2026, 3, 28), office.first, receiver="区人民政府", reason="申请复议")
    assert facts.debt(make.again(matter), date(2026, 5, 6)).late.added == 2 * 60_000  # 26 and 27 March: an appeal stops it
    make.do(matter, "upheld", date(2026, 5, 6), office.first, receipt="复议决定1号", reason="维持", remedy_ends="2026-05-21")
    assert facts.debt(make.again(matter), date(2026, 5, 8)).late.added == 4 * 60_000
    assert facts.debt(make.again(matter), date(2028, 1, 3)).late.added == 5_000_000


@pytest.mark.parametrize(("told", "word"), [
    ({"mode": "left"}, "见证人"), ({"mode": "electronic"}, "送达地址确认书"), ({"mode": "post-entrust-transfer"}, "回执"),
    ({"mode": "public-notice"}, "须先发布公告"), ({"mode": "direct", "served_on": "2026-03-13"}, "不能晚于今天"),
    ({"mode": "direct", "served_on": "2026-03-09"}, "不能早于决定日期"),
])  # fmt: skip
def test_each_way_of_service_has_its_proof(office, told, word):
    case, on = make.noticed(office, MARCH), date(2026, 3, 12)
    make.decided(office, case, date(2026, 3, 10))
    with pytest.raises(procedure.FieldWrong, match=word):
        make.do(case.proceeding, "serve", on, office.first, office.second, **({"served_on": "2026-03-12"} | told))


def test_electronic_service_follows_a_signed_confirmation(office):
    case, on = make.noticed(office, MARCH), date(2026, 3, 12)
    make.decided(office, case, date(2026, 3, 10))
    make.do(case.proceeding, "confirm-address", on, office.first, address="天津演示1有限公司的电子地址", electronic=True)
    make.do(case.proceeding, "serve", on, office.first, office.second, mode="electronic", served_on="2026-03-12")


def test_what_must_go_without_penalty_is_not_punished_and_what_may_needs_a_reason(office):
    case = make.filed(office, MARCH)
    collected = {"evidence": "physical", "item": "样品", "proves": "事实", "custodian": "演示K-1"}
    make.do(case.proceeding, "collect", MARCH, office.first, office.second, **collected)
    make.do(case.proceeding, "screen", MARCH, office.first, first_violation=True, corrected=True, harm=False, screened="首次", free_item="F6")
    assert queries.said(case.proceeding)["screening"] == "must-not"
    with pytest.raises(procedure.FieldWrong, match="应当不予处罚"):
        make.do(case.proceeding, "conclude", MARCH, office.first, office.second, **make.PROPOSED)
    make.do(case.proceeding, "screen", MARCH, office.first, first_violation=True, corrected=True, harm=False, screened="首次")
    with pytest.raises(procedure.FieldWrong, match="写明理由"):
        make.do(case.proceeding, "conclude", MARCH, office.first, office.second, **make.PROPOSED)
    make.do(case.proceeding, "conclude", MARCH, office.first, office.second, why_penalise="货值较大", **make.PROPOSED)


@pytest.mark.parametrize(("told", "word"), [
    ({"circumstances": []}, "请选择裁量情节"), ({"circumstances": ["none"]}, "只能适用：一般"),
    ({"circumstances": ["repeated"]}, "只能适用：从重"), ({"tier": "reduced"}, "低于法定下限"),
])  # fmt: skip
def test_the_tier_follows_from_the_circumstances(office, told, word):
    case = make.filed(office, MARCH)
    with pytest.raises(procedure.FieldWrong, match=word):
        make.concluded(office, MARCH, case=case, **told)


def test_a_person_responsible_is_punished_beside_the_firm_for_what_was_charged(office):
    case = make.filed(office, MARCH)
    matter = make.again(case.proceeding)
    who = parties.Person(name="演示责任人", person=True, duty="质量负责人")
    liable = parties.join(matter, by=office.first, role="responsible", who=who, on=MARCH, expected_version=matter.version)
    told = {"liable": liable.position, "person_penalties": ["03"], "law_article": "食品安全法实施条例第七十五条", "reason": "故意"}
    make.do(matter, "charge", MARCH, office.first, office.second, person_fine=1_000_000, **told)
    make.concluded(office, MARCH, case=case)
    assert queries.last_said(matter, "conclude")["hearing"] is True  # ten thousand yuan on a person
    make.reviewed(office, case, MARCH)
    make.notified(office, case, MARCH)
    make.decided(office, case, date(2026, 3, 10))
    with pytest.raises(procedure.FieldWrong, match="高于告知"):
        make.propose(matter, "decide-person", date(2026, 3, 10), office.first, person_fine=1_000_100, **told)
    make.approved(matter, "decide-person", date(2026, 3, 10), office, person_fine=1_000_000, **told)
    assert Paper.objects.filter(proceeding=matter, form="penalty-form.45").count() == 2
    assert ledger.facts(date(2026, 3, 10), uscc=matter.subject).filter(kind="penalty").count() == 1  # of the firm alone


def test_what_came_by_transfer_is_not_passed_on_and_the_superior_designates(office):
    lead = make.lead(office, MARCH, source="transfer-in")
    with pytest.raises(procedure.NotYet, match="不得再自行移送"):
        make.propose(lead, "pass-on", MARCH, office.first, receiver="邻区局", reason="不归本局")
    make.approved(lead, "ask-designation", MARCH, office, receiver="市局", reason="管辖有争议")
    assert due(lead, "designation", MARCH) == date(2026, 3, 11)
    make.do(lead, "designated-elsewhere", date(2026, 3, 9), office.first, receiver="邻区局", reason="市局指定")
    assert state(lead) == "passed-on"


def test_a_revoked_decision_and_an_undone_one_leave_the_ledger(office):
    case = make.noticed(office, MARCH)
    matter = case.proceeding
    make.decided(office, case, date(2026, 3, 10))
    found = make.again(matter)
    procedure.undo(found, by=office.leader, on=date(2026, 3, 10), expected_version=found.version, reason="数额笔误")
    assert not ledger.facts(date(2026, 3, 10), uscc=matter.subject).filter(kind="penalty").exists()
    make.decided(office, case, date(2026, 3, 11))
    assert [paper.serial for paper in Paper.objects.filter(form="penalty-form.45").order_by("pk")] == [1, 2]
    make.do(matter, "serve", date(2026, 3, 11), office.first, office.second, mode="direct", served_on="2026-03-11")
    make.do(matter, "appeal", date(2026, 4, 1), office.first, receiver="区人民政府", reason="申请复议")
    make.do(matter, "revoked", date(2026, 5, 20), office.first, receipt="复议决定1号", reason="事实不清")
    assert not ledger.facts(date(2026, 5, 20), uscc=matter.subject).filter(kind="penalty").exists()


def test_an_origin_longer_than_the_title_it_stands_in_is_refused_on_every_database(office):
    with pytest.raises(procedure.FieldWrong, match="200 字"):
        make.lead(office, MARCH, origin="号" * 201)
    assert make.lead(office, MARCH, desk.firm(2), origin="号" * 200).events.get().body["origin"] == "号" * 200


@pytest.mark.parametrize(("fine", "lawful"), [(300_000, True), (300_100, False)])
def test_on_the_spot_a_firm_is_fined_three_thousand_yuan_at_most(office, fine, lawful):
    from hengjian.street.casework import services as casework

    matter = casework.open_simple(by=office.first, entity=desk.firm(), facts="未明码标价", on=MARCH).proceeding
    make.screened(matter, MARCH, office)
    told = {"facts": "未明码标价", "law_article": "价格法第四十二条", "penalties": ["03"], "tier": "normal", "statement": "无异议", "fine": fine}
    if not lawful:
        with pytest.raises(procedure.FieldWrong, match="3000"):
            make.do(matter, "decide", MARCH, office.first, office.second, **told)
        return
    make.do(matter, "decide", MARCH, office.first, office.second, **told)
    assert Case.objects.get(proceeding=matter).entry.body["procedure"] == "summary"
    assert due(matter, "hand-in", MARCH) == date(2026, 3, 11)


def test_the_same_origin_twice_is_one_lead(office):
    firm = desk.firm()
    one = make.lead(office, MARCH, firm, origin="检查1号")
    assert make.lead(office, MARCH, firm, origin="检查1号") == one


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_act_is_done_outside_its_state_power_or_scope(office, data):
    """Any act, by anybody, with any fields: it is refused, or it was open to them and the record stays whole."""
    from django.db import transaction

    with transaction.atomic():
        case = make.filed(office, MARCH, desk.firm(data.draw(st.integers(1, 9_999))))
        stranger = make.officer("S-1", "case-officer", desk.agency("Z-1"))
        names = sorted(kernel.definition("penalty").acts)
        for _ in range(8):
            act = data.draw(st.sampled_from(names))
            by = data.draw(st.sampled_from([office.first, office.second, office.reviewer, office.leader, stranger]))
            matter = make.again(case.proceeding)
            allowed = kernel.acts_open_to(matter, by, MARCH)
            lawful = kernel.definition("penalty").acts[act]
            body = make.PROPOSED | {"reason": "理由", "record": "记录", "first_violation": True, "corrected": False, "harm": True}
            body |= {"screened": "核对", "place": "地点", "rights_told": True, "receiver": "邻区局", "item": "物品"}
            command = make.propose if lawful.confirm else make.do
            try:
                with transaction.atomic():
                    command(matter, act, MARCH, by, office.second if by != office.second else office.first, **{k: v for k, v in body.items() if k in (*lawful.requires, *lawful.optional)})
            except Refusal:
                continue
            assert act in allowed
            assert by != stranger
        assert kernel.first_altered(make.again(case.proceeding)) is None
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_decision_numbers_have_no_gap_and_no_double_with_eight_workers():
    office = make.office()
    cases = [make.noticed(office, MARCH, entity=desk.firm(n)) for n in range(1, 17)]
    refused: list[str] = []

    def work(mine):
        try:
            for case in mine:
                make.decided(office, case, date(2026, 3, 10))
        except Exception as error:
            refused.append(repr(error))
        finally:
            connection.close()

    if connection.vendor == "postgresql":
        threads = [threading.Thread(target=work, args=(cases[n::8],)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        for case in cases:
            make.decided(office, case, date(2026, 3, 10))
    assert refused == []
    assert sorted(Paper.objects.filter(form="penalty-form.45").values_list("serial", flat=True)) == list(range(1, 17))


@pytest.mark.django_db(transaction=True)
def test_one_origin_is_one_lead_with_eight_workers_and_leaves_no_gap_in_the_numbers():
    office = make.office()
    found: list[object] = []

    def work(turn):
        try:
            found.append(make.lead(office, MARCH, firm, origin="12345工单1号").pk)
        except Exception as error:
            found.append(repr(error))
        finally:
            connection.close()

    firm = desk.firm()
    if connection.vendor == "postgresql":
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        found = [make.lead(office, MARCH, firm, origin="12345工单1号").pk for _ in range(8)]
    assert found == [Proceeding.objects.get(kind="lead").pk] * 8
    assert make.lead(office, MARCH, firm, origin="12345工单2号").serial == 2


@pytest.mark.django_db(transaction=True)
def test_leads_of_before_keep_the_reference_that_stood_in_their_title():
    office = make.office()
    one, other = make.lead(office, MARCH, origin="来信1号"), make.lead(office, MARCH, desk.firm(2))
    executor = MigrationExecutor(connection)
    executor.migrate([("casework", "0001_initial")])
    # Before, the reference was the title, and two workers at once could register it twice.
    Proceeding.objects.filter(pk__in=(one.pk, other.pk)).update(title="来信1号")
    executor = MigrationExecutor(connection)
    executor.migrate([("casework", "0002_one_lead_for_one_origin")])
    assert [(row.origin, row.proceeding_id) for row in Lead.objects.all()] == [("来信1号", one.pk)]
    executor.loader.build_graph()
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_a_lead_of_another_bureau_is_not_seen(office):
    make.lead(office, MARCH)
    stranger = make.officer("S-1", "case-officer", desk.agency("Z-1"))
    assert not queries.visible_to(stranger).exists()
    assert queries.visible_to(office.first).count() == Proceeding.objects.filter(kind="lead").count() == 1
