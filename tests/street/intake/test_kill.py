"""`received = accepted + duplicate + quarantined` after kill -9 at any moment, and after a restart."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hengjian.street.intake.blocks import numbers_in
from tests import ready
from tests.factories_intake import REGISTRATION, csv_bytes, registrations

ROOT = Path(__file__).resolve().parents[3]
ROWS = 24_000
AGENCY = "from hengjian.ground.people.models import Agency; Agency.objects.create(code='120000', name='市局', kind='city-bureau')"


@pytest.fixture
def place(tmp_path):
    """A data folder with an empty database and a file to send: a tenth is dirty, a tenth comes twice."""
    rows = registrations(ROWS * 9 // 10)
    for number in range(0, len(rows), 10):
        rows[number][1] = "无"
    rows += rows[1 : ROWS - len(rows) + 1]
    (tmp_path / "file.csv").write_bytes(csv_bytes(REGISTRATION, rows))
    environment = {**os.environ, "HENGJIAN_DATA": str(tmp_path / "data"), "HENGJIAN_DATABASE_URL": "",
                   "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "hengjian.config.settings"}
    ready.data_folder(tmp_path / "data")
    subprocess.run([sys.executable, "-m", "django", "shell", "-v0", "-c", AGENCY], env=environment, check=True)
    return tmp_path, environment


def start(place) -> subprocess.Popen[str]:
    folder, environment = place
    words = ["intake", str(folder / "file.csv"), "--kind", "registration", "--agency", "120000", "--write", "--json"]
    call = [sys.executable, "-c", "from hengjian.doors.cli import main; main()", *words]
    return subprocess.Popen(call, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ask(place, question: str):
    with sqlite3.connect(place[0] / "data" / "hengjian.sqlite3", timeout=20) as database:
        return database.execute(question).fetchone()


def all_of(place, question: str):
    with sqlite3.connect(place[0] / "data" / "hengjian.sqlite3", timeout=20) as database:
        return database.execute(question).fetchall()


def kill_when(place, question: str) -> None:
    process = start(place)
    try:
        for _ in range(4_000):
            found = ask(place, question)
            if found and found[0]:
                break
            assert process.poll() is None, process.communicate()
            time.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def must_add_up(place) -> int:
    received, accepted, duplicate, quarantined = ask(
        place, "SELECT received, accepted, duplicate, quarantined FROM intake_delivery"
    )
    assert received == accepted + duplicate + quarantined
    blocks = "SELECT first, last, accepted, duplicate FROM intake_block ORDER BY first"
    taken = [row for first, last, *runs in all_of(place, blocks) for text in runs for row in numbers_in(text).tolist()]
    alone = [number for (number,) in all_of(place, "SELECT number FROM intake_row")]
    back = [number for (number,) in all_of(place, "SELECT number FROM intake_row WHERE natural IS NULL")]
    assert len({*taken, *alone}) == len(taken) + len(back) == received
    assert len(set(taken)) == len(taken)
    return received


@pytest.mark.slow
def test_no_row_is_lost_or_doubled_however_often_the_power_fails(place):
    kill_when(place, "SELECT count(*) FROM intake_delivery")
    must_add_up(place)
    kill_when(place, "SELECT received >= 2000 FROM intake_delivery")
    first = must_add_up(place)
    kill_when(place, "SELECT received >= 10000 FROM intake_delivery")
    second = must_add_up(place)
    assert 0 < first <= second
    kill_when(place, "SELECT upto > 0 FROM register_absorption")
    must_add_up(place)
    out, errors = start(place).communicate(timeout=120)
    report = json.loads(out) if out else pytest.fail(errors)
    assert must_add_up(place) == ROWS == report["received"]
    assert report["quarantined"] == ask(place, "SELECT count(*) FROM intake_row WHERE reasons IS NOT NULL")[0] > 0
    assert report["duplicate"] > 0
    names, found = ask(place, "SELECT count(*), count(DISTINCT uscc) FROM register_entity")
    assert names == found == report["accepted"]
