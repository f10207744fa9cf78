"""Trying a changed rule on a city of 82,468 entities and on one of a million, ten records each.

The peer is classifying the same city once; a trial does so four times (two classifications, two laws) and compares.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench import classification
from bench._figure import Figure
from hengjian.doors.cli._django import setup
from hengjian.ground import policy
from hengjian.ground.warehouse import Mirror

setup()

from hengjian.street.assessment import drafts, trials  # noqa: E402

JIZHOU, MILLION = 82_468, 1_000_000


def _one(entities: int, limit: float) -> Figure:
    law, on = policy.current(), classification.ON
    draft = drafts.changed(law, {"tianjin-2017.red.penalties": 3, "national-general.odds.C": 20}, on)
    with tempfile.TemporaryDirectory() as name:
        mirror = Mirror(Path(name))
        classification.fill(mirror, entities / classification.ENTITIES_COUNT)
        mirror.compact()
        with mirror.connect() as db:
            once = classification.seconds(db, classification.classified())
        start = time.perf_counter()
        found = trials.run(trials.Mirrored(mirror), law, draft, on=on)
        spent = time.perf_counter() - start
        assert all(shift.entities == entities for shift in found.shifts)
        found.db.close()
    return Figure(
        f"what-if, {entities:,} entities", round(spent, 3), "s", "classifying once", round(once, 3), round(spent / once, 2),
        f"≤ {limit:g} s", spent <= limit,
    )  # fmt: skip


def run(scale: float = 1.0) -> list[Figure]:
    """Seconds of one run each, the trial with its comparison by district and sector."""
    sizes = ((max(int(JIZHOU * scale), 100), 10 * scale), (max(int(MILLION * scale), 200), 60 * scale))
    return [_one(entities, max(limit, 5.0)) for entities, limit in sizes]
