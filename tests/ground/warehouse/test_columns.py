"""The database read by columns says what it says by rows, whichever way it is read."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import dj_database_url
import pyarrow as pa
import pytest
from django.db import ConnectionHandler, connection, transaction

from hengjian.ground.warehouse import columns

SHAPE = pa.schema(
    [
        ("n", pa.int32()), ("word", pa.string()), ("day", pa.date32()), ("told", pa.date32()),
        ("at", pa.int64()), ("until", pa.date32()), ("warning", pa.bool_()),
    ]
)  # fmt: skip
# 20:30 in London on 9 March is 10 March in Tianjin. 1,500 empty cells come first: nothing may be guessed from them.
LATE, SOON = datetime(2026, 3, 9, 20, 30, tzinfo=UTC), datetime(2026, 3, 9, 15, 59, 59, 999999, tzinfo=UTC)
EXPECTED = [
    *((n, "空", date(2026, 3, 1), date(2026, 3, 9), None, None, None) for n in range(1500)),
    (1500, "津", date(2026, 3, 2), date(2026, 3, 10), int(LATE.timestamp() * 1e6), date(2026, 4, 1), True),
    (1501, "津", date(2026, 3, 3), date(2026, 3, 9), int(SOON.timestamp() * 1e6), None, False),
]


def fill(one) -> str:
    """A table as Django lays it out; the statement that reads it."""
    lite = one.vendor == "sqlite"
    plain = one.ops.adapt_datetimefield_value if lite else str
    with one.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS columns_test")
        kind = "text" if lite else "timestamptz"
        cursor.execute(f"CREATE TABLE columns_test (n integer, word text, day date, at {kind}, until date, warning bool)")
        rows = [(n, "空", "2026-03-01", None, None, None) for n in range(1500)]
        rows += [(1500, "津", "2026-03-02", plain(LATE), "2026-04-01", True), (1501, "津", "2026-03-03", plain(SOON), None, False)]
        cursor.executemany("INSERT INTO columns_test VALUES (%s, %s, %s, %s, %s, %s)", rows)
    told = f"coalesce(at, '{plain(SOON)}')"
    text = "n, word, day || '', {told} || '', coalesce(at, ''), coalesce(until, ''), +warning" if lite else "n, word, day, {told}, at, until, warning"
    return f"SELECT {text.format(told=told)} FROM columns_test ORDER BY n"


def read(text: str, of=connection) -> pa.Table:
    with columns.Reader(of) as reader:
        return reader.read(text, SHAPE)


def rows(table: pa.Table) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.django_db
def test_a_file_of_sqlite_is_read_alike_beside_and_inside_a_transaction(tmp_path):
    one = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "库 1.sqlite3"}})["default"]
    text = fill(one)
    assert rows(read(text, one)) == EXPECTED
    one.in_atomic_block = True  # as inside a transaction: Django's own cursor reads
    assert rows(read(text, one)) == EXPECTED
    one.in_atomic_block = False
    one.close()


@pytest.mark.django_db(transaction=True)
def test_the_database_in_use_is_read_alike_beside_and_inside_a_transaction():
    text = fill(connection)
    assert rows(read(text)) == EXPECTED
    with transaction.atomic():
        assert rows(read(text)) == EXPECTED
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE columns_test")


@pytest.mark.django_db
def test_what_a_transaction_wrote_is_read_before_it_is_committed():
    text = fill(connection)
    assert read(text).num_rows == 1502


@pytest.mark.django_db
def test_no_rows_are_columns_of_the_wanted_types(tmp_path):
    one = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db.sqlite3"}})["default"]
    text = fill(one).replace("ORDER", "WHERE n > 9999 ORDER")
    assert read(text, one).schema == SHAPE
    one.close()


def test_the_second_connection_to_postgresql_is_made_with_the_options_of_the_first():
    one = ConnectionHandler({"default": dj_database_url.parse("postgres://u:p%40ss@db.example:5433/库?sslmode=require")})["default"]
    told = parse_qs(urlsplit(columns.address(one)).query)
    assert told.items() >= {"sslmode": ["require"], "dbname": ["库"], "password": ["p@ss"], "port": ["5433"]}.items()


WRITES_TOO = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"


@pytest.mark.django_db
def test_reading_by_columns_takes_no_lock_away_from_who_is_writing(tmp_path):
    file = tmp_path / "db.sqlite3"
    one = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file}})["default"]
    with one.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
        text = fill(one)
        cursor.executemany("INSERT INTO columns_test (n, word, day) VALUES (%s, '满', '2026-03-05')", [(n,) for n in range(2000, 2000 + columns.FEW)])
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert read(text, one).num_rows == 1502 + columns.FEW
    refused = subprocess.run([sys.executable, "-c", WRITES_TOO, str(file)], capture_output=True, text=True, check=False)
    assert "database is locked" in refused.stderr
    writer.execute("ROLLBACK")
    writer.close()
    one.close()


@pytest.mark.django_db
def test_a_statement_that_cannot_be_read_is_an_error_and_no_empty_table(tmp_path):
    one = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db.sqlite3"}})["default"]
    fill(one)
    with columns.Reader(one) as reader, pytest.raises(RuntimeError):
        reader._from_beside("SELECT nothing FROM nowhere")
    one.close()
