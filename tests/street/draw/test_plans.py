"""A plan shows what it would draw before anything is kept, is published, names its departments, and loads their calendar."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.street.draw import load, queries, services
from hengjian.street.draw.models import Draw, Plan
from tests import factories_draw as make

from .test_pages import day, signed_in  # noqa: F401  the same frozen day
from .test_services import file, inspectors, operator, walk  # noqa: F401  the same city

pytestmark = pytest.mark.django_db
PLAN = {"title": "联合抽查", "mode": "by-grade", "items": ["reg-name"], "team_size": 2, "odds": "A 10%，B 20%、C 50%, D 100%", "kind": "annual"}


def test_the_chances_are_seen_on_the_form_and_nothing_is_kept(client):
    make.city()
    signed_in(client, "draw-officer", "G-OP")
    page = client.post("/desk/draw/plans/new/", PLAN | {"agency": make.bureau().pk, "look": "1"}).content.decode()
    assert "10.000%" in page
    assert "人数不足" in page  # nobody holds a certificate
    assert not Plan.objects.exists()


def test_a_joint_plan_is_filed_from_the_form_with_the_items_of_each_department(client):
    make.city()
    fire = make.bureau("120119-fire")
    signed_in(client, "draw-officer", "G-OP")
    parts = {"part0-agency": fire.pk, "part0-items": ["fire-public-place"], "part0-team_size": 3, "visits_until": "2026-06-30"}
    assert client.post("/desk/draw/plans/new/", PLAN | {"agency": make.bureau().pk} | parts).status_code == 302
    plan = Plan.objects.get()
    assert [(d.agency, d.items, d.team_size) for d in queries.departments_of(plan)] == [
        (make.bureau(), ("reg-name",), 2), (fire, ("fire-public-place",), 3)
    ]  # fmt: skip
    assert (plan.kind, plan.odds["D"], plan.visits_until) == ("annual", "1", date(2026, 6, 30))
    page = client.get(f"/desk/draw/plans/{plan.pk}/").content.decode()
    assert "牵头部门" in page
    assert "公众聚集场所消防安全" in page


def test_items_without_their_department_are_refused_beside_the_field(client):
    make.city()
    signed_in(client, "draw-officer", "G-OP")
    page = client.post("/desk/draw/plans/new/", PLAN | {"agency": make.bureau().pk, "part1-items": ["tax-invoice"]}).content.decode()
    assert "请选择部门" in page
    assert not Plan.objects.exists()


def test_a_department_that_takes_part_sees_the_plan_but_does_not_act_on_it(client, operator):  # noqa: F811
    make.city()
    fire = make.bureau("120119-fire")
    plan = file(operator, parts=[services.Joining(fire, ["fire-public-place"])])
    theirs = signed_in(client, "draw-officer", "F-OP")
    theirs.agency = fire
    theirs.save()
    page = client.get(f"/desk/draw/plans/{plan.pk}/").content.decode()
    assert "冻结名单</button>" not in page
    for act in ("publish", "freeze"):
        assert client.post(f"/desk/draw/plans/{plan.pk}/{act}/").status_code == 404
    assert not Draw.objects.exists()


def test_a_plan_is_public_from_its_publication_on(client):
    make.city()
    by = signed_in(client, "draw-officer", "G-OP")
    plan = file(by, districts=["120119"], exception="key-items", exception_reason="重点事项")
    assert client.get(f"/draw/plans/{plan.pk}/").status_code == 404
    client.post(f"/desk/draw/plans/{plan.pk}/publish/")
    client.logout()
    page = client.get(f"/draw/plans/{plan.pk}/").content.decode()
    assert all(words in page for words in (plan.title, "企业名称规范使用情况", "蓟州区", "重点事项"))
    assert plan.title in client.get("/draw/plans/").content.decode()
    assert by.name not in page


def test_the_calendar_counts_the_officers_drawn_over_the_days_of_the_period(operator, inspectors):  # noqa: F811
    make.city("D" * 30)
    walk(operator, file(operator, quota=10, visits_from=date(2026, 3, 2), visits_until=date(2026, 4, 30)))
    rows, tasks = load.of_year(operator, 2026, make.ON)
    assert [(task.firms, task.total, task.why) for task in tasks] == [(10, 20, "drawn")]
    [row] = rows
    assert (row.officers, round(row.total), row.each) == (6, 20, 3.3)
    assert [round(n, 1) for n in row.months] == [0, 0, 10, 10] + [0] * 8  # thirty days of March and of April


def test_a_plan_over_new_year_loads_both_years_and_one_not_drawn_yet_counts_for_its_departments(operator, inspectors):  # noqa: F811
    make.city("D" * 30)
    fire = make.bureau("120119-fire")
    file(operator, quota=6, visits_from=date(2026, 12, 1), visits_until=date(2027, 1, 31), parts=[services.Joining(fire, ["fire-public-place"])])
    rows, [task] = load.of_year(operator, 2026, make.ON)
    assert (task.why, task.total) == ("planned", 24)
    assert sum(row.total for row in rows) == pytest.approx(12 * 31 / 62)  # of both departments only the own one is in scope
    assert load.of_year(operator, 2027, make.ON)[0][0].months[0] == pytest.approx(6)


def test_the_page_of_the_calendar_and_its_file(client):
    make.city("D" * 30)
    by = signed_in(client, "draw-officer", "G-OP")
    assert "没有检查任务" in client.get("/desk/draw/calendar/?year=x").content.decode()
    file(by, quota=6)
    assert "按计划推算" in client.get("/desk/draw/calendar/").content.decode()
    assert client.get("/desk/draw/calendar/download/?year=2026").status_code == 200
