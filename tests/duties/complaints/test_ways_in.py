"""Online settlement, rewards, work orders, drafts, letters, and many citizens at once."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection, connections

from hengjian.duties.complaints import drafts, filing, handling, imports, keeping, letters, odr, rewards, rules, sending
from hengjian.duties.complaints.errors import FilingIncomplete
from hengjian.duties.complaints.filing import Firm, Who
from hengjian.duties.complaints.models import Draft, Filing, Outgoing, Track
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.procedure import services
from hengjian.ground.procedure.attachments import BadFile
from hengjian.ground.procedure.models import Paper, Proceeding
from hengjian.street.casework.models import Case
from tests import factories_casework as cases
from tests import factories_complaints as make
from tests import factories_desk as desk
from tests import factories_draw


@pytest.fixture
def bureau(db):
    return factories_draw.bureau()


@pytest.fixture
def handler(bureau):
    return make.officer("C-1", bureau)


@pytest.fixture
def unit(bureau):
    firm, leader = desk.firm(1), make.officer("L-1", bureau, "leader")
    joined = odr.apply(entity=firm, promise="按期答复", contact="客服部", actor="firm", on=date(2026, 3, 2), at=make.at(date(2026, 3, 2)))
    matter = Proceeding.objects.get(pk=joined.proceeding_id)
    services.act(matter, "admit", by=leader, on=date(2026, 3, 3), at=make.at(date(2026, 3, 3)), expected_version=matter.version, body={"criteria": ["licence", "promise"]})
    joined.refresh_from_db()
    return joined


def disputed(unit, on: date, *kinds: str):
    return make.filed(on, "odr", *kinds, firm=Firm(uscc=unit.entity.uscc)).filing


def answered(found, on: date, **body):
    odr.answer(make.track(found, "odr"), body={"answer": "offer", "offer": "补发一件", "promised": "2026-10-20"} | body, actor="firm", on=on, at=make.at(on))


# Online settlement --------------------------------------------------------------------------------------


def test_a_firm_joins_by_decision_and_answers_in_ten_working_days(unit):
    assert unit.joined == date(2026, 3, 3)
    found = disputed(unit, date(2026, 9, 28))
    assert make.clock(found, "settle", "odr").due == date(2026, 10, 16)  # National Day and its make-up Saturday between


def test_an_accepted_offer_is_checked_after_its_day(unit, handler):
    found = disputed(unit, date(2026, 9, 28))
    answered(found, date(2026, 9, 29), recovered=9_900)
    odr.accept(make.track(found, "odr"), on=date(2026, 9, 30), at=make.at(date(2026, 9, 30)))
    assert make.track(found, "odr").open  # the promise is not kept yet
    assert make.clock(found, "promise", "odr").due == date(2026, 10, 20)
    make.do(found, "keep", date(2026, 10, 21), handler, "odr", kept="消费者确认已收到")
    did = odr.performance(unit.entity.uscc)
    assert (did.asked, did.answered_in_time, did.settled, did.closed, did.kept, did.checked, did.recovered_fen) == (1, 1, 1, 1, 1, 1, 9_900)


def test_a_consumer_who_goes_on_has_a_complaint_received_on_that_day(unit):
    found = disputed(unit, date(2026, 9, 28), "report")
    answered(found, date(2026, 9, 29))
    odr.go_on(make.track(found, "odr"), on=date(2026, 9, 30), at=make.at(date(2026, 9, 30)))
    assert make.clock(found, "accept").began == date(2026, 9, 30)
    assert make.clock(found, "verify", "report").began == date(2026, 9, 28)  # the report went its own way all the time
    assert not make.track(found, "odr").open


def test_a_dispute_that_ran_out_becomes_a_complaint_on_its_own_day_however_late_the_job_runs(unit):
    found = disputed(unit, date(2026, 6, 1))
    assert keeping.keep(date(2026, 6, 15), make.at(date(2026, 6, 15)))[0] == 0  # the tenth working day itself
    assert keeping.keep(date(2026, 7, 1), make.at(date(2026, 7, 1)))[0] == 1
    assert make.clock(found, "accept").began == date(2026, 6, 16)
    assert keeping.keep(date(2026, 7, 1), make.at(date(2026, 7, 1)))[0] == 0


def test_a_firm_that_leaves_turns_what_waits_for_it_into_complaints(unit):
    found = disputed(unit, date(2026, 6, 1))
    odr.leave(unit, actor="firm", on=date(2026, 6, 2), at=make.at(date(2026, 6, 2)))
    assert make.track(found).open
    assert odr.unit_of(unit.entity, date(2026, 6, 3)) is None


def test_an_offer_without_a_day_is_no_offer(unit):
    found = disputed(unit, date(2026, 6, 1))
    with pytest.raises(FilingIncomplete):
        odr.answer(make.track(found, "odr"), body={"answer": "offer", "offer": "以后再说"}, actor="firm", on=date(2026, 6, 2), at=make.at(date(2026, 6, 2)))


# Rewards ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("grade", "fine", "due"), [
    ("1", 0, 500_000), ("3", 0, 100_000), ("1", 10_000_000, 500_000), ("1", 10_000_100, 500_005), ("2", 50_000_000, 1_500_000),
    ("1", 3_000_000_000, 100_000_000),
])  # fmt: skip
def test_a_reward_is_a_share_of_the_fine_with_a_floor_and_a_cap(grade, fine, due):
    assert rewards.amount(grade, fine, date(2026, 6, 1)) == due


def test_no_reward_before_a_decision_and_none_without_a_name(bureau, handler):
    found = make.filed(date(2026, 6, 1), "report", who=Who()).filing
    with pytest.raises(Refusal):
        rewards.begin(make.track(found, "report"), by=handler, on=date(2026, 6, 2), at=make.at(date(2026, 6, 2)))


def test_a_reward_is_the_grades_own_and_insiders_may_have_more_with_the_finance_department(bureau, handler):
    plain = make.filed(date(2026, 6, 1), "report").filing
    insider = make.filed(date(2026, 6, 1), "report", who=Who(name="演示内部人", phone="13900000002", insider=True)).filing
    day, more = date(2026, 7, 1), {"grade": "1", "fine": 10_000_000, "why": "演示", "finance": True}
    made = [filing.open_track(one, "reward", on=day, at=make.at(day)) for one in (plain, insider)]
    with pytest.raises(services.FieldWrong):
        cases.propose(made[0].proceeding, "grant", day, handler, amount=600_000, **more)
    cases.propose(made[1].proceeding, "grant", day, handler, amount=600_000, **more)
    cases.propose(made[0].proceeding, "grant", day, handler, amount=500_000, **more)
    leader = make.officer("L-2", bureau, "leader")
    cases.confirm(made[0].proceeding, "grant", day, leader)
    assert make.track(plain, "reward").state == "granted"


def test_a_reward_begins_once_the_report_led_to_a_decided_case(bureau, handler):
    office, firm, day = cases.office(bureau), desk.firm(1), date(2026, 6, 2)
    found = make.filed(date(2026, 6, 1), "report", firm=Firm(uscc=firm.uscc)).filing
    make.do(found, "hand-lead", day, handler, "report", facts="属实")
    lead = make.track(found, "report").lead
    cases.screened(lead, day, office)
    cases.do(lead, "verify", day, office.first, office.second, found="属实")
    cases.approved(lead, "file", day, office, conditions=cases.CONDITIONS, officers=["K-1", "K-2"], article="食品安全法第三十四条", facts="核实的事实")
    case = cases.concluded(office, date(2026, 6, 3), case=Case.objects.get(lead=lead))
    cases.reviewed(office, case, date(2026, 6, 4))
    cases.notified(office, case, date(2026, 6, 5))
    with pytest.raises(Refusal):
        rewards.begin(make.track(found, "report"), by=handler, on=day, at=make.at(day))
    cases.decided(office, case, date(2026, 6, 16))
    made = rewards.begin(make.track(found, "report"), by=handler, on=date(2026, 7, 1), at=make.at(date(2026, 7, 1)))
    assert rewards.begin(make.track(found, "report"), by=handler, on=date(2026, 7, 1), at=make.at(date(2026, 7, 1))) == made
    assert make.matter(found, "reward").events.first().body["fine"] == 5_000_000


def test_a_large_reward_needs_the_finance_department(bureau, handler):
    found, day = make.filed(date(2026, 6, 1), "report").filing, date(2026, 7, 1)
    made = filing.open_track(found, "reward", on=day, at=make.at(day))
    told = {"grade": "1", "fine": 1_000_000_000, "amount": 50_000_000, "why": "演示"}
    with pytest.raises(services.FieldWrong):
        cases.propose(made.proceeding, "grant", day, handler, **told)
    cases.propose(made.proceeding, "grant", day, handler, finance=True, **told)


# Work orders --------------------------------------------------------------------------------------------

ORDERS = """工单编号,登记时间,派单时间,类型,诉求内容,被投诉举报单位,诉求人,联系电话,金额
TJ-1,2026-02-12 16:00,2026-02-13 09:00,投诉举报,过期酸奶,演示超市,演示市民,13900000001,35.5
TJ-2,2026-02-13 08:00,2026-02-13 09:00,举报,无照经营,,,,
TJ-3,2026-02-13 08:00,,投诉,没有留名,演示店,,,
,2026-02-13 08:00,,举报,没有编号,演示店,,,
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_work_orders_keep_their_receipt_and_their_dispatch_and_are_taken_once(bureau, handler, encoding):
    at = make.at(date(2026, 3, 2))
    made = imports.take(source="12345", name="orders.csv", content=ORDERS.encode(encoding), by=handler, at=at)
    assert (made.received, made.accepted, made.known, len(made.refused)) == (4, 2, 0, 2)
    found = Filing.objects.get(reference="TJ-1")
    assert make.clock(found, "accept").due == date(2026, 2, 28)  # from the receipt, not from the import
    assert found.dispatched_at is not None
    assert found.amount_fen == 3_550
    assert set(found.tracks.values_list("kind", flat=True)) == {"complaint", "report"}
    again = imports.take(source="12345", name="orders.csv", content=ORDERS.encode(encoding), by=handler, at=at)
    assert (again.accepted, again.known, len(again.refused)) == (0, 2, 2)
    assert Filing.objects.count() == 2


def test_a_file_that_is_no_list_of_work_orders_is_refused_whole(bureau, handler):
    for content in (b"a,b\n1,2\n", b"\xff\xfe\x00", b"PK\x03\x04broken"):
        with pytest.raises(Refusal):
            imports.take(source="12315", name="x", content=content, by=handler, at=make.at(date(2026, 3, 2)))


def test_signing_for_a_work_order_ends_its_own_clock_and_no_other(bureau, handler):
    imports.take(source="12345", name="o.csv", content=ORDERS.encode(), by=handler, at=make.at(date(2026, 3, 2)))
    found = Filing.objects.get(reference="TJ-1")
    handling.sign(found, by=handler, on=date(2026, 3, 2), at=make.at(date(2026, 3, 2)))
    found.refresh_from_db()
    assert found.signed_at
    assert make.clock(found, "accept").stopped is None


# Drafts, work, letters -----------------------------------------------------------------------------------


def test_a_draft_is_concealed_found_by_its_cookie_filed_once_and_gone_after_its_days(bureau):
    kept = drafts.start()
    kept.told["what"] = {"text": "演示内容"}
    drafts.save(kept, make.at(date(2026, 6, 1)))
    assert "演示内容" not in Draft.objects.get().concealed
    assert drafts.find(kept.cookie).told == kept.told
    assert drafts.find("forged") is None
    assert drafts.dispose(make.at(date(2026, 6, 8))) == 0
    assert drafts.dispose(make.at(date(2026, 6, 9))) == 1
    assert not drafts.claim(kept)


def test_evidence_is_what_its_content_says_and_a_picture_loses_what_the_camera_wrote(bureau):
    kept = drafts.start()
    with pytest.raises(BadFile):
        drafts.keep_file(kept, "photo.jpg", b"<html><script>alert(1)</script></html>")
    with pytest.raises(BadFile):
        drafts.keep_file(kept, "empty.jpg", b"")
    drafts.keep_file(kept, "photo.png", make.PHOTO)
    assert drafts.files_of(kept)[0][1].startswith(b"\x89PNG")


def test_the_work_of_a_browser_is_checked_by_its_digest():
    answer = next(n for n in range(10**6) if rules.proved("challenge", str(n), 8))
    assert not rules.proved("other", str(answer), 20)
    assert not rules.proved("challenge", f"-{answer}", 8)


def test_letters_say_who_why_and_by_which_law(bureau, handler):
    old, new = make.filed(date(2026, 4, 14)).filing, make.filed(date(2026, 4, 15)).filing
    for found in (old, new):
        make.do(found, "refuse", date(2026, 4, 17), handler, refusal="2", why="消协已受理")
        paper = Paper.objects.get(proceeding=make.track(found).proceeding)
        assert letters.pdf(make.track(found).proceeding, paper).startswith(b"%PDF")
    told = letters._data(make.track(old).proceeding, Paper.objects.get(proceeding=make.track(old).proceeding), False)
    assert told["addressee"] == "演示市民"
    assert any("暂行办法" in line for line in told["lines"])
    assert any("第（2）项" in line for line in told["lines"])


def test_a_letter_to_the_firm_in_a_report_does_not_exist_and_none_names_the_reporter(bureau, handler):
    found = make.filed(date(2026, 4, 15), "report").filing
    make.do(found, "pass-on", date(2026, 4, 17), handler, "report", unit="演示药监局")
    paper = Paper.objects.get(proceeding=make.track(found, "report").proceeding)
    assert letters._data(make.track(found, "report").proceeding, paper, True)["addressee"] == "演示小店"
    text = "".join(letters._data(make.track(found, "report").proceeding, paper, True)["lines"])
    assert "演示市民" not in text


def test_messages_wait_until_a_sender_takes_them(bureau, handler, settings, monkeypatch):
    found, taken = make.filed(date(2026, 6, 1)).filing, []
    make.do(found, "accept", date(2026, 6, 2), handler)
    assert sending.deliver(make.at(date(2026, 6, 2))) == 0  # nothing is configured, nothing is claimed to be sent
    settings.ENV = settings.ENV.model_copy(update={"sms": "bureau.sms.send"})
    monkeypatch.setattr(sending, "import_string", lambda name: lambda to, text: taken.append((to, text)))
    assert sending.deliver(make.at(date(2026, 6, 2))) == 1
    assert taken[0][0] == "13900000001"
    assert "电水壶" not in taken[0][1]
    assert Outgoing.objects.get().concealed == ""


# Many at once --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_citizens_file_at_once_while_officers_work_and_no_filing_is_lost():
    bureau = factories_draw.bureau()
    handler = make.officer("C-1", bureau)
    waiting = [make.filed(date(2026, 6, 1)).filing for _each in range(10)]
    wrong: list[BaseException] = []
    numbers: list[str] = []

    def cite(n: int) -> None:
        try:
            made = make.filed(date(2026, 6, 1), "complaint", "report", agency=bureau, text=f"第{n}人", files=[("a.png", make.PHOTO)])
            numbers.append(made.filing.number)
        except BaseException as failure:
            wrong.append(failure)
        finally:
            connections.close_all()

    def work(one: Filing) -> None:
        try:
            make.do(one, "accept", date(2026, 6, 2), handler)
        except BaseException as failure:
            wrong.append(failure)
        finally:
            connections.close_all()

    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("an SQLite in memory has one connection; bench/complaints.py files against a file")
    threads = [threading.Thread(target=cite, args=(n,)) for n in range(20)] + [threading.Thread(target=work, args=(one,)) for one in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert len(set(numbers)) == 20
    assert Filing.objects.count() == 30
    assert Track.objects.filter(state="accepted").count() == 10
