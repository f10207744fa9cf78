"""What is decided on paper: whether a penalty is due, the band of a fine, a hearing, the added fine."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.street.casework import amounts, rules

ROWS = [
    {"code": "light", "title": "从轻", "low": 0.0, "high": 0.3}, {"code": "normal", "title": "一般", "low": 0.3, "high": 0.7},
    {"code": "heavy", "title": "从重", "low": 0.7, "high": 1.0}, {"code": "reduced", "title": "减轻"},
]  # fmt: skip


def test_the_shipped_table_joins_without_gap_or_overlap(law):
    items = law.catalogue("discretion-tiers").on(date(2026, 3, 2)).values()
    assert [tier.code for tier in rules.table_of([{"code": i.code, "title": i.title, **i.extra} for i in items])] == ["light", "normal", "heavy"]


@pytest.mark.parametrize(
    ("row", "change", "word"),
    [(1, {"low": 0.2}, "重叠"), (1, {"low": 0.4}, "空档"), (2, {"high": 0.9}, "没有覆盖"), (0, {"high": 0.0}, "不大于下限")],
)
def test_a_table_that_overlaps_or_leaves_a_gap_is_refused(row, change, word):
    broken = [{**one, **(change if place == row else {})} for place, one in enumerate(ROWS)]
    with pytest.raises(rules.BadTable, match=word):
        rules.table_of(broken)


@pytest.mark.parametrize(("code", "least", "most"), [("light", 5_000_000, 6_500_000), ("normal", 6_500_000, 8_500_000), ("heavy", 8_500_000, 10_000_000)])
def test_a_tier_gives_amounts_between_the_lawful_ends(code, least, most):
    band = rules.band_of(rules.table_of(ROWS), code, 5_000_000, 10_000_000)
    assert (band.least, band.most) == (least, most)
    assert band.tier.low < band.tier.high <= Fraction(1)


def test_what_a_rule_says_is_a_sentence_of_the_catalogue_with_places_for_its_facts():
    band = rules.band_of(rules.table_of(ROWS), "light", 5_000_000, 10_000_000)
    assert str(band.why) == "法定幅度 50,000—100,000 元，“从轻”取其 0%—30%"
    english = {band.why.text: "Between %(least)s and %(most)s yuan; %(tier)s takes %(low)s to %(high)s"}
    assert band.why.told(english.get) == "Between 50,000 and 100,000 yuan; 从轻 takes 0% to 30%"
    assert str(rules.worse_than_noticed({"fine": 100}, {"fine": 101})) == "罚款数额高于告知的数额，须重新审核并告知"


def test_a_reduced_penalty_has_no_band():
    assert rules.band_of(rules.table_of(ROWS), "reduced", 0, 100) is None


@pytest.mark.parametrize(
    ("first", "corrected", "harm", "listed", "answer"),
    [
        (True, True, False, False, "may-not"), (True, True, False, True, "must-not"), (False, True, False, True, "must-not"),
        (False, True, False, False, "penalise"), (True, False, False, True, "penalise"), (True, True, True, True, "penalise"),
    ],
)  # fmt: skip
def test_minor_and_first_breaches_are_asked_before_anything_else(first, corrected, harm, listed, answer):
    assert rules.screen(first=first, corrected=corrected, harm=harm, listed=listed).answer == answer


@pytest.mark.parametrize(
    ("penalties", "fine", "is_open"), [(["03"], 9_999_999, False), (["03"], 10_000_000, True), (["10"], 0, True), (["01"], 0, False)]
)
def test_a_hearing_is_open_from_the_threshold_on(penalties, fine, is_open):
    assert rules.hearing_open(penalties, ["10"], fine, 0, 10_000_000) is is_open


DUE = date(2026, 3, 25)


def late(fine, days, payments=(), still=()):
    return amounts.added_fine(fine, DUE, payments, DUE + timedelta(days=days), daily=3, cap=100, still=still).added


@pytest.mark.parametrize(("days", "added"), [(0, 0), (-3, 0), (1, 15_000), (33, 495_000), (34, 500_000), (400, 500_000)])
def test_the_added_fine_is_three_percent_a_day_and_never_above_the_fine(days, added):
    assert late(500_000, days) == added


def test_the_added_fine_follows_what_is_still_owed_and_tells_its_sum():
    paid = [(DUE + timedelta(days=3), 300_000)]
    told = amounts.added_fine(500_000, DUE, paid, DUE + timedelta(days=5), daily=3, cap=100)
    assert told.added == 2 * 15_000 + 3 * 6_000
    assert [(run.days, run.owed) for run in told.stretches] == [(2, 500_000), (3, 200_000)]


@given(st.integers(0, 10**9), st.integers(0, 400), st.lists(st.tuples(st.dates(DUE, date(2027, 3, 1)), st.integers(0, 10**8)), max_size=4))
def test_the_added_fine_never_shrinks_with_time_and_never_passes_the_fine(fine, days, paid):
    before, after = (late(fine, days + n, paid) for n in (0, 1))
    assert 0 <= before <= after <= fine


@pytest.mark.parametrize("text", ["2026-13-01 5", "2026-06-30", "2026-06-30 0", "2026-06-30 5\n2026-06-30 5", "明天 5"])
def test_instalments_that_cannot_be_read_are_refused(text):
    with pytest.raises(amounts.BadSchedule):
        amounts.schedule_of(text)


def test_tiers_follow_from_circumstances_and_conflicts_are_weighed():
    lighter, heavier, none = {"tiers": ["light", "reduced"]}, {"tiers": ["heavy"]}, {"tiers": ["normal"]}
    assert rules.tiers_open([none]) == ({"normal"}, False)
    assert rules.tiers_open([lighter, lighter]) == ({"light", "reduced"}, False)
    assert rules.tiers_open([lighter, heavier]) == ({"light", "reduced", "normal", "heavy"}, True)


@pytest.mark.parametrize(("sales", "stock", "crime"), [(4_999_999, 0, False), (5_000_000, 0, True), (0, 14_999_999, False), (0, 15_000_000, True), (4_000_000, 3_000_000, True), (4_000_000, 2_999_999, False)])
def test_a_crime_is_suspected_from_the_amounts_on(sales, stock, crime):
    assert rules.crime_suspected(sales, stock, {"sales": 5_000_000, "stock": 15_000_000, "combined": 15_000_000}) is crime
