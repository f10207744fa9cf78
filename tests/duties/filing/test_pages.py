"""The supervision officer sees everybody, a department its own scorecard, and nobody more than his scope."""

from __future__ import annotations

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from hengjian.duties.filing import queries, services
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency
from tests import factories_desk as desk
from tests.duties.filing.test_figures import MARCH, at, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    with clock.frozen(date(2026, 3, 31)):
        yield


@pytest.fixture
def city(settings, tmp_path, today) -> Agency:
    settings.MEDIA_ROOT = tmp_path
    made = Agency.objects.create(code="120000", name="天津市市场监督管理委员会", kind="city-bureau")
    for number in ("120101", "120102"):
        agency = Agency.objects.create(code=number, name=f"演示{number}局", kind="district-bureau", district=number, parent=made)
        send(agency, date(2026, 3, 2), *[date(2026, 3, 2)] * 3)
    send(Agency.objects.get(code="120102"), date(2026, 3, 30), *[date(2026, 3, 3)] * 3)
    return made


def test_the_league_shows_the_worst_first_and_the_whole_is_red(client, city):
    desk.signed_in(client, "supervision-officer", scope="city", at=city)
    page = client.get("/desk/filing/?month=2026-03").content.decode()
    assert page.index("演示120102局") < page.index("演示120101局")
    assert "整体就是红灯" in page
    assert client.get("/desk/filing/sources/120102/penalty/?month=2026-03").status_code == 200
    assert client.get("/desk/filing/?month=2025-13&kind=x").status_code == 200


def test_a_department_sees_its_own_scorecard_and_no_other(client, city):
    desk.signed_in(client, "filing-clerk", scope="unit", at=Agency.objects.get(code="120101"))
    page = client.get("/desk/filing/?month=2026-03").content.decode()
    assert "本机关的归集情况" in page and "演示120102局" not in page
    assert "不取平均" not in page and "逐个来源" in page
    assert client.get("/desk/filing/sources/120102/penalty/").status_code == 404
    assert client.post("/desk/filing/sources/120101/penalty/draw/", {"month": "2026-03"}).status_code == 403
    assert client.post("/desk/filing/reports/", {"month": "2026-02"}).status_code == 403


def test_a_sample_is_drawn_rechecked_row_by_row_and_shown_with_its_interval(client, city):
    desk.signed_in(client, "supervision-officer", scope="city", at=city)
    answer = client.post("/desk/filing/sources/120101/penalty/draw/", {"month": "2026-03"})
    place = answer.headers["Location"]
    page = client.get(f"{place}1/").content.decode()
    assert "销售超过保质期的食品" in page and "5,000.00" in page
    assert client.post(f"{place}1/", {"outcome": "wrong"}).status_code == 422
    assert client.post(f"{place}1/", {"outcome": "wrong", "fields_": ["fine_yuan"], "note": "少一个零"}).headers["Location"] == f"{place}2/"
    client.post(f"{place}2/", {"outcome": "right"})
    assert client.post(f"{place}3/", {"outcome": "unknown"}).headers["Location"] == place
    assert "1 / 2" in client.get(place).content.decode()
    assert set(Trail.objects.values_list("action", flat=True)) >= {"filing.draw_sample", "filing.recheck", "filing.look"}


def test_a_frozen_month_is_a_page_a_sheet_and_a_pdf_and_taking_it_out_is_audited(client, city):
    desk.signed_in(client, "supervision-officer", scope="city", at=city)
    with clock.frozen(date(2026, 4, 12)):
        assert client.get("/desk/filing/reports/2026-03/").status_code == 404
        assert client.post("/desk/filing/reports/", {"month": "2026-03"}).headers["Location"] == "/desk/filing/reports/2026-03/"
        assert "与冻结的数字完全一致" in client.get("/desk/filing/reports/2026-03/?again=1").content.decode()
        assert client.get("/desk/filing/reports/2026-03/report.pdf").content[:5] == b"%PDF-"
        assert client.get("/desk/filing/reports/2026-03/report.xlsx").content[:2] == b"PK"
        book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/desk/filing/figures.xlsx?month=2026-03").content))
        assert book.sheet_names == ["明细", "各机关"]
        assert book.get_sheet_by_name("各机关").to_python()[1][:3] == ["120102", "演示120102局", "红灯"]
        assert client.get("/desk/filing/reports/2026-02/").status_code == 404
    assert Trail.objects.filter(action__startswith="export.filing").count() == 3


def test_a_leader_of_a_district_reads_the_frozen_report_of_his_district_only(client, city):
    services.freeze(month=MARCH, at=at(date(2026, 4, 12)))
    desk.signed_in(client, "leader", scope="district", at=Agency.objects.get(code="120101"))
    page = client.get("/desk/filing/reports/2026-03/").content.decode()
    assert "演示120101局" in page and "演示120102局" not in page
    assert queries.reports().count() == 1


def test_programs_read_the_same_figures_within_their_scope(client, city):
    desk.signed_in(client, "supervision-officer", scope="city", at=city)
    told = client.get("/api/filing/figures?month=2026-03&colour=red").json()
    assert [unit["agency"] for unit in told["units"]] == ["120102", "120101"]
    assert (told["tone"], told["as_of"], told["unread"]) == ("red", "2026-03-31", ["colour"])
    [line] = [line for line in told["sources"] if line["agency"] == "120102"]
    assert (line["late"], line["timed"], line["worst"], sum(line["delays"].values())) == (3, 6, 19.0, 6)
    assert client.get("/api/filing/figures?month=2026-03&kind=licence").json()["sources"] == []
    assert client.get("/api/filing/figures?month=2026-13").status_code == 422
    assert client.get("/api/filing/figures?month=2026-04").status_code == 422
    assert client.get("/api/filing/alarms").json() == []
    assert client.get("/api/filing/reports/2026-03").status_code == 404
    with clock.frozen(date(2026, 4, 15)):
        services.freeze(month=MARCH, at=at(date(2026, 4, 15)))
        [kept] = client.get("/api/filing/reports").json()
        report = client.get("/api/filing/reports/2026-03?kind=penalty").json()
    assert (report["digest"], report["tone"], report["unread"]) == (kept["digest"], "red", ["kind"])


def test_a_department_reads_its_own_figures_over_the_api_and_a_stranger_none(client, city):
    assert client.get("/api/filing/figures").status_code == 401
    desk.signed_in(client, "filing-clerk", scope="unit", at=Agency.objects.get(code="120101"))
    told = client.get("/api/filing/figures?month=2026-03").json()
    assert [unit["agency"] for unit in told["units"]] == ["120101"] and told["tone"] != "red"
