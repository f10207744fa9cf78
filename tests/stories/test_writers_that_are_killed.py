"""Writers are killed at random moments, and many write at once: nothing is lost, nothing doubled, every seal and copy holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests import ready

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("HENGJIAN_KILLS", "10"))  # one in each stage; 200 is what docs/evidence.md is made of


def run(how: str, folder: Path, *words: str) -> dict:
    """Processes of their own, on the kind of database the suite runs on."""
    told = dict(os.environ, PYTHONPATH=str(ROOT / "src"))
    if connection.vendor == "postgresql":
        words += ("--like", ready.postgres())
    else:
        told["HENGJIAN_DATABASE_URL"] = ""
        ready.data_folder(folder)
    script = [sys.executable, str(ROOT / "tools" / "writers.py"), how, str(folder), *words]
    done = subprocess.run(script, capture_output=True, text=True, env=told, check=False, timeout=60 + 12 * KILLS)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.own_database
def test_writers_killed_in_every_stage_lose_and_double_nothing(tmp_path):
    found = run("killed", tmp_path, "--kills", str(KILLS), "--seed", "hengjian")
    assert (found["kills"], found["finished"]) == (KILLS, True)
    assert found["wrong"] == {}
    assert found["end"]["wrong"] == [], found["end"]
    assert len(found["fell"]) > 1  # a short stage may be over when the signal comes


@pytest.mark.slow
@pytest.mark.own_database
def test_officers_agencies_and_jobs_write_at_once(tmp_path):
    """Whoever comes first closes a record, the other is told; nobody's writing is lost and nobody waits for ever."""
    found = run("together", tmp_path, "--seconds", "5")
    assert found["ended"] == [0] * 8
    assert found["wrong"] == [], found
