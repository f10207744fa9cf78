"""What a draw says of those it did not visit: true on average, and as uncertain as it says."""

from __future__ import annotations

import numpy as np
import pytest

from hengjian.street.inspection import estimates
from hengjian.street.inspection.estimates import Sample, estimate

SIZES, QUOTAS, RATES = (4_000, 1_500, 600, 90), (120, 90, 80, 60), (0.04, 0.10, 0.30, 0.60)


def city(seed: int = 7):
    """Strata, findings and districts of a city of which everything is known."""
    chance = np.random.default_rng(seed)
    stratum = np.repeat(np.arange(4), SIZES)
    found = np.concatenate([np.arange(n) < round(n * r) for n, r in zip(SIZES, RATES, strict=True)])
    return stratum, found, chance.random(len(stratum)) < 0.3


def drawn(stratum, found, chance, quotas=QUOTAS, seen=None):
    """One stratified draw: rows and the sample they make."""
    rows = np.concatenate([chance.choice(np.flatnonzero(stratum == h), n, replace=False) for h, n in enumerate(quotas)])
    size = np.array(SIZES, dtype=float)[stratum[rows]]
    return rows, Sample(stratum[rows], size, np.array(quotas)[stratum[rows]] / size, np.ones(len(rows), bool) if seen is None else seen[rows], found[rows])


def test_the_interval_covers_the_truth_in_95_of_100_draws():
    stratum, found, district = city()
    chance, whole, part = np.random.default_rng(2026), [], []
    for _ in range(2_000):
        rows, sample = drawn(stratum, found, chance)
        for domain, kept in ((None, whole), (district[rows], part)):
            made = estimate(sample, domain)
            truth = found.mean() if domain is None else found[district].mean()
            kept.append((made.rate, made.low <= truth <= made.high, made.against, made.against_error))
    for kept, truth, firms in ((whole, found.mean(), found.sum()), (part, found[district].mean(), found[district].sum())):
        rates, covered, totals, errors = map(np.array, zip(*kept, strict=True))
        assert 0.93 <= covered.mean() <= 0.97
        assert abs(rates.mean() - truth) < 0.002
        assert abs(totals.mean() / firms - 1) < 0.02
        assert abs(np.sqrt((errors**2).mean()) / totals.std() - 1) < 0.07


@pytest.mark.parametrize(("rate", "size", "quota"), [(0.02, 400, 60), (0.5, 200, 40), (0.97, 300, 50)])
def test_rare_and_common_findings_in_small_samples_are_covered_too(rate, size, quota):
    found = np.arange(size) < round(size * rate)
    chance, covered = np.random.default_rng(11), 0
    for _ in range(2_000):
        rows = chance.choice(size, quota, replace=False)
        made = estimate(Sample(np.zeros(quota, np.int64), np.full(quota, float(size)), np.full(quota, quota / size), np.ones(quota, bool), found[rows]))
        covered += made.low <= found.mean() <= made.high
    assert 0.93 <= covered / 2_000 <= 0.985


def test_who_is_drawn_less_often_counts_for_more():
    """D is drawn thirty times as often as A: the plain share of findings would be far too high."""
    stratum, found, _district = city()
    _rows, sample = drawn(stratum, found, np.random.default_rng(3))
    made = estimate(sample)
    assert sample.found.mean() > 2 * found.mean()
    assert abs(made.rate - found.mean()) < 0.05


def test_reserves_make_the_sample_larger_and_each_chance_with_it():
    assert estimates.with_reserves(0.02, 20, 5) == pytest.approx(0.025)
    assert estimates.with_reserves(0.9, 9, 3) == 1.0


def test_a_census_has_no_uncertainty_and_nothing_seen_has_no_rate():
    everybody = Sample(np.zeros(4, np.int64), np.full(4, 4.0), np.ones(4), np.ones(4, bool), np.array([True, False, False, False]))
    made = estimate(everybody)
    assert (made.rate, made.low, made.high, made.error) == (0.25, 0.25, 0.25, 0.0)
    unseen = estimate(Sample(everybody.stratum, everybody.size, everybody.probability, np.zeros(4, bool), everybody.found))
    assert (unseen.rate, unseen.coverage, unseen.firms) == (None, 0.0, 4.0)


def test_no_finding_in_a_few_visits_does_not_prove_that_there_is_none():
    few = Sample(np.zeros(20, np.int64), np.full(20, 1000.0), np.full(20, 0.02), np.ones(20, bool), np.zeros(20, bool))
    made = estimate(few)
    assert (made.rate, made.low) == (0.0, 0.0)
    assert 0.1 < made.high < 0.2


def test_strata_with_a_single_pick_still_show_their_spread():
    one_each = Sample(np.arange(10), np.full(10, 50.0), np.full(10, 0.02), np.ones(10, bool), np.arange(10) < 3)
    made = estimate(one_each)
    assert made.rate == pytest.approx(0.3)
    assert made.error > 0.1


def test_results_still_missing_are_left_out_and_said():
    stratum, found, _district = city()
    seen = np.random.default_rng(5).random(len(stratum)) < 0.6
    made = estimate(drawn(stratum, found, np.random.default_rng(4), seen=seen)[1])
    assert 0.5 < made.coverage < 0.7
    assert made.thin
    assert made.low <= found.mean() <= made.high


def teams_of(count: int, officers: int, seed: int):
    chance = np.random.default_rng(seed)
    return [tuple(chance.choice(officers, 2, replace=False)) for _ in range(count)]


def test_an_inspector_who_never_finds_anything_is_noticed_and_chance_is_not():
    chance = np.random.default_rng(8)
    stratum, teams = np.repeat(np.arange(2), 400), teams_of(800, 10, 9)
    fair = chance.random(800) < np.where(stratum == 0, 0.1, 0.4)
    blind = fair & np.array([0 not in team for team in teams])
    assert not estimates.inspectors(fair, stratum, teams).differ
    assert estimates.inspectors(blind, stratum, teams).differ
    noticed = estimates.inspectors(blind, stratum, teams)
    assert (noticed.chance, noticed.effects[0].officer) == (0.001, 0)
    assert noticed.effects[0].z < -3


def test_a_fair_draw_is_seldom_called_unfair():
    chance, alarms = np.random.default_rng(12), 0
    stratum, teams = np.zeros(120, np.int64), teams_of(120, 6, 13)
    for n in range(200):
        alarms += estimates.inspectors(chance.random(120) < 0.3, stratum, teams, seed=n, shuffles=99).chance <= 0.05
    assert alarms <= 20


def test_an_area_is_visited_as_often_as_its_chances_say():
    """Thirty of a thousand D and twenty of a thousand A: an area with half of the D expects sixteen of fifty, not twenty-five."""
    strata = [(30, 1000, 500), (20, 1000, 50)]
    assert estimates.parity(16, strata) == estimates.Parity(16.0, 16, 0.0)
    assert estimates.parity(30, strata).z > 4
    assert (estimates.parity(16, strata).far, estimates.parity(30, strata).far, estimates.parity(2, strata).far) == (False, True, True)
