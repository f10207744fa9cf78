"""A walk is killed three times in the middle; walking again finishes it, and no record is doubled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import ready

ROOT = Path(__file__).resolve().parents[2]
SAME = ("entities", "received", "accepted", "duplicate", "quarantined", "entries", "drawn", "inspected", "published")
KILLS = (("准备", 0.3), ("登记", 0.1), ("抽取", 0.05))  # this long after the line of that stop


def _start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A process of its own, with a database of its own (SQLite in the folder, whatever the suite runs on)."""
    told = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "HENGJIAN_TODAY": "2026-11-24", "HENGJIAN_DATABASE_URL": "",
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "hengjian", "demo", "--once", "--entities", "300", "--folder", str(folder), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=told)


def _walk(folder: Path) -> dict:
    process = _start(folder, "--json")
    out, _ = process.communicate(timeout=240)
    assert process.returncode == 0
    return json.loads(out)


@pytest.mark.slow
def test_a_walk_killed_three_times_is_finished_by_walking_again(tmp_path):
    for folder in ("killed", "calm"):  # the first start of test_run.py migrates an empty one
        ready.data_folder(tmp_path / folder)
    for stop, after in KILLS:
        process = _start(tmp_path / "killed")
        for line in process.stdout:
            if line.strip().startswith(stop):
                break
        time.sleep(after)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    finished, calm = _walk(tmp_path / "killed"), _walk(tmp_path / "calm")
    assert {name: finished[name] for name in SAME} == {name: calm[name] for name in SAME}
    assert finished["received"] == finished["accepted"] + finished["duplicate"] + finished["quarantined"]
