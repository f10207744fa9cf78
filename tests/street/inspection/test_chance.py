"""The rows an estimate rests on: what was drawn and sent out, by the chances that were published."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people.models import User
from hengjian.street.draw.models import Pick
from hengjian.street.inspection import chance, followups
from hengjian.street.inspection.models import FollowUp, Visit
from tests import factories_inspection as make

pytestmark = pytest.mark.django_db
YEAR = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}


@pytest.fixture(autouse=True)
def day():
    with clock.frozen(make.AT):
        yield


@pytest.fixture
def sent():
    """A draw over good and bad firms: 7 of 60, D drawn more often than A; A is due one firm and D six, no lot is cast."""
    return make.visits(7, entities="A" * 50 + "D" * 10, inspectors=6)


def arm(visits):
    return chance.arm(visits[0].pick.draw.operator, **YEAR)


def test_every_pick_counts_by_its_published_chance_and_the_chances_give_the_frame_back(sent):
    found = arm(sent)
    assert (len(found.rows), found.whole.picked, found.whole.seen, found.whole.rate) == (7, 7, 0, None)
    assert found.whole.firms == pytest.approx(60)
    chances = {row.stratum: row.probability for row in found.rows}
    assert chances["D"] > chances["A"]


def test_findings_among_the_often_drawn_count_for_less_than_their_share_of_visits(sent):
    for visit in sent:
        make.record(visit, make.breach() if visit.pick.stratum == "D" else make.clean())
    found = arm(sent)
    plain = sum(row.found for row in found.rows) / len(found.rows)
    assert found.whole.rate == pytest.approx(10 / 60)
    assert plain > found.whole.rate
    grades = {code: each for code, _title, each in found.by("class")}
    assert (grades["D"].rate, grades["A"].rate) == (1.0, 0.0)
    assert grades["D"].against == pytest.approx(10)


def test_a_firm_that_cannot_be_found_is_a_finding_and_a_result_taken_back_is_none(sent):
    result = make.record(sent[0], make.not_found())
    [row] = [row for row in arm(sent).rows if row.seen]
    assert (row.found, row.visit) == (True, sent[0].pk)
    type(result).objects.filter(pk=result.pk).update(withdrawn=date(2026, 3, 3))
    assert arm(sent).whole.seen == 0


def test_a_reserve_that_was_called_up_makes_every_chance_of_its_stratum_larger(sent):
    before = {row.uscc: row.probability for row in arm(sent).rows}
    reserve = Pick.objects.filter(draw=sent[0].pick.draw, stratum="A", reserve=True).order_by("rank")[0]
    first = next(visit for visit in sent if visit.pick.stratum == "A")
    proceeding = type(first.proceeding).objects.create(
        **{f.attname: getattr(first.proceeding, f.attname) for f in first.proceeding._meta.concrete_fields if f.name not in ("id", "number", "serial")}, number="递补", serial=999
    )
    Visit.objects.create(pick=reserve, entity=reserve.entity, proceeding=proceeding, items=first.items, assigned=first.assigned, due=first.due)
    found = arm(sent)
    n = sum(row.stratum == "A" and not row.reserve for row in found.rows)
    assert len(found.rows) == 8
    assert all(row.probability == pytest.approx(before.get(row.uscc, before[first.pick.uscc]) * (n + 1) / n) for row in found.rows if row.stratum == "A")
    assert found.whole.firms == pytest.approx(60)


def order_of(visit, by):
    day = make.AT.date()
    return FollowUp.objects.create(visit=visit, disposal="order-correct", measure="责令改正", opened=day, due=day, by=by)


def test_visits_outside_every_draw_are_the_other_arm(sent):
    visit = sent[0]
    Visit.objects.filter(pk=visit.pk).update(pick=None)
    make.record(Visit.objects.get(pk=visit.pk), make.breach())
    found = arm(sent)
    assert found.chosen == (1, 1)
    team = make.team(visit)
    again = followups.again(visit, team, by=team[0], at=make.AT, follow_up=order_of(visit, team[0]))
    make.record(again, make.breach(), token="second-look-1")
    assert arm(sent).chosen == (1, 1)  # a second look was not chosen, it follows
    assert visit.entity.uscc not in {row.uscc for row in found.rows if row.seen}


def test_draws_out_of_scope_out_of_the_period_or_not_sent_out_are_left_out(sent):
    stranger = make.officer("X-1", agency=make.make.bureau("120101"))
    assert chance.arm(stranger, **YEAR).rows == ()
    assert chance.arm(sent[0].pick.draw.operator, since=date(2025, 1, 1), until=date(2025, 12, 31)).rows == ()
    waiting = make.drawn_again(sent[0].pick.draw)
    assert waiting.pk not in {draw.pk for draw in arm(sent).draws}


def test_areas_and_inspectors_are_held_against_what_the_strata_let_expect(sent):
    for number, visit in enumerate(sent):
        make.record(visit, make.breach() if number % 3 else make.clean())
    [(code, _title, parity)] = chance.parities(arm(sent))
    assert (code, parity.picked, parity.expected, parity.z) == ("120119", 7, pytest.approx(7), 0.0)
    spread, officers = chance.spread(arm(sent))
    assert sum(effect.visits for effect in spread.effects) == 14
    assert set(officers) == {effect.officer for effect in spread.effects}


def enter(client, officer, *posts):
    officer.user = User.objects.create_user(officer.number, password="x")
    officer.save()
    client.force_login(officer.user)


def test_the_page_shows_the_rate_its_interval_and_the_rows_behind(client, sent):
    for visit in sent:
        make.record(visit, make.breach() if visit.pick.stratum == "D" else make.clean())
    enter(client, sent[0].pick.draw.operator)
    page = client.get("/desk/inspection/estimates/?by=class&rows=D").content.decode()
    for said in ("16.7%", "100.0%", "D 类", "检查人员之间的差别", "结果还太少", "口径", sent[0].entity.name[:4]):
        assert said in page
    assert client.get("/desk/inspection/estimates/?since=2026-03-09&until=2026-03-01").context["form"].errors
    assert "没有派发过的抽取" in client.get("/desk/inspection/estimates/?until=2020-01-01").content.decode()


def test_differences_between_inspectors_are_for_those_who_review(client, sent):
    make.record(sent[0])
    enter(client, make.team(sent[0])[0])
    assert "检查人员之间的差别" not in client.get("/desk/inspection/estimates/").content.decode()


def test_the_export_lets_anybody_recompute_the_rate(client, sent):
    for visit in sent:
        make.record(visit, make.breach() if visit.pick.stratum == "D" else make.clean())
    enter(client, sent[0].pick.draw.operator)
    answer = client.get("/desk/inspection/estimates/rows.xlsx")
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    weight, result = head.index("权重"), head.index("结果")
    assert sum(row[weight] for row in rows if row[result] == "有问题") / sum(row[weight] for row in rows) == pytest.approx(10 / 60)
    assert Trail.objects.get(action="export.estimates").detail["rows"] == 7


def test_the_command_tells_the_same(sent, capsys):
    from hengjian.doors.cli import risk

    for visit in sent:
        make.record(visit, make.breach() if visit.pick.stratum == "D" else make.clean())
    risk.estimate(since="2026-01-01", until="2026-12-31", by="class", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert [(each["code"], round(each["rate"], 3)) for each in told["estimates"]] == [("", 0.167), ("A", 0.0), ("D", 1.0)]
    risk.estimate(since="", until="", by="district")
    assert "16.7%" in capsys.readouterr().out
