"""The abnormal list and the mark of the self-employed: main way, side exits, real dates, a change of law."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Paper
from hengjian.street.ledger import queries as ledger
from hengjian.street.ledger import services as acts_on_ledger
from hengjian.street.listing import queries, services
from tests import factories_desk as desk
from tests import factories_listing as make

pytestmark = pytest.mark.django_db
REPORT = {"ground": "1", "year": 2025, "facts": "2025年度报告期满未报送", "since_day": "2026-06-30"}


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


def test_from_the_missing_report_to_the_list_and_off_it_again(office):
    matter = make.found(office, date(2026, 7, 2))
    make.do(matter, "miss-report", date(2026, 7, 2), office.clerk, **REPORT)
    # Ten working days from the end of the period, not from the day an officer looked.
    assert due(matter, "report", date(2026, 7, 2)) == date(2026, 7, 14)
    make.told(matter, date(2026, 7, 3), office, ground="1")
    assert due(matter, "reply", date(2026, 7, 3)) == date(2026, 7, 8)
    with pytest.raises(procedure.NotYet, match="2026-07-08届满"):
        make.propose(matter, "list", date(2026, 7, 8), office.clerk, considered="无", **{k: REPORT[k] for k in ("ground", "facts")})
    make.approved(matter, "list", date(2026, 7, 9), office, considered="逾期前已两次提醒", ground="1", facts=REPORT["facts"])
    entry = make.entry_of(matter)
    assert (entry.kind, entry.decided, entry.body["ground"], entry.body["year"]) == ("abnormal-list", date(2026, 7, 9), "1", 2025)
    assert entry.document == Paper.objects.get(proceeding=matter, form="listing-paper.abnormal-decision").number
    assert "市监异列〔2026〕1号" in entry.document
    with pytest.raises(procedure.WrongState):
        make.propose(matter, "remove", date(2026, 8, 3), office.clerk, reason="补报")
    make.do(matter, "report-filed", date(2026, 9, 28), office.clerk, facts="9月25日补报并公示")
    # Five working days over the National Day holiday: Saturday 10 October is worked.
    assert due(matter, "remove-filed", date(2026, 9, 28)) == date(2026, 10, 10)
    make.approved(matter, "remove", date(2026, 9, 30), office, reason="已补报年报")
    assert (kinds(matter, date(2026, 9, 29)), kinds(matter, date(2026, 9, 30))) == (["abnormal-list"], [])
    assert (ledger.closing_of(entry).kind, state(matter)) == ("end", "removed")
    assert kernel.first_altered(make.again(matter)) is None


def test_a_wrong_listing_is_annulled_by_another_act_within_five_working_days_over_the_spring_festival(office):
    matter = make.listed(office, date(2026, 2, 2), date(2026, 2, 9))
    entry = make.entry_of(matter)
    with pytest.raises(procedure.WrongState):
        make.propose(matter, "annul", date(2026, 2, 13), office.clerk, reason="地址登记有误")
    make.do(matter, "find-error", date(2026, 2, 13), office.clerk, reason="核查人员走错门牌")
    assert due(matter, "correct", date(2026, 2, 13)) == date(2026, 2, 27)
    make.approved(matter, "annul", date(2026, 2, 24), office, reason="核查人员走错门牌")
    assert (ledger.closing_of(entry).kind, state(matter), kinds(matter, date(2026, 2, 24))) == ("withdrawal", "annulled", [])


def test_an_order_that_was_met_ends_the_matter_and_one_that_was_missed_leads_to_the_list(office):
    first, second = (make.found(office, date(2026, 6, 10), desk.firm(n), ground="2") for n in (1, 2))
    for matter in (first, second):
        make.do(matter, "order", date(2026, 6, 10), office.clerk, items="股东出资信息", mode="direct", served_on="2026-06-10")
        assert due(matter, "order", date(2026, 6, 10)) == date(2026, 6, 22)  # the tenth day is a Saturday
    make.do(first, "perform", date(2026, 6, 15), office.clerk, reason="已公示")
    assert state(first) == "dropped"
    with pytest.raises(procedure.NotYet, match="2026-06-22届满"):
        make.do(second, "miss-order", date(2026, 6, 22), office.clerk, ground="2", facts="未公示")
    make.do(second, "miss-order", date(2026, 6, 23), office.clerk, ground="2", facts="未公示")
    assert due(second, "order-missed", date(2026, 6, 23)) == date(2026, 7, 7)
    make.told(second, date(2026, 6, 23), office, ground="2")
    make.do(second, "hear-reply", date(2026, 6, 24), office.clerk, reply="系统操作有误", answer="仍未公示，不予采纳")
    make.approved(second, "list", date(2026, 6, 24), office, ground="2", facts="未公示", considered="已答复其陈述")
    assert kinds(second, date(2026, 6, 24)) == ["abnormal-list"]


@pytest.mark.parametrize(("two", "word"), [
    ("2026-03-16", "第二次信函应在 2026-03-17 至 2026-04-01"), ("2026-04-02", "第二次信函"), ("2026-03-17", ""), ("2026-04-01", ""),
])  # fmt: skip
def test_two_letters_prove_that_nobody_is_there_only_with_the_lawful_gap(office, two, word):
    matter = make.found(office, date(2026, 4, 7))
    body = {"ground": "4", "facts": "两次信函无人签收", "letter_one": "2026-03-02", "letter_two": two}
    if word:
        with pytest.raises(procedure.FieldWrong, match=word):
            make.do(matter, "verify-unreachable", date(2026, 4, 7), office.clerk, **body)
    else:
        make.do(matter, "verify-unreachable", date(2026, 4, 7), office.clerk, **body)
        assert state(matter) == "verified"


def test_neither_a_visit_nor_two_letters_prove_nothing(office):
    matter = make.found(office, date(2026, 4, 7))
    with pytest.raises(procedure.FieldWrong, match="实地核查日期"):
        make.do(matter, "verify-unreachable", date(2026, 4, 7), office.clerk, ground="4", facts="无人")


def test_a_name_ordered_out_of_use_is_a_ground_only_since_the_name_regulation_of_2021(office):
    before = make.found(office, date(2021, 2, 26), desk.firm(1))
    with pytest.raises(procedure.FieldWrong, match="代码表"):
        make.do(before, "serve-name-order", date(2021, 2, 26), office.clerk, ground="5", facts="仿冒名称", served_on="2021-02-26")
    after = make.found(office, date(2021, 3, 1), desk.firm(2))
    make.do(after, "serve-name-order", date(2021, 3, 1), office.clerk, ground="5", facts="仿冒名称", served_on="2021-03-01")
    assert due(after, "name", date(2021, 3, 1)) == date(2021, 3, 31)
    with pytest.raises(procedure.NotYet, match="2021-03-31届满"):
        make.do(after, "miss-name", date(2021, 3, 31), office.clerk, ground="5", facts="未变更")
    make.do(after, "miss-name", date(2021, 4, 1), office.clerk, ground="5", facts="未变更")
    assert state(after) == "verified"


def test_a_report_on_record_and_a_period_still_running_are_no_grounds(office):
    firm = desk.firm()
    early = make.found(office, date(2026, 6, 30), firm, origin="a")
    with pytest.raises(procedure.FieldWrong, match="2026-06-30 才到期"):
        make.do(early, "miss-report", date(2026, 6, 30), office.clerk, **REPORT)
    acts_on_ledger.append(by=None, entity=firm, kind="annual-report", on=date(2026, 5, 1), issuer=office.agency, body={"year": 2025})
    with pytest.raises(procedure.FieldWrong, match="2026-05-01 报送"):
        make.do(early, "miss-report", date(2026, 7, 1), office.clerk, **REPORT)


def test_the_ground_has_its_own_way_to_be_found(office):
    matter = make.found(office, date(2026, 7, 2), ground="4")
    with pytest.raises(procedure.NotYet, match="不适用这一步"):
        make.do(matter, "miss-report", date(2026, 7, 2), office.clerk, **REPORT)


def test_one_fact_begins_one_matter_and_one_ground_lists_once(office):
    firm = desk.firm()
    first = make.listed(office, date(2026, 3, 2), date(2026, 3, 9), firm, origin="visit:1")
    with pytest.raises(services.AlreadyBegun, match=first.number):
        make.found(office, date(2026, 3, 10), firm, origin="visit:1")
    with pytest.raises(procedure.NotYet, match="已经因同一事由列入"):
        make.listed(office, date(2026, 3, 10), date(2026, 3, 17), firm, origin="visit:2")


def test_who_proposes_a_listing_does_not_confirm_it_and_a_clerk_cannot(office):
    matter = make.found(office, date(2026, 3, 2))
    make.do(matter, "verify-unreachable", date(2026, 3, 2), office.clerk, ground="4", facts="空置", visited="2026-03-02")
    make.told(matter, date(2026, 3, 2), office, ground="4")
    make.propose(matter, "list", date(2026, 3, 9), office.leader, ground="4", facts="空置", considered="无")
    with pytest.raises(procedure.SecondPersonNeeded):
        make.confirm(matter, "list", date(2026, 3, 9), office.leader)
    with pytest.raises(NotAllowed):
        make.confirm(matter, "list", date(2026, 3, 9), office.clerk)


def test_a_listing_taken_back_is_withdrawn_and_a_removal_cannot_be(office):
    matter = make.listed(office, date(2026, 3, 2), date(2026, 3, 9))
    entry = make.entry_of(matter)
    procedure.undo(make.again(matter), by=office.leader, on=date(2026, 3, 10), expected_version=make.again(matter).version, reason="送达回证有误")
    assert (ledger.closing_of(entry).kind, make.entry_of(matter), state(matter)) == ("withdrawal", None, "verified")
    make.approved(matter, "list", date(2026, 3, 11), office, ground="4", facts="空置", considered="重新送达")
    make.do(matter, "reachable", date(2026, 3, 12), office.clerk, facts="已经恢复营业")
    make.approved(matter, "remove", date(2026, 3, 12), office, reason="已恢复联系")
    with pytest.raises(procedure.NothingToUndo):
        procedure.undo(make.again(matter), by=office.leader, on=date(2026, 3, 13), expected_version=make.again(matter).version, reason="x")


def test_the_self_employed_are_marked_not_listed_and_restored_in_five_working_days(office):
    shop = desk.firm(kind="individual")
    matter = make.found(office, date(2026, 4, 20), shop, ground="4", facts="摊位已撤")
    assert matter.kind == "abnormal-mark"
    with pytest.raises(procedure.FieldWrong, match="不适用于个体工商户"):
        make.told(matter, date(2026, 4, 20), office, ground="2", facts="x")
    make.told(matter, date(2026, 4, 20), office, ground="4", facts="摊位已撤")
    make.approved(matter, "mark", date(2026, 4, 27), office, ground="4", facts="摊位已撤", considered="电话无人接听")
    [one] = queries.live_listings(shop.uscc, date(2026, 4, 27))
    assert one.title == "经营异常状态"
    make.do(matter, "verify", date(2026, 4, 28), office.clerk, facts="迁入新址并已变更登记")
    assert due(matter, "restore", date(2026, 4, 28)) == date(2026, 5, 8)  # over Labour Day; Saturday 9 May not needed
    make.approved(matter, "restore", date(2026, 4, 30), office, reason="已改正")
    assert kinds(matter, date(2026, 4, 30)) == []


def test_repair_takes_it_off_the_list_and_ends_the_matter(office):
    matter = make.listed(office, date(2026, 3, 2), date(2026, 3, 9))
    services.lift(by=office.clerk, entry=make.entry_of(matter), on=date(2026, 4, 1), because="准予信用修复", repair="修1", at=make.at(date(2026, 4, 1)))
    assert (state(matter), kinds(matter, date(2026, 3, 31)), kinds(matter, date(2026, 4, 1))) == ("removed", ["abnormal-list"], [])
    other = make.listed(office, date(2026, 3, 2), date(2026, 3, 9), desk.firm(2))
    with pytest.raises(NotAllowed, match="由系统办理"):
        make.do(other, "removed-by-repair", date(2026, 4, 1), office.leader, reason="我自己来")


def test_three_years_on_the_list_are_announced_sixty_days_before(office):
    matter = make.listed(office, date(2026, 3, 2), date(2026, 3, 9))
    entry, day = make.entry_of(matter), date(2029, 3, 9)
    first = day - timedelta(days=60)
    with pytest.raises(services.Invalid):
        services.remind(by=office.clerk, entry=entry, kind="three-years", on=first - timedelta(days=1))
    assert queries.reminders_due(office.clerk, first - timedelta(days=1)) == []
    [(listed, one)] = queries.reminders_due(office.clerk, first)
    assert (listed.entry.seq, one.day) == (entry.seq, day)
    services.remind(by=office.clerk, entry=entry, kind="three-years", on=first)
    assert queries.reminders_due(office.clerk, first) == []
    assert queries.reminders_due(office.legal, first) == []


def test_an_objection_has_its_own_clocks_and_an_upheld_one_annuls(office):
    matter = make.listed(office, date(2026, 2, 2), date(2026, 2, 9))
    entry = make.entry_of(matter)
    said = services.object_to(uscc=matter.subject, entry=entry, text="我公司一直在此办公", public_since=date(2026, 2, 9), actor="firm", on=date(2026, 2, 13), at=make.at(date(2026, 2, 13)))
    assert due(said, "accept", date(2026, 2, 13)) == date(2026, 2, 27)
    make.do(said, "accept", date(2026, 2, 24), office.clerk, listing=entry.document)
    assert due(said, "verify", date(2026, 2, 24)) == date(2026, 3, 23)
    assert ledger.objection_marked(entry)  # the public reads that it is objected to
    make.approved(said, "uphold", date(2026, 3, 2), office, reasons="现场复核，当事人在登记住所经营")
    assert [one.kind for one in ledger.remarks_on([entry.seq])[entry.seq]] == ["objection", "objection-outcome"]
    make.do(said, "correct", date(2026, 3, 3), office.leader)
    assert (ledger.closing_of(entry).kind, state(matter), state(said)) == ("withdrawal", "annulled", "corrected")


def test_an_objection_after_thirty_days_is_late(office):
    matter = make.listed(office, date(2026, 8, 20), date(2026, 8, 27))
    told = {"uscc": matter.subject, "entry": make.entry_of(matter), "text": "有异议", "public_since": date(2026, 8, 27), "actor": "firm"}
    with pytest.raises(services.TooLate, match="2026-09-28"):
        services.object_to(on=date(2026, 9, 29), at=make.at(date(2026, 9, 29)), **told)
    services.object_to(on=date(2026, 9, 28), at=make.at(date(2026, 9, 28)), **told)
    with pytest.raises(services.AlreadyBegun):
        services.object_to(on=date(2026, 9, 28), at=make.at(date(2026, 9, 28)), **told)
