"""Chance is fair: 10,000 simulated draws, exact sums, even pairs, no broken constraint."""

from __future__ import annotations

import collections
import itertools
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.street.draw import lottery, rules

DRAWS = 10_000
STRATA = {"A": [f"91120{n:013d}" for n in range(40)], "B": [f"91120{n:013d}" for n in range(100, 120)]}
RULES = {"A": {"quota": 4, "reserve": 1}, "B": {"quota": 6, "reserve": 1}}


@pytest.fixture(scope="module")
def frequencies():
    counted: collections.Counter[str] = collections.Counter()
    for number in range(DRAWS):
        seed = lottery.sha256(f"simulation {number}")
        counted.update(c.uscc for c in lottery.pick(seed, STRATA, RULES) if not c.reserve)
    return counted


@pytest.mark.parametrize("stratum", STRATA)
def test_no_place_in_the_list_is_favoured(frequencies, stratum):
    codes, quota = STRATA[stratum], RULES[stratum]["quota"]
    p = quota / len(codes)
    # Drawing without replacement: the statistic has n-1 degrees of freedom after division by the finite population factor.
    chi = sum((frequencies[c] - DRAWS * p) ** 2 for c in codes) / (DRAWS * p * (1 - p)) * (len(codes) - 1) / len(codes)
    freedom = len(codes) - 1
    assert abs(chi - freedom) < 4 * math.sqrt(2 * freedom)


@pytest.mark.parametrize("stratum", STRATA)
def test_frequencies_lie_within_three_sigma_of_the_published_odds(frequencies, stratum):
    codes, quota = STRATA[stratum], RULES[stratum]["quota"]
    p = quota / len(codes)
    sigma = math.sqrt(DRAWS * p * (1 - p))
    outside = [c for c in codes if abs(frequencies[c] - DRAWS * p) > 3 * sigma]
    assert outside == []


sizes = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(1, 5000), min_size=1)
shares = st.fractions(min_value=Fraction(1, 1000), max_value=1)


@given(st.data(), sizes)
def test_the_odds_sum_to_the_quota_exactly(data, counts):
    odds = {s: str(data.draw(shares)) for s in counts}
    total = data.draw(st.none() | st.integers(0, sum(counts.values())))
    strata = rules.stratify(counts, odds, total, "1/10")
    drawn = sum(s.quota for s in strata)
    assert sum((s.size * s.probability for s in strata), Fraction(0)) == drawn
    assert total is None or drawn == total
    assert all(0 <= s.quota <= s.size and s.quota + s.reserve <= s.size for s in strata)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=200, unique=True), st.integers(0, 200), st.text(max_size=5))
def test_the_quick_way_to_the_lowest_tickets_is_the_plain_way(numbers, count, seed):
    codes = [f"91120{n:013d}" for n in numbers]
    plain = sorted((lottery.ticket(seed, "A", code), code) for code in codes)[:count]
    assert [(t.hex(), code) for t, code in lottery.lowest(seed, "A", codes, count)] == plain


def test_officers_meet_evenly_and_share_the_load():
    pool = [lottery.Inspector(f"P{n}", frozenset()) for n in range(12)]
    visits = [f"91120{n:013d}" for n in range(13_200)]
    made = lottery.teams("seed", visits, pool, {}, 2, frozenset())
    load = collections.Counter(itertools.chain.from_iterable(made))
    assert max(load.values()) - min(load.values()) <= 1
    pairs = collections.Counter(frozenset(team) for team in made)
    expected, freedom = len(visits) / 66, 65
    chi = sum((pairs[frozenset(pair)] - expected) ** 2 / expected for pair in itertools.combinations(sorted(load), 2))
    assert chi < freedom + 4 * math.sqrt(2 * freedom)


def test_ten_thousand_random_instances_break_no_constraint_and_infeasible_ones_say_why():
    chance, held, refused = random.Random(20260302), 0, collections.Counter()
    for number in range(10_000):
        pool = [lottery.Inspector(f"P{n}", frozenset(chance.sample("xyz", chance.randint(0, 3)))) for n in range(chance.randint(1, 9))]
        visits = [f"91120{n:013d}" for n in range(chance.randint(1, 6))]
        recusals = {v: frozenset(chance.sample([p.number for p in pool], chance.randint(0, len(pool) // 2))) for v in visits}
        size, needed = chance.randint(2, 3), frozenset(chance.sample("xyz", chance.randint(0, 1)))
        able = {p.number for p in pool if needed <= p.fields}
        feasible = all(len(able - recusals[v]) >= size for v in visits)
        try:
            made = lottery.teams(str(number), visits, pool, recusals, size, needed)
        except lottery.Infeasible as gap:
            refused[next(word for word in ("有效证件", "资格", "回避") if word in str(gap))] += 1
            assert not feasible
            continue
        held += 1
        assert feasible
        for visit, team in zip(visits, made, strict=True):
            assert len(set(team)) == size
            assert set(team) <= able - recusals[visit]
    assert held > 2000
    assert set(refused) == {"有效证件", "资格", "回避"}
