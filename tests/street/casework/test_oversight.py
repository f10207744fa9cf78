"""Supervision of enforcement: faults follow from the record, rates have both their numbers, files are drawn by lot and scored by others."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Certificate
from hengjian.ground.procedure import staffing
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.casework import oversight, reviewing
from hengjian.street.casework.models import FileReview, FileScore
from tests import factories_casework as make
from tests import factories_desk as desk

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
SEEN = {"files": ["a" * 64]}


@pytest.fixture
def office():
    return make.office()


def closed(office, n=1, on=ON):
    """A case without fault, from lead to closing."""
    case = make.noticed(office, on, entity=desk.firm(n))
    matter = case.proceeding
    make.do(matter, "waive", on, office.first, reason="书面放弃")
    make.decided(office, case, on)
    make.do(matter, "serve", on, office.first, office.second, mode="direct", served_on=on.isoformat())
    make.do(matter, "pay", on, office.first, paid=5_000_000, paid_on=on.isoformat())
    make.do(matter, "performed", on, office.first, reason="缴清")
    make.approved(matter, "close", on, office, close_reason="performed")
    return make.again(matter)


def faults(matter, on=ON):
    [found] = oversight.look(Proceeding.objects.filter(pk=matter.pk), on)
    return found


def test_a_case_done_by_the_book_has_no_fault(office):
    found = faults(closed(office))
    assert found.faults == []
    assert found.kept == found.clocks == 5


def test_an_expired_certificate_is_found_on_the_day_of_the_act_and_not_of_the_look(office):
    matter = closed(office)
    Certificate.objects.filter(officer=office.second).update(until=date(2026, 3, 1))
    assert {(fault.code, fault.detail) for fault in faults(matter).faults} == {("uncertified", "K-2")}
    Certificate.objects.filter(officer=office.second).update(until=ON)
    assert faults(matter, date(2027, 3, 2)).faults == []


def test_rights_not_told_and_measures_without_pictures_are_found(office):
    case = make.filed(office, ON)
    told = {"place": "仓库", "record": "记录"}
    make.do(case.proceeding, "inspect", ON, office.first, office.second, rights_told=False, **told)
    make.do(case.proceeding, "interview", ON, office.first, office.second, rights_told=True, **told)
    assert [fault.code for fault in faults(make.again(case.proceeding)).faults] == ["rights-untold", "no-media"]


def test_what_is_late_is_late_by_its_clock_also_while_it_runs(office):
    lead = make.lead(office, ON)
    assert faults(lead, date(2026, 3, 23)).faults == []
    [fault] = faults(lead, date(2026, 3, 24)).faults
    assert (fault.code, fault.on) == ("late", date(2026, 3, 23))


def test_a_party_that_pays_late_is_no_fault_of_the_office(office):
    case = make.noticed(office, ON)
    make.do(case.proceeding, "waive", ON, office.first, reason="书面放弃")
    make.decided(office, case, ON)
    make.do(case.proceeding, "serve", ON, office.first, office.second, mode="direct", served_on="2026-03-02")
    assert faults(make.again(case.proceeding), date(2026, 6, 1)).faults == []
    assert oversight.overdue(Proceeding.objects.filter(kind="penalty"), date(2026, 6, 1)) == []


def test_goods_still_seized_at_the_end_and_a_revoked_decision_are_found(office):
    case = make.filed(office, ON)
    make.do(case.proceeding, "seize", ON, office.first, office.second, item="封条1号", place="仓库", taken_at="2026-03-02T16:00", reason="可能转移", **SEEN)
    make.approved(case.proceeding, "approve-seizure", ON, office, reason="补办")
    make.approved(case.proceeding, "terminate", ON, office, reason="当事人终止")
    make.approved(case.proceeding, "close", ON, office, close_reason="investigation-terminated")
    assert [fault.code for fault in faults(make.again(case.proceeding)).faults] == ["unreleased"]


def test_a_mandatory_review_that_was_left_out_would_be_found():
    from hengjian.ground.procedure.rules import Done

    body = {"major": ["amount"], "hearing": True, "outlier": True}
    events = [Done(1, "open", ON, body={"screened": "x"}), Done(2, "conclude", ON, body=body), Done(3, "notify", ON), Done(4, "decide", ON, body=body)]
    case = Proceeding(kind="penalty", opened=ON)
    assert [fault.code for fault in oversight._of_course(case, events)] == ["hearing-untold", "unreviewed", "undiscussed", "unexplained"]


def test_a_unit_is_appraised_by_numerator_and_denominator_and_without_cases_not_at_all(office):
    for n in (1, 2):
        closed(office, n)
    case = make.filed(office, ON, desk.firm(3))
    make.do(case.proceeding, "inspect", ON, office.first, office.second, rights_told=False, place="x", record="y")
    [unit] = oversight.appraised(oversight.look(Proceeding.objects.all(), ON))
    assert (unit.matters, unit.rates["clean"].of, unit.rates["clean"].over) == (6, 5, 6)  # three leads, three cases
    assert (unit.rates["standing"].of, unit.rates["standing"].over) == (2, 2)
    assert unit.rates["reviewed"].share is None


def test_marks_from_above_stand_in_a_list_with_their_day(office):
    lead = make.lead(office, ON)
    found = make.again(lead)
    staffing.supervise(found, by=office.leader, reason="限期办结", due=date(2026, 3, 10), on=ON, expected_version=found.version)
    [row] = oversight.supervised(Proceeding.objects.all(), date(2026, 3, 11))
    assert (row["matter"], row["due"], row["late"]) == (lead, date(2026, 3, 10), True)


# Files ------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(office):
    files = [closed(office, n) for n in (1, 2, 3, 4)]
    watcher = make.officer("W-1", "supervision-officer", office.agency)
    return files, watcher, reviewing.close_list(agency=office.agency, since=ON, until=ON, count=2, by=watcher, at=make.at(ON))


def test_files_are_drawn_by_a_value_from_outside_and_anybody_can_repeat_it(listed):
    files, watcher, review = listed
    drawn = reviewing.draw(review, source="双色球第2026023期", value="03 11 17", by=watcher, at=make.at(ON))
    assert [one.proceeding.number for one in drawn] == reviewing.chosen(review, "03 11 17")
    again = reviewing.draw(review, source="另一期", value="99", by=watcher, at=make.at(ON))
    assert [one.pk for one in again] == [one.pk for one in drawn]
    assert review.frame == sorted(one.number for one in files)


def test_more_files_than_there_are_cannot_be_drawn(office, listed):
    with pytest.raises(reviewing.NothingToReview, match="4 卷"):
        reviewing.close_list(agency=office.agency, since=ON, until=ON, count=5, by=listed[1], at=make.at(ON))


def test_a_file_is_scored_by_somebody_else_and_a_veto_fails_it(office, listed):
    _files, watcher, review = listed
    [file, _other] = reviewing.draw(review, source="公开数值", value="7", by=watcher, at=make.at(ON))
    full = {item["code"]: item["full"] for item in reviewing.sheet(ON)}
    assert sum(full.values()) == 100
    for hand in (office.first, office.second, office.reviewer, office.leader):
        with pytest.raises(reviewing.OwnFile):
            reviewing.score(file, by=hand, marks=full, remarks="", on=ON)
    with pytest.raises(reviewing.BadScore, match="满|之间"):
        reviewing.score(file, by=watcher, marks=full | {"papers": 11}, remarks="", on=ON)
    assert reviewing.score(file, by=watcher, marks=full | {"papers": 5}, remarks="归档略迟", on=ON).passed is True
    assert reviewing.score(file, by=watcher, marks=full | {"law": 0}, remarks="", on=ON).passed is False


# Pages ------------------------------------------------------------------------------------------------------


def test_a_lay_supervisor_reads_the_pages_and_can_do_nothing(client, office, listed):
    _files, watcher, review = listed
    [file, _other] = reviewing.draw(review, source="公开数值", value="7", by=watcher, at=make.at(ON))
    desk.signed_in(client, "lay-supervisor", at=office.agency)
    with clock.frozen(ON):
        for path in ("oversight/", "wall/", "consistency/", "reviews/", f"reviews/{review.pk}/", f"reviews/{review.pk}/files/{file.pk}/"):
            page = client.get(f"/desk/casework/{path}")
            assert page.status_code == 200, path
            assert "有限公司" not in page.content.decode(), path
            assert f"/desk/matters/{file.proceeding_id}/" not in page.content.decode(), path
        assert client.get(f"/desk/matters/{file.proceeding_id}/").status_code == 404
        assert client.post(f"/desk/casework/reviews/{review.pk}/draw/", {"source": "x", "value": "y"}).status_code == 403
        client.post(f"/desk/casework/reviews/{review.pk}/files/{file.pk}/", {"subject": "10"})
        client.post("/desk/casework/reviews/", {"since": "2026-03-02", "until": "2026-03-02", "count": "1"})
    assert FileReview.objects.count() == 1
    assert FileScore.objects.filter(total=None).count() == 2


def test_a_supervision_officer_closes_a_list_draws_and_scores_on_pages(client, office):
    closed(office)
    desk.signed_in(client, "supervision-officer", at=office.agency)
    with clock.frozen(ON):
        bad = client.post("/desk/casework/reviews/", {"since": "昨天", "until": "2026-03-02", "count": "1"})
        assert bad.status_code == 422
        made = client.post("/desk/casework/reviews/", {"since": "2026-03-02", "until": "2026-03-02", "count": "1"})
        review = FileReview.objects.get()
        assert made["Location"] == f"/desk/casework/reviews/{review.pk}/"
        client.post(f"/desk/casework/reviews/{review.pk}/draw/", {"source": "公开数值", "value": "7"})
        file = FileScore.objects.get()
        marks = {item["code"]: str(item["full"]) for item in reviewing.sheet(ON)}
        client.post(f"/desk/casework/reviews/{review.pk}/files/{file.pk}/", marks | {"remarks": "规范"})
        assert "合格 1 卷" in client.get(f"/desk/casework/reviews/{review.pk}/").content.decode()


def test_the_quarterly_report_shows_what_is_far_off_and_its_reason_and_exports_it(client, office):
    from tests.street.casework.test_consistency import practice

    practice(office, [500_000] * 12)
    case = make.filed(office, ON)
    make.concluded(office, ON, case=case, why_outlier="货值是类案的十倍")
    make.reviewed(office, case, ON)
    make.notified(office, case, ON)
    make.do(case.proceeding, "waive", ON, office.first, reason="书面放弃")
    make.decided(office, case, ON, why_outlier="货值是类案的十倍")
    desk.signed_in(client, "supervision-officer", at=office.agency)
    with clock.frozen(ON):
        text = client.get("/desk/casework/consistency/?quarter=2026-Q1").content.decode()
        assert "货值是类案的十倍" in text
        assert "食品安全法第一百二十四条" in text
        assert client.get("/desk/casework/consistency.xlsx?quarter=2026-Q1").content[:2] == b"PK"
        assert "没有罚款决定" in client.get("/desk/casework/consistency/?quarter=2025-Q1").content.decode()
