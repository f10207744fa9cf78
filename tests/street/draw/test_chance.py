"""Chance is fair: 10,000 simulated draws, exact sums, even pairs, no broken constraint."""

from __future__ import annotations

import collections
import itertools
import math
import random
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.street.draw import lottery, rules

DRAWS = 10_000
SIZES, ODDS = {"A": 40, "B": 17, "C": 5, "D": 3}, {"A": "1/100", "B": "3/100", "C": "1/10", "D": "3/10"}
STRATA = {s: [f"91120{k}{n:012d}" for n in range(size)] for k, (s, size) in enumerate(SIZES.items())}
WANTED = rules.stratify(SIZES, ODDS, 3)
RULES = {"protocol": lottery.PROTOCOL, "strata": rules.recorded(WANTED), "reserve": "1/10"}
CHANCE = {s.name: float(s.probability) for s in WANTED}


@pytest.fixture(scope="module")
def draws():
    """10,000 draws of three firms from four strata, of which each gives less than two on average."""
    made = []
    for number in range(DRAWS):
        seed = lottery.sha256(f"simulation {number}")
        made.append([c for c in lottery.pick(seed, STRATA, lottery.takes(seed, RULES)) if not c.reserve])
    return made


@pytest.fixture(scope="module")
def frequencies(draws):
    return collections.Counter(c.uscc for drawn in draws for c in drawn)


def test_every_draw_takes_exactly_the_quota_and_each_stratum_its_share_rounded_down_or_up(draws):
    for drawn in draws:
        given = collections.Counter(c.stratum for c in drawn)
        assert given.total() == 3
        assert all(math.floor(s.expected) <= given[s.name] <= math.ceil(s.expected) for s in WANTED)


def test_small_strata_are_drawn_as_often_as_published_alone_and_together(draws):
    """Largest remainders would never draw the smallest stratum of this frame."""
    assert 0 in lottery.whole_quotas(SIZES, ODDS, 3).values()
    seen = collections.Counter(c.stratum for drawn in draws for c in drawn)
    for s in WANTED:
        p = float(s.expected % 1)
        assert abs(seen[s.name] - DRAWS * float(s.expected)) <= 3 * math.sqrt(DRAWS * p * (1 - p))
    together = collections.Counter(pair for drawn in draws for pair in itertools.combinations(sorted({c.stratum for c in drawn}), 2))
    assert all(together[pair] > 0 for pair in itertools.combinations("ABCD", 2))


@pytest.mark.parametrize("stratum", STRATA)
def test_no_place_in_the_list_is_favoured(draws, frequencies, stratum):
    """Given how many were drawn, every position is as likely: chi-square with n-1 degrees of freedom."""
    codes, freedom = STRATA[stratum], len(STRATA[stratum]) - 1
    given = [sum(c.stratum == stratum for c in drawn) for drawn in draws]
    mean, n = sum(given) / len(codes), len(codes)
    spread = sum(k * (n - k) / (n * (n - 1)) for k in given)  # each draw is without replacement
    chi = sum((frequencies[c] - mean) ** 2 for c in codes) / spread
    assert abs(chi - freedom) < 4 * math.sqrt(2 * freedom)


@pytest.mark.parametrize("stratum", STRATA)
def test_frequencies_lie_within_three_sigma_of_the_published_odds(frequencies, stratum):
    p = CHANCE[stratum]
    sigma = math.sqrt(DRAWS * p * (1 - p))
    outside = [c for c in STRATA[stratum] if abs(frequencies[c] - DRAWS * p) > 3 * sigma]
    assert outside == []


sizes = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(1, 5000), min_size=1)
shares = st.fractions(min_value=Fraction(1, 1000), max_value=1)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no fault of the sums
@given(st.data(), sizes)
def test_the_odds_sum_to_the_quota_exactly(data, counts):
    odds = {s: str(data.draw(shares)) for s in counts}
    total = data.draw(st.none() | st.integers(1, sum(counts.values())))
    seed = data.draw(st.text(max_size=5))
    strata = rules.stratify(counts, odds, total)
    number = sum((s.size * s.probability for s in strata), Fraction(0))
    assert number == rules.drawn(strata) == sum(lottery.allot(seed, {s.name: s.expected for s in strata}).values())
    wanted = sum(n * Fraction(odds[s]) for s, n in counts.items())
    assert number == (total or math.ceil(wanted))
    assert all(0 < s.probability <= 1 for s in strata)  # nobody on the list has no chance
    taken = lottery.takes(seed, {"protocol": lottery.PROTOCOL, "strata": rules.recorded(strata), "reserve": "1/10"})
    assert all(taken[s.name].quota + taken[s.name].reserve <= s.size for s in strata)


def test_odds_of_zero_are_refused_and_named():
    with pytest.raises(lottery.Infeasible, match="不超过 100%：C；不抽查的类别请从范围中去掉"):
        rules.stratify({"A": 5, "C": 5}, {"A": "1/2", "C": "0"}, None)


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
    """One to three departments, each with its own officers, fields and size of team."""
    chance, held, wrongly, refused = random.Random(20260302), 0, 0, collections.Counter()
    for number in range(10_000):
        pool, parts = [], []
        for agency in "甲乙丙"[: chance.choice((1, 1, 1, 2, 3))]:
            parts.append({"agency": agency, "size": chance.randint(2, 3), "fields": chance.sample("xyz", chance.randint(0, 1))})
            for n in range(chance.randint(1, 9)):
                pool.append(lottery.Inspector(f"P{agency}{n}", frozenset(chance.sample("xyz", chance.randint(0, 3))), agency))
        visits = [f"91120{n:013d}" for n in range(chance.randint(1, 6))]
        recusals = {v: frozenset(chance.sample([p.number for p in pool], chance.randint(0, len(pool) // 3))) for v in visits}
        able = {p["agency"]: {o.number for o in pool if o.agency == p["agency"] and set(p["fields"]) <= o.fields} for p in parts}
        feasible = all(len(able[p["agency"]] - recusals[v]) >= p["size"] for p in parts for v in visits)
        try:
            made = lottery.joint_teams(str(number), visits, pool, recusals, parts)
        except lottery.Infeasible as gap:
            refused[next(word for word in ("有效证件", "资格", "回避") if word in str(gap))] += 1
            unnamed = len(parts) > 1 and not any(p["agency"] in str(gap) for p in parts)
            wrongly += feasible or unnamed
            continue
        held += 1
        assert feasible
        for visit, team in zip(visits, made, strict=True):
            assert len(set(team)) == len(team) == sum(p["size"] for p in parts)
            assert all(len(set(team) & able[p["agency"]]) == p["size"] for p in parts)
            assert not set(team) & recusals[visit]
        for p in parts:
            load = collections.Counter(o for team in made for o in team if o in able[p["agency"]])
            if not any(recusals[v] & able[p["agency"]] for v in visits):
                assert max(load.values()) - min(load.get(o, 0) for o in able[p["agency"]]) <= 1
    assert wrongly == 0
    assert held > 2000
    assert set(refused) == {"有效证件", "资格", "回避"}
