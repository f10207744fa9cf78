"""One ruleset on two engines gives the same file to the last byte, and every line is what the rules say of that firm."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner

from hengjian.doors.cli import build
from hengjian.ground import policy
from hengjian.ground.people.models import Agency
from hengjian.street.assessment import engines, frames, queries
from hengjian.street.register.models import Entity

from .test_services import record

pytestmark = pytest.mark.django_db
DAYS = ((date(2026, 3, 2), None), (date(2026, 3, 2), date(2026, 2, 1)), (date(2026, 1, 10), None))
KINDS = ("penalty", "annual-report", "serious-list", "abnormal-list", "court-defaulter", "penalty", "penalty", "honour")


@pytest.fixture
def city(settings, tmp_path) -> list[Entity]:
    """Forty firms; some records are repaired, some closed twice, some lapse, some are told late, some lack an amount."""
    settings.DATA = tmp_path
    bureau = Agency.objects.get_or_create(code="120000", defaults={"name": "天津市市场监督管理委员会"})[0]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    firms = [
        Entity.objects.create(uscc=f"91120101MA{n:08d}", name=f"甲{n}", name_folded=f"甲{n}", kind="enterprise", updated_at=moment)
        for n in range(40)
    ]
    for n, firm in enumerate(firms[:36]):
        for step in range(n % 9):
            made = record(
                firm, bureau, KINDS[(n + step) % 8], date(2026, 1, 1 + (5 * step + n) % 28),
                fine_fen=None if step == 3 else 4_000_000 * step, warning_only=None if n % 5 == 0 else step == 1,
                until=date(2026, 2, 20) if step == 2 else None,
                recorded=datetime(2026, 2, 1 + step % 3, 15 + step % 2, 30, tzinfo=UTC),
            )  # fmt: skip
            for close in range((n + step) % 3):
                record(firm, bureau, ("repair", "withdrawal")[close], date(2026, 1, 30 - 11 * close), refers=made)
        if n % 12 == 0:
            frames.refresh()
    return firms


def answer(engine: str, out: Path, on: date, known: date | None, rules: str = "tianjin-2017") -> bytes:
    law = policy.current()
    engines.classify(engine, engines.Task(law.ruleset(rules), on, known, law.at(on).number, out))
    return out.read_bytes()


def test_each_line_is_what_the_rules_say_of_that_firm(city, tmp_path):
    for on, known in DAYS:
        answer("duckdb", tmp_path / "out.csv", on, known)
        with (tmp_path / "out.csv").open() as file:
            lines = [(row["uscc"], row["class"], row["reasons"].split(";")) for row in csv.DictReader(file)]
        told = [queries.explain(firm, on=on, known=known, ruleset="tianjin-2017") for firm in city]
        assert lines == [(f.uscc, t.code, [r.rule.id for r in t.reasons]) for f, t in zip(city, told, strict=True)]
        assert len({code for _uscc, code, _reasons in lines}) > 1


def test_postgresql_reads_its_own_ledger_and_writes_the_same_file(city, tmp_path):
    if connection.vendor != "postgresql":
        with pytest.raises(engines.EngineMissing, match="HENGJIAN_DATABASE_URL"):
            answer("postgres", tmp_path / "out.csv", *DAYS[0])
        return
    for rules in ("tianjin-2017", "national-general"):
        for on, known in DAYS:
            files = [answer(engine, tmp_path / engine, on, known, rules) for engine in ("duckdb", "postgres")]
            assert files[0] == files[1]


def test_the_command_classifies_the_register_and_names_what_an_engine_lacks(city, tmp_path):
    words = ["classify", "--rules", "tianjin-2017", "--on", "2026-03-02", "--out", str(tmp_path / "out.csv")]
    found = CliRunner().invoke(build(), words)
    assert "40 entities on duckdb" in found.output, found.exception
    assert CliRunner().invoke(build(), [*words, "--engine", "oracle"]).exit_code == 2
    assert CliRunner().invoke(build(), [*words, "--engine", "postgres", "--facts", "x.csv"]).exit_code == 2
