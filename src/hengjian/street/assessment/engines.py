"""The whole register classified on another engine: DuckDB and Spark read the mirror, PostgreSQL its own ledger without it.

One compiled ruleset, three engines, the same file to the last byte: each checks the others.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from hengjian.ground.policy import by_column
from hengjian.ground.policy.conditions import Terms
from hengjian.ground.policy.schema.rulesets import Ruleset
from hengjian.street.ledger.frames import CLOSINGS_SQL, FACTS_SQL

from . import frames, on_spark
from .errors import EngineMissing as EngineMissing


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked: one ruleset, on a day, as known on a day, and where the answer goes."""

    ruleset: Ruleset
    on: date
    known: date | None
    terms: Terms
    out: Path

    @property
    def closed(self) -> str:
        """Records closed at this moment."""
        known = f" AND closed_recorded <= DATE '{self.known}'" if self.known else ""
        return f"SELECT refers AS seq FROM closings WHERE closed_on <= DATE '{self.on}'{known}"


def classify(engine: str, task: Task, *, master: str = "local[*]") -> int:
    """Write `uscc,class,reasons` of every entity, ordered by uscc; returns how many. Writes all or nothing.

    `master`: the Spark cluster, as Spark names it.
    """
    half = task.out.with_name(task.out.name + ".part")
    if engine == "spark":
        count = on_spark.classify(task, half, master)
    else:
        count = _postgres(task, half) if engine == "postgres" else _duckdb(task, half)
    os.replace(half, task.out)
    return count


def _duckdb(task: Task, half: Path) -> int:
    with frames.opened()[1] as db:
        frames.answer(db, task.ruleset, on=task.on, known=task.known, terms=task.terms)
        text = "SELECT uscc, class, reasons FROM answer JOIN entities USING (entity) ORDER BY uscc"
        [(count,)] = db.execute(f"COPY ({text}) TO '{half}' (FORMAT csv, HEADER)").fetchall()
    return int(count)


def _postgres(task: Task, half: Path) -> int:
    """On the ledger's own tables, without the mirror."""
    if connection.vendor != "postgresql":
        raise EngineMissing(
            "当前数据库不是 PostgreSQL；请设置 HENGJIAN_DATABASE_URL，或改用 --engine duckdb", engine="postgres"
        )
    layout = by_column.Layout(
        table="live", key="entity", closings=(), until="until", stated=frames.STATED, entities="registered"
    )
    text = by_column.sql(task.ruleset, "postgres", on=task.on, known=task.known, layout=layout, terms=task.terms)
    copy = f"""COPY (SELECT e.uscc, a.class, a.reasons FROM ({text}) a JOIN register_entity e ON e.id = a.entity
        ORDER BY e.uscc COLLATE "C") TO STDOUT (FORMAT csv, HEADER)"""
    with transaction.atomic(), connection.cursor() as cursor, half.open("wb") as out:
        cursor.execute(
            f"""CREATE TEMP VIEW closings AS {CLOSINGS_SQL};
                CREATE TEMP VIEW live AS SELECT f.* FROM ({FACTS_SQL}) f
                    WHERE NOT EXISTS (SELECT FROM ({task.closed}) c WHERE c.seq = f.seq);
                CREATE TEMP VIEW registered AS SELECT id AS entity FROM register_entity"""
        )
        lines = 0
        with cursor.cursor.copy(copy) as rows:
            for chunk in rows:
                lines += bytes(chunk).count(b"\n")
                out.write(chunk)
        cursor.execute("DROP VIEW registered, live, closings")
    return lines - 1
