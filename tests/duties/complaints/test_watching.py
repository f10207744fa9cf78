"""Hot spots, categories, second readings, what is published of complaints: people decide, each act is recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengjian.duties.complaints import alerting, disclosing, measuring, rereading, sorting, spotting
from hengjian.duties.complaints.models import Alert, CallBack, Disclosure, Filing, Rechecked, Sorting, Spot
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.people.models import Holding
from hengjian.ground.procedure.services import FieldMissing, FieldWrong
from tests import factories_desk as desk
from tests import factories_draw as make

from . import made

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 30)
ACCEPTED, ENDED = date(2026, 10, 9), date(2026, 10, 20)


@pytest.fixture
def officer():
    found = make.officer("C-1", agency=make.bureau())
    Holding.objects.create(officer=found, post="complaint-officer")
    return found


@pytest.fixture
def leader():
    found = make.officer("C-2", agency=make.bureau())
    Holding.objects.create(officer=found, post="leader")
    return found


def crowd(agency, firm, on, many, days=28):
    return [made.filing(agency, on - timedelta(days=n % days), entity=firm, category="contract") for n in range(many)]


# -- hot spots


def city(agency):
    """Twenty firms with one complaint a month for a year, and one that had as many and now has nine."""
    firms = [desk.firm(n) for n in range(1, 21)]
    for month in range(2, 15):
        for firm in firms:
            made.filing(agency, ON - timedelta(days=28 * month - 3), entity=firm)
    crowd(agency, firms[0], ON, 9)
    for firm in firms[1:]:
        made.filing(agency, ON, entity=firm)
    return firms


def test_a_firm_that_outgrew_the_others_is_named_once_until_somebody_decides(officer, leader):
    hot = city(officer.agency)[0]
    assert spotting.search(ON) >= 1
    [spot] = Spot.objects.filter(kind="firm")
    assert (spot.key, spot.title, spot.seen) == (hot.uscc, hot.name, 9)
    assert spotting.filings_of(spot).count() == 9
    spotting.search(ON + timedelta(days=1))
    assert Spot.objects.filter(kind="firm").count() == 1


def test_a_spot_becomes_a_lead_of_casework_with_its_sum_and_only_once(officer, leader):
    city(officer.agency)
    spotting.search(ON)
    spot = Spot.objects.get(kind="firm")
    with pytest.raises(FieldMissing):
        spotting.decide(spot, by=leader, outcome="lead", because=" ", on=ON, at=made.at(ON))
    spotting.decide(spot, by=leader, outcome="lead", because="集中反映闭店不退款", on=ON, at=made.at(ON))
    spot.refresh_from_db()
    assert spot.lead.kind == "lead"
    assert spot.lead.subject == spot.key
    assert "集中反映闭店不退款" in spot.lead.events.get(position=1).body["facts"]
    with pytest.raises(FieldWrong):
        spotting.decide(spot, by=leader, outcome="nothing", because="又想了想", on=ON, at=made.at(ON))
    assert Trail.objects.filter(action="complaints.spot").count() == 1


def test_a_street_is_no_lead(officer, leader):
    spot = Spot.objects.create(on=ON, kind="street", key="120119001", title="某街", seen=9, before=3, expected=1.0, chance=0.0001)
    with pytest.raises(FieldWrong):
        spotting.decide(spot, by=leader, outcome="lead", because="x", on=ON, at=made.at(ON))


def test_filings_of_other_districts_are_not_in_an_officers_groups(officer):
    far = desk.agency("120120", "120120")
    text = "健身房闭店跑路，会员卡里还有两千元，联系不上老板"
    for agency in (officer.agency, officer.agency, far):
        made.filing(agency, ON, text=text)
    [(filings, copied)] = spotting.groups(officer, ON)
    assert (len(filings), copied) == (2, True)


# -- categories


def test_a_category_is_proposed_and_counts_only_when_an_officer_confirms_it(officer):
    one = made.filing(officer.agency, ON, text="火锅店吃完集体腹泻，有人住院，怀疑食物中毒", category="")
    assert sorting.propose() == 1
    assert sorting.propose() == 0
    row = Sorting.objects.get(filing=one)
    assert (row.proposed, "poisoning" in row.risks) == ("food-safety", True)
    assert Filing.objects.get(pk=one.pk).category == ""
    sorting.confirm(one, "food-safety", by=officer, at=made.at(ON))
    assert Filing.objects.get(pk=one.pk).category == "food-safety"
    with pytest.raises(FieldWrong):
        sorting.confirm(one, "no-such", by=officer, at=made.at(ON))


# -- second readings


def ended(officer, many=1, **more):
    for _n in range(many):
        made.agreed(made.filing(officer.agency, ON, **more), officer, accepted=ACCEPTED, ended=ENDED)
    measuring.refresh()


def test_the_sample_of_a_period_is_drawn_once_and_anybody_can_repeat_it(officer, leader):
    ended(officer, 21)
    sample = rereading.draw(officer.agency, date(2026, 10, 1), date(2026, 10, 31), by=leader, on=date(2026, 11, 2))
    numbers = [number for _track, number in rereading.frame(officer.agency, date(2026, 10, 1), date(2026, 10, 31))]
    drawn = list(sample.matters.order_by("position").values_list("track__proceeding__number", flat=True))
    assert (sample.size, len(drawn)) == (21, 2)  # five in a hundred, rounded up
    assert drawn == rereading.chosen_from(sample.seed, numbers, 2)
    with pytest.raises(rereading.NothingToDraw):
        rereading.draw(officer.agency, date(2026, 10, 1), date(2026, 10, 31), by=leader, on=date(2026, 11, 3))


def test_who_worked_on_a_matter_does_not_read_it_again(officer, leader):
    ended(officer)
    rereading.draw(officer.agency, date(2026, 10, 1), date(2026, 10, 31), by=leader, on=date(2026, 11, 2))
    row = Rechecked.objects.get()
    with pytest.raises(FieldWrong):
        rereading.read(row, by=officer, faults=[], words="", on=date(2026, 11, 3))
    with pytest.raises(FieldMissing):
        rereading.read(row, by=leader, faults=["not-told"], words="", on=date(2026, 11, 3))
    rereading.read(row, by=leader, faults=["not-told"], words="没有告知记录", on=date(2026, 11, 3))
    assert rereading.samples(leader).get().matters_faulty == 1


def test_a_citizen_is_asked_once_and_after_the_end(officer):
    one = made.track(made.filing(officer.agency, ON), owner=officer)
    with pytest.raises(FieldWrong):
        rereading.call(one, by=officer, answer="satisfied", on=ON)
    ended(officer)
    [done] = rereading.to_call(officer)
    rereading.call(done, by=officer, answer="satisfied", on=ENDED)
    with pytest.raises(FieldWrong):
        rereading.call(done, by=None, answer="fair", on=ENDED)
    assert not rereading.to_call(officer).exists()


# -- what is published


def told(officer, **more):
    firm = desk.firm()
    ended(officer, entity=firm, **more)
    disclosing.prepare(ENDED)
    return firm, Disclosure.objects.get()


def test_an_ended_complaint_comes_out_after_the_time_to_object_and_goes_after_a_year(officer):
    _firm, row = told(officer)
    # Told on Tuesday 20 October; five working days end on the 27th.
    assert (disclosing.objection_until(row.told), row.since) == (date(2026, 10, 27), date(2026, 10, 28))
    assert row.since <= disclosing.publish_by(row.closed) == date(2026, 10, 29)
    assert not disclosing.public(date(2026, 10, 27)).exists()
    assert disclosing.public(date(2026, 10, 28)).exists()
    assert disclosing.public(row.until).exists()
    assert not disclosing.public(row.until + timedelta(days=1)).exists()


def test_an_authority_that_is_late_does_not_prolong_what_is_public(officer):
    firm = desk.firm()
    ended(officer, entity=firm)
    disclosing.prepare(date(2026, 12, 1))
    row = Disclosure.objects.get()
    assert row.since == date(2026, 12, 9)
    assert row.until == date(2027, 10, 29)


@pytest.mark.parametrize(
    ("more", "ground"), [({"may_publish": False}, "no-consent"), ({}, "unknown-firm")],
)  # fmt: skip
def test_what_may_not_be_published_says_why(officer, more, ground):
    entity = desk.firm() if more else None
    ended(officer, entity=entity, **more)
    disclosing.prepare(ENDED)
    assert Disclosure.objects.get().held == ground
    assert not disclosing.public(date(2026, 12, 1)).exists()


def test_a_withdrawn_complaint_and_one_not_accepted_are_not_published(officer):
    firm = desk.firm()
    made.failed(made.filing(officer.agency, ON, entity=firm), officer, accepted=ACCEPTED, ended=ENDED, ground="1")
    refused = made.track(made.filing(officer.agency, ON, entity=firm), owner=officer)
    made.act(refused, "refuse", ACCEPTED, officer, refusal="3", why="大量购买后索赔")
    measuring.refresh()
    disclosing.prepare(date(2026, 10, 22))
    assert sorted(Disclosure.objects.values_list("held", flat=True)) == ["not-consumer", "withdrawn"]


def test_an_objection_keeps_a_complaint_back_until_it_is_decided(officer, leader):
    _firm, row = told(officer)
    with pytest.raises(disclosing.NotNow):
        disclosing.object_to(row, text="不是本店商品", on=date(2026, 10, 28))
    disclosing.object_to(row, text="不是本店商品", on=date(2026, 10, 27))
    assert not disclosing.public(date(2026, 11, 2)).exists()
    row = disclosing.answer(row, by=leader, upheld=False, because="小票为本店出具", on=date(2026, 11, 2))
    assert row.since == date(2026, 11, 3)
    assert disclosing.public(date(2026, 11, 3)).exists()


def test_an_objection_that_is_right_ends_it(officer, leader):
    _firm, row = told(officer)
    disclosing.object_to(row, text="不是本店商品", on=date(2026, 10, 21))
    disclosing.answer(row, by=leader, upheld=True, because="同名不同店", on=date(2026, 10, 22))
    assert Disclosure.objects.get().held == "objection"


def test_what_is_held_back_later_leaves_the_public_on_the_same_day(officer, leader):
    _firm, row = told(officer)
    day = date(2026, 11, 10)
    assert disclosing.public(day).exists()
    disclosing.hold(row, by=leader, ground="secret", because="涉及商业秘密", on=day)
    assert not disclosing.public(day).exists()


def test_the_public_page_shows_nothing_a_citizen_wrote_and_the_firms_reply_beside(client, officer):
    firm, row = told(officer, text="我叫张某某，电话一三八，商品坏了", goods="张某某的空调")
    disclosing.reply(row, text="已经上门更换")
    with pytest.raises(FieldWrong):
        disclosing.reply(row, text="请打13800138000找我")
    with clock.frozen(date(2026, 11, 2)):
        page = client.get("/complaints/published/").content.decode()
    assert firm.name in page
    assert "已经上门更换" in page
    assert "张某某" not in page


def test_the_boards_are_worked_out_from_what_is_public_alone(client, officer):
    good, bad = desk.firm(1), desk.firm(2)
    for firm, make_one in ((good, made.agreed), (bad, made.failed)):
        for _n in range(5):
            make_one(made.filing(officer.agency, ON, entity=firm), officer, accepted=ACCEPTED, ended=ENDED)
    measuring.refresh()
    disclosing.prepare(ENDED + timedelta(days=1))
    day = date(2026, 11, 10)
    boards = disclosing.boards(day)
    assert [one.entity for one in boards["red"]] == [good]
    assert [one.entity for one in boards["black"]] == [bad]
    first = Disclosure.objects.filter(entity=bad).first()
    disclosing.hold(first, by=officer, ground="secret", because="x", on=day)
    assert disclosing.boards(day)["black"] == []  # four are too few to judge
    with clock.frozen(day):
        assert good.name in client.get("/complaints/boards/").content.decode()


# -- warnings to consumers


def test_a_warning_is_published_by_another_than_its_author_and_can_be_taken_back(client, officer, leader):
    with pytest.raises(FieldWrong):
        alerting.write(by=officer, title="健身预付卡", text="有问题请拨打13800138000", on=ON)
    alert = alerting.write(by=officer, title="健身预付卡", text="办卡前先看经营期限", on=ON)
    with pytest.raises(NotAllowed):
        alerting.publish(alert, by=officer, on=ON)
    alerting.publish(alert, by=leader, on=ON)
    with clock.frozen(ON):
        assert "办卡前先看经营期限" in client.get("/complaints/alerts/").content.decode()
    alerting.withdraw(Alert.objects.get(), by=leader, on=ON + timedelta(days=1))
    with clock.frozen(ON + timedelta(days=1)):
        assert "办卡前先看经营期限" not in client.get("/complaints/alerts/").content.decode()


@pytest.mark.parametrize(
    ("path", "view", "other"),
    [
        ("patterns/", 200, 403), ("sort/", 200, 403), ("calls/", 200, 403), ("samples/", 200, 403), ("disclosures/", 200, 403),
        ("alerts/", 200, 403),
    ],
)  # fmt: skip
def test_the_pages_are_for_complaint_officers(client, officer, path, view, other):
    told(officer)
    with clock.frozen(ENDED):
        desk.signed_in(client, "complaint-officer")
        assert client.get(f"/desk/complaints/{path}").status_code == view
        client.logout()
        desk.signed_in(client, "draw-officer", username="other")
        assert client.get(f"/desk/complaints/{path}").status_code == other


def test_reading_the_text_of_filings_to_sort_them_is_audited(client, officer):
    made.filing(officer.agency, ON, text="面包发霉", category="")
    desk.signed_in(client, "complaint-officer")
    client.get("/desk/complaints/sort/")
    assert Trail.objects.filter(action="complaints.read").count() == 1


def test_a_leader_decides_a_spot_on_its_page(client, officer):
    city(officer.agency)
    spotting.search(ON)
    spot = Spot.objects.get(kind="firm")
    desk.signed_in(client, "leader")
    with clock.frozen(ON):
        assert client.post(f"/desk/complaints/patterns/{spot.pk}/", {"outcome": "lead", "because": ""}).status_code == 422
        assert client.post(f"/desk/complaints/patterns/{spot.pk}/", {"outcome": "nothing", "because": "新店开业"}).status_code == 302
        assert "新店开业" in client.get(f"/desk/complaints/patterns/{spot.pk}/").content.decode()


def test_a_citizen_says_on_the_status_page_how_it_went_and_is_not_called_then(client, officer):
    ended(officer)
    [done] = rereading.to_call(officer)
    with clock.frozen(ENDED):
        session = client.session
        session["complaints.opened"] = {"filing": done.filing_id, "at": clock.now().timestamp()}
        session.save()
        assert "您对处理满意吗" in client.get("/complaints/status/open/").content.decode()
        client.post("/complaints/status/open/rate/complaint/", {"answer": "satisfied", "words": "很快"})
        assert "您对处理满意吗" not in client.get("/complaints/status/open/").content.decode()
    assert CallBack.objects.get().answer == "satisfied"
    assert not rereading.to_call(officer).exists()


def test_a_firm_to_be_looked_at_leads_to_a_visit_off_plan_on_the_ground_of_complaints(client, officer, leader):
    hot = city(officer.agency)[0]
    spotting.search(ON)
    spot = Spot.objects.get(kind="firm")
    spotting.decide(spot, by=leader, outcome="draw", because="集中反映短斤少两", on=ON, at=made.at(ON))
    desk.signed_in(client, "draw-officer")
    with clock.frozen(ON):
        asked = client.get("/desk/draw/off-plan/new/", {"uscc": hot.uscc, "origin": "complaint", "reason": "集中反映短斤少两"})
        form = asked.context["form"]
        assert (form["uscc"].value(), form["origin"].value(), form["reason"].value()) == (hot.uscc, "complaint", "集中反映短斤少两")
    client.logout()
    seen = desk.signed_in(client, "leader", username="chief")
    Holding.objects.create(officer=seen, post="draw-officer")
    with clock.frozen(ON):
        page = client.get(f"/desk/complaints/patterns/{spot.pk}/").content.decode()
    assert f"/desk/draw/off-plan/new/?uscc={hot.uscc}&amp;origin=complaint" in page
