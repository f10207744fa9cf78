"""A firm sees its own file, and only its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import User
from hengjian.street.ledger import services as ledger
from hengjian.street.publication.models import PublicNotice
from tests import factories_desk as desk
from tests import factories_draw as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(desk.ON):
        yield


@pytest.fixture
def firms():
    return [desk.firm(1), desk.firm(2), desk.firm(3)]


def act_for(client, *firms):
    for firm in firms:
        people.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=firm.uscc)
    client.force_login(User.objects.get(username="agent"))


def test_what_is_public_says_until_when_and_how_the_day_was_counted(client, firms):
    entry = desk.penalty(firms[0], issuer=make.bureau())
    desk.published()
    act_for(client, firms[0])
    page = client.get("/counter/")
    [(record, notice)] = page.context["public"]
    assert (record.entry.seq, notice.entry_seq) == (entry.seq, entry.seq)
    text = page.content.decode()
    assert notice.until.isoformat() in text
    assert f"起 {notice.basis['months']} 个月" in text
    assert page.context["colour"].code == "yellow"


def test_a_repaired_record_is_no_longer_public_and_the_change_is_told(client, firms):
    officer = make.officer("R-1")
    entry = desk.penalty(firms[0], issuer=make.bureau())
    desk.published(date(2026, 2, 20))
    ledger.repair(by=officer, entry=entry, on=date(2026, 2, 25), because="履行义务")
    desk.published()
    act_for(client, firms[0])
    page = client.get("/counter/")
    assert page.context["public"] == []
    assert [(day, what) for day, what, _record in page.context["changes"]] == [(date(2026, 2, 25), "closed"), (date(2026, 2, 10), "entered")]


def test_another_firms_file_is_not_there(client, firms):
    act_for(client, firms[0])
    assert client.get(f"/counter/firms/{firms[0].uscc}/").status_code == 200
    assert client.get(f"/counter/firms/{firms[1].uscc}/").status_code == 404
    assert client.get("/counter/firms/91120225MA0000999X/").status_code == 404
    assert client.post(f"/counter/firms/{firms[1].uscc}/choose/").status_code == 404


def test_whoever_acts_for_several_firms_chooses_first(client, firms):
    act_for(client, firms[0], firms[1])
    assert client.get("/counter/").headers["Location"] == "/counter/firms/"
    assert firms[1].name in client.get("/counter/firms/").content.decode()
    client.post(f"/counter/firms/{firms[1].uscc}/choose/")
    page = client.get("/counter/")
    assert page.context["entity"] == firms[1]
    assert client.get(f"/counter/firms/{firms[0].uscc}/").context["entity"] == firms[0]


def test_internal_grades_and_other_officers_work_are_not_shown(client, firms):
    desk.matter(make.officer("I-1"), subject=firms[0].uscc)
    act_for(client, firms[0])
    text = client.get("/counter/").content.decode()
    for hidden in ("内部等级", "内部风险等级", "检查〔2026〕"):
        assert hidden not in text


def test_an_officer_does_not_enter_the_counter(client, firms):
    desk.signed_in(client, "leader", scope="city")
    assert client.get("/counter/").status_code == 403
    assert client.get(f"/counter/firms/{firms[0].uscc}/").status_code == 403


def test_a_firm_the_register_does_not_hold_is_told_so(client):
    people.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=make.code_of(9))
    client.force_login(User.objects.get(username="agent"))
    assert "登记库中还没有这家企业" in client.get("/counter/").content.decode()


def test_a_record_entered_in_the_early_morning_is_of_that_day_in_tianjin(client, firms):
    desk.penalty(firms[0], issuer=make.bureau(), at=datetime(2026, 2, 10, 1, 30, tzinfo=clock.SHANGHAI))
    act_for(client, firms[0])
    assert [(day, what) for day, what, _record in client.get("/counter/").context["changes"]] == [(date(2026, 2, 10), "entered")]


def test_a_notice_that_was_withdrawn_does_not_also_run_out(client, firms):
    entry = desk.penalty(firms[0], issuer=make.bureau())
    desk.published(date(2026, 2, 20))
    ledger.repair(by=make.officer("R-1"), entry=entry, on=date(2026, 2, 25), because="履行义务")
    desk.published()
    last = PublicNotice.objects.get(entry_seq=entry.seq).until
    act_for(client, firms[0])
    with clock.frozen(last + timedelta(days=2)):
        assert client.get("/counter/").context["changes"] == []


def test_a_firm_sees_its_inspections_with_result_and_day_and_a_way_to_reply(client, settings, tmp_path, monkeypatch):
    from hengjian.ground.warehouse import Mirror
    from hengjian.street.assessment import frames
    from tests import factories_inspection as inspected

    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(frames, "mirror", lambda: Mirror(tmp_path / "warehouse"))
    visit, other = inspected.visits()[:2]
    act_for(client, visit.entity)
    assert visit.proceeding.number not in client.get("/counter/inspections/").content.decode()
    result = inspected.record(visit, inspected.breach())
    inspected.record(other)
    page = client.get("/counter/inspections/").content.decode()
    assert "未按规定公示应当公示的信息" in page
    assert "2026-03-30" in page
    assert f"/counter/ledger/{result.entry_id}/" in page
    assert other.proceeding.number not in page


def test_the_file_and_the_records_are_told_of_a_past_day_as_known_on_another(client, firms):
    officer = make.officer("R-1")
    entry = desk.penalty(firms[0], issuer=make.bureau())
    desk.published(date(2026, 2, 20))
    ledger.repair(by=officer, entry=entry, on=date(2026, 2, 25), because="履行义务", at=datetime(2026, 2, 25, 10, tzinfo=clock.SHANGHAI))
    act_for(client, firms[0])
    told = {"on": "2026-02-24", "known": "2026-02-24"}
    for asked, colour, closed in (({}, "green", True), (told, "yellow", False), ({"on": "2026-02-28", "known": "2026-02-24"}, "yellow", False)):
        page = client.get("/counter/", asked)
        assert page.context["colour"].code == colour
        assert ("以下是" in page.content.decode()) is bool(asked)
        [(record, _kind, _marks)] = client.get("/counter/ledger/", asked).context["rows"]
        assert (record.seq, record.closed) == (entry.seq, closed)
    assert client.get("/counter/ledger/", {"on": "2026-01-01"}).context["rows"] == []
    for odd in ("0001-01-01", "9999-12-31", "x"):
        for address in ("/counter/", "/counter/ledger/"):
            assert client.get(address, {"on": odd, "known": odd}).status_code == 200
