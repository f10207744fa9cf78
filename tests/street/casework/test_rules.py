"""What is decided on paper: whether a penalty is due, the band of a fine, a hearing, the added fine."""

from __future__ import annotations

from fractions import Fraction

import pytest

from hengjian.street.casework import rules

ROWS = [
    {"code": "light", "title": "从轻", "low": 0.0, "high": 0.3}, {"code": "normal", "title": "一般", "low": 0.3, "high": 0.7},
    {"code": "heavy", "title": "从重", "low": 0.7, "high": 1.0}, {"code": "reduced", "title": "减轻"},
]  # fmt: skip


def test_the_shipped_table_joins_without_gap_or_overlap(law):
    from datetime import date

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


@pytest.mark.parametrize(("days", "added"), [(0, 0), (-3, 0), (1, 15_000), (33, 495_000), (34, 500_000), (400, 500_000)])
def test_the_added_fine_is_three_percent_a_day_and_never_above_the_fine(days, added):
    assert rules.added_fine(500_000, days, 3, 100) == added
