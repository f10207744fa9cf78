"""A score is judged on visits later than all it learnt from, beside a one-line rule and a random order."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from hengjian.street.inspection import backtest, scoring

FIRST = date(2024, 1, 1)


def written(path, *, habit: float = 0.0, strictness: float = 0.0, visits: int = 1500, firms: int = 250, seed: int = 5):
    """A made-up file. `habit`: how much firms differ; `strictness`: how much inspectors do."""
    chance = np.random.default_rng(seed)
    bad, strict = chance.normal(0, 1, firms) * habit, chance.normal(0, 1, 8) * strictness
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["uscc", "检查日期", "发现问题", "inspector", "arm"])
        for day in np.sort(chance.integers(0, 900, visits)):
            firm, who = chance.integers(firms), chance.integers(8)
            found = chance.random() < 1 / (1 + np.exp(1.0 - bad[firm] - strict[who]))
            out.writerow([f"F{firm}", FIRST + timedelta(days=int(day)), "是" if found else "否", f"P{who}", "random" if chance.random() < 0.4 else "risk"])
    return path


def tried(path, **how) -> dict[str, backtest.Way]:
    return {way.name: way for way in backtest.run(backtest.read(path, **how)).ways}


def test_where_firms_have_habits_the_score_finds_breaches_sooner(tmp_path):
    ways = tried(written(tmp_path / "a.csv", habit=2.0))
    assert ways["score"].auc > 0.7
    assert ways["score"].days > 3
    assert ways["score"].first > 0.35 > ways["random"].first
    assert ways["score"].auc >= ways["one-line"].auc > 0.6
    assert abs(ways["random"].auc - 0.5) < 0.06
    assert abs(ways["score"].auc - ways["score-with-inspector"].auc) < 0.03


def test_where_only_inspectors_differ_a_score_without_them_is_worth_nothing_and_says_so(tmp_path):
    ways = tried(written(tmp_path / "a.csv", strictness=2.0))
    assert abs(ways["score"].auc - 0.5) < 0.08
    assert ways["score-with-inspector"].auc > 0.65


def test_nothing_of_the_window_or_of_the_future_is_known(tmp_path):
    visits = backtest.read(written(tmp_path / "a.csv", habit=1.0))
    known = backtest.features(visits)
    for window in (3, 7):
        later = visits.day // backtest.WINDOW >= window
        other = backtest.features(replace(visits, found=np.where(later, ~visits.found, visits.found)))
        before = known.window <= window
        assert (other.plain[before] == known.plain[before]).all()
        assert (other.inspector[before] == known.inspector[before]).all()
        assert (other.plain[~before] != known.plain[~before]).any()


def test_a_firm_stands_once_in_a_window_and_no_window_on_both_sides(tmp_path):
    visits = backtest.read(written(tmp_path / "a.csv", firms=40))
    known = backtest.features(visits)
    assert len({(visits.firm[n], w) for n, w in zip(known.row, known.window, strict=True)}) == len(known.row) < len(visits.day)
    trial = backtest.run(visits)
    assert trial.train + trial.test == len(known.row)
    assert known.window[trial.train - 1] < known.window[trial.train]


def test_the_random_arm_is_told_apart(tmp_path):
    drawn, score = backtest.run(backtest.read(written(tmp_path / "a.csv", habit=2.0))).arm
    assert drawn > 100
    assert score > 0.65


def test_a_column_that_is_missing_is_named_with_those_there_are(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("firm,when,found\nA,2024-01-01,1\n")
    with pytest.raises(backtest.BadInspections, match="day.*--day.*firm、when、found"):
        backtest.read(path)
    with pytest.raises(backtest.BadInspections, match="不足五十次"):
        backtest.read(path, {"day": "when"})
    with pytest.raises(backtest.BadInspections, match="没有这个文件"):
        backtest.read(tmp_path / "none.csv")


def test_parquet_american_days_and_counts_are_read(tmp_path):
    import duckdb

    target = tmp_path / "a.parquet"
    rows = "SELECT 'E' || i % 9 AS establishmentid, strftime(DATE '2020-01-31' + (i * 3)::INTEGER, '%m/%d/%Y') AS inspection_date, i % 3 AS criticalcount FROM range(90) t(i)"
    duckdb.sql(f"COPY ({rows}) TO '{target}'")
    visits = backtest.read(target)
    assert (visits.first, visits.day[1], visits.found[:3].tolist()) == ("2020-01-31", 3.0, [False, True, True])
    assert visits.inspector is None
    with pytest.raises(backtest.BadInspections, match="全都相同"):
        backtest.read(target, where="found=1")


def test_the_area_under_the_curve_counts_ties_as_half():
    assert scoring.auc(np.array([1.0, 2, 3, 4]), np.array([False, False, True, True])) == 1.0
    assert scoring.auc(np.ones(4), np.array([False, False, True, True])) == 0.5
    assert scoring.auc(np.ones(3), np.ones(3, bool)) is None


def test_days_are_gained_within_a_window_only():
    day, window = np.array([0.0, 10, 20, 60, 70]), np.array([0.0, 0, 0, 1, 1])
    found = np.array([False, False, True, False, True])
    best = np.array([0.1, 0.2, 0.9, 0.3, 0.8])
    assert scoring.days_gained(best, found, day, window) == 15.0
    assert scoring.days_gained(np.ones(5), found, day, window) == 0.0
    assert scoring.hits_in_first(best, found, window, 0.5) == 1.0
    assert scoring.hits_in_first(np.ones(5), found, window, 0.5) == pytest.approx(0.5)


def test_the_fit_finds_the_weights_that_made_the_data():
    chance = np.random.default_rng(1)
    rows = chance.normal(0, 1, (20_000, 2))
    found = chance.random(20_000) < 1 / (1 + np.exp(1 - 2 * rows[:, 0] + rows[:, 1]))
    model = scoring.fit(("a", "b"), rows, found)
    assert model.weights == pytest.approx([-1, 2, -1], abs=0.1)
    assert scoring.fit(("a", "b"), np.ones((100, 2)), found[:100]).score(np.ones((1, 2)))[0] == pytest.approx(found[:100].mean(), abs=0.01)


def test_the_command_prints_every_way_and_one_json_object(tmp_path):
    path = written(tmp_path / "a.csv", habit=2.0)
    run = [sys.executable, "-m", "hengjian", "risk", "backtest", str(path)]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3] / "src")}
    text = subprocess.run(run, capture_output=True, text=True, check=True, env=env).stdout
    assert all(word in text for word in ("one-line rule", "score with inspector", "days gained", "AUC"))
    told = json.loads(subprocess.run([*run, "--json"], capture_output=True, text=True, check=True, env=env).stdout)
    assert [way["name"] for way in told["ways"]] == ["random", "one-line", "score", "score-with-inspector"]
