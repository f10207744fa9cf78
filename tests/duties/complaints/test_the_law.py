"""One filing, two matters; the law of the day of receipt; clocks that no return and no change of law disturbs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache

from hengjian.duties.complaints import citizens, claimants, handling, places, queries, retention, telling, tries
from hengjian.duties.complaints.errors import CannotSend, FilingIncomplete, WrongCode
from hengjian.duties.complaints.filing import Firm, Who
from hengjian.duties.complaints.models import Attempt, Filing, Person
from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.people.models import Agency
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import services
from hengjian.ground.procedure.models import Paper
from hengjian.street.casework import services as casework
from tests import factories_casework as cases
from tests import factories_complaints as make
from tests import factories_desk as desk
from tests import factories_draw

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return factories_draw.bureau()


@pytest.fixture
def handler(bureau):
    return make.officer("C-1", bureau)


@pytest.fixture
def elsewhere():
    return desk.agency("120116-scjg", "120116")


def test_a_filing_that_is_both_becomes_two_matters_with_clocks_of_their_own(bureau):
    filing = make.filed(date(2026, 9, 28), "complaint", "report").filing
    assert make.clock(filing, "accept").due == date(2026, 10, 13)  # National Day and its make-up Saturday between
    assert make.clock(filing, "verify", "report").due == date(2026, 10, 23)


def test_withdrawing_the_complaint_does_not_end_the_report_and_the_other_way_round(bureau):
    one, two = (make.filed(date(2026, 6, 1), "complaint", "report").filing for _each in range(2))
    citizens.withdraw(one, "complaint", on=date(2026, 6, 2), at=make.at(date(2026, 6, 2)))
    assert [make.track(one, kind).open for kind in ("complaint", "report")] == [False, True]
    citizens.withdraw(two, "report", on=date(2026, 6, 2), at=make.at(date(2026, 6, 2)))
    assert [make.track(two, kind).open for kind in ("complaint", "report")] == [True, True]


def test_a_settled_complaint_leaves_its_report_to_be_examined(bureau, handler):
    filing = make.filed(date(2026, 6, 1), "complaint", "report").filing
    make.do(filing, "accept", date(2026, 6, 2), handler)
    make.do(filing, "mediate", date(2026, 6, 3), handler, manner="phone")
    make.do(filing, "agree-record", date(2026, 6, 4), handler, terms="退款300元", paper="performed", recovered=30_000)
    assert make.track(filing).state == "agreed"
    assert not Paper.objects.filter(form="complaint-form.09").exists()  # performed at once: no document, a record
    assert make.track(filing, "report").state == "received"


def test_the_law_of_the_day_of_receipt_governs_to_the_end(bureau, handler):
    old, new = make.filed(date(2026, 4, 14), "complaint").filing, make.filed(date(2026, 4, 15), "complaint").filing
    assert (make.matter(old).kind, make.matter(new).kind) == ("complaint-2020", "complaint")
    for filing in (old, new):
        make.do(filing, "accept", date(2026, 4, 20), handler)
    assert make.clock(old, "mediate").due == date(2026, 6, 25)  # 45 working days
    assert make.clock(new, "mediate").due == date(2026, 6, 22)  # 60 days, the last on a holiday
    with pytest.raises(services.FieldWrong):
        make.do(old, "end", date(2026, 4, 21), handler, ground="8", why="没有第八项")
    make.do(old, "end", date(2026, 4, 21), handler, ground="7", why="演示")
    assert make.clock(old, "tell").basis == "samr-20-2019 §21"


def test_order_20_has_six_grounds_to_refuse_and_order_121_seven(bureau, handler):
    old, new = make.filed(date(2026, 4, 14), "complaint").filing, make.filed(date(2026, 4, 15), "complaint").filing
    with pytest.raises(services.FieldWrong):
        make.do(old, "refuse", date(2026, 4, 21), handler, refusal="7", why="演示")
    make.do(old, "refuse", date(2026, 4, 21), handler, refusal="6", why="演示")
    make.do(new, "refuse", date(2026, 4, 21), handler, refusal="7", why="演示")


def test_a_complaint_received_before_the_spring_festival_is_decided_after_seven_working_days(bureau):
    filing = make.filed(date(2026, 2, 12), "complaint").filing
    assert make.clock(filing, "accept").due == date(2026, 2, 28)  # a Saturday that is worked


def test_a_filing_returned_five_times_keeps_its_receipt_clock_and_shows_the_ping_pong(bureau, handler, elsewhere):
    there = make.officer("E-1", elsewhere)
    filing = make.filed(date(2026, 6, 1), "complaint", "report").filing
    before = make.clock(filing, "accept").due, make.clock(filing, "verify", "report").due
    for turn in range(5):
        by, to = (handler, elsewhere) if turn % 2 == 0 else (there, bureau)
        way = "transfer" if turn % 2 == 0 else "return"
        handling.send(Filing.objects.get(pk=filing.pk), by=by, to=to, reason="place", way=way, on=date(2026, 6, 2 + turn), at=make.at(date(2026, 6, 2 + turn)))
    assert (make.clock(filing, "accept").due, make.clock(filing, "verify", "report").due) == before
    assert procedure.first_altered(make.matter(filing)) is None
    found = Filing.objects.get(pk=filing.pk)
    assert (found.agency, found.dispatches.count(), found.received) == (elsewhere, 6, date(2026, 6, 1))
    assert not queries.filings_for(handler).filter(pk=filing.pk).exists()
    assert queries.tracks_for(there).count() == 2


def test_nobody_sends_a_filing_on_without_a_lawful_reason(bureau, handler, elsewhere):
    filing = make.filed(date(2026, 6, 1)).filing
    told = {"by": handler, "to": elsewhere, "on": date(2026, 6, 2), "at": make.at(date(2026, 6, 2))}
    with pytest.raises(CannotSend):
        handling.send(filing, reason="busy", way="transfer", **told)
    with pytest.raises(CannotSend):
        handling.send(filing, reason="duty", way="transfer", **told)  # that one only leads back
    with pytest.raises(CannotSend):
        handling.send(filing, reason="place", way="return", **told)  # it did not come from there
    with pytest.raises(NotAllowed):
        handling.send(filing, reason="place", way="transfer", **told | {"by": make.officer("E-2", elsewhere)})


def test_mediation_does_not_end_for_lack_of_time_before_the_time_is_over(bureau, handler):
    filing = make.filed(date(2026, 6, 1)).filing
    make.do(filing, "accept", date(2026, 6, 2), handler)
    with pytest.raises(services.FieldWrong):
        make.do(filing, "end", date(2026, 8, 3), handler, ground="5", why="逾期")
    assert make.clock(filing, "mediate").due == date(2026, 8, 3)  # the sixtieth day is a Saturday
    make.do(filing, "end", date(2026, 8, 4), handler, ground="5", why="逾期")


def test_mediation_on_site_tells_time_place_and_mediator_before(bureau, handler):
    filing = make.filed(date(2026, 6, 1)).filing
    make.do(filing, "accept", date(2026, 6, 2), handler)
    with pytest.raises(services.FieldWrong):
        make.do(filing, "mediate", date(2026, 6, 3), handler, manner="onsite")
    make.do(filing, "mediate", date(2026, 6, 3), handler, manner="onsite", meeting="2026-06-10T09:00", place="演示调解室", mediator="演示C-1")


def test_delegated_mediation_needs_the_consent_of_whoever_filed(bureau, handler):
    no, yes = make.filed(date(2026, 6, 1)).filing, make.filed(date(2026, 6, 1), may_delegate=True).filing
    for filing in (no, yes):
        make.do(filing, "accept", date(2026, 6, 2), handler)
    with pytest.raises(services.NotYet):
        make.do(no, "delegate", date(2026, 6, 3), handler, delegate="演示消费者协会")
    make.do(yes, "delegate", date(2026, 6, 3), handler, delegate="演示消费者协会")


def test_signs_of_a_breach_become_a_lead_and_both_know_each_other(bureau, handler):
    filing = make.filed(date(2026, 6, 1), "complaint", "report").filing
    make.do(filing, "find-lead", date(2026, 6, 2), handler, facts="货架上有过期食品")
    assert make.clock(filing, "lead").due == date(2026, 6, 24)
    make.do(filing, "hand-lead", date(2026, 6, 3), handler)
    make.do(filing, "hand-lead", date(2026, 6, 3), handler, "report", facts="核查属实")
    lead = make.track(filing).lead
    assert lead is not None
    assert lead.title == make.track(filing).proceeding.number
    assert make.track(filing, "report").lead == lead  # one event, one lead


def test_a_verified_report_ends_with_the_decision_of_casework(bureau, handler):
    office = cases.office(bureau)
    firm = desk.firm(1)
    filing = make.filed(date(2026, 6, 1), "report", firm=Firm(uscc=firm.uscc)).filing
    make.do(filing, "hand-lead", date(2026, 6, 2), handler, "report", facts="核查属实")
    lead = make.track(filing, "report").lead
    cases.do(lead, "screen", date(2026, 6, 3), office.first, first_violation=True, corrected=False, harm=False, screened="不在清单内")
    cases.do(lead, "verify", date(2026, 6, 3), office.first, office.second, found="属实")
    officers = {"conditions": cases.CONDITIONS, "officers": [office.first.number, office.second.number]}
    cases.approved(lead, "file", date(2026, 6, 4), office, article="食品安全法第三十四条", facts="过期", **officers)
    assert make.track(filing, "report").state == "filed"
    assert make.clock(filing, "verify", "report").stopped == date(2026, 6, 4)


def test_under_order_20_a_named_reporter_is_told_within_five_days_and_under_order_121_nobody_is_promised(bureau, handler):
    leader = make.officer("L-1", bureau, "leader")
    old, new = make.filed(date(2026, 4, 14), "report").filing, make.filed(date(2026, 4, 15), "report").filing
    for filing in (old, new):
        found = make.track(filing, "report").proceeding
        cases.propose(found, "drop", date(2026, 4, 20), handler, facts="不属实", grounds="no-fault-proven")
        cases.confirm(found, "drop", date(2026, 4, 21), leader)
    assert make.clock(old, "tell", "report").due == date(2026, 4, 28)
    assert make.track(new, "report").open is False
    with pytest.raises(services.NotYet):
        make.do(old, "no-name", date(2026, 4, 22), handler, "report")
    make.do(old, "tell", date(2026, 4, 22), handler, "report")
    assert make.track(old, "report").open is False
    assert not new.messages.exists()


def test_a_report_may_come_without_a_name_and_a_complaint_may_not(bureau):
    assert not Person.objects.filter(filing=make.filed(date(2026, 6, 1), "report", who=Who()).filing).exists()
    with pytest.raises(FilingIncomplete):
        make.filed(date(2026, 6, 1), "complaint", who=Who())


def test_cannot_find_the_firm_is_an_answer_and_saying_nothing_is_none(bureau):
    make.filed(date(2026, 6, 1), firm=Firm(unfound=True))
    with pytest.raises(FilingIncomplete):
        make.filed(date(2026, 6, 1), firm=Firm())


def test_a_filing_goes_to_the_bureau_of_the_firms_district(bureau, elsewhere):
    firm = desk.firm(3, "120116")
    filing = make.taking.file(told=make.told(firm=Firm(uscc=firm.uscc)), who=make.CITIZEN, at=make.at(date(2026, 6, 1))).filing
    assert filing.agency == elsewhere
    assert places.competent(None, "120119") == Agency.objects.get(district="120119", kind="district-bureau")


def test_who_filed_is_concealed_at_rest_and_read_by_handlers_in_scope_only(bureau, handler, elsewhere):
    filing = make.filed(date(2026, 6, 1)).filing
    assert "演示市民" not in Person.objects.get(filing=filing).concealed
    held = frozenset({"complaints.handle"})
    assert handling.read_person(filing, by=handler, held=held, reason="联系")["phone"] == "13900000001"
    with pytest.raises(NotAllowed):
        handling.read_person(filing, by=handler, held=frozenset({"complaints.view"}), reason="看看")
    with pytest.raises(NotAllowed):
        handling.read_person(filing, by=make.officer("E-9", elsewhere), held=held, reason="看看")


def test_number_and_code_open_the_status_and_wrong_codes_are_counted(bureau):
    receipt, at = make.filed(date(2026, 6, 1)), make.at(date(2026, 6, 1))
    assert queries.by_code(receipt.filing.number, receipt.code.lower(), "192.0.2.1", at) == receipt.filing
    for minute in range(8):
        with pytest.raises(WrongCode):
            queries.by_code(receipt.filing.number, "WRONG234", "192.0.2.2", at + timedelta(minutes=minute))
    cache.clear()  # another web process counts the same
    with pytest.raises(tries.TooOften) as refused:
        queries.by_code(receipt.filing.number, receipt.code, "192.0.2.3", at + timedelta(minutes=8))
    assert refused.value.facts["minutes"] == 52
    assert queries.by_code(receipt.filing.number, receipt.code, "192.0.2.3", at + timedelta(minutes=61)) == receipt.filing
    assert receipt.filing.number not in str(list(Attempt.objects.values()))
    assert (tries.dispose(at + timedelta(days=1)), Attempt.objects.count()) == (16, 0)


def test_personal_data_go_when_their_days_are_over_and_not_while_a_matter_is_open(bureau, handler):
    closed, open_ = make.filed(date(2026, 6, 1)).filing, make.filed(date(2026, 6, 1)).filing
    make.do(closed, "refuse", date(2026, 6, 2), handler, refusal="1", why="不属本部门")
    assert retention.dispose_due(date(2029, 6, 1)) == 0
    assert retention.dispose_due(date(2029, 6, 2)) == 1
    closed.refresh_from_db()
    assert (closed.text, Person.objects.get(filing=closed).concealed) == ("", "")
    open_.refresh_from_db()
    assert open_.text
    assert procedure.first_altered(make.matter(closed)) is None
    assert telling.person_of(Filing.objects.get(pk=closed.pk)) == {}


def test_a_first_time_consumer_is_never_pointed_at(bureau, handler):
    filing = make.filed(date(2026, 6, 1)).filing
    assert claimants.signals_of(filing, date(2026, 6, 1)) == []
    with pytest.raises(FilingIncomplete):
        claimants.decide(filing, by=handler, serial=True, reason="看着像", on=date(2026, 6, 1))


def test_a_serial_claimant_is_pointed_at_by_the_declared_rule_and_decided_by_a_person(bureau, handler):
    day = date(2026, 6, 1)
    filings = [make.filed(day, "complaint", "report", firm=Firm(name=f"演示店{n}")).filing for n in range(10)]
    assert claimants.signals_of(filings[8], day)[0].code == "mass-complaints"
    decided = claimants.decide(filings[0], by=handler, serial=True, reason="数量和频率明显不符", on=day)
    assert claimants.standing(filings[3], day) == decided
    assert claimants.standing(filings[3], date(2027, 6, 1)) is None  # it holds a year
    assert make.track(filings[0], "report").open  # the report is examined all the same
    assert make.track(filings[0]).open  # nothing is refused by itself
    assert claimants.published(day)["serial"] == 1


def test_a_lead_opened_elsewhere_is_not_ours_to_end(bureau, handler):
    filing = make.filed(date(2026, 6, 1), "report").filing
    casework.open_lead(by=None, agency=bureau, source="other", facts="演示", on=date(2026, 6, 1), origin="X")
    assert make.track(filing, "report").state == "received"
