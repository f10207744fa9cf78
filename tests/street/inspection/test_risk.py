"""A score orders visits inside strata at most, a part by lot stays, and every quarter says what the score was worth."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from django.core.cache import cache

from hengjian.ground.kit import clock
from hengjian.street.inspection import auditing, backtest, queries, risk
from hengjian.street.inspection.errors import NoScore
from hengjian.street.inspection.models import Ordering, RiskReport, Visit
from tests import factories_inspection as make

from .test_pages import enter

RNG = np.random.default_rng(5)


def world(*, visits=1200, firms=300, strict=0.0, arm_share=0.5, habits=True, seed=11):
    """Visits over two years at firms with habits; inspector 0 finds `strict` more than the others."""
    chances = np.random.default_rng(seed)
    firm = chances.integers(0, firms, visits)
    habit = np.where(np.arange(firms) % 3 == 0, 0.6, 0.1) if habits else np.full(firms, 0.25)
    inspector = chances.integers(0, 6, visits)
    chance = np.clip(habit[firm] + strict * (inspector == 0), 0, 0.95)
    day = np.sort(chances.integers(0, 730, visits)).astype(float)
    made = backtest.Visits(
        firm=firm, day=day, found=chances.random(visits) < chance, inspector=inspector, kind=None, arm=chances.random(visits) < arm_share,
        first="2024-01-01", columns={},
    )  # fmt: skip
    told = {"district": [f"{120101 + n % 4}" for n in firm], "stratum": np.zeros(visits, dtype=int), "teams": [[int(n)] for n in inspector]}
    return made, told


def test_where_firms_have_habits_the_report_finds_the_score_good_and_foretold_as_found():
    visits, told = world()
    body = auditing.audit(visits, 640.0, least=20, **told)
    assert body["score"]["auc"] > 0.65 > 0.55
    assert all(abs(part["z"]) < 4 for part in body["score"]["calibration"])
    assert body["score"]["drift"]["shift"] < auditing.SHIFTED
    assert not body["arms"]["short"]
    noticed = [auditing.audit(made, 640.0, least=20, **more)["inspectors"]["differ"] for made, more in (world(seed=n) for n in range(12))]
    assert sum(noticed) <= 2, "chance alone is seldom taken for a difference"


def test_an_inspector_who_finds_more_than_the_others_is_noticed():
    visits, told = world(strict=0.5, habits=False)
    body = auditing.audit(visits, 500.0, least=20, **told)
    assert body["inspectors"]["differ"]
    assert body["score"]["with_inspectors"] > body["score"]["auc"]


def test_too_small_a_random_arm_is_said_and_a_thin_quarter_is_not_judged():
    visits, told = world(arm_share=0.1)
    body = auditing.audit(visits, 700.0, least=20, **told)
    assert body["arms"]["short"]
    assert auditing.audit(visits, 729.9, least=20, **told)["score"] is None


def test_an_area_where_more_is_found_than_foretold_is_named_first():
    visits, told = world()
    odd = np.array([code == "120102" for code in told["district"]]) & (visits.day >= 600)
    visits.found[odd] = True
    areas = auditing.audit(visits, 600.0, least=20, **told)["score"]["areas"]
    assert areas[0]["code"] == "120102"
    assert areas[0]["z"] > 3


def test_other_firms_than_those_it_learnt_from_are_a_drift():
    assert auditing.shift(RNG.random(1000), RNG.random(400)) < auditing.SHIFTED
    assert auditing.shift(RNG.random(1000), 0.8 + RNG.random(400) / 5) > auditing.SHIFTED


def test_the_quarter_before_a_day_is_the_last_one_that_is_over():
    assert risk.quarter_before(date(2026, 1, 1)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert risk.quarter_before(date(2026, 6, 30)) == (date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def learnt(monkeypatch, db):
    """Two visits are enough here: the score itself is judged above."""
    cache.clear()
    monkeypatch.setattr(backtest, "ENOUGH", 2)
    visits, told = world()
    held = risk.History(visits, told["district"], told["stratum"], told["teams"], date(2024, 1, 1))
    monkeypatch.setattr(risk, "history", lambda seen: held)
    return held


def test_the_order_keeps_a_part_of_every_stratum_by_lot_and_is_made_once(learnt):
    visits = make.visits(quota=12, inspectors=6)
    draw, by = visits[0].pick.draw, visits[0].pick.draw.operator
    made = risk.order_by_score(draw, by=by, at=make.AT)
    assert set(made.ways) >= {"random", "one-line", "score"}
    rows = list(Visit.objects.filter(pick__draw=draw).select_related("pick"))
    for stratum in {visit.pick.stratum for visit in rows}:
        inside = [visit for visit in rows if visit.pick.stratum == stratum]
        assert sorted(visit.turn for visit in inside) == list(range(1, len(inside) + 1))
        assert sum(not visit.by_score for visit in inside) == math.ceil(len(inside) * 20 / 100)
    turns = {visit.pk: visit.turn for visit in rows}
    assert risk.order_by_score(draw, by=by, at=make.AT).pk == made.pk
    assert {visit.pk: visit.turn for visit in Visit.objects.filter(pick__draw=draw)} == turns
    one = make.team(visits[0])[0]
    mine = [visit.turn for visit in queries.mine(one)]
    assert mine == sorted(mine)


def test_too_few_results_order_nothing(db):
    visits = make.visits()
    with pytest.raises(NoScore):
        risk.order_by_score(visits[0].pick.draw, by=visits[0].pick.draw.operator, at=make.AT)
    assert Visit.objects.filter(turn__isnull=False).count() == Ordering.objects.count() == 0


def test_the_trial_is_computed_once_for_each_state_of_the_results(db, monkeypatch):
    cache.clear()
    asked = []
    monkeypatch.setattr(risk, "history", lambda seen: asked.append(1))
    visits = make.visits()
    officer = make.team(visits[0])[0]
    assert [risk.trial(officer) for _ in range(3)] == [None] * 3
    assert len(asked) == 1
    make.record(visits[0])
    risk.trial(officer)
    assert len(asked) == 2


def test_a_quarter_is_reported_once_and_its_page_says_what_the_score_was_worth(client, learnt):
    visits = make.visits()
    make.record(visits[0])
    later = make.at(2026, 4, 1)
    assert risk.report_quarter(on=date(2026, 3, 31), at=make.at(2026, 3, 31)) is None
    made = risk.report_quarter(on=date(2026, 4, 1), at=later)
    assert risk.report_quarter(on=date(2026, 5, 5), at=later).pk == made.pk
    assert (made.since, made.until, RiskReport.objects.count()) == (date(2026, 1, 1), date(2026, 3, 31), 1)
    enter(client, make.officer("L-1", "leader"))
    with clock.frozen(later):
        page = client.get("/desk/inspection/risk/").content.decode()
    assert "2026-01-01 — 2026-03-31" in page
