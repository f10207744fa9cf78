"""A city's register and ledger in a SQLite file of the platform's own shape, filled by SQL: for benches of what reads it."""

from __future__ import annotations

import os
from pathlib import Path

BATCH = 5_000
ENTITY = """INSERT INTO register_entity (id, uscc, name, name_folded, kind, entity_type, status, district, district_why, street, address,
    scope_text, capital_fen, capital_currency, established, industry, authority, updated_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {entities})
    SELECT i, printf('91120101MA%08d', i), '天津示例' || i || '有限公司', '天津示例' || i || '有限公司', 'enterprise', '1130', '1', '120101',
        '{{}}', '', '和平区示范路' || (i % 900) || '号', '食品销售；日用百货零售', 1000000, 'CNY', '2015-03-02', 'F5211', '和平区局',
        '2026-03-01 01:00:00' FROM n"""
ENTRY = """INSERT INTO ledger_entry (seq, batch_id, position, entity_id, uscc, kind, act, issuer_id, document, decided, effective, recorded,
    until, fine_fen, confiscated_fen, warning_only, body, refers_id, pack_version, previous, digest)
    WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}),
    m AS (SELECT i, CASE WHEN i % 10 = 0 THEN i - 7 ELSE i END AS j, i % 10 = 0 AS closing FROM n)
    SELECT i, (i - 1) / {batch} + 1, (i - 1) % {batch} + 1, 1 + (j * 2654435761) % {entities}, printf('91120101MA%08d', 1 + (j * 2654435761) % {entities}),
        CASE WHEN closing THEN 'end' WHEN abs(random()) % 100 < 60 THEN 'penalty' ELSE CASE abs(random()) % 4 WHEN 0 THEN 'licence'
            WHEN 1 THEN 'abnormal-list' WHEN 2 THEN 'annual-report' ELSE 'inspection' END END,
        CASE WHEN closing THEN 'end' ELSE 'record' END, 1, '津和市监罚〔2026〕' || i || '号', date('2012-01-01', (i * 5000 / {entries}) || ' days'),
        date('2012-01-01', (i * 5000 / {entries}) || ' days'), datetime('2012-01-02', (i * 5000 / {entries}) || ' days'),
        CASE WHEN abs(random()) % 5 < 2 THEN date('2013-01-01', (i * 5000 / {entries}) || ' days') END,
        CASE WHEN closing THEN NULL ELSE abs(random()) % 2000000 END, CASE WHEN abs(random()) % 4 = 1 THEN abs(random()) % 100000 END, abs(random()) % 5 = 0,
        '{{"name":"天津示例' || i || '有限公司","kind_of_penalty":["03"],"facts":"销售超过保质期的食品，货值' || (i % 900) || '元","article":"示例法第一条"}}',
        CASE WHEN closing THEN i - 7 END, 'cn 2026.11 / tianjin 2026.11', randomblob(32), randomblob(32) FROM m"""


def made(folder: str, entities: int, entries: int) -> Path:
    """Make the database in a folder and point Django at it; returns its file. Seals are random: nothing here verifies them."""
    os.environ["HENGJIAN_DATA"] = folder
    os.environ.pop("HENGJIAN_DATABASE_URL", None)
    from hengjian.doors.cli._django import setup

    setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, connections

    settings.DATA = Path(folder)
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = str(Path(folder) / "ledger.sqlite3")
    call_command("migrate", verbosity=0)
    from hengjian.ground.people.models import Agency

    Agency.objects.create(pk=1, code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    with connection.cursor() as cursor:
        for how in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -800000", "temp_store = MEMORY"):
            cursor.execute(f"PRAGMA {how}")
        cursor.execute(ENTITY.format(entities=entities))
        cursor.execute(
            f"""INSERT INTO ledger_batch (id, opened_at, source, size, chain_head, sealed_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
                SELECT i + 1 FROM n WHERE i < {-(-entries // BATCH)}) SELECT i, '2026-03-01', 'bench', min({BATCH}, {entries} - (i - 1) * {BATCH}),
                randomblob(32), '2026-03-01' FROM n"""
        )
        cursor.execute(ENTRY.format(first=1, last=entries, batch=BATCH, entities=entities, entries=entries))
        cursor.execute("PRAGMA journal_mode = WAL")
    return Path(folder) / "ledger.sqlite3"
