"""The same rules by other means: hand-to-hand with SQL in PostgreSQL, the row form in plain Python, and a rules engine.

At scale 1: two million entities, twenty million records. DuckDB reads the mirror as the platform does; PostgreSQL
(HENGJIAN_DATABASE_URL, a temporary table of the same narrow rows, analysed) runs the statement compiled for it; Python classifies a
sample of entities by row; zen-engine (HENGJIAN_BENCH_PEERS names a folder it was installed into with `pip install --target`) decides
on features that are ready. What was sampled is reckoned up to all entities; both sides are the best of three, wall time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench._figure import Figure
from bench.classification import ENTITIES_COUNT, ON, RECORDS, answer, fill
from hengjian.ground import policy
from hengjian.ground.policy import by_column, by_row
from hengjian.ground.policy.conditions import Fact
from hengjian.ground.warehouse import Mirror
from hengjian.ground.warehouse.mirror import KINDS

SAMPLE, RULES = 5_000, "tianjin-2017"
ZEN = """
import json, sys, time, zen
told = json.load(sys.stdin)
cells = [{"_id": str(n), **row} for n, row in enumerate(told["rows"])]
table = {"hitPolicy": "first", "inputs": [{"id": f, "name": f, "field": f} for f in told["fields"]],
         "outputs": [{"id": "o", "name": "o", "field": "class"}], "rules": cells}
spot = {"x": 0, "y": 0}
nodes = [{"id": "i", "type": "inputNode", "name": "i", "position": spot}, {"id": "t", "type": "decisionTableNode", "name": "t", "position": spot, "content": table},
         {"id": "e", "type": "outputNode", "name": "e", "position": spot}]
edges = [{"id": "1", "sourceId": "i", "targetId": "t", "type": "edge"}, {"id": "2", "sourceId": "t", "targetId": "e", "type": "edge"}]
decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
start = time.perf_counter()
for features in told["entities"]:
    decision.evaluate(features)
print((time.perf_counter() - start) / len(told["entities"]))
"""


def run(scale: float = 1.0) -> list[Figure]:
    entities, records = int(ENTITIES_COUNT * scale), int(RECORDS * scale)
    with tempfile.TemporaryDirectory() as name:
        mirror = Mirror(Path(name))
        fill(mirror, scale)
        mirror.compact()
        ours = _duckdb(mirror)
        told = f"classify {records:,} records"
        figures = [_figure(f"{told} as plain Python, by row", _python(mirror, entities), ours, 12)]
        if os.environ.get("HENGJIAN_DATABASE_URL", "").startswith("postgres"):
            figures.append(_figure(f"{told} as SQL in PostgreSQL", _postgres(mirror), ours, 6))
        if seconds := _zen(entities):
            figures.append(_figure(f"{told} by zen-engine, features ready", seconds, ours, 100))
    return figures


def _figure(name: str, seconds: float, ours: float, least: float) -> Figure:
    ratio = seconds / ours
    return Figure(name, round(seconds, 2), "s", "from the mirror, with reasons", round(ours, 3), round(ratio, 1), f"≥ {least:g} ×", ratio >= least)


def _duckdb(mirror: Mirror) -> float:
    best = float("inf")
    with mirror.connect() as db:
        for _ in range(3):
            start = time.perf_counter()
            answer(db, mirror)
            db.execute("SELECT count(*), count(DISTINCT reasons), sum(mask), sum(unknown) FROM answer").fetchall()
            best = min(best, time.perf_counter() - start)
    return best


def _python(mirror: Mirror, entities: int) -> float:
    """Row by row: facts as objects, ready in memory; the time is that of the rules alone."""
    law, held = policy.current(), defaultdict(list)
    sample = min(SAMPLE, entities)
    with mirror.connect() as db:
        rows = db.execute(f"SELECT entity, kind, decided_on, recorded_on, fine_fen, confiscated_fen, warning_only, until, closed_on FROM facts WHERE entity < {sample}")
        for entity, kind, decided, recorded, fine, confiscated, warning, until, closed in rows.fetchall():
            held[entity].append(Fact(KINDS[kind], decided, recorded, fine, confiscated, warning, ended=closed, until=until))
    ruleset, terms = law.ruleset(RULES), law.at(ON).number
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for entity in range(sample):
            by_row.classify(ruleset, held[entity], ON, terms=terms)
        best = min(best, time.perf_counter() - start)
    return best * entities / sample


def _postgres(mirror: Mirror) -> float:
    import psycopg

    law, best = policy.current(), float("inf")
    layout = by_column.Layout(
        table="bench_facts", key="entity", closings=(("closed_on", "closed_recorded"),), until="until", entities="bench_entities",
        stated=frozenset({"decided_on", "recorded_on"}), kinds={kind: code for code, kind in enumerate(KINDS)},
    )  # fmt: skip
    text = by_column.sql(law.ruleset(RULES), "postgres", on=ON, layout=layout, terms=law.at(ON).number)
    with psycopg.connect(os.environ["HENGJIAN_DATABASE_URL"]) as db, mirror.connect() as source:
        db.execute("""CREATE TEMP TABLE bench_facts (entity int, kind smallint, decided_on date, recorded_on date, fine_fen bigint,
            confiscated_fen bigint, warning_only boolean, until date, closed_on date, closed_recorded date)""")
        db.execute("CREATE TEMP TABLE bench_entities (entity int PRIMARY KEY)")
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            for table, columns in (("facts", "entity, kind, decided_on, recorded_on, fine_fen, confiscated_fen, warning_only, until, closed_on, closed_recorded"),
                                   ("registered", "entity")):  # fmt: skip
                source.execute(f"COPY (SELECT {columns} FROM {table} ORDER BY entity) TO '{file.name}' (FORMAT csv, HEADER false)")
                target = "bench_facts" if table == "facts" else "bench_entities"
                with db.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN (FORMAT csv)") as copy, open(file.name, "rb") as rows:
                    while chunk := rows.read(1 << 20):
                        copy.write(chunk)
        db.execute("ANALYZE bench_facts")
        db.execute("ANALYZE bench_entities")
        for _ in range(3):
            start = time.perf_counter()
            db.execute(f"SELECT count(*), count(DISTINCT reasons), sum(mask), sum(unknown) FROM ({text}) a").fetchall()
            best = min(best, time.perf_counter() - start)
        db.rollback()
    return best


def _zen(entities: int) -> float | None:
    """A decision table with a row for each rule, first hit wins, over counts and sums that somebody else has worked out."""
    peers = os.environ.get("HENGJIAN_BENCH_PEERS")
    if not peers:
        return None
    rules = policy.current().ruleset(RULES).conditional
    fields = [f"f{n}" for n in range(len(rules))]
    rows = [{**dict.fromkeys(fields, ""), fields[n]: "> 0", "o": f'"{rule.gives}"'} for n, rule in enumerate(rules)]
    rows.append({**dict.fromkeys(fields, ""), "o": '"green"'})
    told: dict[str, Any] = {"fields": fields, "rows": rows, "entities": [{f: int(n % 7 == k) for k, f in enumerate(fields)} for n in range(SAMPLE)]}
    found = subprocess.run(
        [sys.executable, "-c", ZEN], input=json.dumps(told), capture_output=True, text=True, env={**os.environ, "PYTHONPATH": peers}, check=False
    )
    return float(found.stdout) * entities if found.returncode == 0 else None


