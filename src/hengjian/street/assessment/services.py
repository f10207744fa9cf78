"""Classes are computed, never set by hand (CR-02). Only entities whose class or reasons differ are written."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection, transaction

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.policy.schema.rulesets import Ruleset
from hengjian.street.intake import bulk
from hengjian.street.ledger import frames as ledger

from . import frames, queries, rules
from .models import Run

CHUNK, FETCHED = 10_000, 50_000
WAIT = 10.0  # seconds an act waits for another run; then the timetable does it
STORED = pa.schema([("entity", pa.int32()), ("class", pa.string()), ("mask", pa.int64()), ("unknown", pa.int64())])
CHANGED = ("entity_id", "ruleset", "before", "after", "reasons", "on", "ledger_seq", "pack_version", "recorded_at")
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
    """Only entities about which the ledger recorded something after `seq`: what an act does at once for its own record.

    What came before and has not been looked at is still for `catch_up`. While another run writes, this one is left to it, too.
    """
    return _recompute(on, ledger.touched(after=seq), since=seq)


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


def _recompute(on: date, only: Sequence[int] | None, since: int | None = None) -> list[Run]:
    """`since`: only what was recorded after this number is looked at, not what entered the register."""
    with frames.one_run(WAIT if since is not None else None) as alone:
        return _run(on, only, since) if alone else []


def _run(on: date, only: Sequence[int] | None, since: int | None) -> list[Run]:
    law = policy.current()
    registered = frames.last_registered()
    runs = []
    store = frames.mirror()
    manifest, opened = frames.opened()
    with opened as db:
        for ruleset in rules.in_force(law, on):
            started = time.perf_counter()
            last = queries.last_run(ruleset.id)
            told = _Tally()
            text = frames.statement(ruleset, on=on, terms=law.at(on).number, store=store)
            for span in store.spans() if only is None else [None]:
                frames.answer(db, ruleset, on=on, only=only, span=span, store=store, text=text)
                _store(db, ruleset, on, manifest.last_seq, law.version, only, span, told)
            whole = only is None or bool(last and last.whole and last.on == on and last.pack_version == law.version)
            before = last.classes if only is not None and last and whole else {}
            classes = {
                item.code: before.get(item.code, 0) + told.classes[item.code] for item in reversed(ruleset.classes)
            }
            seq, upto = manifest.last_seq, registered
            if since is not None and last:  # what lies between the last run and this one was not looked at
                seq, upto = seq if last.ledger_seq >= since else last.ledger_seq, last.entity_upto
            run = Run(
                ruleset=ruleset.id, on=on, ledger_seq=seq, entity_upto=upto, whole=whole,
                pack_version=law.version, entities=told.entities, written=told.written, changed=told.changed,
                classes=classes, seconds=round(time.perf_counter() - started, 3), finished_at=clock.now(),
            )  # fmt: skip
            run.save()
            runs.append(run)
    return runs


@dataclass
class _Tally:
    """What a run counted. `classes`: the whole city after a full run, the difference it made after a partial one."""

    entities: int = 0
    written: int = 0
    changed: int = 0
    classes: Counter[str] = field(default_factory=Counter)


def _store(
    db: duckdb.DuckDBPyConnection, ruleset: Ruleset, on: date, seq: int, version: str,
    only: Sequence[int] | None, span: tuple[int, int] | None, told: _Tally,
) -> None:  # fmt: skip
    """Write the rows that differ. A span is a transaction: whoever writes meanwhile waits for one, not for the city."""
    now = clock.now()
    with transaction.atomic():
        db.register("stored", _stored(ruleset.id, only, span))
        counted = db.execute("SELECT class, count(*) FROM answer_masks GROUP BY class ORDER BY class").fetchall()
        told.entities += sum(n for _code, n in counted)
        if only is None:
            told.classes.update(dict(counted))
        db.execute(
            """SELECT a.entity, a.class, n.reasons, a.mask, a.unknown, a.before FROM (
                   SELECT m.*, coalesce(s.class, '') AS before FROM answer_masks AS m LEFT JOIN stored AS s USING (entity)
                   WHERE s.entity IS NULL OR (m.class, m.mask, m.unknown) IS DISTINCT FROM (s.class, s.mask, s.unknown)
               ) AS a JOIN answer_named AS n USING (mask) ORDER BY a.entity"""
        )
        while found := db.fetchmany(CHUNK):
            _write(found, ruleset.id, on, seq, version, connection.ops.adapt_datetimefield_value(now))
            moved = [row for row in found if row[5] not in ("", row[1])]
            bulk.insert(
                "assessment_change", CHANGED,
                ((entity, ruleset.id, before, code, json.dumps(reasons.split(";")), on, seq, version, now)
                 for entity, code, reasons, _, _, before in moved),
            )  # fmt: skip
            told.written, told.changed = told.written + len(found), told.changed + len(moved)
            if only is not None:
                told.classes.update(row[1] for row in found)
                told.classes.subtract(row[5] for row in found if row[5])
        db.unregister("stored")


def _stored(ruleset: str, only: Sequence[int] | None, span: tuple[int, int] | None) -> pa.Table:
    """The classes on file, read past the ORM: a city has millions."""
    where, values = bulk.in_list("entity_id", only) if only is not None else ("entity_id BETWEEN %s AND %s", span or ())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT entity_id, class_code, mask, unknown FROM assessment_assessment
                WHERE {where} AND ruleset = %s ORDER BY entity_id""",
            [*values, ruleset],
        )
        batches = []
        while rows := cursor.fetchmany(FETCHED):
            arrays = [pa.array(column, type=each.type) for column, each in zip(zip(*rows, strict=True), STORED, strict=True)]
            batches.append(pa.record_batch(arrays, schema=STORED))
    return pa.Table.from_batches(batches, schema=STORED)


def _write(rows: Sequence[tuple[Any, ...]], ruleset: str, on: date, seq: int, version: str, now: Any) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            UPSERT,
            [
                (entity, ruleset, code, json.dumps(reasons.split(";")), mask, unknown, on.isoformat(), seq, version, now)
                for entity, code, reasons, mask, unknown, _ in rows
            ],
        )
