"""The side exits of leads and cases, each to its end with real dates; and a change of law while a matter runs."""

from __future__ import annotations

import os
import shutil
from datetime import date

import pytest

from hengjian.ground.policy.loader import roots
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import services as procedure
from hengjian.street.casework import services as casework
from tests import factories_casework as make
from tests import factories_desk as desk
from tests.factories_casework import due, state

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 2)


@pytest.fixture
def office():
    return make.office()


def whole(matter, closed_on):
    assert make.again(matter).closed == closed_on
    assert kernel.first_altered(make.again(matter)) is None


def test_no_penalty_is_decided_with_admonition_and_closed(office):
    case = make.filed(office, MARCH)
    make.concluded(office, MARCH, case=case, decision="no-penalty-by-law", penalties=[], fine=None, tier="no-penalty", circumstances=[])
    make.reviewed(office, case, MARCH)
    told = {"decision": "no-penalty-by-law", "reason": "初次违法且危害后果轻微并及时改正"}
    with pytest.raises(procedure.FieldMissing, match="教育"):
        make.propose(case.proceeding, "decide-none", date(2026, 3, 5), office.first, **told)
    make.approved(case.proceeding, "decide-none", date(2026, 3, 5), office, education="当面教育并发放指引", **told)
    assert due(case.proceeding, "close", date(2026, 3, 5)) == date(2026, 3, 26)
    make.approved(case.proceeding, "close", date(2026, 3, 26), office, close_reason="no-penalty")
    whole(case.proceeding, date(2026, 3, 26))


def test_a_case_whose_party_is_gone_is_terminated_and_closed(office):
    case = make.filed(office, MARCH)
    make.approved(case.proceeding, "terminate", date(2026, 4, 3), office, reason="当事人注销且无权利义务承受人")
    assert due(case.proceeding, "close", date(2026, 4, 3)) == date(2026, 4, 27)  # fifteen working days after the Tomb Sweeping holiday
    make.approved(case.proceeding, "close", date(2026, 4, 7), office, close_reason="investigation-terminated")
    whole(case.proceeding, date(2026, 4, 7))


def test_a_case_of_another_bureau_is_handed_over(office):
    case = make.filed(office, MARCH)
    make.approved(case.proceeding, "give-up", date(2026, 3, 9), office, receiver="邻区局", reason="违法行为发生地在邻区")
    whole(case.proceeding, date(2026, 3, 9))


def test_the_police_take_the_case_keep_the_goods_and_end_it(office):
    case = make.filed(office, MARCH)
    matter = case.proceeding
    make.do(matter, "suspect-crime", date(2026, 9, 24), office.first, office.second, reason="销售金额十万元")
    make.approved(matter, "send-police", date(2026, 9, 25), office, receiver="公安蓟州分局", reason="达到追诉标准")
    make.do(matter, "police-received", date(2026, 9, 28), office.first, receipt="回执1号")
    assert due(matter, "police", date(2026, 9, 28)) == date(2026, 10, 8)  # the third day is National Day: the first day after
    make.do(matter, "police-filed", date(2026, 9, 30), office.first, receipt="立案通知书1号")
    make.do(matter, "hand-items", date(2026, 10, 8), office.first, item="涉案物品一批", receipt="交接清单1号")
    make.do(matter, "police-ended", date(2026, 12, 1), office.first, receipt="移送起诉通知", reason="已移送起诉")
    make.approved(matter, "close", date(2026, 12, 2), office, close_reason="transferred-judicial")
    whole(matter, date(2026, 12, 2))


def test_a_long_case_is_extended_by_the_leader_and_then_by_discussion_to_a_named_day(office):
    case = make.filed(office, MARCH)
    matter = case.proceeding
    with pytest.raises(procedure.NotYet, match="须先办理"):
        make.propose(matter, "extend-further", date(2026, 5, 29), office.first, until="2026-09-30", reason="跨省")
    make.approved(matter, "extend", date(2026, 5, 29), office, reason="案情复杂")
    assert due(matter, "decision", date(2026, 5, 29)) == date(2026, 6, 30)
    with pytest.raises(procedure.NotYet, match="只能办理一次"):
        make.propose(matter, "extend", date(2026, 6, 29), office.first, reason="还不够")
    make.approved(matter, "extend-further", date(2026, 6, 29), office, until="2026-09-30", reason="跨省取证")
    assert due(matter, "decision", date(2026, 6, 29)) == date(2026, 9, 30)


def test_time_of_testing_counts_neither_for_the_decision_nor_for_the_seizure(office):
    case = make.filed(office, MARCH)
    matter = case.proceeding
    make.do(matter, "seize", MARCH, office.first, office.second, item="样品", place="仓库", taken_at="2026-03-02T16:00", reason="可能转移")
    make.do(matter, "test", date(2026, 3, 9), office.first, item="样品", reason="检验")
    make.do(matter, "tested", date(2026, 3, 19), office.first, record="不合格")
    assert due(matter, "seized", date(2026, 3, 19)) == date(2026, 4, 11)
    assert due(matter, "decision", date(2026, 3, 19)) == date(2026, 6, 10)


def test_an_upheld_decision_is_enforced_after_the_day_it_became_final(office):
    case = make.noticed(office, MARCH)
    matter = case.proceeding
    make.decided(office, case, date(2026, 3, 10))
    make.do(matter, "serve", date(2026, 3, 10), office.first, office.second, mode="direct", served_on="2026-03-10")
    make.do(matter, "appeal", date(2026, 3, 20), office.first, receiver="区人民法院", reason="起诉")
    make.do(matter, "demand", date(2026, 3, 26), office.first, mode="direct", served_on="2026-03-26")
    make.do(matter, "upheld", date(2026, 7, 1), office.first, receipt="判决书1号", reason="驳回诉讼请求", remedy_ends="2026-07-16")
    with pytest.raises(procedure.NotYet, match="2026-07-16 届满"):
        make.propose(matter, "ask-court", date(2026, 7, 16), office.first, receiver="区人民法院", reason="不履行")
    assert due(matter, "to-court", date(2026, 7, 17)) == date(2026, 10, 16)
    make.approved(matter, "ask-court", date(2026, 7, 17), office, receiver="区人民法院", reason="不履行")
    assert state(matter) == "court"


def test_a_penalty_on_the_spot_is_collected_handed_over_in_two_working_days_and_filed(office):
    matter = casework.open_simple(by=office.first, entity=desk.firm(), facts="未明码标价", on=date(2026, 4, 3)).proceeding
    make.screened(matter, date(2026, 4, 3), office)
    told = {"facts": "未明码标价", "law_article": "价格法第四十二条", "penalties": ["03"], "tier": "normal", "statement": "无异议", "fine": 10_000}
    make.do(matter, "decide", date(2026, 4, 3), office.first, office.second, **told)
    make.do(matter, "collect-cash", date(2026, 4, 3), office.first, office.second, paid=10_000, paid_on="2026-04-03", reason="一百元以下")
    assert due(matter, "cash", date(2026, 4, 3)) == date(2026, 4, 8)  # 4 to 6 April are off
    make.do(matter, "hand-over-cash", date(2026, 4, 8), office.first, reason="已上缴")
    make.do(matter, "hand-in", date(2026, 4, 8), office.first, reason="材料一册")
    whole(matter, date(2026, 4, 8))


def test_what_is_not_clear_on_the_spot_turns_to_the_ordinary_procedure(office):
    matter = casework.open_simple(by=office.first, entity=desk.firm(), facts="未明码标价", on=MARCH).proceeding
    make.do(matter, "to-ordinary", MARCH, office.first, reason="事实有争议")
    whole(matter, MARCH)


@pytest.mark.parametrize(("fine", "lawful"), [(20_000, True), (20_001, False)])
def test_on_the_spot_a_natural_person_is_fined_two_hundred_yuan_at_most(office, fine, lawful):
    from hengjian.ground.procedure.models import Party

    matter = casework.open_simple(by=office.first, entity=desk.firm(), facts="未明码标价", on=MARCH).proceeding
    Party.objects.filter(proceeding=matter, role="party").update(person=True)
    make.screened(matter, MARCH, office)
    told = {"facts": "未明码标价", "law_article": "价格法第四十二条", "penalties": ["03"], "tier": "normal", "statement": "无异议", "fine": fine}
    if lawful:
        make.do(matter, "decide", MARCH, office.first, office.second, **told)
    else:
        with pytest.raises(procedure.FieldWrong, match="200 元"):
            make.do(matter, "decide", MARCH, office.first, office.second, **told)


NEW = {
    "    - {since: 2019-04-01, value: 15, basis: penalty-procedure §18, confidence: seen}": "\n    - {since: 2026-04-01, value: 20, basis: penalty-procedure §18, confidence: project}",
    "    - {since: 2019-04-01, value: 90, basis: penalty-procedure §64, confidence: seen}": "\n    - {since: 2026-04-01, value: 60, basis: penalty-procedure §64, confidence: project}",
}  # fmt: skip


@pytest.fixture
def new_law(tmp_path, monkeypatch):
    """A rule of April 2026 that gives twenty working days to verify and sixty days to decide: a reading more, the old one stays."""
    nation, city = roots()
    changed = shutil.copytree(nation, tmp_path / "cn")
    terms = changed / "terms/penalty.yaml"
    text = terms.read_text(encoding="utf-8")
    for line, more in NEW.items():
        assert text.count(line) == 1
        text = text.replace(line, line + more)
    terms.write_text(text, encoding="utf-8")
    monkeypatch.setenv("HENGJIAN_PACKS", os.pathsep.join([str(changed), str(city)]))


def test_a_matter_begun_before_the_new_rule_keeps_the_old_clock_to_its_end(new_law, office):
    old, new = make.lead(office, date(2026, 3, 31)), make.lead(office, date(2026, 4, 1), desk.firm(2))
    assert due(old, "verify", date(2026, 4, 2)) == date(2026, 4, 22)  # fifteen working days over the Tomb Sweeping holiday
    assert due(new, "verify", date(2026, 4, 2)) == date(2026, 4, 30)  # twenty
    before, after = make.filed(office, date(2026, 3, 31), desk.firm(3)), make.filed(office, date(2026, 4, 1), desk.firm(4))
    assert due(before.proceeding, "decision", date(2026, 4, 2)) == date(2026, 6, 29)
    assert due(after.proceeding, "decision", date(2026, 4, 2)) == date(2026, 6, 1)  # the sixtieth day is a Sunday
    make.approved(before.proceeding, "extend", date(2026, 6, 1), office, reason="案情复杂")
    assert due(before.proceeding, "decision", date(2026, 6, 1)) == date(2026, 7, 29)
