"""Several departments in one plan, ties that keep officers away, visits off plan, the yearly cap, tasks made one visit."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from hengjian.ground.audit.models import Trail
from hengjian.street.draw import burden, frames, queries, services
from hengjian.street.draw.errors import BadOffPlan, BadPlan, BadTie, CannotJoin, OverCap
from hengjian.street.draw.models import Pick, Plan, Team
from tests import factories_draw as make

from .test_services import file, files, inspectors, operator, plan, walk  # noqa: F401  the same city

pytestmark = pytest.mark.django_db


def test_every_department_of_a_joint_plan_draws_two_of_its_own_officers(operator, inspectors):  # noqa: F811
    make.city("D" * 6)
    fire = make.bureau("120119-fire")
    theirs = [make.officer(f"F-{n}", agency=fire) for n in range(3)]
    wanted = file(operator, quota=3, parts=[services.Joining(fire, ["fire-public-place"])])
    draw = walk(operator, wanted)
    for team in Team.objects.filter(pick__draw=draw):
        assert team.officers.count() == 4
        assert team.officers.filter(pk__in=[officer.pk for officer in theirs]).count() == 2
    assert [task.items for task in queries.tasks_of(draw)] == [("fire-public-place", "reg-name")] * 3


def test_an_item_belongs_to_one_department_only(operator):  # noqa: F811
    with pytest.raises(BadPlan, match="只能由一个部门"):
        file(operator, parts=[services.Joining(make.bureau("120119-fire"), ["reg-name"])])


def test_a_declared_tie_and_a_recent_visit_keep_an_officer_away(operator, inspectors):  # noqa: F811
    [firm] = make.city("D")
    services.declare_tie(by=operator, officer=inspectors[0], uscc=firm.uscc, ground="kin", on=make.ON)
    first = walk(operator, file(operator, quota=1))
    went = set(Team.objects.get(pick__draw=first).officers.all())
    assert inspectors[0] not in went
    tied = {(pk, ground) for pk, uscc, ground in frames.ties(inspectors, make.ON) if uscc == firm.uscc}
    assert tied == {(inspectors[0].pk, "kin")} | {(officer.pk, "last-visit") for officer in went}
    second = walk(operator, file(operator, quota=1))
    assert not went & set(Team.objects.get(pick__draw=second).officers.all())
    with pytest.raises(BadTie):
        services.declare_tie(by=operator, officer=inspectors[0], uscc=firm.uscc, ground="last-visit", on=make.ON)


def test_a_firm_visited_as_often_as_a_year_allows_is_left_out_unless_an_exception_is_cited(operator, inspectors):  # noqa: F811
    [firm] = make.city("D")
    for _ in range(burden.cap(make.ON)):
        walk(operator, file(operator, quota=1))
    assert burden.visits(make.ON)[firm.pk] == burden.cap(make.ON)
    with pytest.raises(BadPlan, match="没有可抽取"):
        services.preview(file(operator, quota=1), make.ON)
    excepted = file(operator, quota=1, exception="key-items", exception_reason="重点事项")
    assert services.preview(excepted, make.ON).spared == 0
    with pytest.raises(BadPlan, match="写明理由"):
        file(operator, quota=1, exception="key-items")


def test_a_visit_off_plan_needs_a_listed_ground_a_lawful_team_and_somebody_else_to_approve_it(operator, inspectors):  # noqa: F811
    [firm] = make.city("D")
    asked = {"by": operator, "agency": make.bureau(), "entity": firm, "reason": "来电投诉", "items": ["reg-name"], "due": make.ON, "on": make.ON}
    with pytest.raises(BadOffPlan, match="检查来源"):
        services.ask_off_plan(origin="draw", officers=inspectors[:2], **asked)
    with pytest.raises(BadOffPlan, match="不得少于 2 名"):
        services.ask_off_plan(origin="complaint", officers=inspectors[:1], **asked)
    visit = services.ask_off_plan(origin="complaint", officers=inspectors[:2], **asked)
    with pytest.raises(BadOffPlan, match="申请人以外"):
        services.decide_off_plan(by=operator, asked=visit, approved=True, on=make.ON)
    leader = make.officer("G-LEADER", certified=False)
    services.decide_off_plan(by=leader, asked=visit, approved=True, on=make.ON)
    assert list(queries.off_plan_approved()) == [visit]
    assert burden.visits(make.ON)[firm.pk] == 0  # what a complaint sets off does not count
    for _ in range(burden.cap(make.ON)):
        patrol = services.ask_off_plan(origin="patrol", officers=inspectors[:2], **asked)
        services.decide_off_plan(by=leader, asked=patrol, approved=True, on=make.ON)
    with pytest.raises(OverCap):
        services.ask_off_plan(origin="patrol", officers=inspectors[:2], **asked)


def test_tasks_of_several_draws_for_one_firm_become_one_visit_and_count_once(operator, inspectors):  # noqa: F811
    [firm] = make.city("D")
    draws = [walk(operator, file(operator, quota=1, items=[item])) for item in ("reg-name", "price-marking")]
    [group] = burden.overlapping(make.ON)
    lead = services.join_picks(by=operator, picks=group, on=make.ON)
    assert burden.visits(make.ON)[firm.pk] == 1
    [task] = queries.tasks_of(draws[0])
    assert (task.pick, task.items, len(task.officers)) == (lead, ("reg-name", "price-marking"), 4)
    assert queries.tasks_of(draws[1]) == []
    with pytest.raises(CannotJoin):
        services.join_picks(by=operator, picks=list(Pick.objects.all()), on=make.ON)


def test_a_published_plan_is_not_changed_and_a_draw_publishes_it_at_the_latest(operator, plan):  # noqa: F811
    draw = services.freeze(by=operator, plan=plan, at=make.AT)
    assert Plan.objects.get(pk=draw.plan_id).published == make.ON
    assert Trail.objects.get(action="draw.publish_plan").subject == f"plan:{plan.pk}"
    with pytest.raises(DatabaseError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(quota=1)
    assert services.publish_plan(by=operator, plan=plan, on=date(2026, 4, 1)).published == make.ON


def test_a_tie_that_has_ended_ends_once_and_none_ends_before_it_begins(operator, inspectors):  # noqa: F811
    [firm] = make.city("D")
    told = {"by": operator, "officer": inspectors[0], "uscc": firm.uscc, "ground": "kin", "on": make.ON}
    with pytest.raises(BadTie, match="不得早于"):
        services.declare_tie(until=date(2026, 3, 1), **told)
    tie = services.end_tie(by=operator, tie=services.declare_tie(**told), on=date(2026, 5, 1))
    assert services.end_tie(by=operator, tie=tie, on=date(2026, 9, 1)).until == date(2026, 5, 1)
    assert Trail.objects.filter(action="draw.end_tie").count() == 1
