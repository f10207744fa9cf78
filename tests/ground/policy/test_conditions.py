"""A rule means the same by row and by column, and an empty field is never read as “no”."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.ground.kit.calendar import add_months
from hengjian.ground.policy import by_column, by_row
from hengjian.ground.policy.conditions import Fact
from hengjian.ground.policy.schema import rulesets

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2026, 3, 2)
KINDS = [*rulesets.FactKind.__args__]  # type: ignore[attr-defined]
COLUMNS = (
    "uscc VARCHAR(18), kind VARCHAR(40), decided_on DATE, recorded_on DATE, fine_fen BIGINT, "
    "confiscated_fen BIGINT, warning_only BOOLEAN, withdrawn_on DATE, repaired_on DATE, ended_on DATE, until DATE"
)


@cache
def shipped() -> list[rulesets.Ruleset]:
    found = []
    for path in sorted(ROOT.glob("packs/*/rules/*.yaml")):
        text = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [rulesets.read(key, value) for key, value in text.items()]
    return found


def made(*rules: dict[str, Any]) -> rulesets.Ruleset:
    """A ruleset of two classes whose conditions are these."""
    return rulesets.read(
        "made",
        {
            "family": "made", "title": "试", "title_en": "Made", "basis": "project", "confidence": "project",
            "public": False, "since": date(2000, 1, 1), "repaired": "不计",
            "classes": [
                {"code": "bad", "title": "差", "title_en": "Bad"},
                {"code": "good", "title": "好", "title_en": "Good"},
            ],
            "rules": [
                *(
                    {"id": f"made.{n}", "gives": "bad", "title": "x", "title_en": "x", "basis": "project",
                     "confidence": "project", "when": rule}
                    for n, rule in enumerate(rules)
                ),
                {"id": "made.good", "gives": "good", "title": "x", "title_en": "x", "basis": "project",
                 "confidence": "project"},
            ],
        },
    )  # fmt: skip


WARNING = {"field": "warning_only", "is": False}
ODD = made(
    {"kind": "penalty", "where": [WARNING], "count": {"at_least": 2}},
    {"kind": "penalty", "where": [{**WARNING, "missing": "left-out"}], "sum": {"at_most": 300}},
    {"kind": "penalty", "within": {"months": 1}, "count": {"above": 1}},
    {"all": [{"kind": "abnormal-list", "exists": True}, {"none": [{"kind": "serious-list", "exists": True}]}]},
    {"kind": "penalty", "sum": {"of": ["fine"], "above": 200, "missing": "zero"}},
    {"any": [{"kind": "court-defaulter", "exists": False}, {"kind": "penalty", "count": {"below": 3}}]},
)

OVER = ODD.model_copy(update={"ends": {"penalty": "some.term", "abnormal-list": "some.term"}})


def one_month(_name: str) -> int:
    return 1


days = st.none() | st.integers(-45, 45).map(lambda n: DAY + timedelta(days=n))
amounts = st.none() | st.sampled_from([0, 1, 100, 200, 10_000_000, 10_000_001, 50_000_000, 50_000_001])
facts = st.builds(
    Fact,
    kind=st.sampled_from([*KINDS, "penalty", "penalty"]),
    decided=days,
    recorded=days,
    fine=amounts,
    confiscated=amounts,
    warning_only=st.none() | st.booleans(),
    withdrawn=st.none() | days,
    repaired=st.none() | days,
    ended=st.none() | days,
    until=st.none() | days,
)
cities = st.lists(st.lists(facts, max_size=12), min_size=1, max_size=6)
Backend = Callable[[str, list[list[Any]]], list[tuple[Any, ...]]]


def _rows(city: list[list[Fact]]) -> list[list[Any]]:
    rows = []
    for number, entity in enumerate(city):
        rows.append([f"{number:018d}", "entity"] + [None] * 9)
        for f in entity:
            rows.append(
                [f"{number:018d}", f.kind, f.decided, f.recorded, f.fine, f.confiscated, f.warning_only,
                 f.withdrawn, f.repaired, f.ended, f.until]
            )  # fmt: skip
    return rows


@cache
def _memory() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def _duckdb(text: str, rows: list[list[Any]]) -> list[tuple[Any, ...]]:
    db = _memory()
    db.execute(f"CREATE OR REPLACE TABLE facts ({COLUMNS})")
    line = f"({','.join('?' * 11)})"
    db.execute(f"INSERT INTO facts VALUES {', '.join([line] * len(rows))}", [cell for row in rows for cell in row])
    return db.execute(text).fetchall()


def _postgres(text: str, rows: list[list[Any]]) -> list[tuple[Any, ...]]:
    import psycopg

    with psycopg.connect(os.environ["HENGJIAN_DATABASE_URL"]) as db:
        db.execute(f"CREATE TEMPORARY TABLE facts ({COLUMNS}) ON COMMIT DROP")
        with db.cursor() as cursor:
            cursor.executemany(f"INSERT INTO facts VALUES ({','.join(['%s'] * 11)})", rows)
            return cursor.execute(text).fetchall()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="Spark is an optional extra: pip install pyspark")
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    yield session
    session.stop()


STATEMENTS: dict[str, str] = {}


def statement(number: int, ruleset: rulesets.Ruleset, dialect: by_column.Dialect, known: date | None, **how: Any) -> str:
    """The columns' statement of a ruleset: it does not depend on the city, so it is made once for each way of asking."""
    key = f"{number} {dialect} {known} {how}"
    if key not in STATEMENTS:
        STATEMENTS[key] = by_column.sql(ruleset, dialect, on=DAY, known=known, terms=one_month, **how)
    return STATEMENTS[key]


def agree(city: list[list[Fact]], known: date | None, dialect: by_column.Dialect, run: Backend, **how: Any) -> None:
    how.setdefault("layout", by_column.Layout(until="until"))
    for number, ruleset in enumerate((*shipped(), ODD, OVER)):
        text = statement(number, ruleset, dialect, known, **how)
        rows = [by_row.classify(ruleset, entity, DAY, known, one_month) for entity in city]
        expected = [
            (f"{n:018d}", row.code, ";".join(reason.rule.id for reason in row.reasons), row.mask, row.unknown)
            for n, row in enumerate(rows)
        ]
        assert [tuple(line) for line in run(text, _rows(city))] == expected, ruleset.id


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities, st.none() | st.just(DAY) | st.just(DAY - timedelta(days=9)), st.sampled_from(["bits", "filter"]))
def test_a_rule_means_the_same_by_row_and_by_column(city, known, plan):
    agree(city, known, "duckdb", _duckdb, plan=plan)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities, st.none() | st.just(DAY), st.sampled_from(["bits", "filter"]), st.booleans())
def test_coded_kinds_and_a_list_of_entities_change_no_answer(city, known, plan, stated):
    if stated:
        city = [[f for f in entity if f.decided and f.recorded] for entity in city]
    layout = by_column.Layout(
        table="coded",
        entities="(SELECT DISTINCT uscc FROM facts)",
        until="until",
        kinds={kind: code for code, kind in enumerate(("entity", *KINDS))},
        stated=frozenset({"decided_on", "recorded_on"} if stated else ()),
    )
    codes = " ".join(f"WHEN '{kind}' THEN {code}" for kind, code in (layout.kinds or {}).items())

    def coded(text: str, rows: list[list[Any]]) -> list[tuple[Any, ...]]:
        view = f"(SELECT * REPLACE (CAST(CASE kind {codes} END AS TINYINT) AS kind) FROM facts)"
        return _duckdb(text.replace("FROM coded AS f", f"FROM {view} AS f"), rows)

    agree(city, known, "duckdb", coded, plan=plan, layout=layout)


@pytest.mark.own_database
@pytest.mark.skipif(not os.environ.get("HENGJIAN_DATABASE_URL"), reason="set HENGJIAN_DATABASE_URL for PostgreSQL")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities, st.none() | st.just(DAY), st.sampled_from(["bits", "filter"]))
def test_postgresql_gives_the_same_answers(city, known, plan):
    agree(city, known, "postgres", _postgres, plan=plan)


def test_spark_gives_the_same_answers(spark):
    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(facts, max_size=12), min_size=6, max_size=20))
    def run(city):
        def answer(text: str, rows: list[list[Any]]) -> list[tuple[Any, ...]]:
            shape = COLUMNS.replace("VARCHAR(18)", "STRING").replace("VARCHAR(40)", "STRING")
            spark.createDataFrame(rows, shape).createOrReplaceTempView("facts")
            return [tuple(row) for row in spark.sql(text).collect()]

        agree(city, None, "spark", answer)

    run()


def penalty(**fields: Any) -> Fact:
    return Fact("penalty", **{"decided": DAY, "recorded": DAY, "fine": 100, "warning_only": False, **fields})


def test_missing_is_not_false():
    [reason] = by_row.classify(made({"kind": "penalty", "where": [WARNING], "exists": True}),
                               [penalty(warning_only=None, ref="津市监罚〔2026〕1号")], DAY).undecided  # fmt: skip
    assert reason.missing == ("津市监罚〔2026〕1号: warning_only",)


def test_a_limit_already_passed_needs_no_further_amounts():
    rule = made({"kind": "penalty", "sum": {"above": 99}})
    answer = by_row.classify(rule, [penalty(), penalty(fine=None)], DAY)
    assert (answer.code, answer.undecided) == ("bad", ())


def test_one_stated_amount_makes_the_other_nil():
    answer = by_row.classify(made({"kind": "penalty", "sum": {"above": 100}}), [penalty(fine=100)], DAY)
    assert (answer.code, answer.undecided) == ("good", ())


def test_an_amount_that_stands_in_the_terms_is_in_yuan_and_the_records_in_fen():
    rule = made({"kind": "penalty", "sum": {"above": {"term": "some.amount"}}})
    for fine, code in ((100_000, "good"), (100_001, "bad")):
        assert by_row.classify(rule, [penalty(fine=fine)], DAY, terms=lambda name: 1_000).code == code
        assert "100000" in by_column.sql(rule, on=DAY, terms=lambda name: 1_000)


def test_a_record_counts_until_the_day_before_it_is_repaired():
    rule = made({"kind": "penalty", "exists": True})
    repaired = [penalty(repaired=DAY + timedelta(days=1))]
    days_on = (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1))
    assert [by_row.classify(rule, repaired, on).code for on in days_on] == ["good", "bad", "good"]


def test_a_late_record_changes_the_view_only_from_the_day_it_was_recorded():
    rule, late = made({"kind": "penalty", "exists": True}), [penalty(decided=DAY - timedelta(days=300))]
    views = [by_row.classify(rule, late, DAY, known).code for known in (DAY - timedelta(days=1), DAY)]
    assert views == ["good", "bad"]


def test_a_record_counts_on_the_last_day_it_states_where_the_rules_let_it_lapse():
    rule, stated = made({"kind": "penalty", "exists": True}), [penalty(until=DAY)]
    lapsing = rule.model_copy(update={"lapses": frozenset({"penalty"})})
    days_on = (DAY, DAY + timedelta(days=1))
    assert [by_row.classify(lapsing, stated, on).code for on in days_on] == ["bad", "good"]
    assert [by_row.classify(rule, stated, on).code for on in days_on] == ["bad", "bad"]


@pytest.mark.parametrize("decided", [date(2026, 1, 31), date(2025, 12, 31), date(2024, 2, 29), date(2026, 2, 28)])
@pytest.mark.parametrize("months", [1, 12, 36])
def test_a_record_counts_on_the_last_day_of_its_term_and_not_on_the_next(decided, months):
    rule = made({"kind": "penalty", "exists": True}).model_copy(update={"ends": {"penalty": "some.term"}})
    last = add_months(decided, months)
    for on, code in ((last, "bad"), (last + timedelta(days=1), "good")):
        assert by_row.classify(rule, [penalty(decided=decided)], on, terms=lambda name: months).code == code
        text = by_column.sql(rule, on=on, terms=lambda name: months)
        assert [line[1] for line in _duckdb(text, _rows([[penalty(decided=decided)]]))] == [code]


def test_a_last_day_that_the_record_states_stands_before_the_term():
    rule = made({"kind": "penalty", "exists": True}).model_copy(update={"ends": {"penalty": "some.term"}})
    longer = [penalty(decided=date(2020, 1, 1), until=DAY)]
    assert [by_row.classify(rule, longer, on, terms=one_month).code for on in (DAY, DAY + timedelta(days=1))] == ["bad", "good"]


@pytest.mark.parametrize(
    "condition",
    [
        {"kind": "penalty"},
        {"kind": "penalty", "count": {"above": 1, "below": 9}},
        {"kind": "penalty", "exists": True, "sum": {"above": 1}},
        {"all": []},
        {"all": [{"kind": "penalty", "exists": True}], "kind": "penalty", "exists": True},
        {"kind": "fine", "exists": True},
    ],
)
def test_a_condition_that_says_nothing_or_two_things_is_refused(condition):
    with pytest.raises(ValueError, match=r"give|exactly|list|Input"):
        made(condition)
