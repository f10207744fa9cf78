"""The mirror beside the database it copies: how fast it is built, how large it is, what many small files cost. At scale 1: two million entities, twenty million entries, SQLite.
Figures are processor seconds, of all threads, so that neighbours on the machine do not count.

DuckDB's own sqlite_scanner is a peer where HENGJIAN_BENCH_PEERS names a folder with duckdb 1.5.5 and duckdb-extension-sqlite-scanner
(`pip install --target`): the platform itself never loads an extension. Without it, reading the same columns by cursor is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import pyarrow as pa

from bench._figure import Figure
from bench._ledger import made

ENTITIES, ENTRIES, NEW, DELTAS = 2_000_000, 20_000_000, 1_000, 300
ON = date(2026, 3, 2)
SCANNER = """
import sys, time, duckdb
from pathlib import Path
db = duckdb.connect()
[path] = [each for folder in sys.path for each in Path(folder or ".").glob("duckdb_extension_sqlite_scanner/extensions/**/*.duckdb_extension")]
db.execute(f"LOAD '{path}'")
start = time.process_time()
db.execute(f\"\"\"COPY (SELECT seq, entity_id, kind, decided, recorded, fine_fen, confiscated_fen, warning_only, until
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
        figures = [
            _figure(f"build the mirror of {entries:,} entries", built, "cpu s", told, peer, 1 / 0.75, "≥ 0.75 × its speed"),
            _figure("size of the mirror", size / 2**20, "MB", "SQLite file, MB", file.stat().st_size / 2**20, 0.15, "≤ 15 %"),
        ]
        return [*figures, _deltas(entries)]


def _figure(name: str, value: float, unit: str, bound_name: str, bound: float, most: float, aim: str) -> Figure:
    ratio = value / bound
    return Figure(name, round(value, 3), unit, bound_name, round(bound, 3), round(ratio, 3), aim, ratio <= most)


def _peer(file: Path) -> tuple[float, str]:
    """Seconds of the peer, and its name."""
    if peers := os.environ.get("HENGJIAN_BENCH_PEERS"):
        words = [sys.executable, "-c", SCANNER, str(file), str(file.with_suffix(".scan"))]
        found = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": peers}, check=False)
        if found.returncode == 0:
            return float(found.stdout), "sqlite_scanner to Parquet"
    from django.db import connection

    start = time.process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, entity_id, kind, decided, recorded, fine_fen, confiscated_fen, warning_only, until FROM ledger_entry")
        while cursor.fetchmany(20_000):
            pass
    return time.process_time() - start, "the same columns by cursor, not written"


def _deltas(entries: int) -> Figure:
    """Classes from one file and from one file with 300 small ones beside it: the same records each time."""
    from hengjian.ground import policy
    from hengjian.ground.warehouse import FACTS
    from hengjian.street.assessment import frames

    store, law = frames.mirror(), policy.current()
    store.compact()

    def seconds() -> float:
        best = float("inf")
        for _ in range(3):
            with store.connect() as db:
                start = time.process_time()
                frames.answer(db, law.ruleset("tianjin-2017"), on=ON, terms=law.at(ON).number, store=store)
                best = min(best, time.process_time() - start)
        return best

    with store.connect() as db:
        some = db.sql(f"SELECT * FROM facts LIMIT {NEW}").to_arrow_table()
    appended = float("inf")
    for _ in range(DELTAS):
        upto = store.manifest().last_seq + some.num_rows
        place = some.schema.get_field_index("seq")
        fresh = some.set_column(place, "seq", pa.array(range(upto - some.num_rows + 1, upto + 1), pa.int64())).cast(FACTS)
        start = time.process_time()
        store.append({"facts": fresh}, upto=upto, head="00")
        appended = min(appended, time.process_time() - start)
    scattered = seconds()
    store.compact()
    whole = seconds()
    print(f"append {NEW:,} rows: {appended * 1000:.1f} ms", file=sys.stderr)
    return _figure(f"classify with {DELTAS} delta files", scattered, "cpu s", "compacted", whole, 1.25, "≤ 1.25 ×")
