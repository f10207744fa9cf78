"""Classifying a whole city from the mirror, beside merely scanning and grouping the same columns of the same files.

At scale 1: two million entities, twenty million records, one in ten of them closed. The records go through the
mirror's own door; every class is computed with its reasons and what could not be decided.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bench._figure import Figure
from hengjian.ground import policy
from hengjian.ground.policy import by_column
from hengjian.ground.warehouse import CLOSINGS, ENTITIES, FACTS, Mirror
from hengjian.ground.warehouse.mirror import KINDS

ENTITIES_COUNT, RECORDS, BATCHES, RUNS, DELTAS, ROWS = 2_000_000, 20_000_000, 8, 3, 300, 1_000
ON = date(2026, 3, 2)
READ = "sum(kind), max(decided_on), max(until), max(closed_on), sum(fine_fen), sum(confiscated_fen), count(*) FILTER (WHERE warning_only)"
SPACED = "(i * 5800 // {records})::INT"


def fill(mirror: Mirror, scale: float) -> None:
    """Records in the order of time, with their closings beside them, in batches as departments send them."""
    entities, records = int(ENTITIES_COUNT * scale), int(RECORDS * scale)
    day = SPACED.format(records=records)
    facts = f"""SELECT i AS seq, (hash(i) % {entities})::INT AS entity,
        CASE WHEN hash(i, 2) % 100 < 60 THEN 1 ELSE 2 + (hash(i, 3) % 6)::INT END::TINYINT AS kind,
        DATE '2010-01-01' + {day} AS decided_on, DATE '2010-01-03' + {day} AS recorded_on,
        (hash(i, 4) % 2000000)::BIGINT AS fine_fen,
        CASE WHEN hash(i, 6) % 4 = 0 THEN (hash(i, 7) % 100000)::BIGINT END AS confiscated_fen,
        hash(i, 5) % 5 = 0 AS warning_only,
        CASE WHEN hash(i, 8) % 5 < 2 THEN DATE '2011-01-01' + {day} END AS until,
        NULL::DATE AS closed_on, NULL::DATE AS closed_recorded FROM range({{first}}, {{last}}) t(i)"""
    with duckdb.connect() as db:
        db.execute("SET enable_progress_bar = false")
        firms = db.sql(
            f"""SELECT i::INT AS entity, i::VARCHAR AS uscc, NULL AS name, NULL AS kind, NULL AS status,
                NULL AS district, NULL AS industry, NULL AS street, NULL AS established, NULL AS capital_fen,
                1::BIGINT AS version FROM range({entities}) t(i)"""
        )
        mirror.append({"entities": firms.to_arrow_table().cast(ENTITIES)}, upto=0, version=1)
        for batch in range(BATCHES):
            first, last = 1 + records * batch // BATCHES, 1 + records * (batch + 1) // BATCHES
            db.execute(f"CREATE OR REPLACE TABLE batch AS {facts.format(first=first, last=last)}")
            closed = db.sql(
                """SELECT seq, entity, seq AS refers, decided_on + 400 AS closed_on, decided_on + 401 AS closed_recorded
                   FROM batch WHERE hash(seq, 9) % 10 = 0"""
            )
            tables = {"facts": db.sql("FROM batch").to_arrow_table().cast(FACTS), "closings": closed.to_arrow_table().cast(CLOSINGS)}
            mirror.append(tables, upto=last - 1, head="00")


def seconds(db: duckdb.DuckDBPyConnection, query: str) -> float:
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        db.execute(query).fetchall()
        best = min(best, time.perf_counter() - start)
    return best


def run(scale: float = 1.0) -> list[Figure]:
    """Best of three runs each, warm files, all in one process."""
    with tempfile.TemporaryDirectory() as name:
        mirror = Mirror(Path(name))
        fill(mirror, scale)
        start = time.perf_counter()
        mirror.compact()
        compacting = time.perf_counter() - start
        with mirror.connect() as db:
            scan = seconds(db, f"SELECT sum(entity), {READ} FROM facts")
            group = seconds(db, f"SELECT max(columns(*)) FROM (SELECT entity, {READ} FROM facts GROUP BY entity)")
            now = seconds(db, classified())
            past = seconds(db, classified(known=date(2024, 1, 1)))
        spans, peak = apart(Path(name))
        touched = [*range(1, int(ENTITIES_COUNT * scale), max(1, int(ENTITIES_COUNT * scale) // 1000))]
        part, beside = partial(mirror, touched), deltas(mirror)
    return [
        _figure("classify, with reasons", now, "scan of the same columns", scan, 4.0),
        _figure("classify, with reasons", now, "group of the same columns", group, 2.0),
        _figure("classify as known on an earlier day", past, "scan of the same columns", scan, 5.0),
        _figure("classify span by span, reasons kept once", spans, "0.2 s a million records", 0.2 * RECORDS * scale / 1e6, 1.0),
        _figure("classify 1,000 entities that have news", part, "classify, with reasons", now, 0.25),
        Figure("peak memory of the process, span by span", round(peak), "MB", "aim", 256, round(peak / 256, 2), "≤ 256 MB", peak <= 256),
        _figure(f"classify with {DELTAS} delta files beside", beside[0], "the same records compacted", beside[1], 1.25),
        _figure("compact the mirror", compacting, "scan of the same columns", scan, 120.0),
    ]


def partial(mirror: Mirror, touched: list[int]) -> float:
    """Seconds for the classes of these entities alone, by the platform's own door."""
    best = float("inf")
    with mirror.connect() as db:
        for _ in range(RUNS):
            start = time.perf_counter()
            answer(db, mirror, only=touched)
            best = min(best, time.perf_counter() - start)
    return best


def deltas(mirror: Mirror) -> tuple[float, float]:
    """Seconds for a city with 300 small files beside the large one, and for the same records compacted."""
    with mirror.connect() as db:
        some = db.sql(f"SELECT * FROM facts LIMIT {ROWS}").to_arrow_table()
    place = some.schema.get_field_index("seq")
    for _ in range(DELTAS):
        first = mirror.manifest().last_seq + 1
        fresh = some.set_column(place, "seq", pa.array(range(first, first + some.num_rows), pa.int64()))
        mirror.append({"facts": fresh.cast(FACTS)}, upto=first + some.num_rows - 1, head="00")
    scattered = whole(mirror)
    mirror.compact()
    return scattered, whole(mirror)


def whole(mirror: Mirror) -> float:
    """Seconds for the classes of all, by the platform's own door."""
    best = float("inf")
    for _ in range(RUNS):
        with mirror.connect() as db:
            start = time.perf_counter()
            answer(db, mirror)
            best = min(best, time.perf_counter() - start)
    return best


def answer(db: duckdb.DuckDBPyConnection, mirror: Mirror, **which: Any) -> None:
    from hengjian.doors.cli._django import setup

    setup()
    from hengjian.street.assessment import frames

    law = policy.current()
    frames.answer(db, law.ruleset("tianjin-2017"), on=ON, terms=law.at(ON).number, store=mirror, **which)


def apart(folder: Path) -> tuple[float, float]:
    """Seconds and peak memory (MB) of a process of its own that classifies the mirror span by span."""
    words = [sys.executable, "-c", f"from bench.classification import span_by_span; span_by_span({str(folder)!r})"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    spent, peak = subprocess.run(words, capture_output=True, text=True, check=True, env=env).stdout.split()
    return float(spent), float(peak)


def span_by_span(folder: str) -> None:
    mirror = Mirror(Path(folder))
    with mirror.connect(memory="128MB") as db:
        answer(db, mirror, span=(0, 0))  # apps and packs are loaded before the clock starts
        from hengjian.street.assessment import frames

        start, law = time.perf_counter(), policy.current()
        text = frames.statement(law.ruleset("tianjin-2017"), on=ON, terms=law.at(ON).number, store=mirror)
        for span in mirror.spans():
            answer(db, mirror, span=span, text=text)
        print(time.perf_counter() - start, peak())


def peak() -> float:
    """The most memory this process held, MB. `ru_maxrss` would count that of whoever started it."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def classified(known: date | None = None) -> str:
    layout = by_column.Layout(
        table="facts",
        key="entity",
        closings=(("closed_on", "closed_recorded"),),
        until="until",
        stated=frozenset({"decided_on", "recorded_on"}),
        entities="entities",
        kinds={kind: code for code, kind in enumerate(KINDS)},
    )
    law = policy.current()
    text = by_column.sql(law.ruleset("tianjin-2017"), on=ON, known=known, layout=layout, terms=lambda term: int(law.term(term).on(ON).value))
    return f"SELECT count(*), count(DISTINCT reasons), sum(mask), sum(unknown) FROM ({text})"


def _figure(name: str, seconds: float, bound_name: str, bound: float, aim: float) -> Figure:
    ratio = seconds / bound
    return Figure(name, round(seconds, 3), "s", bound_name, round(bound, 3), round(ratio, 2), f"≤ {aim:g} ×", ratio <= aim)
