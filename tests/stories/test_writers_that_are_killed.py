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
AGREES = {"unfinished": 0, "rejected": 0, "doubled": 0, "whole": True, "fault": "", "mirror": True}


def run(how: str, folder: Path, *words: str) -> dict:
    """Processes of their own, on the kind of database the suite runs on."""
    told = dict(os.environ, PYTHONPATH=str(ROOT / "src"))
    if connection.vendor == "postgresql":
        words += ("--like", ready.postgres())
    else:
        told["HENGJIAN_DATABASE_URL"] = ""
        ready.data_folder(folder)
    script = [sys.executable, str(ROOT / "tools" / "writers.py"), how, str(folder), *words]
    done = subprocess.run(script, capture_output=True, text=True, env=told, check=False, timeout=550)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.own_database
def test_a_writer_killed_twelve_times_loses_and_doubles_nothing(tmp_path):
    """`tools/writers.py killed FOLDER --kills 200` is the long form."""
    found = run("killed", tmp_path, "--kills", "12", "--seed", "hengjian")
    assert (found["kills"], found["finished"]) == (12, True)
    assert {name: found[name] for name in AGREES} == AGREES
    assert found["rows"] == found["entries"] == found["expected"]


@pytest.mark.slow
@pytest.mark.own_database
def test_two_officers_and_three_agencies_write_at_once(tmp_path):
    """Whoever comes first withdraws a record, the other is told; nobody's writing is lost and nobody waits for ever."""
    found = run("together", tmp_path)
    assert found["ended"] == [0] * 5
    assert found["won"] == found["withdrawn"] == found["once"] == found["shared"]
    assert found["honours"] == 2 * found["shared"]
    assert {name: found[name] for name in AGREES} == AGREES
    assert found["entries"] == found["expected"]
