"""The class of every past day, every change with its reason: as rules, page, endpoint and spreadsheet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hengjian.ground import policy
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Representative, User
from hengjian.ground.policy.by_row import classify
from hengjian.ground.policy.conditions import Fact
from hengjian.ground.policy.errors import NotInForce
from hengjian.street.assessment import queries, rules, services
from hengjian.street.assessment.spells import spells
from tests.street.assessment.test_pages import officer
from tests.street.assessment.test_services import DAY, USCCS, bureau, firms, own_mirror, record  # noqa: F401

ONE = timedelta(days=1)
BEGUN = date(2014, 6, 1)
KINDS = ["penalty", "penalty", "serious-list", "abnormal-list", "court-defaulter", "annual-report", "honour"]
days = st.integers(0, 4290).map(lambda n: BEGUN + n * ONE)
facts = st.builds(
    Fact, kind=st.sampled_from(KINDS), decided=days, recorded=days, fine=st.none() | st.sampled_from([0, 400_000_00, 600_000_00]),
    confiscated=st.none(), warning_only=st.none() | st.booleans(), ended=st.none() | days, until=st.none() | days,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(facts, max_size=7), st.sampled_from(["tianjin-colours", "national-grades"]), st.data())
def test_every_day_of_a_spell_has_its_class_and_no_turning_day_is_missed(held, family, data):
    law = policy.current()
    found = spells(law, family, held, upto=DAY)
    assert [b.first - a.last for a, b in zip(found, found[1:], strict=False)] == [ONE] * (len(found) - 1)
    asked = {day for each in found for day in (each.first, each.last)} | set(data.draw(st.lists(days, min_size=40, max_size=40)))
    for day in sorted(day for day in asked if found[0].first <= day <= DAY):
        [spell] = [each for each in found if each.first <= day <= each.last]
        [ruleset] = [each for each in rules.in_force(law, day) if each.family == family]
        answer = classify(ruleset, held, day, None, law.at(day).number)
        assert (spell.answer.ruleset.id, spell.answer.code, spell.rules) == (ruleset.id, answer.code, [r.rule.id for r in answer.reasons])


def test_a_window_of_twelve_months_closes_on_the_day_after_its_last():
    """Article by article the window says: a penalty of 29 February counts to the last day of the next February."""
    law = policy.current()
    held = [Fact("penalty", date(2024, 2, 29), date(2024, 2, 29), 100, warning_only=False)]
    for first, last in ((each.first, each.last) for each in spells(law, "national-grades", held, upto=DAY)[:-1]):
        before, after = (spell_code(law, held, day) for day in (last, last + ONE))
        assert before != after
        assert spell_code(law, held, first) == before


def spell_code(law, held, day):
    try:
        [ruleset] = [each for each in rules.in_force(law, day) if each.family == "national-grades"]
    except (ValueError, NotInForce):
        return None
    answer = classify(ruleset, held, day, None, law.at(day).number)
    return answer.code, [(reason.rule.id, reason.records) for reason in answer.reasons]


def test_another_reading_of_the_rules_begins_another_spell():
    held = [Fact("penalty", date(2016, 6, 1), date(2016, 6, 1), 100, warning_only=False)]
    found = spells(policy.current(), "tianjin-colours", held, upto=date(2017, 6, 1))
    assert {each.answer.ruleset.id for each in found if each.last < date(2017, 1, 1)} == {"tianjin-2015"}
    assert next(each for each in found if each.first == date(2017, 1, 1)).answer.ruleset.id == "tianjin-2017"


def test_a_firm_has_no_class_before_it_was_established():
    [only] = spells(policy.current(), "tianjin-colours", [], upto=DAY, since=date(2024, 5, 6))
    assert (only.first, only.last) == (date(2024, 5, 6), DAY)
    assert spells(policy.current(), "tianjin-colours", [], upto=DAY, since=DAY + ONE) == []


@pytest.fixture
def told(firms, bureau, settings, tmp_path):  # noqa: F811
    """A serious listing of 6 January, told on 20 January, ended on 10 February; a run before, between and after."""
    settings.DATA = tmp_path
    firm = firms[2]
    for day in (date(2026, 1, 15), date(2026, 1, 21)):
        if day.day == 21:
            listing = record(firm, bureau, "serious-list", date(2026, 1, 6), recorded=datetime(2026, 1, 20, 4, tzinfo=UTC))
        services.recompute_all(on=day)
    record(firm, bureau, "end", date(2026, 2, 10), refers=listing, recorded=datetime(2026, 2, 10, 4, tzinfo=UTC))
    services.recompute_all(on=date(2026, 2, 11))
    with clock.frozen(datetime(2026, 3, 2, 12, tzinfo=clock.SHANGHAI)):
        yield firm


@pytest.fixture
def legal(client, bureau):  # noqa: F811
    client.force_login(officer("legal-officer", bureau))
    return client


pytestmark = pytest.mark.django_db


def codes(found):
    return [(each.first, each.answer.code) for each in found]


def test_the_past_is_told_as_known_now_and_as_known_then(told):
    now = queries.spells_of(told, upto=DAY)
    assert codes(now)[:3] == [(date(2026, 2, 10), "green"), (date(2026, 1, 6), "red"), (date(2017, 1, 1), "green")]
    before = queries.spells_of(told, upto=date(2026, 1, 19), known=date(2026, 1, 19))
    assert {each.answer.code for each in before} == {"green"}
    between = queries.spells_of(told, upto=DAY, known=date(2026, 2, 1))
    assert codes(between)[0] == (date(2026, 1, 6), "red")


def test_a_run_writes_only_what_changed_and_each_change_keeps_its_reason(told):
    found = [(each.on, each.before, each.after, each.reasons) for each in queries.history(told) if each.ruleset == "tianjin-2017"]
    assert [line[:3] for line in found] == [(date(2026, 2, 11), "red", "green"), (date(2026, 1, 21), "green", "red")]
    assert found[1][3] == queries.explain(told, on=date(2026, 1, 21), known=date(2026, 1, 21)).as_json()["reasons"][0]["rule"].split()
    assert [run.written for run in services.recompute_all(on=date(2026, 2, 11))] == [0, 0]


def test_the_page_shows_both_and_a_day_is_asked_for(legal, told):
    page = legal.get(f"/desk/assessment/{told.uscc}/history/").content.decode()
    assert page.index("2026-02-10") < page.index("2026-01-06")
    assert "当时算出的变动" in page
    assert "2026-01-21" in page
    then = legal.get(f"/desk/assessment/{told.uscc}/history/?on=2026-01-19&known=2026-01-19").content.decode()
    assert "以下是截至 2026-01-19 的每一天" in then
    spells_then, _found = then.split("当时算出的变动", 1)
    assert "2026-01-06" not in spells_then


def test_the_endpoint_says_the_same(legal, told):
    answer = legal.get(f"/api/assessment/entities/{told.uscc}/history").json()
    assert [(each["first"], each["code"]) for each in answer["spells"][:2]] == [("2026-02-10", "green"), ("2026-01-06", "red")]
    assert answer["spells"][1]["reasons"][0]["records"]
    assert [(each["before"], each["after"]) for each in answer["changes"]] == [("red", "green"), ("green", "red")]
    asked = {"first": "2026-01-01", "last": "2026-01-31"}
    [moved] = legal.get("/api/assessment/changes", asked).json()
    assert (moved["uscc"], moved["after"]) == (told.uscc, "red")


def test_spells_and_changes_go_out_as_spreadsheets_and_it_is_known_who_took_them(legal, told, tmp_path):
    for address, action, column in (
        (f"/desk/assessment/{told.uscc}/history.xlsx?on=2026-03-02", "export.class-history", 3),
        ("/desk/assessment/changes.xlsx?first=2026-01-01&last=2026-03-01", "export.class-changes", 4),
    ):
        (tmp_path / "out.xlsx").write_bytes(legal.get(address).content)
        lines = CalamineWorkbook.from_path(tmp_path / "out.xlsx").get_sheet_by_index(0).to_python()
        assert len(lines) > 2
        assert lines[1][column] in ("green", "良好")
        assert Trail.objects.filter(action=action).count() == 1


def test_the_changes_of_a_city_are_listed_by_period_and_class(legal, told):
    page = legal.get("/desk/assessment/changes/?first=2026-01-01&last=2026-01-31").content.decode()
    assert told.uscc in page
    assert told.uscc not in legal.get("/desk/assessment/changes/?first=2026-01-01&last=2026-01-31&after=black").content.decode()
    assert legal.get("/desk/assessment/changes/?first=zzz").status_code == 200


def test_another_district_sees_neither_history_nor_changes(client, told):
    other = Agency.objects.create(code="120119", name="蓟州区市场监督管理局", district="120119")
    client.force_login(officer("inspector", other, scope="district"))
    for address in (f"/desk/assessment/{told.uscc}/history/", f"/desk/assessment/{told.uscc}/history.xlsx", f"/api/assessment/entities/{told.uscc}/history"):
        assert client.get(address).status_code == 404
    assert told.uscc not in client.get("/desk/assessment/changes/?first=2026-01-01").content.decode()


def test_a_firm_sees_its_own_history_alone(client, told):
    user = User.objects.create_user("firm", password="x")
    Representative.objects.create(user=user, uscc=told.uscc)
    client.force_login(user)
    page = client.get("/counter/assessment/history/?known=2026-02-01&on=2026-03-01").content.decode()
    assert "只算 2026-02-01 以前已经入账的记录" in page
    assert "2026-01-06" in page
    assert "A–D" not in page
