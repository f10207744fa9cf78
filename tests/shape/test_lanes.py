"""The PostgreSQL lane runs the tests that open the suite's database; one that does so on its own says so."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
OPENS = re.compile(r'environ(\.get\(|\[)"HENGJIAN_DATABASE_URL"|ready\.postgres\(')


def test_no_test_of_postgresql_is_left_out_of_its_lane():
    told = {path: path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")}
    opening = {path.name: text for path, text in told.items() if OPENS.search(text)}
    assert {"test_conditions.py", "test_migrations.py", "test_classification.py"} <= set(opening)
    assert [name for name, text in opening.items() if "mark.django_db" not in text and "mark.own_database" not in text] == []
