#!/usr/bin/env python3
"""The three engines of `hengjian classify` on a generated register, compared byte by byte.

    HENGJIAN_DATABASE_URL=postgres://… tools/engines.py FOLDER --entities 100000 [--like DATABASE] [--master spark://…]

Records of six years with repairs, ends, withdrawals, corrections, records closed twice, told late, without amounts; names
changed after the mirror was first filled. Several days, as known on several days; before and after the mirror is compacted.
Spark: `pip install -r requirements-spark.txt`, and Java. Exit code 1 where two files differ.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
DAYS = ((date(2026, 3, 2), None), (date(2026, 3, 2), date(2026, 2, 1)), (date(2025, 6, 30), None), (date(2024, 2, 29), date(2025, 3, 1)))
BATCH = 5_000
CITY = """
    INSERT INTO register_entity (uscc, name, name_folded, kind, entity_type, status, district, district_why, street, address, scope_text,
        capital_currency, industry, authority, entered, updated_at)
    SELECT '91120101MB' || lpad(i::text, 8, '0'), '天津示例' || i || '号店', '天津示例' || i || '号店', 'enterprise', '', '1', '120101', '{{}}', '', '', '',
        'CNY', '', '', '2026-03-01 01:00+00', '2026-03-01 01:00+00' FROM generate_series(1, {entities}) i"""
# Of ten entries one closes the seventh before it; some are closed twice, some corrections bring a record of their own.
RECORDS = """
    WITH base AS (SELECT coalesce(max(seq), 0) AS seq FROM ledger_entry), firms AS (SELECT min(id) AS id FROM register_entity WHERE uscc LIKE '91120101MB%'),
    n AS (SELECT i, CASE WHEN i % 10 = 0 THEN i - 7 ELSE i END AS j, i % 10 = 0 AS closing, (i * 7919 % 997)::int AS luck FROM generate_series(1, {entries}::bigint) i)
    INSERT INTO ledger_entry (seq, batch_id, position, entity_id, uscc, kind, act, issuer_id, document, decided, effective, recorded, until, fine_fen,
        confiscated_fen, warning_only, body, refers_id, pack_version, previous, digest)
    SELECT base.seq + i, {batch0} + (i - 1) / {batch}, (i - 1) % {batch} + 1, e.id, e.uscc,
        CASE WHEN closing THEN (ARRAY['end','repair','withdrawal','correction'])[1 + luck % 4]
            ELSE (ARRAY['penalty','penalty','penalty','abnormal-list','serious-list','annual-report','court-defaulter','licence','honour'])[1 + luck % 9] END,
        CASE WHEN closing THEN (ARRAY['end','repair','withdraw','correct'])[1 + luck % 4] ELSE 'record' END,
        (SELECT min(id) FROM people_agency), 'D' || i, date '2020-01-01' + (j * 2200 / {entries})::int, date '2020-01-01' + (i * 2200 / {entries})::int,
        timestamptz '2020-01-02 15:30+00' + make_interval(days => (i * 2200 / {entries})::int + (luck % 40)::int, hours => (luck % 24)::int),
        CASE WHEN luck % 5 = 0 THEN date '2021-06-30' + (i * 2200 / {entries})::int END, CASE WHEN luck % 11 > 1 THEN luck * 20000 END,
        CASE WHEN luck % 4 = 1 THEN luck * 100 END, CASE WHEN luck % 3 = 0 THEN NULL ELSE luck % 3 = 1 END, '{{}}',
        CASE WHEN closing THEN base.seq + i - 7 - CASE WHEN luck % 6 = 0 AND i > 20 THEN 10 ELSE 0 END END, 'generated', '', ''
    FROM n CROSS JOIN base CROSS JOIN firms JOIN register_entity e
        ON e.id = firms.id + (CASE WHEN closing AND luck % 6 = 0 AND i > 20 THEN j - 10 ELSE j END * 2654435761) % {entities}"""


def fill(entities: int) -> None:
    from django.db import connection

    entries = entities * 8 // 10 * 10
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # generated, not sealed
        cursor.execute(CITY.format(entities=entities))
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM ledger_batch")
        first = cursor.fetchone()[0]
        cursor.execute(
            f"""INSERT INTO ledger_batch (id, opened_at, source, size, chain_head, sealed_at) SELECT {first} - 1 + i, now(), 'generated',
                least({BATCH}, {entries} - (i - 1) * {BATCH}), decode(md5(i::text), 'hex'), now() FROM generate_series(1, {-(-entries // BATCH)}) i"""
        )
        cursor.execute(RECORDS.format(entities=entities, entries=entries, batch=BATCH, batch0=first))
        cursor.execute("SELECT setval(pg_get_serial_sequence('ledger_entry', 'seq'), (SELECT max(seq) FROM ledger_entry))")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--entities", type=int, default=100_000)
    asked.add_argument("--like", default="template1", help="a database to begin with, migrated already")
    asked.add_argument("--master", default="local[2]")
    told = asked.parse_args()
    sys.path[:0] = [str(HERE.parent / "src"), str(HERE)]
    told.folder.mkdir(parents=True, exist_ok=True)
    if not os.environ.get("HENGJIAN_DATABASE_URL"):
        asked.error("needs HENGJIAN_DATABASE_URL: one of the engines is PostgreSQL")
    from writing import world

    world.open_database(told.folder.resolve(), told.like)
    from django.utils import timezone

    from hengjian.ground import policy
    from hengjian.street.assessment import engines, frames
    from hengjian.street.register.models import Entity

    fill(told.entities)
    frames.refresh()
    changed = Entity.objects.filter(pk__in=Entity.objects.order_by("pk").values_list("pk", flat=True)[: told.entities // 50])
    changed.update(name="天津改名有限公司", status="2", updated_at=timezone.now())
    law, differ = policy.current(), 0
    print("| mirror | rules | on | known | entities | classes | sha256 | duckdb, postgres, spark |\n|---|---|---|---|--:|---|---|---|")
    for compacted in (False, True):
        if compacted:
            frames.rebuild()
        for rules in ("tianjin-2017", "national-general"):
            for on, known in DAYS:
                files, seconds = {}, []
                for engine in ("duckdb", "postgres", "spark"):
                    task = engines.Task(law.ruleset(rules), on, known, law.at(on).number, told.folder.resolve() / f"{engine}.csv")
                    begun = time.perf_counter()
                    count = engines.classify(engine, task, master=told.master)
                    seconds.append(f"{time.perf_counter() - begun:.1f} s")
                    files[engine] = task.out.read_bytes()
                same = len(set(files.values())) == 1
                differ += not same
                lines = files["duckdb"].decode().splitlines()[1:]
                held = {code: sum(line.split(",")[1] == code for line in lines) for code in sorted({line.split(",")[1] for line in lines})}
                digest = hashlib.sha256(files["duckdb"]).hexdigest()[:12]
                says = f"the same ({', '.join(seconds)})" if same else "DIFFER"
                kinds = ", ".join(f"{code} {n:,}" for code, n in held.items())
                print(f"| {'compacted' if compacted else 'appended'} | {rules} | {on} | {known or ''} | {count:,} | {kinds} | {digest} | {says} |", flush=True)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
