"""Bulk statements: `executemany` on SQLite, `COPY` on PostgreSQL. The ORM is for acts, files go by columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows inside the caller's transaction. JSON comes as text, times are aware."""
    if connection.vendor == "postgresql":
        _copy(table, columns, rows)
        return
    marks = ",".join(["%s"] * len(columns))
    names = ",".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', [_plain(row) for row in rows])


def _plain(row: Sequence[Any]) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return [
        adapt(value) if isinstance(value, datetime) else value.isoformat() if isinstance(value, date) else value
        for value in row
    ]


def insert_plain(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The same for rows of numbers and text, which need no adapting."""
    if connection.vendor == "postgresql":
        _copy(table, columns, rows)
        return
    marks, names = ",".join(["%s"] * len(columns)), ",".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # type: ignore[arg-type]


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ",".join(f'"{column}"' for column in columns)
    # The wrapper turns psycopg's errors into Django's, also those that come when the copy ends.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def in_list(column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """`column IN (many values)` as one parameter, whatever their number."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(values)]
    import json

    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(values))]
