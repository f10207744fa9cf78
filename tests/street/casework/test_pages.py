"""A lead by hand, the list, and the API of cases."""

from __future__ import annotations

import json
from datetime import date

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.casework.models import Lead
from tests import factories_casework as make
from tests import factories_desk as desk

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(ON):
        yield


def test_a_lead_is_registered_and_its_page_says_by_when_and_what_first(client):
    desk.signed_in(client, "case-officer")
    firm = desk.firm()
    made = client.post("/desk/casework/leads/new/", {"uscc": firm.uscc, "source": "other", "facts": "路过发现"})
    lead = Proceeding.objects.get(kind="lead")
    assert made["Location"] == f"/desk/matters/{lead.pk}/"
    text = client.get(made["Location"]).content.decode()
    assert "截止 2026-03-23" in text
    assert "须先办理：核对免罚清单和首违不罚" in text
    assert lead.number in client.get("/desk/casework/?show=leads").content.decode()


def test_an_unknown_firm_is_told(client):
    desk.signed_in(client, "case-officer")
    page = client.post("/desk/casework/leads/new/", {"uscc": "91120000000000000X", "source": "other", "facts": "x"})
    assert page.status_code == 422
    assert "登记库里没有这个代码" in page.content.decode()


def test_the_page_of_a_case_shows_the_band_and_why(client):
    office = make.office()
    case = make.concluded(office, ON)
    desk.signed_in(client, "case-officer")
    text = client.get(f"/desk/matters/{case.proceeding_id}/").content.decode()
    assert "50,000—65,000" in text
    assert "主动召回并消除危害后果" in text
    assert case.lead.number in text


def test_a_program_registers_a_lead_and_does_an_act(client):
    officer = desk.signed_in(client, "case-officer")
    client.get("/desk/")
    firm = desk.firm()
    told = {"uscc": firm.uscc, "source": "transfer-in", "facts": "移送", "origin": "移送1号"}
    answer = client.post("/api/casework/leads", json.dumps(told), content_type="application/json").json()
    assert (answer["state"], answer["clocks"][0]["due"]) == ("received", "2026-03-23")
    body = {"first_violation": True, "corrected": False, "harm": True, "screened": "不在清单内", "proposal": 1}
    given = json.dumps({"version": answer["version"], "body": body})
    after = client.post(f"/api/casework/matters/{answer['id']}/acts/screen", given, content_type="application/json").json()
    assert after["version"] == 2
    stale = client.post(f"/api/casework/matters/{answer['id']}/acts/screen", given, content_type="application/json")
    assert (stale.status_code, stale.json()["title"]) == (409, "stale")
    assert "proposal" not in Proceeding.objects.get().events.last().body
    assert Proceeding.objects.get().owner == officer


def test_a_program_of_casework_neither_reads_nor_works_a_matter_of_another_house(client):
    officer = desk.signed_in(client, "case-officer")
    visit = desk.matter(officer)
    assert client.get(f"/api/casework/matters/{visit.pk}").status_code == 404
    given = json.dumps({"version": visit.version, "body": {}})
    for path in ("acts/notify", "acts/notify/confirm"):
        assert client.post(f"/api/casework/matters/{visit.pk}/{path}", given, content_type="application/json").status_code in (403, 404)


def test_a_reviewed_inspection_that_goes_to_casework_is_a_lead_with_its_findings_linked_both_ways(client):
    from tests import factories_inspection as inspected

    [visit] = inspected.visits(quota=1)
    inspected.recorded(visit, inspected.breach(disposal="case-transfer"))
    reviewer = make.officer("R-1", "leader", visit.proceeding.agency)
    found = Proceeding.objects.get(pk=visit.proceeding_id)
    make.do(found, "review", inspected.AT.date(), reviewer)
    lead = Proceeding.objects.get(kind="lead")
    assert (lead.subject, Lead.objects.get(proceeding=lead).origin, lead.owner) == (found.subject, found.number, found.owner)
    assert "未按期公示2024年度年报" in lead.events.get().body["facts"]
    officer = desk.signed_in(client, "case-officer")
    page = client.get(f"/desk/matters/{lead.pk}/").content.decode()
    assert officer.agency == lead.agency
    assert f'href="/desk/inspection/{visit.pk}/"' in page
    assert f'href="/desk/matters/{lead.pk}/"' in client.get(f"/desk/inspection/{visit.pk}/").content.decode()


def test_the_notice_is_printed_with_its_number_and_only_what_was_on_record(client):
    from hengjian.ground.procedure import printing
    from hengjian.ground.procedure.models import Paper

    office = make.office()
    case = make.noticed(office, ON)
    make.do(case.proceeding, "waive", ON, office.first, reason="书面放弃")
    make.decided(office, case, ON)
    notice = Paper.objects.select_related("event__by", "event__second").get(proceeding=case.proceeding, form="penalty-form.37")
    told = printing.data_of(make.again(case.proceeding), notice)
    assert (told["title"], told["number"]) == ("行政处罚告知书", notice.number)
    assert "书面放弃" not in str(told["rows"])
    assert any("五个工作日内可以陈述、申辩" in str(part["value"]) for part in told["parts"])
    desk.signed_in(client, "case-officer")
    page = client.get(f"/desk/matters/{case.proceeding_id}/papers/{notice.pk}/")
    assert page.content.startswith(b"%PDF-")


def test_a_letter_from_another_bureau_is_answered_in_fifteen_working_days_and_an_extension_is_told_before(client):
    officer = desk.signed_in(client, "case-officer")
    told = {"sender": "外地演示局", "letter": "演协〔2026〕1号", "letter_received": "2026-03-02", "what": "核对进货凭证"}
    made = client.post("/desk/casework/new/assistance/", told)
    matter = Proceeding.objects.get(kind="assistance")
    assert made["Location"] == f"/desk/matters/{matter.pk}/"
    assert "截止 2026-03-23" in client.get(made["Location"]).content.decode()
    office = make.office(officer.agency)
    make.approved(matter, "extend", ON, office, until="2026-04-10", reason="凭证在仓库")
    assert "截止 2026-04-10" in client.get(made["Location"]).content.decode()
    make.do(matter, "inquire", ON, office.first, office.second, record="凭证属实")
    make.approved(matter, "answer", ON, office, record="凭证属实")
    assert make.again(matter).closed == ON


def test_a_penalty_on_the_spot_begins_on_its_own_page(client):
    desk.signed_in(client, "case-officer")
    firm = desk.firm()
    made = client.post("/desk/casework/new/penalty-simple/", {"uscc": firm.uscc, "facts": "未明码标价"})
    assert "核对免罚清单" in client.get(made["Location"]).content.decode()


def test_diligence_is_examined_by_somebody_else_and_concluded_by_a_leader(client):
    officer = desk.signed_in(client, "supervision-officer")
    office = make.office(officer.agency)
    told = {"case": "演示案1号", "person": ["K-1"], "event": "检查后发生舆情", "ground": "planned"}
    client.post("/desk/casework/new/due-diligence/", told)
    matter = Proceeding.objects.get(kind="due-diligence")
    make.do(matter, "check", ON, office.reviewer, did="两人检查、记录齐全", ground="planned")
    make.do(matter, "conclude", ON, office.leader, conclusion="exempt", reason="已按程序检查")
    assert make.again(matter).closed == ON


def test_who_may_not_open_a_kind_finds_no_page(client):
    desk.signed_in(client, "case-officer")
    assert client.get("/desk/casework/new/due-diligence/").status_code == 404
    assert client.get("/desk/casework/new/lead/").status_code == 404


def test_the_page_of_a_case_tells_what_is_owed_day_by_day(client):
    office = make.office()
    case = make.noticed(office, ON)
    make.do(case.proceeding, "waive", ON, office.first, reason="书面放弃")
    make.decided(office, case, ON)
    make.do(case.proceeding, "serve", ON, office.first, office.second, mode="direct", served_on="2026-03-02")
    desk.signed_in(client, "case-officer")
    with clock.frozen(date(2026, 3, 20)):
        text = client.get(f"/desk/matters/{case.proceeding_id}/").content.decode()
    assert "2026-03-18—2026-03-20" in text
    assert "4,500" in text
