"""Every worked example of classification, by row and by column; every condition has one."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import duckdb
import pytest

from hengjian.ground import policy
from hengjian.ground.policy import by_column, by_row, examples
from hengjian.ground.policy.conditions import Fact
from hengjian.ground.policy.schema import rulesets

LAW = policy.current()
STATED = by_column.Layout(until="until")
RULESETS: dict[str, rulesets.Ruleset] = LAW.sections["rules"]
CASES: list[dict[str, Any]] = [
    case.model_dump() for _, case in LAW.examples if case.ruleset is not None
]


def facts_of(case: dict[str, Any]) -> list[Fact]:
    return [fact for row in case["facts"] for fact in examples.facts_of(row)]


def by_sql(ruleset: rulesets.Ruleset, facts: list[Fact], on: date, known: date | None) -> tuple[str, str]:
    with duckdb.connect() as db:
        db.execute(
            "CREATE TABLE facts (uscc TEXT, kind TEXT, decided_on DATE, recorded_on DATE, fine_fen BIGINT, "
            "confiscated_fen BIGINT, warning_only BOOLEAN, withdrawn_on DATE, repaired_on DATE, ended_on DATE, until DATE)"
        )
        db.execute("INSERT INTO facts (uscc, kind) VALUES ('1', 'entity')")
        for f in facts:
            row = ["1", f.kind, f.decided, f.recorded, f.fine, f.confiscated, f.warning_only, f.withdrawn, f.repaired]
            db.execute("INSERT INTO facts VALUES (?,?,?,?,?,?,?,?,?,?,?)", [*row, f.ended, f.until])
        return db.execute(by_column.sql(ruleset, on=on, known=known, terms=LAW.at(on).number, layout=STATED)).fetchall()[0][1:3]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_example(case):
    ruleset, facts, known = RULESETS[case["ruleset"]], facts_of(case), case.get("known")
    answer = by_row.classify(ruleset, facts, case["on"], known, LAW.at(case["on"]).number)
    expected = (case["expect"]["class"], ";".join(case["expect"]["reasons"]))
    assert (answer.code, ";".join(reason.rule.id for reason in answer.reasons)) == expected
    assert by_sql(ruleset, facts, case["on"], known) == expected


@pytest.mark.own_database
@pytest.mark.skipif(not os.environ.get("HENGJIAN_DATABASE_URL"), reason="set HENGJIAN_DATABASE_URL for PostgreSQL")
def test_the_worked_examples_on_postgresql():
    import psycopg

    with psycopg.connect(os.environ["HENGJIAN_DATABASE_URL"]) as db:
        for case in CASES:
            ruleset, expect = RULESETS[case["ruleset"]], case["expect"]
            db.execute("DROP TABLE IF EXISTS pg_temp.facts")
            db.execute(
                "CREATE TEMP TABLE facts (uscc TEXT, kind TEXT, decided_on DATE, recorded_on DATE, fine_fen BIGINT, "
                "confiscated_fen BIGINT, warning_only BOOLEAN, withdrawn_on DATE, repaired_on DATE, ended_on DATE, until DATE)"
            )
            db.execute("INSERT INTO facts (uscc, kind) VALUES ('1', 'entity')")
            for f in facts_of(case):
                row = ["1", f.kind, f.decided, f.recorded, f.fine, f.confiscated, f.warning_only, f.withdrawn, f.repaired, f.ended, f.until]
                db.execute("INSERT INTO facts VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)", row)
            text = by_column.sql(ruleset, "postgres", on=case["on"], known=case.get("known"), terms=LAW.at(case["on"]).number, layout=STATED)
            assert db.execute(text).fetchall()[0][1:3] == (expect["class"], ";".join(expect["reasons"])), case["name"]
        db.rollback()


def test_every_rule_gives_its_class_in_some_example():
    shown = {rule for case in CASES for rule in case["expect"]["reasons"]}
    assert shown == {rule.id for ruleset in RULESETS.values() for rule in ruleset.rules}
