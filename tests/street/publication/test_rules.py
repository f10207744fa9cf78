"""A record is public for exactly its term, and never carries a person's numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.policy import clauses
from hengjian.street.publication import rules

DAYS = st.dates(date(2021, 9, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("published", "months", "last"),
    [
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2025, 7, 1), 3, date(2025, 10, 1)),  # a public holiday: a burden does not roll forward
    ],
)
def test_the_last_day_is_the_same_day_so_many_months_later(published, months, last):
    assert rules.last_day(published=published, due=None, months=months, basis="").until == last


def test_late_publication_does_not_prolong_the_term():
    plan = rules.last_day(published=date(2026, 6, 1), due=date(2026, 3, 2), months=3, basis="")
    assert plan.until == date(2026, 6, 2)


def test_an_earlier_last_day_stated_in_the_record_counts():
    plan = rules.last_day(published=date(2026, 1, 5), due=None, months=36, basis="", stated=date(2026, 12, 31))
    assert plan.until == date(2026, 12, 31)


@given(DAYS, st.integers(1, 36), st.one_of(st.none(), st.integers(0, 1200)))
def test_nothing_is_shown_one_day_too_long_or_too_short(published, months, closed_after):
    until = add_months(published, months)
    withdrawn = published + timedelta(days=closed_after) if closed_after is not None else None
    hidden = rules.first_hidden_day(until, withdrawn)
    assert hidden is not None
    assert not rules.shown(published, until, withdrawn, published - timedelta(days=1))
    assert not rules.shown(published, until, withdrawn, hidden)
    if hidden > published:
        assert rules.shown(published, until, withdrawn, hidden - timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13800138000投诉", "电话138****8000投诉"),
        ("身份证120101199003071234号", "身份证120101************号"),
        ("账号6222020200112233445", "账号6222********3445"),
        ("座机022-12345678", "座机022-*******"),
        ("邮箱li.si@example.com", "邮箱***"),
        ("当事人91120101MA05XXXX7Q罚款5000元", "当事人91120101MA05XXXX7Q罚款5000元"),
    ],
)
def test_numbers_of_persons_are_masked_and_those_of_firms_are_not(text, shown):
    assert rules.mask(text) == shown


def test_a_protected_value_is_removed_from_every_public_text():
    body = {"facts": "经营者钱样例未亮照经营", "owner": "钱样例"}
    assert rules.public_body(body, ["facts"], ["钱样例"]) == {"facts": "经营者钱某某未亮照经营"}


def test_a_field_nobody_named_public_does_not_pass():
    assert rules.public_body({"facts": "甲", "remark": "乙"}, ["facts"]) == {"facts": "甲"}


def test_missing_is_not_small():
    assert not clauses.meets({"fine_fen": {"at_most": 1_000_000}}, {"fine_fen": None})


def test_one_of_several_kinds_is_enough():
    record = {"kind_of_penalty": ["罚款", "吊销许可证件"]}
    assert clauses.meets({"kind_of_penalty": ["吊销许可证件", "责令停产停业"]}, record)


def test_the_ground_of_a_serious_listing_is_public_in_words_whether_it_was_decided_here_or_filed_as_text():
    law = policy.current()
    assert clauses.titled(law, "serious-list", {"ground": "food.2"})["ground"] == law.catalogue("serious-grounds").items["food.2"].title
    assert clauses.titled(law, "serious-list", {"ground": "销售伪劣特种设备"}) == {"ground": "销售伪劣特种设备"}
