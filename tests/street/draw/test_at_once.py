"""Several operators press at once, each in a process of their own, on SQLite and PostgreSQL alike: one draw comes of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from hengjian.street.draw import lottery, services
from hengjian.street.draw.models import Draw, Pick
from tests import factories_draw as make

from .test_services import file, inspectors, operator, walk  # noqa: F401  the same city

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]
PRESS = """
import os, sys, time
from pathlib import Path
import django
django.setup()
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.models import Officer
from hengjian.street.draw import services
from hengjian.street.draw.models import Draw, Plan
from tests import factories_draw as make
act, name, ready = sys.argv[1:]
by = Officer.objects.get(number="G-OPERATOR")
Path(ready + name).touch()
while not Path(ready + "go").exists():
    time.sleep(0.005)
try:
    if act == "freeze":
        draw = services.freeze(by=by, plan=Plan.objects.get(), at=make.AT)
    else:
        draw = services.hold(by=by, draw=Draw.objects.get(), at=make.later(5 + int(name)))
    print("made", draw.frame_digest, draw.picks_digest, draw.drawn_at and draw.drawn_at.timestamp())
except Refusal as refusal:
    print("refused", refusal.code)
"""
OPERATORS = 3


@pytest.fixture
def own(settings, tmp_path):
    """A data folder of its own, where the processes find the same database and the same files."""
    settings.MEDIA_ROOT = tmp_path / "files"
    told = connection.settings_dict
    env = {**os.environ, "HENGJIAN_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "hengjian.config.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    if connection.vendor == "postgresql":
        where = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**told)
        env["HENGJIAN_DATABASE_URL"] = where
    return env


def press(act: str, env, folder: Path) -> list[list[str]]:
    """What each operator was told; on SQLite the processes work on a copy, which is then the database that is looked at."""
    if connection.vendor == "sqlite":
        with sqlite3.connect(folder / "hengjian.sqlite3") as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
    ready = f"{folder}/ready-{act}-"
    running = [
        subprocess.Popen([sys.executable, "-c", PRESS, act, str(n), ready], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(OPERATORS)
    ]
    for n in range(OPERATORS):
        until = time.monotonic() + 60
        while not Path(f"{ready}{n}").exists():
            assert running[n].poll() is None and time.monotonic() < until, running[n].communicate()[1]
            time.sleep(0.02)
    Path(f"{ready}go").touch()
    said = [one.communicate(timeout=60) for one in running]
    assert all(one.returncode == 0 for one in running), said
    if connection.vendor == "sqlite":
        with sqlite3.connect(folder / "hengjian.sqlite3") as copy:
            copy.backup(connection.connection)
    return [out.split() for out, _err in said]


def test_operators_who_freeze_at_once_make_one_draw_and_its_files_are_those_it_names(settings, own, tmp_path, operator, inspectors):  # noqa: F811
    make.city()
    file(operator)
    said = press("freeze", own, tmp_path)
    assert sorted(one[0] for one in said) == ["made"] + ["refused"] * (OPERATORS - 1)
    assert {one[1] for one in said if one[0] == "refused"} == {"already_drawn"}
    draw = Draw.objects.get()
    kept = Path(settings.MEDIA_ROOT) / "draws" / draw.slug / "blocks.txt"
    assert lottery.sha256(kept.read_text()) == draw.frame_digest


def test_operators_who_draw_at_once_see_one_result(settings, own, tmp_path, operator, inspectors):  # noqa: F811
    make.city()
    walk(operator, file(operator), upto="seeded")
    said = press("hold", own, tmp_path)
    assert [one[0] for one in said] == ["made"] * OPERATORS
    assert len({tuple(one) for one in said}) == 1
    draw = Draw.objects.get()
    assert Pick.objects.filter(draw=draw, reserve=False).count() == draw.total
    assert services.hold(by=operator, draw=draw, at=make.later(60)).drawn_at == draw.drawn_at
