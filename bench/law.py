"""Loading the law: both packs once compiled, the law of a day inside a request, one reading."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from bench._figure import Figure
from hengjian.ground import policy

DAY = date(2026, 11, 24)


def _best(runs: int, act: Callable[[], object]) -> float:
    """Seconds of the quickest run: what the act costs when nothing else disturbs."""
    found = []
    for _ in range(runs):
        started = time.perf_counter()
        act()
        found.append(time.perf_counter() - started)
    return min(found)


def run(scale: float = 1.0) -> list[Figure]:
    """Seconds of a load, microseconds of a question."""
    policy.load(policy.roots())
    load = _best(5, lambda: policy.load(policy.roots()))
    times = max(100, int(10_000 * scale))
    at = _best(3, lambda: [policy.at(DAY) for _ in range(times)]) / times * 1e6
    nothing = _best(3, lambda: [date(2026, 11, 24) for _ in range(times)]) / times * 1e6
    law = policy.at(DAY)
    reading = _best(3, lambda: [law.reading("publication.penalty") for _ in range(times)]) / times * 1e6
    return [
        Figure("load both packs, compiled before", round(load, 3), "s", "a second", 1.0, load, "<= 1 s", load <= 1),
        Figure("the law of a day", round(at, 2), "µs", "making a date", nothing, at / nothing, "<= 50 µs", at <= 50),
        Figure("one reading", round(reading, 2), "µs", "making a date", nothing, reading / nothing, "<= 100 µs", reading <= 100),
    ]
