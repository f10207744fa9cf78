"""Rows of the database as Arrow columns, read in bulk by ADBC beside Django's own connection.

Inside a transaction, and in a database that lives in memory, a second connection would not see what the first one
wrote: there the same statement goes through Django's cursor. Both give the same columns.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast
from urllib.parse import quote, urlencode

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteWrapper

TZ = "Asia/Shanghai"
MICROSECONDS = pa.timestamp("us", tz="UTC")


def read(sql: str, shape: pa.Schema, of: BaseDatabaseWrapper = connection) -> pa.Table:
    """Run a statement without parameters and give its columns the types of `shape`, by position.

    A column may come as SQLite stores it: days and times as text, empty text for nothing, truth as a number.
    A time becomes its day in Tianjin where a day is wanted, and microseconds where a number is.
    """
    raw = _through_django(sql, len(shape), of) if _unseen_by_others(of) else _through_adbc(sql, of)
    columns = [_typed(column, field) for column, field in zip(raw.columns, shape, strict=True)]
    return pa.Table.from_arrays(columns, schema=shape)


def _unseen_by_others(of: BaseDatabaseWrapper) -> bool:
    """Whether only Django's connection sees the rows."""
    # The vendor is asked, not the class: Django's `connection` is a proxy and an instance of nothing.
    memory = of.vendor == "sqlite" and cast(SqliteWrapper, of).is_in_memory_db()
    return bool(of.in_atomic_block or memory)


def _through_django(sql: str, width: int, of: BaseDatabaseWrapper) -> pa.Table:
    with of.cursor() as cursor:
        cursor.execute(sql)
        columns = [*zip(*cursor.fetchall(), strict=True)] or [()] * width
    return pa.Table.from_arrays([pa.array(column) for column in columns], names=[str(n) for n in range(width)])


def _through_adbc(sql: str, of: BaseDatabaseWrapper) -> pa.Table:
    if of.vendor == "sqlite":
        from adbc_driver_sqlite import dbapi

        peer = dbapi.connect(f"{Path(of.settings_dict['NAME']).absolute().as_uri()}?mode=ro")
    else:
        from adbc_driver_postgresql import dbapi

        peer = dbapi.connect(address(of))
    with peer, peer.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetch_arrow_table()


def address(of: BaseDatabaseWrapper = connection) -> str:
    """The PostgreSQL database as a connection string, with the options (encryption, say) Django connects with."""
    told = {key: value for key, value in of.get_connection_params().items() if isinstance(value, str | int)}
    return f"postgresql:///?{urlencode(told, quote_via=quote)}"


def _typed(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    if column.null_count == len(column):  # nothing told, or no rows at all: the driver can only guess the type
        return pa.chunked_array([pa.nulls(len(column), field.type)])
    if pa.types.is_string(column.type) and not pa.types.is_string(field.type):
        column = pc.if_else(pc.equal(column, ""), None, column)
        if pa.types.is_date(field.type) and pc.max(pc.utf8_length(column)).as_py() in (None, 10):
            return column.cast(field.type)
        column = pc.assume_timezone(column.cast(pa.timestamp("us")), "UTC")
    if pa.types.is_timestamp(column.type):
        if pa.types.is_date(field.type):
            return pc.local_timestamp(column.cast(pa.timestamp("us", tz=TZ))).cast(field.type, safe=False)
        return column.cast(MICROSECONDS).cast(pa.int64())
    if pa.types.is_boolean(field.type) and pa.types.is_integer(column.type):
        return column.cast(pa.bool_())
    return column.cast(field.type)
