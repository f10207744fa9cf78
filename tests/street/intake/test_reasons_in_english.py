"""Every reason for which a row may go back can be said in English."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

import hengjian.street
from hengjian.street.intake.templatetags import reasons

HOUSES = [Path(hengjian.street.__file__).parent / name for name in ("intake", "ledger")]


def codes() -> set[str]:
    """First words of every `Reason(…)` and `Unreadable(…)` in the houses that judge rows."""
    calls = (
        call
        for house in HOUSES
        for path in house.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"Reason", "Unreadable"} and call.args
    )
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)} | {"uscc-missing", "uscc-wrong"}


def test_every_code_has_its_words():
    assert codes() == set(reasons.SAID)


@pytest.mark.parametrize(("language", "said"), [("en", "Not a date. Write it like 2024-01-05"), ("zh-hans", "“昨天”不是日期. 请写成 2024-01-05 的样子")])
def test_a_reader_of_chinese_sees_the_cell_in_the_sentence_and_a_reader_of_english_the_kind_of_mistake(language, said):
    row = {"code": "date-words", "field": "决定日期", "value": "昨天", "says": "“昨天”不是日期", "remedy": "请写成 2024-01-05 的样子"}
    with override(language):
        assert f"{reasons.says(row)}. {reasons.remedy(row)}" == said
