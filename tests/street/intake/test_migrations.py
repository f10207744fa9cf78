"""Rows stored one by one before there were blocks keep their place, and their keys still keep a record from coming twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
BEFORE = """
import django, hashlib, json
django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
call_command("migrate", "people", verbosity=0)
call_command("migrate", "intake", "0003", verbosity=0)
apps = MigrationExecutor(connection).loader.project_state([("intake", "0003_a_delivery_may_correct_another")]).apps
Agency, Delivery, Row = (apps.get_model(*name) for name in (("people", "Agency"), ("intake", "Delivery"), ("intake", "Row")))
agency = Agency.objects.create(code="120101", name="示例局", kind="district-bureau", path="120101")
at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
done = Delivery.objects.create(agency=agency, kind="registration", filename="a.csv", sha256="a" * 64, size=1, received_at=at, finished_at=at,
                               state="done", total=2_500, received=2_500, accepted=2_498, duplicate=1, quarantined=1)
half = Delivery.objects.create(agency=agency, kind="registration", filename="b.csv", sha256="b" * 64, size=1, received_at=at, state="working", received=1, accepted=1)
def digest(text): return hashlib.sha256(text.encode()).hexdigest()[:32]
rows = [Row(delivery=done, number=n, outcome="accepted", natural_key=digest(f"k{n}"), content=digest(f"c{n}"), data={"name": f"甲{n}"}, personal={"representative": "张测试"}) for n in range(2, 2500)]
rows.append(Row(delivery=done, number=2500, outcome="duplicate", natural_key=digest("k2"), content=digest("c2")))
rows.append(Row(delivery=done, number=2501, outcome="quarantined", raw=["乙"], reasons=[{"code": "missing"}]))
rows.append(Row(delivery=half, number=7, outcome="accepted", natural_key=digest("h"), content=digest("hc"), data={"name": "丙"}))
Row.objects.bulk_create(rows, batch_size=500)
call_command("migrate", verbosity=0)
from hengjian.street.intake.models import Delivery, Key, Row
from hengjian.street.intake import queries, services
first = Delivery.objects.get(sha256="a" * 64)
taken = queries.accepted_after(first, 0, 10_000)
with connection.cursor() as cursor:
    cursor.execute('SELECT count(*) FROM intake_key WHERE "natural" = %s AND content = %s', [int(digest("k9")[:16], 16) >> 1, int(digest("c9")[:16], 16) >> 1])
    found = cursor.fetchone()[0]
print(json.dumps({
    "keys": Key.objects.count(), "rows": Row.objects.count(), "accepted": len(taken), "first": [taken[0].number, taken[0].data, taken[0].personal],
    "places": sorted(set(queries.places(first).values())), "upto": list(Delivery.objects.order_by("pk").values_list("upto", "part")), "found": found,
    "numbers": [len(numbers) for _pk, numbers in queries.accepted_numbers([first.pk])],
}))
"""


@pytest.fixture
def fresh(tmp_path):
    """The environment of a process with a database of its own, of the kind the suite runs on."""
    told = {**os.environ, "HENGJIAN_DATA": str(tmp_path), "HENGJIAN_DATABASE_URL": "", "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "hengjian.config.settings"}
    if connection.vendor != "postgresql":
        yield told
        return
    import psycopg

    address, name = os.environ["HENGJIAN_DATABASE_URL"].rpartition("/")[0], f"hengjian_moved_{os.getpid()}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    yield {**told, "HENGJIAN_DATABASE_URL": f"{address}/{name}"}
    with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
@pytest.mark.own_database
def test_rows_of_before_stay_and_their_keys_come_over(fresh):
    done = subprocess.run([sys.executable, "-c", BEFORE], env=fresh, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["keys"], told["rows"], told["accepted"], told["found"]) == (2499, 2501, 2498, 1)
    assert told["first"] == [2, {"name": "甲2"}, {"representative": "张测试"}]
    assert told["places"] == ["accepted", "duplicate", "quarantined"]
    assert told["upto"] == [[2501, 1.0], [7, 0.0]]
    assert told["numbers"] == [2498]
