"""Classes are computed, never set by hand (CR-02). Only entities whose class or reasons differ are written."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection, transaction

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.policy.schema.rulesets import Ruleset
from hengjian.street.ledger import frames as ledger

from . import frames, queries, rules
from .models import Assessment, Change, Run

CHUNK = 10_000
UPSERT = """
    INSERT INTO assessment_assessment
        (entity_id, ruleset, class_code, reasons, mask, unknown, "on", ledger_seq, pack_version, computed_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (entity_id, ruleset) DO UPDATE SET class_code = excluded.class_code, reasons = excluded.reasons,
        mask = excluded.mask, unknown = excluded.unknown, "on" = excluded."on", ledger_seq = excluded.ledger_seq,
        pack_version = excluded.pack_version, computed_at = excluded.computed_at
"""


def recompute_all(*, on: date) -> list[Run]:
    """Every entity under every ruleset in force on the day. Safe to run twice."""
    return _recompute(on, None)


def recompute_since(seq: int, *, on: date) -> list[Run]:
    """Only entities about which the ledger recorded something after `seq`."""
    return _recompute(on, ledger.touched(after=seq))


def catch_up(*, on: date) -> list[Run]:
    """What the register and the ledger took in since the last run; everything when the day or the law has moved on.

    A class may change on a day without any news: a record lapses, a window moves on, another law comes into force.
    """
    law = policy.current()
    last = [queries.last_run(ruleset.id) for ruleset in rules.in_force(law, on)]
    runs = [run for run in last if run and run.whole and run.on == on and run.pack_version == law.version]
    if not last or len(runs) < len(last):
        return recompute_all(on=on)
    seq, known = min(run.ledger_seq for run in runs), min(run.entity_upto for run in runs)
    only = sorted({*ledger.touched(after=seq), *frames.registered(after=known)})
    return _recompute(on, only) if only else []


def _recompute(on: date, only: Sequence[int] | None) -> list[Run]:
    manifest = frames.refresh()
    law = policy.current()
    registered = frames.last_registered()
    runs = []
    with frames.mirror().connect() as db:
        for ruleset in rules.in_force(law, on):
            started = time.perf_counter()
            frames.answer(db, ruleset, on=on, terms=law.at(on).number, only=only)
            written, changed = _store(db, ruleset, on, manifest.last_seq, law.version, only)
            counted = dict(db.execute("SELECT class, count(*) FROM answer GROUP BY class").fetchall())
            classes = {item.code: counted.get(item.code, 0) for item in reversed(ruleset.classes)}
            last = queries.last_run(ruleset.id)
            whole = only is None or bool(last and last.whole and last.on == on and last.pack_version == law.version)
            run = Run(
                ruleset=ruleset.id, on=on, ledger_seq=manifest.last_seq, entity_upto=registered, whole=whole,
                pack_version=law.version, entities=sum(classes.values()), written=written, changed=changed,
                classes=classes, seconds=round(time.perf_counter() - started, 3), finished_at=clock.now(),
            )  # fmt: skip
            run.save()
            runs.append(run)
    return runs


def _store(
    db: duckdb.DuckDBPyConnection, ruleset: Ruleset, on: date, seq: int, version: str, only: Sequence[int] | None
) -> tuple[int, int]:
    """Write the rows that differ; returns (rows written, classes that became another one)."""
    now = clock.now()
    with transaction.atomic():
        stored = Assessment.objects.filter(ruleset=ruleset.id).order_by("entity")
        if only is not None:
            stored = stored.filter(entity__in=only)
        rows = stored.values_list("entity_id", "class_code", "mask", "unknown")
        columns: list[Sequence[Any]] = [*zip(*rows, strict=True)] or [(), (), (), ()]
        types = (pa.int32(), pa.string(), pa.int64(), pa.int64())
        arrays = [pa.array(column, type=kind) for column, kind in zip(columns, types, strict=True)]
        db.register("stored", pa.Table.from_arrays(arrays, names=["entity", "class", "mask", "unknown"]))
        db.execute(
            """SELECT a.entity, a.class, a.reasons, a.mask, a.unknown, coalesce(s.class, '')
               FROM answer AS a LEFT JOIN stored AS s USING (entity)
               WHERE s.entity IS NULL OR (a.class, a.mask, a.unknown) IS DISTINCT FROM (s.class, s.mask, s.unknown)
               ORDER BY a.entity"""
        )
        written = changed = 0
        while found := db.fetchmany(CHUNK):
            _write(found, ruleset.id, on, seq, version, connection.ops.adapt_datetimefield_value(now))
            moved = [row for row in found if row[5] not in ("", row[1])]
            Change.objects.bulk_create(
                Change(
                    entity_id=entity, ruleset=ruleset.id, before=before, after=code, reasons=reasons.split(";"),
                    on=on, ledger_seq=seq, pack_version=version, recorded_at=now,
                )
                for entity, code, reasons, _, _, before in moved
            )  # fmt: skip
            written, changed = written + len(found), changed + len(moved)
        db.unregister("stored")
    return written, changed


def _write(rows: Sequence[tuple[Any, ...]], ruleset: str, on: date, seq: int, version: str, now: Any) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            UPSERT,
            [
                (entity, ruleset, code, json.dumps(reasons.split(";")), mask, unknown, on.isoformat(), seq, version, now)
                for entity, code, reasons, mask, unknown, _ in rows
            ],
        )
