"""The mirror beside the database it copies: how fast it is built, how large it is. At scale 1: two million entities, twenty million entries, SQLite.
Figures are processor seconds, of all threads, so that neighbours on the machine do not count.

DuckDB's own sqlite_scanner is a peer where HENGJIAN_BENCH_PEERS names a folder with duckdb 1.5.5 and duckdb-extension-sqlite-scanner
(`pip install --target`): the platform itself never loads an extension. Without it, reading the same columns by cursor is.
"""

from __future__ import annotations

import os
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
import sys, time, duckdb
from pathlib import Path
db = duckdb.connect()
[path] = [each for folder in sys.path for each in Path(folder or ".").glob("duckdb_extension_sqlite_scanner/extensions/**/*.duckdb_extension")]
db.execute(f"LOAD '{path}'; SET sqlite_all_varchar = true")
start = time.process_time()
db.execute(f\"\"\"COPY (SELECT seq::BIGINT, entity_id::INT, kind, decided::DATE, recorded::TIMESTAMP::DATE,
    fine_fen::BIGINT, confiscated_fen::BIGINT, warning_only::INT::BOOLEAN, until::DATE
    FROM sqlite_scan('{sys.argv[1]}', 'ledger_entry')) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 500000)\"\"\")
print(time.process_time() - start)
"""


def run(scale: float = 1.0) -> list[Figure]:
    entities, entries = max(int(ENTITIES * scale), 1_000), max(int(ENTRIES * scale), 10_000)
    with tempfile.TemporaryDirectory() as folder:
        file = made(folder, entities, entries)
        from hengjian.street.assessment import frames

        start = time.process_time()
        frames.refresh()
        built = time.process_time() - start
        peer, told = _peer(file)
        frames.mirror().compact()
        size = sum((frames.mirror().folder / part.file).stat().st_size for part in frames.mirror().manifest().parts)
        return [
            _figure(f"build the mirror of {entries:,} entries", built, "cpu s", told, peer, 1 / 0.75, "≥ 0.75 × its speed"),
            _figure("size of the mirror", size / 2**20, "MB", "SQLite file, MB", file.stat().st_size / 2**20, 0.15, "≤ 15 %"),
        ]


def _figure(name: str, value: float, unit: str, bound_name: str, bound: float, most: float, aim: str) -> Figure:
    ratio = value / bound
    return Figure(name, round(value, 3), unit, bound_name, round(bound, 3), round(ratio, 3), aim, ratio <= most)


def _peer(file: Path) -> tuple[float, str]:
    """Seconds of the peer, and its name."""
    if peers := os.environ.get("HENGJIAN_BENCH_PEERS"):
        plain = file.with_suffix(".plain")  # the scanner's own SQLite does not understand our triggers
        with closing(sqlite3.connect(file)) as db:
            db.execute("ATTACH ? AS plain", [str(plain)])
            db.execute("CREATE TABLE plain.ledger_entry AS SELECT * FROM ledger_entry")
        words = [sys.executable, "-c", SCANNER, str(plain), str(file.with_suffix(".scan"))]
        found = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": peers}, check=False)
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
