"""Pages and endpoints: why a firm has its class, the city behind each figure, the way back, a trial from a page."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Holding, Officer, Representative, User
from hengjian.street.assessment import running, services
from hengjian.street.register.models import Entity
from tests.street.assessment.test_services import DAY, USCCS, bureau, firms, own_mirror, record  # noqa: F401

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=clock.SHANGHAI)


def officer(post: str, agency: Agency, scope: str = "city", number: str = "") -> User:
    user = User.objects.create_user(number or post, password="x")
    made = Officer.objects.create(number=number or post, name="演示", agency=agency, scope=scope, user=user)
    Holding.objects.create(officer=made, post=post)
    return user


@pytest.fixture(autouse=True)
def city(firms, bureau, settings, tmp_path):  # noqa: F811
    settings.DATA = tmp_path
    Entity.objects.filter(pk=firms[0].pk).update(district="120101", industry="F52")
    Entity.objects.filter(pk__in=[firms[1].pk, firms[2].pk]).update(district="120116")
    record(firms[0], bureau, "penalty", fine_fen=800_000, warning_only=False, body={"kind_of_penalty": ["罚款"]})
    record(firms[0], bureau, "penalty", date(2026, 1, 9), fine_fen=None, warning_only=None, body={"kind_of_penalty": ["罚款"]})
    record(firms[1], bureau, "serious-list")
    services.recompute_all(on=DAY)
    with clock.frozen(NOON):
        yield


@pytest.fixture
def legal(client, bureau):  # noqa: F811
    client.force_login(officer("legal-officer", bureau))
    return client


def test_the_page_keeps_both_classifications_apart_and_names_rule_article_record_and_gap(legal):
    page = legal.get(f"/desk/assessment/{USCCS[0]}/").content.decode()
    colours, grades = page.split('id="national-grades"')
    assert "受到行政处罚（警告除外）不超过五次" in colours
    assert "天津市市场主体信用风险分类办法" in colours
    assert "8,000" in colours or "8000" in colours
    assert "缺：" in colours
    assert "有行政处罚记录" in grades
    assert "tianjin-2017.yellow.penalties" not in grades


def test_a_day_is_replayed_as_known_then_and_under_another_version(legal, firms, bureau):  # noqa: F811
    record(firms[2], bureau, "court-defaulter", recorded=datetime(2026, 3, 9, 20, tzinfo=UTC))  # 10 March in Tianjin

    def class_on(**asked: str) -> str:
        [colours] = [x for x in legal.get(f"/api/assessment/entities/{USCCS[2]}/explain", asked).json() if x["public"]]
        return colours["class"]

    assert [class_on(on="2026-03-02", known=f"2026-03-{day:02d}") for day in (9, 10)] == ["green", "black"]
    assert class_on(on="2026-03-02", ruleset="tianjin-2015") == "green"
    page = legal.get(f"/desk/assessment/{USCCS[2]}/?on=2026-03-02&known=2026-03-09&ruleset=tianjin-2017").content.decode()
    assert "以下是 2026-03-02 的类别" in page


def test_an_officer_of_another_district_gets_no_answer(client, bureau):  # noqa: F811
    other = Agency.objects.create(code="120119", name="蓟州区市场监督管理局", district="120119")
    client.force_login(officer("inspector", other, scope="district"))
    for address in (f"/desk/assessment/{USCCS[0]}/", f"/api/assessment/entities/{USCCS[0]}", f"/desk/assessment/{USCCS[0]}/way-back/"):
        assert client.get(address).status_code == 404
    assert client.get("/api/assessment/distribution").json() == []


def test_every_figure_of_the_distribution_opens_exactly_its_rows(legal):
    [whole] = legal.get("/api/assessment/distribution").json()
    assert whole["classes"] == {"green": 1, "yellow": 1, "red": 1, "black": 0}
    places = {each["code"]: each["classes"] for each in legal.get("/api/assessment/distribution?by=district").json()}
    assert places["120116"] == {"green": 1, "yellow": 0, "red": 1, "black": 0}
    page = legal.get("/desk/assessment/rows/?code=red&district=120116").content.decode()
    assert USCCS[1] in page
    assert USCCS[2] not in page
    assert legal.get("/desk/assessment/").status_code == 200


def test_the_rows_go_out_as_a_spreadsheet_and_it_is_known_who_took_them(legal, tmp_path):
    answer = legal.get("/desk/assessment/rows.xlsx?family=national-grades&code=D")
    (tmp_path / "rows.xlsx").write_bytes(answer.content)
    lines = CalamineWorkbook.from_path(tmp_path / "rows.xlsx").get_sheet_by_index(0).to_python()
    assert [line[0] for line in lines[1:]] == [USCCS[1]]
    assert Trail.objects.filter(action="export.assessment").count() == 1


def test_a_change_of_class_is_on_the_time_line(legal, firms, bureau):  # noqa: F811
    record(firms[2], bureau, "abnormal-list")
    services.catch_up(on=DAY)
    page = legal.get(f"/desk/assessment/{USCCS[2]}/").content.decode()
    assert "良好 → 警示" in page


def test_the_firm_sees_its_own_way_back_and_the_officer_the_same(client, legal):
    answer = legal.get(f"/api/assessment/entities/{USCCS[1]}/way-back").json()
    assert {each["class"]: each["without_repair"] for each in answer["returns"]} == {"yellow": "2029-01-06", "green": "2029-01-06"}
    user = User.objects.create_user("firm", password="x")
    Representative.objects.create(user=user, uscc=USCCS[1])
    client.force_login(user)
    page = client.get("/counter/assessment/").content.decode()
    assert "2029-01-06" in page
    assert "移出严重违法失信名单申请书" in page


def test_a_trial_runs_from_the_page_shows_who_moves_and_goes_out_as_a_spreadsheet(legal, monkeypatch):
    whole = running.start
    monkeypatch.setattr(running, "start", lambda **how: whole(**how, wait=True))
    answer = legal.post("/desk/assessment/what-if/", {"on": "2026-03-02", "tianjin-2017.red.penalties": "0"})
    page = legal.get(answer["Location"]).content.decode()
    assert USCCS[0] in page
    assert "除警告外的行政处罚超过五次，不超过十次" in page
    assert legal.get(answer["Location"].rstrip("/") + ".xlsx").status_code == 200


def test_a_trial_that_changes_nothing_is_sent_back(legal):
    page = legal.post("/desk/assessment/what-if/", {"on": "2026-03-02"}).content.decode()
    assert "还没有改动任何数值" in page


def test_a_running_trial_shows_its_progress_and_a_silent_one_is_called_broken_off(legal, settings):
    home = settings.DATA / "what-if" / "20260302-0123abcd"
    home.mkdir(parents=True)
    (home / "state.json").write_text(json.dumps({"state": "running", "done": 2, "total": 8, "what": "比较"}))
    page = legal.get("/desk/assessment/what-if/20260302-0123abcd/", headers={"HX-Request": "true"}).content.decode()
    assert "2 / 8" in page
    import os

    os.utime(home / "state.json", (1, 1))
    assert "试算中断了" in legal.get("/desk/assessment/what-if/20260302-0123abcd/").content.decode()


def test_only_those_who_may_try_rules_do(client, bureau):  # noqa: F811
    client.force_login(officer("inspector", bureau))
    assert client.get("/desk/assessment/what-if/").status_code == 403


SCOPES = ("own", "unit", "below", "district", "custom", "city")


@pytest.mark.parametrize(("home", "scope"), [(home, scope) for home in ("120101", "120116") for scope in SCOPES])
def test_a_trial_names_only_firms_in_the_officers_scope_and_counts_the_whole_city(client, home, scope):
    name = running.start(by=starter(), values={"tianjin-2017.red.penalties": 0}, overlay="", on=DAY, wait=True)
    agency = Agency.objects.create(code=f"{home}-x", name="演示分局", district=home)
    client.force_login(officer("legal-officer", agency, scope, number="reader"))
    address = f"/desk/assessment/what-if/{name}"
    page = client.get(f"{address}/").content.decode()
    sheet = BytesIO(client.get(f"{address}.xlsx").content)
    rows = CalamineWorkbook.from_filelike(sheet).get_sheet_by_name("变动主体").to_python()
    named = home == "120101" or scope == "city"
    assert (USCCS[0] in page, any(USCCS[0] in row for row in rows)) == (named, named)
    assert ("导出全部" in page, Trail.objects.get(action="export.whatif").detail["rows"]) == (False, int(named))
    assert ("另有 1 户在范围之外" in page) is not named
    assert '<td class="num moved">1</td>' in page


def starter() -> Officer:
    agency = Agency.objects.create(code="starter", name="演示总局")
    return Officer.objects.create(number="starter", name="演示", agency=agency, scope="city")
