"""The list of serious violators by Order 44, the earlier rule before it, and the red lists it ends."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground import policy
from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.people.models import Agency
from hengjian.ground.procedure import parties
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Paper
from hengjian.street.ledger import queries as ledger
from hengjian.street.ledger import services as acts_on_ledger
from hengjian.street.listing import finding, queries, rules, services
from tests import factories_casework as cases
from tests import factories_desk as desk
from tests import factories_listing as make

pytestmark = pytest.mark.django_db
ON, DECIDED = date(2026, 2, 11), date(2026, 2, 27)  # the Spring Festival lies between
LIST = {"ground": "food.2", "penalty": "津蓟市监处罚〔2026〕9号", "facts": "使用非食品原料加工食品"} | make.DECIDED


@pytest.fixture
def office():
    return make.office()


def due(matter, name, on):
    [face] = [face for face in kernel.clocks_of(make.again(matter), on) if face.name == name]
    return face.due


def state(matter):
    return kernel.state_of(make.again(matter))


def kinds(matter, day):
    return [one.kind for one in queries.live_listings(matter.subject, day)]


def test_told_heard_reviewed_agreed_listed_and_off_after_three_years_though_nothing_ran(office):
    matter = make.noticed(office, ON)
    # Five working days: 12, 13 and Saturday 14 February, then 24 and 25 after the festival.
    assert due(matter, "ask-hearing", ON) == date(2026, 2, 25)
    make.do(matter, "hear-views", date(2026, 2, 13), office.clerk, views="已停产整顿", answer="不影响要件，不予采纳")
    with pytest.raises(procedure.NotYet, match="2026-02-25届满"):
        make.do(matter, "review", date(2026, 2, 25), office.legal, reason="齐备")
    make.do(matter, "review", date(2026, 2, 26), office.legal, reason="齐备")
    with pytest.raises(procedure.NotYet, match="报上一级"):
        make.propose(matter, "list", date(2026, 2, 26), office.clerk, **LIST)
    with pytest.raises(NotAllowed, match="上一级"):
        make.do(matter, "agree", date(2026, 2, 26), office.leader, reason="同意")
    make.do(matter, "agree", date(2026, 2, 26), office.superior, reason="同意")
    make.approved(matter, "list", DECIDED, office, **LIST)
    entry = make.entry_of(matter)
    assert (entry.kind, entry.until, entry.body["measures"]) == ("serious-list", date(2029, 2, 27), ["m1", "m2", "m3", "m4"])
    assert Paper.objects.filter(proceeding=matter, form="listing-paper.serious-decision").count() == 1
    assert due(matter, "publish", DECIDED) == date(2026, 3, 26)
    assert "serious-list-commitment" in [lock.code for lock in queries.restrictions(matter.subject, date(2029, 2, 27), "notice-and-commitment")]
    assert (kinds(matter, date(2029, 2, 27)), kinds(matter, date(2029, 2, 28))) == (["serious-list"], [])
    assert queries.restrictions(matter.subject, date(2029, 2, 28)) == []
    assert services.settle_due(on=date(2029, 2, 27)) == 0
    assert services.settle_due(on=date(2029, 3, 9), at=make.at(date(2029, 3, 9))) == 1
    assert (state(matter), services.settle_due(on=date(2029, 3, 10))) == ("removed", 0)
    assert kernel.first_altered(make.again(matter)) is None


@pytest.mark.parametrize(("told", "word"), [
    ({"vile": False}, "性质恶劣"), ({"grave": False, "harmful": False}, "情节严重、社会危害较大"), ({"no_intent": True}, "没有主观故意"),
])  # fmt: skip
def test_without_all_three_conditions_or_without_intent_nobody_is_told_of_a_listing(office, told, word):
    matter = make.proposed(office, ON, **told)
    with pytest.raises(procedure.NotYet, match=word):
        make.do(matter, "notice", ON, office.clerk, ground="food.2", penalty=LIST["penalty"], mode="direct", served_on=ON.isoformat())
    make.approved(matter, "drop", ON, office, reason="要件不具备")
    assert (state(matter), kinds(matter, ON)) == ("dropped", [])


def test_the_reviewer_is_not_who_told_and_may_send_it_back(office):
    matter = make.noticed(office, ON)
    with pytest.raises(NotAllowed):
        make.do(matter, "review", DECIDED, office.clerk, reason="x")
    make.do(matter, "return", DECIDED, office.legal, reason="补充证据")
    assert state(matter) == "proposed"


def test_a_hearing_asked_in_time_is_held_and_one_asked_late_is_not(office):
    early, late = make.noticed(office, ON), make.noticed(office, ON, desk.firm(2))
    make.do(early, "request-hearing", date(2026, 2, 25), office.clerk, reason="当事人书面申请")
    assert state(early) == "hearing"
    make.do(early, "hold-hearing", date(2026, 3, 9), office.clerk, answer="维持拟列入意见")
    make.do(early, "review", date(2026, 3, 9), office.legal, reason="齐备")
    with pytest.raises(procedure.NotYet, match="2026-02-25届满"):
        make.do(late, "request-hearing", date(2026, 2, 26), office.clerk, reason="逾期")


def test_the_superior_may_disagree(office):
    matter = make.reviewed(office, ON, DECIDED)
    make.do(matter, "disagree", DECIDED, office.superior, reason="社会危害不足")
    assert (state(matter), kinds(matter, DECIDED)) == ("dropped", [])


def test_a_bureau_without_a_superior_decides_by_itself(office):
    Agency.objects.filter(pk=office.agency.pk).update(parent=None)
    matter = make.reviewed(office, ON, DECIDED)
    make.approved(matter, "list", DECIDED, office, **LIST)
    assert kinds(matter, DECIDED) == ["serious-list"]


def test_no_natural_person_is_listed_without_proof_of_who_it_is(office):
    shop = desk.firm(kind="individual")
    matter = make.proposed(office, ON, shop)
    told = {"ground": "food.2", "penalty": LIST["penalty"], "mode": "direct", "served_on": ON.isoformat()}
    with pytest.raises(procedure.NotYet, match="身份的核实方式"):
        make.do(matter, "notice", ON, office.clerk, **told)
    make.do(matter, "assess", ON, office.clerk, **(make.ASSESSED | {"penalty": LIST["penalty"], "identity": "核对身份证原件"}))
    make.do(matter, "notice", ON, office.clerk, **told)
    who = parties.Person(name="演示经营者", person=True)
    parties.join(make.again(matter), by=office.clerk, role="party", who=who, on=ON, expected_version=make.again(matter).version)
    make.do(matter, "review", DECIDED, office.legal, reason="齐备")
    make.do(matter, "agree", DECIDED, office.superior, reason="同意")
    with pytest.raises(procedure.NotYet, match="身份证件号码"):
        make.propose(matter, "list", DECIDED, office.clerk, **LIST)


def test_a_ban_by_law_longer_than_three_years_carries_the_listing_and_its_locks_with_it(office):
    matter = make.serious(office, ON, DECIDED, banned_until="2031-02-27")
    assert make.entry_of(matter).until == date(2031, 2, 27)
    codes = {lock.code: lock.opens for lock in queries.restrictions(matter.subject, date(2029, 2, 28))}
    # Not the bar from heading other firms: the law ends that after three years.
    assert codes == {"serious-list-commitment": date(2031, 2, 28), "serious-list-market": date(2031, 2, 28)}
    with pytest.raises(procedure.NotYet, match="法定限制期"):
        make.propose(matter, "remove", date(2030, 3, 1), office.clerk, reason="x", performed=True, repaired=True)


def test_after_one_year_who_performed_and_repaired_is_removed_early(office):
    matter = make.serious(office, ON, DECIDED)
    told = {"reason": "已履行并消除影响", "performed": True, "repaired": True}
    with pytest.raises(procedure.NotYet, match="2027-02-27 起"):
        make.propose(matter, "remove", date(2027, 2, 26), office.clerk, **told)
    with pytest.raises(procedure.FieldWrong, match="自觉履行"):
        make.propose(matter, "remove", date(2027, 2, 27), office.clerk, **(told | {"repaired": False}))
    make.approved(matter, "remove", date(2027, 3, 1), office, **told)
    assert (kinds(matter, date(2027, 3, 1)), ledger.closing_of(make.entry_of(matter)).kind) == ([], "end")


def test_a_heavier_penalty_meanwhile_keeps_it_on_the_list(office):
    matter = make.serious(office, ON, DECIDED)
    make.penalty(queries.entity_of(matter), office, date(2026, 9, 1), "津蓟市监处罚〔2026〕77号")
    with pytest.raises(procedure.NotYet, match="77号"):
        make.propose(matter, "remove", date(2027, 3, 1), office.clerk, reason="x", performed=True, repaired=True)


def test_a_removal_got_by_fraud_is_undone_and_the_three_years_begin_anew(office):
    matter = make.serious(office, ON, DECIDED)
    first = make.entry_of(matter)
    make.approved(matter, "remove", date(2027, 3, 1), office, reason="已履行", performed=True, repaired=True)
    make.approved(matter, "restore", date(2027, 6, 1), office, reason="提交的缴款凭证系伪造")
    second = make.entry_of(matter)
    assert (second.seq > first.seq, second.until, state(matter)) == (True, date(2030, 6, 1), "listed")
    assert [kinds(matter, day) for day in (date(2027, 5, 31), date(2027, 6, 1), date(2030, 6, 2))] == [[], ["serious-list"], []]


def test_when_the_penalty_falls_the_listing_is_annulled_in_three_working_days(office):
    matter = make.serious(office, date(2026, 9, 1), date(2026, 9, 9))
    behind = queries.listing_of(matter).cause
    acts_on_ledger.withdraw(by=office.leader, entry=behind, on=date(2026, 9, 28), because="复议撤销")
    assert [row.proceeding for row in queries.unfounded(office.clerk, date(2026, 9, 28))] == [matter]
    make.do(matter, "annul-penalty", date(2026, 9, 28), office.clerk, reason="复议撤销")
    assert due(matter, "annul", date(2026, 9, 28)) == date(2026, 10, 8)
    make.approved(matter, "annul", date(2026, 9, 30), office, reason="所据处罚已撤销")
    assert (ledger.closing_of(make.entry_of(matter)).kind, kinds(matter, date(2026, 9, 30))) == ("withdrawal", [])


def test_no_listing_is_decided_on_a_penalty_that_fell_before(office):
    matter = make.reviewed(office, ON, DECIDED)
    acts_on_ledger.withdraw(by=office.leader, entry=queries.listing_of(matter).cause, on=DECIDED, because="复议撤销")
    make.do(matter, "agree", DECIDED, office.superior, reason="同意")
    with pytest.raises(procedure.NotYet, match="已经被撤销"):
        make.propose(matter, "list", DECIDED, office.clerk, **LIST)


def test_a_listing_of_another_province_is_public_here_and_ends_with_the_years_of_its_own_decision(office):
    told = {"sender": "河北省某市市场监督管理局", "document": "冀市监严列〔2024〕3号", "decided_on": "2024-02-29", "ground": "food.2", "facts": "x"}
    matter = make.found(office, date(2026, 4, 28), kind="serious-list-elsewhere", **told)
    assert due(matter, "publish", date(2026, 4, 28)) == date(2026, 5, 14)  # over Labour Day
    make.approved(matter, "publish", date(2026, 4, 29), office, **{name: told[name] for name in ("sender", "document", "decided_on", "ground")})
    entry = make.entry_of(matter)
    assert (entry.document, entry.decided, entry.until) == ("冀市监严列〔2024〕3号", date(2024, 2, 29), date(2027, 2, 28))
    assert kinds(matter, date(2027, 3, 1)) == []


def test_three_years_on_the_abnormal_list_led_to_the_serious_list_until_august_2021_and_for_five_years(office):
    firm = desk.firm()
    listed = acts_on_ledger.append(
        by=None, entity=firm, kind="abnormal-list", on=date(2018, 8, 30), issuer=office.agency, document="异列1", body={"ground": "1"}, at=make.at(date(2018, 8, 30))
    )
    [last] = [item for item in finding.leads(date(2021, 8, 31)) if item.code == "abnormal-3y"]
    assert [row.seq for row in finding.rows(last, office.clerk, date(2021, 8, 31))] == [listed.seq]
    assert list(finding.rows(last, office.clerk, date(2021, 8, 30))) == []
    assert "abnormal-3y" not in [item.code for item in finding.leads(date(2021, 9, 1))]
    law = policy.current()
    assert "abnormal-3y" in law.catalogue("serious-grounds").on(date(2021, 8, 31))
    assert "food.2" not in law.catalogue("serious-grounds").on(date(2021, 8, 31))
    assert rules.serious_end(law, date(2021, 8, 31), "abnormal-3y", None) == date(2026, 8, 31)


def test_red_entries_end_on_the_day_of_a_black_record_and_with_their_term(office):
    firm = desk.firm()
    good = make.red(office, date(2025, 9, 1), date(2025, 9, 11), firm)
    [entry] = queries.live_listings(firm.uscc, date(2025, 9, 11))
    assert (entry.kind, entry.title, entry.last) == ("red-list", "守信激励名单", date(2027, 9, 11))
    make.serious(office, ON, DECIDED, firm)
    assert [kinds(good, day) for day in (date(2026, 2, 26), DECIDED)] == [["red-list"], ["serious-list"]]
    assert state(good) == "removed"
    again = make.found(office, DECIDED, firm, "red-list", "again", list="drugstore-a")
    with pytest.raises(procedure.NotYet, match="有失信记录"):
        make.do(again, "display", DECIDED, office.clerk, list="drugstore-a", facts="x")


def test_a_black_record_that_a_department_sends_ends_the_red_entry_at_the_next_pass(office):
    firm = desk.firm()
    good = make.red(office, date(2025, 9, 1), date(2025, 9, 11), firm)
    with pytest.raises(procedure.NotYet, match="2025-09-10届满"):
        make.red(office, date(2025, 9, 1), date(2025, 9, 10), desk.firm(2))
    acts_on_ledger.append(by=None, entity=firm, kind="court-defaulter", on=date(2026, 1, 5), issuer=office.agency, document="执1", body={"case_number": "执1"}, at=make.at(date(2026, 1, 5)))
    assert services.settle_due(on=date(2026, 1, 6), at=make.at(date(2026, 1, 6))) == 1
    assert (state(good), kinds(good, date(2026, 1, 6)), services.settle_due(on=date(2026, 1, 6))) == ("removed", [], 0)


def test_penalties_of_the_heavier_kinds_are_proposed_with_their_evidence_once(office):
    firm, other = desk.firm(1), desk.firm(2)
    heavy, light = make.penalty(firm, office, ON), desk.penalty(other, issuer=office.agency, on=ON, at=make.at(ON))
    item = finding.lead("heavy-penalty", ON)
    [row] = finding.rows(item, office.clerk, ON)
    told = finding.candidate(item, row, ON)
    assert (row.seq, told.body["heavy"], told.cause.seq, light.seq != row.seq) == (heavy.seq, "2", heavy.seq, True)
    assert "吊销许可证件" in told.evidence
    services.begin(by=office.clerk, kind=told.kind, entity=firm, origin=told.origin, on=ON, at=make.at(ON), cause=heavy.seq, body=told.body)
    assert list(finding.rows(item, office.clerk, ON)) == []


def test_with_a_case_under_way_the_listing_is_told_and_decided_together_with_the_penalty(office):
    bench = cases.office(office.agency)
    case = cases.noticed(bench, ON, circumstances=["serious-result"], tier="heavy", why_tier="涉及未成年人", fine_most=9_000_000, fine=9_000_000)
    item = finding.lead("case-proposed", ON)
    [row] = finding.rows(item, office.clerk, ON)
    told = finding.candidate(item, row, ON)
    matter = services.begin(by=office.clerk, kind=told.kind, entity=told.entity, origin=told.origin, on=ON, at=make.at(ON), body=told.body)
    assert list(finding.rows(item, office.clerk, ON)) == []
    make.do(matter, "assess", ON, office.clerk, **(make.ASSESSED | {"penalty": case.proceeding.number}))
    make.do(matter, "notice", ON, office.clerk, ground="food.2", penalty=case.proceeding.number, mode="direct", served_on=ON.isoformat())
    make.do(matter, "review", DECIDED, office.legal, reason="齐备")
    make.do(matter, "agree", DECIDED, office.superior, reason="同意")
    decision = LIST | {"penalty": case.proceeding.number}
    with pytest.raises(procedure.NotYet, match="尚未作出处罚决定"):
        make.propose(matter, "list", DECIDED, office.clerk, **decision)
    cases.decided(bench, case, DECIDED, circumstances=["serious-result"], tier="heavy", why_tier="涉及未成年人", fine=9_000_000)
    make.approved(matter, "list", DECIDED, office, **decision)
    row, entry = queries.listing_of(matter), cases.Case.objects.get(pk=case.pk).entry
    assert (row.cause, row.entry.body["penalty"]) == (entry, entry.document)
