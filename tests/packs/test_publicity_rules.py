"""Publicity of penalties as the packs have it: every clause reads a field that a department can deliver."""

from datetime import date

import pytest

from hengjian.street.publication.rulebook import Rulebook

ON = date(2026, 3, 2)


def record(**more):
    return {"kind_of_penalty": ["罚款"], "decided": date(2026, 2, 10), "fine_fen": 6_000_000} | more


@pytest.fixture
def book(law):
    return Rulebook(law)


def test_a_summary_procedure_is_never_public(book, law):
    assert book.excluded(law.publicity("penalty"), record(procedure="简易程序"))
    assert not book.excluded(law.publicity("penalty"), record(procedure="普通程序"))


def test_a_procedure_that_is_not_stated_does_not_hide_the_penalty(book, law):
    assert not book.excluded(law.publicity("penalty"), record())


@pytest.mark.parametrize(
    ("more", "until", "article"),
    [
        ({"field": "食品"}, date(2029, 3, 2), "§14"),
        ({"field": "其他领域"}, date(2027, 3, 2), "§15"),
        ({}, date(2027, 3, 2), "§15"),
        ({"tier": "从轻", "fine_fen": 5_000_000}, date(2026, 6, 2), "§13"),
        ({"tier": "从轻", "fine_fen": 5_000_001}, date(2027, 3, 2), "§15"),
        ({"tier": "一般", "fine_fen": 5_000_000}, date(2027, 3, 2), "§15"),
    ],
)
def test_field_tier_and_amount_decide_how_long(book, law, more, until, article):
    plan = book.plan(law.publicity("penalty"), record(**more), ON)
    assert plan.until == until
    assert article in plan.basis


def test_a_department_may_head_the_columns_as_it_does(law):
    kind = law.record("penalty")
    assert kind.field_for("处罚程序") == "procedure"
    assert kind.field_for("裁量阶次") == "tier"
    assert kind.field_for("重点领域") == "field"
