"""Approved visits off plan go out; tasks of several departments for one firm become one visit with one form (一次多查)."""

from __future__ import annotations

import pytest

from hengjian.ground.procedure import queries as procedures
from hengjian.street.draw import burden
from hengjian.street.draw import services as draws
from hengjian.street.draw.errors import AlreadyDecided, CannotJoin
from hengjian.street.draw.models import Pick
from hengjian.street.inspection import merging, off_plan, services
from hengjian.street.inspection.models import Visit
from tests import factories_draw as make
from tests.street.draw.test_pages import day, signed_in  # noqa: F401  the same frozen day
from tests.street.draw.test_services import file, inspectors, operator, walk  # noqa: F401  the same city

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return make.officer("G-LEADER", certified=False)


@pytest.fixture
def asked(operator, inspectors):  # noqa: F811
    [firm] = make.city("D")
    told = {"entity": firm, "origin": "complaint", "reason": "来电", "items": ["reg-name", "reg-licence"], "officers": inspectors[:2]}
    return draws.ask_off_plan(by=operator, agency=make.bureau(), due=make.ON, on=make.ON, **told)


@pytest.fixture
def two(operator, inspectors):  # noqa: F811
    """Two draws of different items that meet at the only firm."""
    make.city("D")
    return [walk(operator, file(operator, quota=1, items=[item])) for item in ("reg-name", "price-marking")]


def test_an_approved_visit_off_plan_goes_out_at_once_and_only_once(asked, leader, inspectors):  # noqa: F811
    off_plan.decide(asked, approved=True, by=leader, at=make.AT)
    visit = Visit.objects.get()
    assert (visit.off_plan, visit.pick, visit.due, visit.items) == (asked, None, make.ON, ["reg-licence", "reg-name"])
    assert set(visit.officers.all()) == set(inspectors[:2])
    assert visit.proceeding.title == "计划外检查：投诉举报"
    assert off_plan.send_approved(by=leader, at=make.AT) == []
    with pytest.raises(AlreadyDecided):
        off_plan.decide(asked, approved=False, by=leader, at=make.AT, decision="不需要")
    assert Visit.objects.count() == 1


def test_what_was_approved_elsewhere_is_pulled(client, asked, leader):
    draws.decide_off_plan(by=leader, asked=asked, approved=True, on=make.ON)
    signed_in(client, "draw-officer", "G-OP2")
    assert "1 件已批准的计划外检查尚未派发" in client.get("/desk/inspection/all/").content.decode()
    client.post("/desk/inspection/off-plan/send/")
    assert off_plan.visit_of(asked) == Visit.objects.get()
    assert off_plan.send_approved(by=leader, at=make.AT) == []


def test_a_refused_one_sends_nobody(asked, leader):
    off_plan.decide(asked, approved=False, by=leader, at=make.AT, decision="线索不足")
    assert not Visit.objects.exists()
    assert off_plan.send_approved(by=leader, at=make.AT) == []


def test_a_leader_decides_on_the_page_and_comes_to_the_visit(client, asked):
    signed_in(client, "leader", "G-LEAD")
    assert asked.entity.name in client.get("/desk/").content.decode()  # it waits in the inbox
    client.post(f"/desk/inspection/off-plan/{asked.pk}/decide/", {"approved": "no", "decision": " "})
    asked.refresh_from_db()
    assert asked.state == "asked"  # no refusal without a reason
    client.post(f"/desk/inspection/off-plan/{asked.pk}/decide/", {"approved": "yes"})
    assert client.get(f"/desk/inspection/off-plan/{asked.pk}/").url == f"/desk/inspection/{Visit.objects.get().pk}/"
    assert f"/desk/inspection/off-plan/{asked.pk}/" in client.get(f"/desk/draw/off-plan/{asked.pk}/").content.decode()
    assert asked.entity.name not in client.get("/desk/").content.decode()


def test_two_tasks_that_nobody_was_sent_to_become_one_visit_with_one_form(two, operator):  # noqa: F811
    [one] = merging.suggestions(operator, make.AT)
    lead = merging.join(one.picks, by=operator, at=make.AT)
    assert merging.suggestions(operator, make.AT) == []
    for draw in two:
        services.assign_visits(draw, by=operator, at=make.AT)
    visit = Visit.objects.get()
    assert (visit.pick, visit.items, visit.officers.count()) == (lead, ["reg-name", "price-marking"], 4)
    assert burden.visits(make.ON)[visit.entity_id] == 1


def test_a_team_that_was_sent_already_leads_and_takes_items_and_officers_of_the_other_along(two, operator):  # noqa: F811
    [visit] = services.assign_visits(two[1], by=operator, at=make.AT)
    [one] = merging.suggestions(operator, make.AT)
    assert merging.join(one.picks, by=operator, at=make.AT).draw == two[1]
    services.assign_visits(two[0], by=operator, at=make.AT)
    visit = Visit.objects.get()
    assert (visit.items, visit.officers.count(), visit.proceeding.helpers.count()) == (["price-marking", "reg-name"], 4, 3)
    assert [part["items"] for part in visit.parts] == [["price-marking", "reg-name"]]  # one department, two plans
    assert procedures.first_altered(visit.proceeding) is None


def test_two_teams_on_their_way_and_a_visit_that_began_are_not_joined(two, operator):  # noqa: F811
    [first] = services.assign_visits(two[0], by=operator, at=make.AT)
    Visit.objects.filter(pk=first.pk).update(arrived=make.AT)
    assert merging.suggestions(operator, make.AT) == []
    picks = list(Pick.objects.order_by("pk"))
    with pytest.raises(CannotJoin, match="已经开始"):
        merging.join(picks, by=operator, at=make.AT)
    Visit.objects.filter(pk=first.pk).update(arrived=None)
    services.assign_visits(two[1], by=operator, at=make.AT)
    [one] = merging.suggestions(operator, make.AT)
    assert "都已派发" in one.why_not
    with pytest.raises(CannotJoin, match="都已派发"):
        merging.join(picks, by=operator, at=make.AT)


def test_tasks_of_a_department_outside_the_scope_are_shown_and_not_joined(client, two):
    other = signed_in(client, "draw-officer", "F-OP")
    other.agency = make.bureau("120119-fire")
    other.save()
    assert merging.suggestions(other, make.AT) == []
    with pytest.raises(CannotJoin, match="管辖范围以外"):
        merging.join(list(Pick.objects.all()), by=other, at=make.AT)


def test_the_button_joins_and_the_page_says_what_came_of_it(client, two):
    signed_in(client, "draw-officer", "G-OP2")
    picks = list(Pick.objects.values_list("pk", flat=True))
    assert "合并为一次</button>" in client.get("/desk/inspection/merging/").content.decode()
    page = client.post("/desk/inspection/merging/join/", {"pick": picks}, follow=True).content.decode()
    assert "2 项任务已合并为一次检查" in page
    assert "最近合并的" in page
    assert "只能合并" in client.post("/desk/inspection/merging/join/", {"pick": ["x"]}, follow=True).content.decode()
