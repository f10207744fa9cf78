"""Rows of the database as Arrow columns, read in bulk by ADBC beside Django's own connection.

Inside a transaction, in a database that lives in memory, and for few rows the same statement goes through Django's
cursor. Every way gives the same columns. A SQLite file is read in bulk by a process of its own: beside.py says why.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import quote, urlencode

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteWrapper

TZ = "Asia/Shanghai"
MICROSECONDS = pa.timestamp("us", tz="UTC")


FEW = 10_000  # rows that are read sooner by a cursor than by a process that must first be started


class Reader:
    """Reads statements as columns; keeps its process from one statement to the next. Close it, or use it in `with`."""

    def __init__(self, of: BaseDatabaseWrapper = connection) -> None:
        self._of = of
        self._beside: subprocess.Popen[bytes] | None = None

    def read(self, sql: str, shape: pa.Schema) -> pa.Table:
        """Run a statement without parameters and give its columns the types of `shape`, by position.

        A column may come as SQLite stores it: days and times as text, empty text for nothing, truth as a number.
        A time becomes its day in Tianjin where a day is wanted, and microseconds where a number is.
        """
        columns = [_typed(column, field) for column, field in zip(self._raw(sql, len(shape)), shape, strict=True)]
        return pa.Table.from_arrays(columns, schema=shape)

    def _raw(self, sql: str, width: int) -> list[pa.ChunkedArray]:
        alone = _unseen_by_others(self._of)
        if not alone and self._of.vendor != "sqlite":
            return _through_adbc(sql, self._of)
        if not alone and self._beside is not None:
            return self._from_beside(sql)
        with self._of.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall() if alone else cursor.fetchmany(FEW)
            if alone or len(rows) < FEW:
                return [pa.chunked_array([pa.array(column)]) for column in [*zip(*rows, strict=True)] or [()] * width]
        return self._from_beside(sql)

    def _from_beside(self, sql: str) -> list[pa.ChunkedArray]:
        """Raises RuntimeError with what the process said if it fails."""
        if self._beside is None:
            words = [sys.executable, "-P", str(Path(__file__).with_name("beside.py")), str(self._of.settings_dict["NAME"])]
            self._beside = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        asked, told = cast(Any, self._beside.stdin), cast(Any, self._beside.stdout)
        asked.write(json.dumps(sql).encode() + b"\n")
        asked.flush()
        try:
            with pa.ipc.open_stream(told) as stream:
                columns: list[pa.ChunkedArray] = stream.read_all().columns
                return columns
        except (pa.ArrowInvalid, OSError) as fault:
            self.close()
            raise RuntimeError("the process that reads the database by columns has stopped") from fault

    def close(self) -> None:
        if self._beside is not None:
            self._beside.communicate()
            self._beside = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _unseen_by_others(of: BaseDatabaseWrapper) -> bool:
    """Whether only Django's connection sees the rows."""
    # The vendor is asked, not the class: Django's `connection` is a proxy and an instance of nothing.
    memory = of.vendor == "sqlite" and cast(SqliteWrapper, of).is_in_memory_db()
    return bool(of.in_atomic_block or memory)


def _through_adbc(sql: str, of: BaseDatabaseWrapper) -> list[pa.ChunkedArray]:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address(of)) as peer, peer.cursor() as cursor:
        cursor.execute(sql)
        columns: list[pa.ChunkedArray] = cursor.fetch_arrow_table().columns
        return columns


def address(of: BaseDatabaseWrapper = connection) -> str:
    """The PostgreSQL database as a connection string, with the options (encryption, say) Django connects with."""
    told = {key: value for key, value in of.get_connection_params().items() if isinstance(value, str | int)}
    return f"postgresql:///?{urlencode(told, quote_via=quote)}"


def _typed(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    if column.null_count == len(column):  # nothing told, or no rows at all: the driver can only guess the type
        return pa.chunked_array([pa.nulls(len(column), field.type)])
    if pa.types.is_string(column.type) and not pa.types.is_string(field.type):
        # A city's days and moments are few: each is read once.
        return pa.chunked_array([_read(part.dictionary, field.type).take(part.indices) for part in pc.dictionary_encode(column).chunks], field.type)
    if pa.types.is_timestamp(column.type):
        return _moment(column, field.type)
    if pa.types.is_boolean(field.type) and pa.types.is_integer(column.type):
        return column.cast(pa.bool_())
    return column.cast(field.type)


def _read(texts: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Days and moments of SQLite's texts; empty text is nothing."""
    texts = pc.if_else(pc.equal(texts, ""), None, texts)
    if pa.types.is_date(wanted) and pc.max(pc.utf8_length(texts)).as_py() in (None, 10):
        return texts.cast(wanted)
    return _moment(pc.assume_timezone(texts.cast(pa.timestamp("us")), "UTC"), wanted)


def _moment(moments: Any, wanted: pa.DataType) -> Any:
    if pa.types.is_date(wanted):
        return pc.local_timestamp(moments.cast(pa.timestamp("us", tz=TZ))).cast(wanted, safe=False)
    return moments.cast(MICROSECONDS).cast(pa.int64())
