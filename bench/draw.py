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
from typing import Any

import numpy as np

from bench._figure import Figure
from hengjian.street.draw import lottery, rules

FRAME, OFFICERS, SHARE = 2_000_000, 5_000, 20
ODDS = {"A": "1/100", "B": "3/100", "C": "1/10", "D": "3/10"}


def _frame(size: int) -> list[tuple[str, str]]:
    chance = random.Random(1)
    return [(f"91120{n:013d}", grade) for n, grade in enumerate(chance.choices("ABCD", (70, 20, 8, 2), k=size))]


def _bundle(path: Path, frame: list[tuple[str, str]], pool: list[lottery.Inspector]) -> tuple[float, float]:
    """Write a whole bundle; seconds by the clock and of the processor for committing (digests) and drawing (tickets, teams)."""
    start = time.perf_counter(), time.process_time()
    lines = lottery.frame_lines(frame)
    sizes = lottery.sizes_of(lines)
    total = len(lines) // SHARE
    strata, departments = rules.stratify(sizes, ODDS, total), [rules.Department("bench", 2, ())]
    plan = {"title": "bench", "agency": "bench", "mode": "by-grade", "items": ["x"], "law": "bench", "reserve": "1/10"}
    files = {
        "frame.csv": lottery.frame_text(lines), "blocks.txt": lottery.blocks_of(lines), "pool.csv": lottery.pool_text(pool),
        "recusals.csv": lottery.recusals_text({}), "rules.json": rules.rules_text(
            plan=plan, departments=departments, strata=strata, odds=ODDS, total=total
        ),
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
    seed = lottery.seed_of(commitment, "1 2 3", "b")
    files["picks.csv"], files["teams.csv"] = lottery.run(seed, lines, json.loads(files["rules.json"]), files["pool.csv"], files["recusals.csv"])
    taken = time.perf_counter() - start[0], time.process_time() - start[1]
    evidence = {"commitment": commitment, "value": "1 2 3", "issue": "1", "blind": "b", "seed": seed, "seeded_at": "2026-03-03T09:00:00+08:00"}
    files["seed.json"] = lottery.canonical(evidence)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return taken


def _in_the_browser(folder: Path, pool: list[lottery.Inspector], size: int) -> float:
    """Seconds of the public page's own script over a bundle, in Chromium; fails where it does not confirm the draw."""
    from playwright.sync_api import sync_playwright

    path = folder / "browser.zip"
    _bundle(path, _frame(size), pool)
    with zipfile.ZipFile(path) as archive:
        commitment = lottery.sha256(archive.read("commitment.json"))
    script = (Path(lottery.__file__).parent / "static" / "draw" / "rerun.js").read_text("utf-8")
    page = (
        f'<button data-rerun="/bundle.zip" data-commitment="{commitment}" data-busy="busy" data-good="good" data-bad="bad"></button>'
        '<div data-rerun-result></div><script src="/rerun.js"></script>'
    )
    answers = {"/": ("text/html", page.encode()), "/rerun.js": ("text/javascript", script.encode()), "/bundle.zip": ("application/zip", path.read_bytes())}
    with sync_playwright() as chromium:
        browser = chromium.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()

        def answer(route: Any) -> None:
            kind, body = answers["/" + route.request.url.split("/", 3)[3]]
            route.fulfill(content_type=kind, body=body)

        tab.route("http://localhost/**", answer)
        tab.goto("http://localhost/")
        start = time.perf_counter()
        tab.click("button")
        tab.wait_for_selector(".note.good, .note.bad", timeout=120_000)
        taken = time.perf_counter() - start
        said = tab.inner_text("[data-rerun-result]")
        browser.close()
    if said != "good":
        raise RuntimeError(said)
    return taken


def _argpartition(size: int) -> float:
    keys = np.random.default_rng(1).integers(0, 2**63, size)
    start = time.perf_counter()
    np.argpartition(keys, size // SHARE)
    return time.perf_counter() - start


def run(scale: float = 1.0) -> list[Figure]:
    """Seconds of one run each; the verifier is a process of its own on the standard library."""
    size = max(int(FRAME * scale), 1000)
    pool = [lottery.Inspector(f"P{n:04d}", frozenset(), "bench") for n in range(OFFICERS)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        both, busy = _bundle(path, _frame(size), pool)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-I", lottery.__file__, str(path)], check=True, capture_output=True)
        verified = time.perf_counter() - start
        rows = max(int(100_000 * scale), 1000)
        in_browser = _in_the_browser(Path(folder), pool, rows)
    bound = _argpartition(size)
    name = "numpy argpartition of ready numbers"
    return [
        Figure("draw: commit, tickets, teams", both, "s", name, bound, both / bound, f"≤ {5 * scale:g} s", both <= 5 * scale),
        Figure("draw: the same, time of the processor", busy, "s", name, bound, busy / bound, f"≤ {5 * scale:g} s", busy <= 5 * scale),
        Figure("draw: verifier, standard library", verified, "s", name, bound, verified / bound, f"≤ {20 * scale:g} s", verified <= 20 * scale),
        Figure(f"draw: browser verifier, {rows:,} rows", in_browser, "s", name, bound, in_browser / bound, f"≤ {20 * scale:g} s", in_browser <= 20 * scale),
    ]
