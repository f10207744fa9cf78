"""One byte of one row is changed in the database file: verification names the entry."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from hengjian.ground.people.models import Agency
from hengjian.street import ledger
from hengjian.street.ledger import services
from hengjian.street.ledger.models import Entry
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity
from tests.factories_intake import code

ROOT = Path(__file__).resolve().parents[3]
MARCH = datetime(2026, 3, 2, 2, 0, 0, 125_000, tzinfo=UTC)
DOCUMENT = "津和市监罚〔2026〕二号"
# Run apart: the file is opened as the platform opens it, once for each changed byte.
PROBE = """
import json, sys
import django
django.setup()
from django.db import connection
from hengjian.street.ledger import services
path, first, last, step = sys.argv[1], *map(int, sys.argv[2:5])
found = []
for place in range(first, last, step):
    with open(path, "r+b") as file:
        file.seek(place)
        was = file.read(1)
        file.seek(place)
        file.write(bytes([was[0] ^ 1]))
    verdict = services.verify()
    found.append([place, verdict.whole, verdict.first.what if verdict.first else "", verdict.first.seq if verdict.first else None])
    connection.close()
    with open(path, "r+b") as file:
        file.seek(place)
        file.write(was)
found.append([0, services.verify().whole, "", None])
print(json.dumps(found))
"""


def three_entries() -> tuple[Entity, list[Entry]]:
    """Three records of one firm, sealed; the second is the one to be altered."""
    agency = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    shop = register.enter(uscc=code(0), name="天津示例000000有限公司", district="120101", at=MARCH)
    entries = [
        ledger.append(
            by=None, issuer=agency, entity=shop, kind="penalty", on=date(2026, 2, 3), document=document, fine_fen=500_000, at=MARCH,
            body={"facts": "销售超过保质期的食品", "kind_of_penalty": ["03"]},
        )
        for document in ("津和市监罚〔2026〕一号", DOCUMENT, "津和市监罚〔2026〕三号")
    ]  # fmt: skip
    services.seal_day(on=date(2026, 3, 2), at=MARCH)
    return shop, entries


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file is SQLite's")
def test_any_changed_byte_of_a_row_names_its_entry(tmp_path):
    shop, entries = three_entries()
    path = tmp_path / "hengjian.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    # The row as the table holds it: from its credit code to its digest, and the keys that follow.
    whole = path.read_bytes()
    place = whole.index(DOCUMENT.encode())
    first = whole.rindex(shop.uscc.encode(), 0, place) - 26  # with the head of the row, which says how long each field is
    last = whole.index(bytes(entries[1].digest), place) + 32
    told = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HENGJIAN_DATA": str(tmp_path), "HENGJIAN_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "hengjian.config.settings"}  # fmt: skip
    run = subprocess.run([sys.executable, "-c", PROBE, str(path), str(first), str(last), "1"], capture_output=True, text=True, env=told, check=False)
    assert run.returncode == 0, run.stderr
    *changed, untouched = json.loads(run.stdout)
    assert untouched[1] is True
    assert len(changed) > 200
    missed = [one for one in changed if one[1] or one[3] != entries[1].seq]
    assert not missed, [(one[0] - first, *one[1:], whole[one[0] - 6 : one[0] + 6]) for one in missed]


def copied(name: str) -> tuple[Path, str]:
    """The test database copied file by file, so that no page of the copy is in the server's memory; the file of entries."""
    connection.ensure_connection()
    settings = connection.get_connection_params()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('data_directory'), pg_relation_filepath('ledger_entry'), current_database()")
        folder, relation, source = cursor.fetchone()
    connection.close()
    where = {key: settings[key] for key in ("host", "port", "user", "password") if settings.get(key)}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as other:
        other.execute(f'DROP DATABASE IF EXISTS "{name}"')
        other.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        oid = other.execute("SELECT oid FROM pg_database WHERE datname = %s", [name]).fetchone()[0]
    user, port = where.get("user", ""), where.get("port", 5432)
    return Path(folder) / "base" / str(oid) / Path(relation).name, f"postgres://{user}@{where.get('host', '127.0.0.1')}:{port}/{name}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the file is PostgreSQL's")
@pytest.mark.parametrize("share", [0.0, 0.03, 0.2, 0.5, 0.8, 0.999])
def test_one_changed_byte_in_the_file_of_postgresql_names_its_entry(share):
    _shop, entries = three_entries()
    name = f"one_byte_{os.getpid()}"
    path, url = copied(name)
    try:
        if not os.access(path, os.W_OK):
            pytest.skip("the files of the server are not ours to change")
        whole = path.read_bytes()
        first, last = whole.index(DOCUMENT.encode()), whole.index(bytes(entries[1].digest)) + 32
        place = first + int((last - first) * share)
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes([whole[place] ^ 1]))
        told = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HENGJIAN_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "hengjian.config.settings"}
        script = "import django; django.setup(); from hengjian.street.ledger import services; v = services.verify(); print(v.whole, v.first and v.first.seq)"
        run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=told, check=False)
        assert run.returncode == 0, run.stderr
        assert run.stdout.split() == ["False", str(entries[1].seq)], whole[place - 6 : place + 6]
    finally:
        settings = connection.get_connection_params()
        where = {key: settings[key] for key in ("host", "port", "user", "password") if settings.get(key)}
        with psycopg.connect(**where, dbname="postgres", autocommit=True) as other:
            other.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
