"""The whole street with a district's 82,468 entities, by the command that everybody can run.

The bound is the longest a bureau should wait; beside it, seconds of each stop.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from bench._figure import Figure

ENTITIES, DEFAULT = 82_468, 3_000
SECONDS = {ENTITIES: 300.0, DEFAULT: 60.0}


def _walk(entities: int) -> dict:
    told = {name: value for name, value in os.environ.items() if name not in ("HENGJIAN_DATA", "HENGJIAN_DATABASE_URL")}
    command = [sys.executable, "-m", "hengjian", "demo", "--once", "--entities", str(entities), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=told)
    report: dict = json.loads(done.stdout)
    return report


def run(scale: float = 1.0) -> list[Figure]:
    """Walk a default city and a district."""
    figures = []
    for full in (DEFAULT, ENTITIES):
        entities = max(100, int(full * scale))
        report = _walk(entities)
        total, bound = report["total_seconds"], SECONDS[full]
        name = f"walk of {entities:,} entities, {report['received']:,} rows"
        figures.append(Figure(name, total, "s", "longest wait", bound, total / bound, f"<= {bound:g} s", total <= bound))
        for stop, seconds in report["seconds"].items():
            figures.append(Figure(f"· {stop}", seconds, "s", "whole walk", total, seconds / max(total, 0.01), "—", True))
    return figures
