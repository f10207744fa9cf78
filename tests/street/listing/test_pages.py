"""The board, the leads, the request to a department, the counter of the firm, the API: what each shows and refuses."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from django.db import connection
from python_calamine import CalamineWorkbook

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import User
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.ledger import services as acts_on_ledger
from hengjian.street.listing import queries, services
from hengjian.street.listing.models import Listing, Reminder
from hengjian.street.publication import queries as publication
from hengjian.street.publication import services as publishing
from tests import factories_desk as desk
from tests import factories_inspection as field
from tests import factories_listing as make

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(ON):
        yield


@pytest.fixture
def office():
    return make.office()


@pytest.fixture
def clerk(client, office):
    return desk.signed_in(client, "case-officer", at=office.agency)


def page(client, where, status=200):
    answer = client.get(where)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_board_shows_each_list_with_ground_decision_and_last_day_and_narrows_it(client, office, clerk):
    make.listed(office, date(2026, 3, 2), date(2026, 3, 9), desk.firm(1))
    make.listed(office, date(2026, 3, 2), date(2026, 3, 9), desk.firm(2, kind="enterprise", district="120118"))
    serious = make.serious(office, date(2026, 2, 11), date(2026, 2, 27), desk.firm(3))
    text = page(client, "/desk/listing/?show=abnormal")
    assert "天津演示1有限公司" in text
    assert "天津演示2有限公司" not in text  # another district
    assert "住所（经营场所）无法联系" in text
    assert "天津演示1有限公司" not in page(client, "/desk/listing/?show=abnormal&ground=1")
    text = page(client, "/desk/listing/?show=serious")
    assert "2029-02-27" in text
    assert make.entry_of(serious).document in text


def test_a_list_is_rebuilt_as_of_a_day_as_known_on_another(client, office, clerk):
    firm = desk.firm(1)
    make.listed(office, date(2026, 3, 2), date(2026, 3, 9), firm)
    here = "天津演示1有限公司"
    assert [here in page(client, f"/desk/listing/?show=abnormal{days}") for days in ("&on=2026-03-08", "&on=2026-03-09", "&known=2000-01-01")] == [
        False, True, False,
    ]  # fmt: skip
    locked = [
        len(client.get("/desk/listing/restrictions/", {"uscc": firm.uscc, **days}).context["locks"])
        for days in ({"on": "2026-03-08"}, {"on": "2026-03-09"}, {"on": "2026-03-09", "known": "2000-01-01"})
    ]
    assert (locked[0], locked[1] > 0, locked[2]) == (0, True, 0)


def test_the_spreadsheet_holds_what_the_board_shows_and_the_audit_who_took_it(client, office, clerk):
    make.listed(office, date(2026, 3, 2), date(2026, 3, 9))
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/desk/listing/list.xlsx?show=abnormal").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert (len(rows), rows[1][1], rows[1][3]) == (2, "天津演示1有限公司", "住所（经营场所）无法联系")
    assert client.get("/desk/listing/list.xlsx?show=nothing").status_code == 404


def test_a_missing_report_is_proposed_until_somebody_begins_and_the_facts_are_not_typed_again(client, office, clerk):
    firm, reported, young = desk.firm(1, established=date(2020, 1, 1)), desk.firm(2, established=date(2020, 1, 1)), desk.firm(3, established=date(2025, 1, 1))
    acts_on_ledger.append(by=None, entity=reported, kind="annual-report", on=date(2025, 4, 1), issuer=office.agency, body={"year": 2024})
    text = page(client, "/desk/listing/candidates/?lead=no-report")
    assert firm.name in text
    assert reported.name not in text
    assert young.name not in text
    answer = client.post("/desk/listing/candidates/begin/", {"lead": "no-report", "begin": f"{firm.uscc}|report:2024"})
    matter = Proceeding.objects.get(kind="abnormal-list")
    assert answer["Location"] == f"/desk/matters/{matter.pk}/"
    form = page(client, f"/desk/matters/{matter.pk}/acts/miss-report/")
    assert "2024年度报告至 2025-06-30 期满未报送并公示" in form
    assert firm.name not in page(client, "/desk/listing/candidates/?lead=no-report")
    again = client.post("/desk/listing/candidates/begin/", {"lead": "no-report", "begin": f"{firm.uscc}|report:2024"}, follow=True).content.decode()
    assert "这条线索已经立案" in again
    assert Proceeding.objects.filter(kind="abnormal-list").count() == 1


def test_several_missing_reports_are_begun_together_each_by_itself(client, office, clerk):
    firms = [desk.firm(n, established=date(2020, 1, 1)) for n in (1, 2, 3)]
    chosen = [f"{firm.uscc}|report:2024" for firm in firms[:2]]
    client.post("/desk/listing/candidates/begin/", {"lead": "no-report", "many": "1", "one": [*chosen, f"{desk.firm(9).uscc}|report:2024"]})
    assert sorted(Proceeding.objects.filter(kind="abnormal-list").values_list("subject", flat=True)) == sorted(firm.uscc for firm in firms[:2])
    assert firms[2].name in page(client, "/desk/listing/candidates/?lead=no-report")


def test_a_visit_that_found_nobody_is_proposed_with_its_evidence(client, office):
    [visit] = field.visits(1)
    field.record(visit, field.not_found())
    desk.signed_in(client, "case-officer", at=office.agency)
    text = page(client, "/desk/listing/candidates/?lead=visit-unreachable")
    assert "大门锁闭" in text
    assert visit.proceeding.number in text
    with clock.frozen(date(2026, 3, 3)):
        client.post("/desk/listing/candidates/begin/", {"lead": "visit-unreachable", "begin": f"{visit.entity.uscc}|visit:{visit.pk}:4"})
    matter = Listing.objects.get().proceeding
    assert queries.said(matter)["visited"] == "2026-03-02"


def test_the_matter_page_answers_article_version_facts_who_when_and_until_when(client, office, clerk):
    matter = make.serious(office, date(2026, 2, 11), date(2026, 2, 27))
    text = page(client, f"/desk/matters/{matter.pk}/")
    for told in ("《市场监督管理严重违法失信名单管理办法》第5条", matter.law_version, "使用非食品原料加工食品", "演示L-1 提请，演示L-3 批准",
                 "2029-02-27 当日终止后自动移出", "明知仍然使用", "申请行政复议", "严重违法失信的不适用告知承诺"):  # fmt: skip
        assert told in text, told


def test_a_department_is_asked_and_answers_on_its_own_page(client, office, clerk):
    entry = make.entry_of(make.serious(office, date(2026, 2, 11), date(2026, 2, 27)))
    where = f"/desk/listing/entries/{entry.seq}/restrict/"
    told = {"to": office.housing.agency.pk, "measure": "m07", "domain": "tender", "reason": "x"}
    assert "这项措施不适用于所选的领域" in client.post(where, told).content.decode()
    client.post(where, told | {"measure": "m01"})
    matter = Proceeding.objects.get(kind="restriction")
    assert queries.said(matter)["acts"] == ["tender"]
    client.logout()
    desk.signed_in(client, "filing-clerk", at=office.housing.agency, scope="unit", username="housing")
    text = page(client, "/desk/listing/responses/")
    assert matter.number in text
    assert "限制市场或行业准入" in text
    page(client, f"/desk/matters/{matter.pk}/")
    page(client, "/desk/listing/", 403)


def test_the_counters_are_a_page_and_an_answer(client, office, clerk):
    make.serious(office, date(2026, 2, 11), date(2026, 2, 27))
    assert "每一项生效的约束都有仍然有效的所据记录" in page(client, "/desk/listing/counters/")
    told = client.get("/api/listing/counters").json()
    assert (told["live"], told["without_cause"], told["laid"]) == (3, 0, 0)


def test_a_program_asks_and_says_what_it_did_then(client, office, clerk):
    firm = desk.firm()
    make.serious(office, date(2026, 2, 11), date(2026, 2, 27), firm)
    number = client.get(f"/api/listing/restrictions/{firm.uscc}?act=notice-and-commitment").json()["number"]
    where = f"/api/listing/restrictions/answers/{number}/outcome"
    for result in ("stopped", "went-on"):  # the first report stands
        told = client.post(where, json.dumps({"result": result}), content_type="application/json").json()
        assert told["result"] == "stopped"
    assert client.post(where.replace(str(number), "999999"), json.dumps({"result": "stopped"}), content_type="application/json").status_code == 404
    [listed] = client.get(f"/api/listing/entities/{firm.uscc}/lists").json()
    assert (listed["kind"], listed["last"], listed["apply_from"]) == ("serious-list", "2029-02-27", "2027-02-27")


def test_by_hand_a_serious_listing_needs_a_penalty_that_stands(client, office, clerk):
    firm = desk.firm()
    told = {"uscc": firm.uscc, "penalty": "津蓟市监处罚〔2026〕9号", "facts": "x"}
    assert "没有这份仍然有效的处罚决定" in client.post("/desk/listing/new/serious-list/", told).content.decode()
    make.penalty(firm, office, ON)
    assert client.post("/desk/listing/new/serious-list/", told).status_code == 302
    assert client.get("/desk/listing/new/penalty/").status_code == 404


def test_a_reminder_is_announced_once_and_then_gone_from_the_board(client, office, clerk):
    entry = acts_on_ledger.append(by=None, entity=desk.firm(), kind="abnormal-list", on=date(2023, 4, 3), issuer=office.agency, document="异1", body={"ground": "1"}, at=make.at(date(2023, 4, 3)))
    assert "列入将满三年" in page(client, "/desk/listing/?show=due")
    client.post(f"/desk/listing/entries/{entry.seq}/remind/three-years/")
    assert Reminder.objects.count() == 1
    assert "没有待公告的提示" in page(client, "/desk/listing/?show=due")


@pytest.fixture
def firm_user(client):
    firm = desk.firm()
    people.represent(username="firm", password="long-enough-word", name="演示办事人", uscc=firm.uscc)
    client.force_login(User.objects.get(username="firm"))
    return firm


def test_the_firm_sees_what_why_until_when_and_the_way_out_and_objects(client, office, firm_user):
    matter = make.listed(office, date(2026, 3, 2), date(2026, 3, 9), firm_user)
    entry = make.entry_of(matter)
    text = page(client, "/counter/listing/")
    for told in (entry.document, "住所（经营场所）无法联系", "没有固定期限，移出之日终止", "查实可以重新取得联系", "简易注销"):
        assert told in text, told
    client.post(f"/counter/listing/{entry.seq}/object/", {"text": "我公司一直在此经营"})
    assert Proceeding.objects.get(kind="abnormal-objection").subject == firm_user.uscc
    other = make.entry_of(make.listed(office, date(2026, 3, 2), date(2026, 3, 9), desk.firm(2)))
    assert client.post(f"/counter/listing/{other.seq}/object/", {"text": "x"}).status_code == 404


def test_a_firm_that_was_told_reads_that_it_may_still_speak(client, office, firm_user):
    matter = make.found(office, date(2026, 3, 13), firm_user, ground="4", facts="x")
    assert "正在核查" in page(client, "/counter/listing/")
    make.do(matter, "verify-unreachable", date(2026, 3, 13), office.clerk, ground="4", facts="x", visited="2026-03-13")
    make.told(matter, date(2026, 3, 13), office, ground="4")
    assert "已经告知，可以向办理机关陈述" in page(client, "/counter/listing/")


def test_what_is_removed_leaves_pages_search_feed_api_and_report_at_the_next_pass(client, office, django_capture_on_commit_callbacks):
    firm = desk.firm()
    matter = make.listed(office, date(2026, 3, 2), date(2026, 3, 9), firm)
    number = make.entry_of(matter).document
    places = [f"/entity/{firm.uscc}/", "/publication/lists/abnormal-list/", f"/publication/lists/abnormal-list/?text={firm.uscc}",
              f"/api/publication/entities/{firm.uscc}", "/api/publication/notices?kind=abnormal-list"]  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish_entities(on=ON)
        publishing.publish_due(on=ON)
    assert all(number in page(client, place) for place in places)
    services.lift(by=office.clerk, entry=make.entry_of(matter), on=ON, because="已改正", at=make.at(ON))
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish_due(on=ON)
    assert [place for place in places if number in page(client, place)] == []
    assert publication.notice(make.entry_of(matter).seq, ON) is None


def test_the_index_of_the_lists_is_taken_for_the_board(office):
    """The condition of the index must stand in the question word for word, or a city's ledger is read from end to end."""
    if connection.vendor != "sqlite":
        return
    plan = queries.on_lists(office.superior, ON, "abnormal-list").explain()
    assert "entries_on_lists" in plan
