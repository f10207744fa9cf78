"""A frame of two million, five in a hundred drawn, two officers each from five thousand; then the verifier on the same bundle.

The peer is numpy choosing the lowest of ready random numbers: no list, no digests, nothing anybody could check.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from bench._figure import Figure
from hengjian.street.draw import lottery, rules

FRAME, OFFICERS, SHARE = 2_000_000, 5_000, 20
ODDS = {"A": "1/100", "B": "3/100", "C": "1/10", "D": "3/10"}


def _frame(size: int) -> list[tuple[str, str]]:
    chance = random.Random(1)
    return [(f"91120{n:013d}", grade) for n, grade in enumerate(chance.choices("ABCD", (70, 20, 8, 2), k=size))]


def _bundle(path: Path, frame: list[tuple[str, str]], pool: list[lottery.Inspector]) -> tuple[float, float]:
    """Write a whole bundle; seconds of committing (digests) and of drawing (tickets, teams)."""
    start = time.perf_counter()
    lines = lottery.frame_lines(frame)
    sizes = {name: len(codes) for name, codes in lottery.strata_of(lines).items()}
    total = len(lines) // SHARE
    strata = rules.stratify(sizes, ODDS, total, "1/10")
    plan = {"title": "bench", "agency": "bench", "mode": "by-grade", "items": ["x"], "law": "bench", "team_size": 2, "fields": []}
    files = {
        "frame.csv": lottery.frame_text(lines), "blocks.txt": lottery.blocks_of(lines), "pool.csv": lottery.pool_text(pool),
        "recusals.csv": lottery.recusals_text({}), "rules.json": rules.rules_text(plan=plan, strata=strata, odds=ODDS, total=total),
    }  # fmt: skip
    promised = (("frame", "blocks.txt"), ("rules", "rules.json"), ("pool", "pool.csv"), ("recusals", "recusals.csv"))
    files["commitment.json"] = lottery.canonical(
        {
            "protocol": lottery.PROTOCOL, "draw": "bench", "number": 1, "predecessor": None, "blind": lottery.sha256("b"),
            "committed_at": "2026-03-02T09:00:00+08:00", "source": {"kind": "lottery", "issue": "1"},
            **{key: lottery.sha256(files[name]) for key, name in promised},
        }
    )  # fmt: skip
    commitment = lottery.sha256(files["commitment.json"])
    committed = time.perf_counter() - start
    start = time.perf_counter()
    seed = lottery.seed_of(commitment, "1 2 3", "b")
    files["picks.csv"], files["teams.csv"] = lottery.run(seed, lines, json.loads(files["rules.json"]), files["pool.csv"], files["recusals.csv"])
    drawn = time.perf_counter() - start
    evidence = {"commitment": commitment, "value": "1 2 3", "issue": "1", "blind": "b", "seed": seed, "seeded_at": "2026-03-03T09:00:00+08:00"}
    files["seed.json"] = lottery.canonical(evidence)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return committed, drawn


def _argpartition(size: int) -> float:
    keys = np.random.default_rng(1).integers(0, 2**63, size)
    start = time.perf_counter()
    np.argpartition(keys, size // SHARE)
    return time.perf_counter() - start


def run(scale: float = 1.0) -> list[Figure]:
    """Seconds of one run each; the verifier is a process of its own on the standard library."""
    size = max(int(FRAME * scale), 1000)
    pool = [lottery.Inspector(f"P{n:04d}", frozenset()) for n in range(OFFICERS)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        committed, drawn = _bundle(path, _frame(size), pool)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-I", lottery.__file__, str(path)], check=True, capture_output=True)
        verified = time.perf_counter() - start
    bound, both = _argpartition(size), committed + drawn
    name = "numpy argpartition of ready numbers"
    return [
        Figure("draw: commit, tickets, teams", both, "s", name, bound, both / bound, f"≤ {5 * scale:g} s", both <= 5 * scale),
        Figure("draw: verifier, standard library", verified, "s", name, bound, verified / bound, f"≤ {20 * scale:g} s", verified <= 20 * scale),
    ]
