"""How soon a batch of 1,000 new entries has changed the classes it changes, by the platform's own job, beside a full run that has
nothing to write. At scale 1: two million entities, twenty million entries, SQLite. Processor seconds, of all threads.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench._figure import Figure
from bench._ledger import made
from bench.mirror import ENTITIES, ENTRIES, _figure

NEW = 1_000
ON = date(2026, 3, 2)


def run(scale: float = 1.0) -> list[Figure]:
    entities, entries = max(int(ENTITIES * scale), 1_000), max(int(ENTRIES * scale), 10_000)
    with tempfile.TemporaryDirectory() as folder:
        made(folder, entities, entries)
        return _news(entities)


def _news(entities: int) -> list[Figure]:
    """From a batch of new entries to the classes they change, by the platform's own job."""
    from hengjian.street.assessment import services

    services.recompute_all(on=ON)
    start = time.process_time()
    services.recompute_all(on=ON)
    whole, best, moved = time.process_time() - start, float("inf"), 0
    for turn in range(3):
        _write(turn, entities)
        start = time.process_time()
        runs = services.catch_up(on=ON)
        best = min(best, time.process_time() - start)
        moved = sum(run.changed for run in runs)
        assert all(run.entities <= NEW for run in runs), "a run looked at more than what has news"
    assert moved, "the new entries changed nothing"
    named = f"{NEW:,} new entries to changed classes"
    return [
        _figure(named, best, "cpu s", "full run, nothing to write", whole, 0.25, "≤ 0.25 ×"),
        Figure(named, round(best, 3), "cpu s", "aim", 1.0, round(best, 2), "≤ 1 s", best <= 1.0),
    ]


def _write(turn: int, entities: int) -> None:
    from hengjian.street.ledger.writing import write

    at = datetime(2026, 3, 2, 1, turn, tzinfo=UTC)
    step = max(1, entities // NEW)
    drafts: list[dict[str, Any]] = []
    for n in range(NEW):
        entity = 1 + (n * step + turn) % entities
        drafts.append(
            {"entity_id": entity, "uscc": f"91120101MA{entity:08d}", "kind": "serious-list", "act": "record", "issuer_id": 1, "decided": ON - timedelta(days=turn),
             "effective": ON, "document": f"津列〔2026〕{turn}-{n}号", "pack_version": "bench", "body": {"ground": "示例"}}
        )  # fmt: skip
    write("bench", drafts, at)
