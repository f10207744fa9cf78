"""The name index: two-character pieces, ranked by their stored place. FTS5 on SQLite, an array with GIN on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from hengjian.ground.kit.text import bigrams
from hengjian.street.intake import bulk

from .rules import entity_of

SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS register_search USING fts5(grams, content='', tokenize='unicode61 remove_diacritics 0')",
)
POSTGRES = (
    "CREATE TABLE IF NOT EXISTS register_search (id bigint PRIMARY KEY, grams text[] NOT NULL, name text NOT NULL)",
    "CREATE INDEX IF NOT EXISTS register_search_grams ON register_search USING gin (grams)",
)


def add(names: Iterable[tuple[int, str]]) -> None:
    """Enter names under their places."""
    if connection.vendor == "postgresql":
        bulk.insert("register_search", ("id", "grams", "name"), ((place, bigrams(name), name) for place, name in names))
    else:
        bulk.insert("register_search", ("rowid", "grams"), ((place, " ".join(bigrams(name))) for place, name in names))


def remove(names: Iterable[tuple[int, str]]) -> None:
    """Take names out again; FTS5 without content must be told what it held."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM register_search WHERE id = ANY(%s)", [[place for place, _ in names]])
            return
        cursor.executemany(
            "INSERT INTO register_search (register_search, rowid, grams) VALUES ('delete', %s, %s)",
            [(place, " ".join(bigrams(name))) for place, name in names],
        )


def optimise() -> None:
    """Merge the pieces of the index into one, after a bulk load: answers come from one place instead of many."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO register_search (register_search) VALUES ('optimize')")


def find(name: str, limit: int, offset: int = 0) -> list[int]:
    """Entities one of whose names contains this folded text, best first; an entity is named once."""
    if len(name) < 2:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT id FROM register_search WHERE grams @> %s AND position(%s in name) > 0 "
                "ORDER BY id LIMIT %s OFFSET %s",
                [bigrams(name), name, limit, offset],
            )
        else:
            cursor.execute(
                "SELECT rowid FROM register_search WHERE register_search MATCH %s ORDER BY rowid LIMIT %s OFFSET %s",
                ['"' + " ".join(bigrams(name)) + '"', limit, offset],
            )
        return list(dict.fromkeys(entity_of(place) for (place,) in cursor.fetchall()))
