"""What follows a result: orders with a second look, matters handed over with a receipt, replies of the firm, doubts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import proposals
from hengjian.ground.procedure import queries as procedures
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.inspection import followups, oversight, plausibility, queries, services, showing
from hengjian.street.inspection.errors import BadFollowUp, NoVisit, StillOpen
from hengjian.street.inspection.models import Visit
from hengjian.street.inspection.plausibility import Limits, Made
from tests import factories_inspection as make

from .test_pages import at, enter
from .test_rules import JPEG

pytestmark = pytest.mark.django_db
LIMITS = Limits(speed=120, shortest=300, pair_share=60, pair_visits=6)


def reviewed(visit, leader, finding=None):
    return make.record(visit, finding or make.breach())


def follow(visit, **more):
    fresh = Visit.objects.get(pk=visit.pk)
    fields = {"disposal": "order-correct", "measure": "责令公示年报", "due": date(2026, 3, 31), "by": make.team(visit)[0], "at": make.AT}
    return followups.follow(fresh, expected_version=fresh.proceeding.version, **(fields | more))


def test_an_order_is_settled_by_a_clean_second_look_and_the_matter_then_closes(visit, leader):
    reviewed(visit, leader)
    row = follow(visit)
    with pytest.raises(StillOpen):
        services.advance(visit, "close", by=make.team(visit)[0], at=make.AT, expected_version=Visit.objects.get(pk=visit.pk).proceeding.version, body={})
    again = followups.recheck(row, by=make.team(visit)[0], at=make.AT)
    assert followups.recheck(row, by=make.team(visit)[0], at=make.AT) == again
    assert (again.items, again.due) == (visit.items, date(2026, 3, 31))
    make.record(again, make.clean(), token="second-look-1")
    row.refresh_from_db()
    assert row.settled == make.AT.date()
    assert "复查已改正" in row.outcome


def test_a_second_look_that_finds_the_same_leaves_the_order_open(visit, leader):
    reviewed(visit, leader)
    row = follow(visit)
    make.record(followups.recheck(row, by=make.team(visit)[0], at=make.AT), make.breach(), token="second-look-2")
    row.refresh_from_db()
    assert row.settled is None


def test_a_result_that_goes_to_casework_is_a_lead_at_once_and_the_decision_about_it_comes_back(visit, leader):
    reviewed(visit, leader, make.breach(disposal="case-transfer"))
    [row] = queries.follow_ups_of(visit)
    lead = Proceeding.objects.get(kind="lead")
    assert (row.receipt, row.received, row.due) == (lead.number, make.AT.date(), date(2026, 3, 23))
    with pytest.raises(StillOpen):
        followups.refuse_open(visit)
    office = [make.officer(f"C-{n}", "case-officer", agency=visit.proceeding.agency) for n in (1, 2)]
    said = {"first_violation": True, "corrected": True, "harm": False, "screened": "首次，已改正"}
    act_on(lead, "screen", office[0], **said)
    act_on(lead, "verify", office[0], second=office[1], found="已补报")
    matter = Proceeding.objects.get(pk=lead.pk)
    reasons = {"decline": "first-minor-corrected", "reason": "首违不罚"}
    proposals.propose(matter, "decline", by=office[0], on=make.AT.date(), expected_version=matter.version, body=reasons)
    matter.refresh_from_db()
    proposals.confirm(matter, "decline", by=leader, on=make.AT.date(), at=make.AT, expected_version=matter.version)
    row.refresh_from_db()
    assert (row.settled, row.outcome) == (make.AT.date(), "不予立案")
    assert procedures.first_altered(Proceeding.objects.get(pk=visit.proceeding_id)) is None


def test_a_lead_handed_to_another_agency_is_opened_there_and_its_number_is_the_receipt(visit, leader):
    reviewed(visit, leader)
    other = Agency.objects.create(code="120118", name="邻区市场监督管理局", kind="district-bureau")
    row = follow(visit, disposal="case-transfer", measure="涉嫌虚假公示", to=other)
    lead = Proceeding.objects.get(kind="lead")
    assert (lead.agency, lead.subject, row.receipt, row.received) == (other, visit.entity.uscc, lead.number, make.AT.date())
    stranger = make.officer("C-9", "case-officer", agency=other)
    assert queries.visit_of(stranger, visit.pk) == visit
    with pytest.raises(NoVisit):
        queries.visit_of(make.officer("C-8", "case-officer", agency=Agency.objects.create(code="120117", name="再邻区局", kind="district-bureau")), visit.pk)


def test_the_clock_shows_the_nearest_of_several_follow_ups(visit, leader):
    reviewed(visit, leader)
    near, far = follow(visit, due=date(2026, 3, 20)), follow(visit, due=date(2026, 4, 30))
    assert running(visit) == (date(2026, 3, 20), None)
    followups.settle(near, outcome="已改正", by=make.team(visit)[0], at=make.AT)
    assert running(visit) == (date(2026, 4, 30), None)
    followups.settle(far, outcome="已改正", by=make.team(visit)[0], at=make.AT)
    assert running(visit)[1] == make.AT.date()


@pytest.mark.parametrize("disposal", ["order-correct", "inform-other", "case-transfer"])
def test_an_order_and_a_hand_over_are_printed_as_letters(client, visit, leader, disposal):
    reviewed(visit, leader)
    row = follow(visit, disposal=disposal, to=visit.proceeding.agency)
    enter(client, make.team(visit)[0])
    with clock.frozen(make.AT):
        assert client.get(f"/desk/inspection/follow-ups/{row.pk}/letter.pdf").content[:5] == b"%PDF-"
        assert f"follow-ups/{row.pk}/letter.pdf" in client.get(at(visit)).content.decode()


def running(visit):
    [face] = [face for face in procedures.clocks_of(Proceeding.objects.get(pk=visit.proceeding_id)) if face.name == "follow-up"]
    return face.due, face.stopped


def act_on(matter, act, by, second=None, **body):
    fresh = Proceeding.objects.get(pk=matter.pk)
    return procedure.act(fresh, act, by=by, second=second, on=make.AT.date(), at=make.AT, expected_version=fresh.version, body=body)


def test_only_the_department_it_was_sent_to_signs_for_a_matter(visit, leader):
    reviewed(visit, leader)
    other = Agency.objects.create(code="D-FIRE", name="消防救援机构", kind="department")
    row = follow(visit, disposal="inform-other", to=other)
    with pytest.raises(NotAllowed):
        followups.receive(row, number="", by=make.team(visit)[0], at=make.AT)
    received = followups.receive(row, number="消字1号", by=make.officer("F-1", "inspector", agency=other), at=make.AT)
    assert (received.received, received.receipt) == (make.AT.date(), "消字1号")
    with pytest.raises(NotAllowed):
        followups.answer(row, outcome="已处理", by=make.team(visit)[0], at=make.AT)
    answered = followups.answer(row, outcome="已责令改正", by=Officer.objects.get(number="F-1"), at=make.AT)
    assert (answered.settled, answered.outcome) == (make.AT.date(), "已责令改正")
    acts = [event.act for event in visit.proceeding.events.order_by("position")]
    assert acts[-3:] == ["follow", "received", "answered"]


def test_a_matter_that_is_handed_over_names_to_whom(visit, leader):
    reviewed(visit, leader)
    with pytest.raises(BadFollowUp) as refused:
        follow(visit, disposal="case-transfer", measure="", due=date(2026, 3, 1))
    assert set(refused.value.facts["fields"]) == {"to", "measure", "due"}


# The firm -----------------------------------------------------------------------------------------


def test_a_firm_does_not_learn_of_a_drawn_visit_before_the_team_comes(visit):
    assert list(queries.of_firm(visit.entity.uscc)) == []
    make.record(visit)
    assert list(queries.of_firm(visit.entity.uscc)) == [visit]


def test_the_code_shows_who_comes_and_no_name(client, visit):
    with clock.frozen(make.AT):
        page = client.get(f"/inspection/visits/{visit.code}/").content.decode()
        client.post(f"/inspection/visits/{visit.code}/arrived/")
    assert visit.proceeding.agency.name in page
    assert "企业名称规范使用情况" in page
    for officer in make.team(visit):
        assert f"证{officer.number}" in page
        assert f"演示{officer.number}" not in page
    visit.refresh_from_db()
    assert visit.confirmed == make.AT
    assert client.get("/inspection/visits/no-such-code/").status_code == 404


def test_notice_and_record_are_printed(client, visit):
    enter(client, make.team(visit)[0])
    make.record(visit, make.clean(signatures={"firm": "M1 1L50 60L90 20", "officer": "M5 5L80 80"}))
    with clock.frozen(make.AT):
        for name in ("notice", "record"):
            answer = client.get(at(visit, f"{name}.pdf"))
            assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_pictures_stand_in_the_record_and_one_that_cannot_be_drawn_is_named_by_its_digest(client, visit):
    by = enter(client, make.team(visit)[0])
    kept = [services.add_photo(visit, content, by=by, at=make.AT, item=item) for content, item in ((make.picture(), "reg-name"), (JPEG, ""))]
    make.record(visit, make.clean(photos=tuple(photo.sha256 for photo in kept)))
    with clock.frozen(make.AT):
        printed = client.get(at(visit, "record.pdf")).content
    assert printed.count(b"/Subtype /Image") + printed.count(b"/Subtype/Image") == 1


def test_every_item_stands_on_its_own_article(visit):
    [part] = showing.parts_of(visit)
    told = {item["code"]: (item["basis"], item["doubt"]) for item in part["items"]}
    assert told["reg-name"] == ("《市场主体登记管理条例实施细则》第66条；《企业名称登记管理规定》第23条", "")
    assert told["pub-annual-report"][1].startswith("待核")
    law = policy.current()
    assert not [item.code for item in law.catalogue("inspection-items").rows if not item.extra.get("basis") or "project" in item.extra["basis"]]


# Doubts -------------------------------------------------------------------------------------------

JIZHOU, TANGGU = {"lat": 40.0457, "lon": 117.4083, "accuracy": 10}, {"lat": 39.0219, "lon": 117.6465, "accuracy": 10}


def made(visit, officers, minute=0, place=None, length=30, **more):
    arrived = make.AT + timedelta(minutes=minute)
    fields = {"path": "done", "arrived": arrived, "finished": arrived + timedelta(minutes=length), "place": place or JIZHOU}
    return Made(visit, officers, **(fields | more))


def kinds(*visits):
    return [doubt.kind for doubt in plausibility.doubts(visits, LIMITS)]


def test_a_hundred_kilometres_in_ten_minutes_is_doubted_and_in_two_hours_is_not():
    assert kinds(made(1, ("a", "b")), made(2, ("a", "c"), 40, TANGGU)) == ["travel"]
    assert kinds(made(1, ("a", "b")), made(2, ("a", "c"), 150, TANGGU)) == []


def test_two_teams_far_apart_at_once_are_no_doubt():
    assert kinds(made(1, ("a", "b")), made(2, ("c", "d"), 0, TANGGU)) == []


def test_a_visit_of_one_minute_is_doubted_and_one_of_five_is_not():
    assert kinds(made(1, ("a", "b"), length=1)) == ["short"]
    assert kinds(made(1, ("a", "b"), length=5)) == []


def test_the_same_picture_at_two_firms_is_doubted():
    assert kinds(made(1, ("a", "b"), photos=("x",)), made(2, ("a", "b"), 60, photos=("x",))) == ["reused"]


def test_a_pair_that_always_meets_is_doubted_where_there_are_others():
    together = [made(n, ("a", "b"), 60 * n) for n in range(6)]
    others = [made(10 + n, ("c", "d"), 60 * n) for n in range(5)]
    assert kinds(*together, *others) == ["pair"]
    assert kinds(*together) == []


def test_not_found_without_a_trace_of_having_been_there_is_doubted():
    assert kinds(Made(1, ("a", "b"), "not-found")) == ["unseen"]
    assert kinds(Made(1, ("a", "b"), "not-found", photos=("x",))) == []


def test_the_supervision_officer_sees_doubts_with_their_rows_and_an_inspector_does_not(client, visits):
    make.record(visits[0], make.clean(arrived=make.AT - timedelta(minutes=1), finished=make.AT))
    supervisor = enter(client, make.officer("S-1", "supervision-officer"))
    with clock.frozen(make.AT):
        page = client.get("/desk/inspection/oversight/").content.decode()
    assert visits[0].entity.name in page
    assert "60 秒" in page
    assert ["short"] == [d.kind for d, _visits in oversight.look(supervisor, make.AT.date(), make.AT.date(), make.AT.date()).doubts]
    client.logout()
    enter(client, make.team(visits[0])[0])
    assert client.get("/desk/inspection/oversight/").status_code == 403


def test_a_period_with_more_visits_than_one_look_reads_says_how_many_it_left_out(client, visits, monkeypatch):
    monkeypatch.setattr(oversight, "MOST", 2)
    for visit in visits:
        make.record(visit)
    supervisor = enter(client, make.officer("S-1", "supervision-officer"))
    on = make.AT.date()
    seen = oversight.look(supervisor, on, on, on)
    assert (seen.held, seen.read, seen.left_out) == (3, 2, 1)
    with clock.frozen(make.AT):
        assert "还有 1 户没有核对" in client.get("/desk/inspection/oversight/").content.decode()
        assert client.get("/desk/inspection/oversight/doubts.xlsx").status_code == 200


def test_two_officers_of_one_name_are_not_taken_for_one_at_two_places(db):
    one, other = make.visits(quota=2, inspectors=4)
    assert not set(make.team(one)) & set(make.team(other))
    type(make.team(one)[0]).objects.filter(number__startswith="I-").update(name="同名")
    for visit, place in ((one, JIZHOU), (other, TANGGU)):
        make.record(visit, make.clean(arrived=make.AT - timedelta(minutes=20), finished=make.AT, place=place, left=place))
    on = make.AT.date()
    made = oversight.made(make.officer("S-1", "supervision-officer"), on, on)
    assert oversight.doubts(made, on) == []
