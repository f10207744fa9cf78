"""Bulk statements: `executemany` on SQLite, `COPY` on PostgreSQL. The ORM is for acts, files go by columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection

BINARY = b"PGCOPY\n\xff\r\n\x00" + bytes(8)  # signature, no flags, no extension


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


def insert_numbers(table: str, columns: Sequence[str], values: Sequence[Any]) -> None:
    """Columns of numbers, each an array of int64 (bigint) or int32 (integer): PostgreSQL takes them as they lie in memory."""
    if connection.vendor != "postgresql":
        insert_plain(table, columns, zip(*(column.tolist() for column in values), strict=True))
        return
    shape = [("fields", ">i2")]
    for place, column in enumerate(values):
        shape += [(f"size{place}", ">i4"), (f"value{place}", f">i{column.dtype.itemsize}")]
    rows = np.empty(len(values[0]), dtype=np.dtype(shape))
    rows["fields"] = len(values)
    for place, column in enumerate(values):
        rows[f"size{place}"], rows[f"value{place}"] = column.dtype.itemsize, column
    names = ",".join(f'"{column}"' for column in columns)
    copying = f'COPY "{table}" ({names}) FROM STDIN WITH (FORMAT BINARY)'
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.cursor.copy(copying) as copy:
        copy.write(BINARY + rows.tobytes() + b"\xff\xff")


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ",".join(f'"{column}"' for column in columns)
    # The wrapper turns psycopg's errors into Django's, also those that come when the copy ends.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def in_list(column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """`column IN (many values)` as one parameter, whatever their number."""
    if connection.vendor == "postgresql":
        if values and isinstance(values[0], int):  # one text: adapting a hundred thousand numbers one by one takes longer than asking
            return f"{column} = ANY(%s::bigint[])", ["{" + ",".join(map(str, values)) + "}"]
        return f"{column} = ANY(%s)", [list(values)]
    import json

    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(values))]
