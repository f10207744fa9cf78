"""The mirror beside the database it copies: how fast it is built, how large it is. At scale 1: two million entities, twenty million entries, SQLite.
Figures are processor seconds of all threads and of the process that reads for us, so that neighbours on the machine do not count.

Built is what the ledger and the register say, in the order of time; ordering it by entity (compaction, once a night) is told apart.
DuckDB's own sqlite_scanner is a peer where HENGJIAN_BENCH_PEERS names a folder with duckdb 1.5.5 and duckdb-extension-sqlite-scanner
(`pip install --target`), writing the same three tables: the platform itself never loads an extension. Without it, reading the same
columns by cursor is.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench._figure import Figure
from bench._ledger import made

ENTITIES, ENTRIES = 2_000_000, 20_000_000
SCANNER = """
import json, resource, sys, duckdb
from pathlib import Path
db = duckdb.connect()
[path] = [each for folder in sys.path for each in Path(folder or ".").glob("duckdb_extension_sqlite_scanner/extensions/**/*.duckdb_extension")]
db.execute(f"LOAD '{path}'; SET sqlite_all_varchar = true; SET enable_progress_bar = false; SET preserve_insertion_order = false")
db.execute(f"ATTACH '{sys.argv[1]}' AS city (TYPE sqlite, READ_ONLY)")
begun = resource.getrusage(resource.RUSAGE_SELF)
for number, query in enumerate(json.load(sys.stdin)):
    db.execute(f"COPY ({query}) TO '{sys.argv[2]}-{number}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 500000)")
now = resource.getrusage(resource.RUSAGE_SELF)
print(now.ru_utime + now.ru_stime - begun.ru_utime - begun.ru_stime)
"""
CLOSING = "('correction', 'withdrawal', 'repair', 'end')"
SCANNED = [
    f"""SELECT seq::BIGINT, entity_id::INT, kind, decided::DATE, recorded::TIMESTAMP::DATE, fine_fen::BIGINT, confiscated_fen::BIGINT,
        warning_only::INT::BOOLEAN, until::DATE FROM city.ledger_entry WHERE kind NOT IN {CLOSING}""",
    f"""SELECT c.seq::BIGINT, c.entity_id::INT, c.refers_id::BIGINT, CASE c.kind WHEN 'correction' THEN o.decided ELSE c.effective END::DATE,
        c.recorded::TIMESTAMP::DATE FROM city.ledger_entry c JOIN city.ledger_entry o ON o.seq = c.refers_id WHERE c.kind IN {CLOSING}""",
    """SELECT id::INT, uscc, name, kind, status, district, industry, street, established::DATE, capital_fen::BIGINT, updated_at::TIMESTAMP
        FROM city.register_entity""",
]


def run(scale: float = 1.0) -> list[Figure]:
    entities, entries = max(int(ENTITIES * scale), 1_000), max(int(ENTRIES * scale), 10_000)
    with tempfile.TemporaryDirectory() as folder:
        file = made(folder, entities, entries)
        from hengjian.street.assessment import frames

        start = spent()
        frames.refresh(tidy=False)
        built = spent() - start
        peer, told = _peer(file)
        start = spent()
        frames.mirror().compact()
        ordered = spent() - start
        size = sum((frames.mirror().folder / part.file).stat().st_size for part in frames.mirror().manifest().parts)
        return [
            _figure(f"build the mirror of {entries:,} entries", built, "cpu s", told, peer, 1 / 0.75, "≥ 0.75 × its speed"),
            Figure("order it by entity", round(ordered, 3), "cpu s", "build", round(built, 3), round(ordered / built, 2), "", True),
            _figure("size of the mirror", size / 2**20, "MB", "SQLite file, MB", file.stat().st_size / 2**20, 0.15, "≤ 15 %"),
        ]


def spent() -> float:
    """Processor seconds of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _figure(name: str, value: float, unit: str, bound_name: str, bound: float, most: float, aim: str) -> Figure:
    ratio = value / bound
    return Figure(name, round(value, 3), unit, bound_name, round(bound, 3), round(ratio, 3), aim, ratio <= most)


def _peer(file: Path) -> tuple[float, str]:
    """Seconds of the peer, and its name."""
    if peers := os.environ.get("HENGJIAN_BENCH_PEERS"):
        plain = file.with_suffix(".plain")  # the scanner's own SQLite does not understand our triggers
        with closing(sqlite3.connect(file)) as db:
            db.execute("ATTACH ? AS plain", [str(plain)])
            for table in ("ledger_entry", "register_entity"):
                db.execute(f"CREATE TABLE plain.{table} AS SELECT * FROM {table}")
        words = [sys.executable, "-c", SCANNER, str(plain), str(file.with_suffix(".scan"))]
        found = subprocess.run(words, input=json.dumps(SCANNED), capture_output=True, text=True, env={**os.environ, "PYTHONPATH": peers}, check=False)
        if found.returncode == 0:
            return float(found.stdout), "sqlite_scanner to Parquet"
        print(found.stderr[-400:], file=sys.stderr)
    from django.db import connection

    start = time.process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, entity_id, kind, decided, recorded, fine_fen, confiscated_fen, warning_only, until FROM ledger_entry")
        while cursor.fetchmany(20_000):
            pass
    return time.process_time() - start, "the same columns by cursor, not written"
