"""How often a firm is visited in a year over all departments, told to those who may know; visits off plan on their pages."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground.audit.models import Trail
from hengjian.street.draw import burden, known, services
from hengjian.street.draw.models import OffPlan
from tests import factories_draw as make

from .test_pages import day, signed_in  # noqa: F401  the same frozen day
from .test_services import file, inspectors, operator, walk  # noqa: F401  the same city

pytestmark = pytest.mark.django_db


def test_a_closed_list_is_counted_for_those_who_may_see_it_and_blocks_for_everybody(operator, inspectors):  # noqa: F811
    [firm] = make.city("D")
    walk(operator, file(operator, quota=1), upto="drawn")
    stranger = make.officer("F-1", agency=make.bureau("120119-fire"), certified=False)
    assert known.visits(operator, make.ON)[0][firm.pk] == 1
    assert known.visits(stranger, make.ON)[0][firm.pk] == 0
    assert burden.of_entity(firm.pk, make.ON) == []
    assert burden.visits(make.ON)[firm.pk] == 1


def test_the_ledger_of_a_year_ends_with_the_year(operator, inspectors):  # noqa: F811
    [firm] = make.city("D")
    walk(operator, file(operator, quota=1))
    assert known.visits(operator, date(2026, 12, 31))[0][firm.pk] == 1
    assert known.visits(operator, date(2027, 1, 1))[0][firm.pk] == 0
    assert known.visits(operator, make.ON)[1] == {make.bureau().name: 1}


def test_firms_of_other_districts_are_not_in_the_ledger_of_a_district(operator, inspectors):  # noqa: F811
    [firm] = make.city("D", district="120101")
    walk(operator, file(operator, quota=1))
    assert known.visits(operator, make.ON)[0][firm.pk] == 0
    assert burden.visits(make.ON)[firm.pk] == 1


def test_the_ledger_is_a_page_with_its_file_and_a_page_for_each_firm(client):
    [firm] = make.city("D")
    by = signed_in(client, "draw-officer", "G-OP")
    for n in range(6):
        make.officer(f"G-{n:02d}")
    for _ in range(burden.cap(make.ON)):
        walk(by, file(by, quota=1))
    page = client.get("/desk/draw/burden/?at=at").content.decode()
    assert firm.name in page
    assert "已达上限" in page
    assert firm.name not in client.get("/desk/draw/burden/?at=over").content.decode()
    assert firm.name not in client.get("/desk/draw/burden/?year=2025").content.decode()
    one = client.get(f"/desk/draw/burden/firms/{firm.uscc}/").content.decode()
    assert one.count("<td>随机抽取</td>") == burden.cap(make.ON)
    assert client.get("/desk/draw/burden/download/").status_code == 200
    assert Trail.objects.filter(action="export.burden").exists()


def ask(client, firm, officers, **more):
    form = {
        "uscc": firm.uscc, "origin": "complaint", "document": "投诉〔2026〕1号", "due": "2026-03-09", "reason": "来电反映（演示）", "items": ["reg-name"],
        "officers": [one.pk for one in officers],
    }  # fmt: skip
    return client.post("/desk/draw/off-plan/new/", form | more)


def test_a_visit_off_plan_is_asked_for_on_a_page_and_the_refusal_names_officer_and_tie(client):
    [firm] = make.city("D")
    by = signed_in(client, "inspector", "G-ME")
    one, two, tied = (make.officer(f"G-0{n}") for n in range(3))
    services.declare_tie(by=by, officer=tied, uscc=firm.uscc, ground="kin", on=make.ON)
    refused = ask(client, firm, [one, tied]).content.decode()
    assert "回避关系（演示G-02，近亲属任职或持股）" in refused
    assert "检查完成日已过" in ask(client, firm, [one, two], due="2026-03-01").content.decode()
    assert not OffPlan.objects.exists()
    assert ask(client, firm, [one, two]).status_code == 302
    page = client.get(f"/desk/draw/off-plan/{OffPlan.objects.get().pk}/").content.decode()
    assert "由您以外的负责人审批" in page
    assert "批准并派发" not in page
    assert firm.name in client.get("/desk/draw/off-plan/?state=asked&origin=complaint").content.decode()
    assert firm.name not in client.get("/desk/draw/off-plan/?state=approved").content.decode()


def test_an_asking_of_another_district_is_not_shown(client, operator, inspectors):  # noqa: F811
    [firm] = make.city("D")
    asked = services.ask_off_plan(
        by=operator, agency=make.bureau(), entity=firm, origin="complaint", reason="来电", items=["reg-name"], officers=inspectors[:2], due=make.ON, on=make.ON
    )
    stranger = signed_in(client, "leader", "F-LEAD")
    stranger.agency = make.bureau("120101")
    stranger.save()
    assert client.get(f"/desk/draw/off-plan/{asked.pk}/").status_code == 404
    assert client.post(f"/desk/inspection/off-plan/{asked.pk}/decide/", {"approved": "yes"}).status_code == 404
