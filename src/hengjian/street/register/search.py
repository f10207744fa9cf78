"""Name indexes: two-character pieces, ranked by their stored place. FTS5 on SQLite, an array with GIN on PostgreSQL.

A name may carry marks (its district, its class): a search narrowed by marks stays a search of the index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hengjian.ground.kit.text import bigrams
from hengjian.street.intake import bulk

from .rules import ENTITY_MASK, NAME_BITS, entity_of

Marks = Sequence[str]  # letters and digits, three or more: no two-character piece can be mistaken for one


@dataclass(frozen=True, slots=True)
class NameIndex:
    """One index in its own table."""

    table: str

    def statements(self) -> tuple[str, ...]:
        """What lays the table in this database; FTS5 has no model, and PostgreSQL has no FTS5."""
        if connection.vendor == "postgresql":
            return (
                f"CREATE TABLE IF NOT EXISTS {self.table} (id bigint PRIMARY KEY, grams text[] NOT NULL, name text NOT NULL)",
                f"CREATE INDEX IF NOT EXISTS {self.table}_grams ON {self.table} USING gin (grams)",
            )
        return (
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self.table} USING fts5(grams, content='', tokenize='unicode61 remove_diacritics 0')",
        )

    def add(self, names: Iterable[tuple[int, str, Marks]]) -> None:
        """Enter names under their places."""
        if connection.vendor == "postgresql":
            rows = ((place, [*bigrams(name), *marks], name) for place, name, marks in names)
            bulk.insert(self.table, ("id", "grams", "name"), rows)
        else:
            # In the order of places: FTS5 writes out what it has gathered whenever a number is lower than the last.
            ordered = sorted(names, key=lambda one: one[0])
            held = ((place, " ".join((*bigrams(name), *marks))) for place, name, marks in ordered)
            bulk.insert(self.table, ("rowid", "grams"), held)

    def remove(self, names: Iterable[tuple[int, str, Marks]]) -> None:
        """Take names out again; FTS5 without content must be told what it held."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"DELETE FROM {self.table} WHERE id = ANY(%s)", [[place for place, _, _ in names]])
                return
            cursor.executemany(
                f"INSERT INTO {self.table} ({self.table}, rowid, grams) VALUES ('delete', %s, %s)",
                [(place, " ".join((*bigrams(name), *marks))) for place, name, marks in names],
            )

    def optimise(self) -> None:
        """Merge the pieces of the index into one after a bulk load, so that answers come from one place."""
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {self.table} ({self.table}) VALUES ('optimize')")

    def find(
        self, name: str, limit: int, *, marks: Marks = (), after: int = 0, districts: Collection[str] | None = None
    ) -> list[int]:
        """Entities one of whose names contains this folded text and bears all marks, best first, each named once."""
        return list(dict.fromkeys(map(entity_of, self.places(name, limit, marks=marks, after=after, districts=districts))))

    def places(
        self, name: str, limit: int, *, marks: Marks = (), after: int = 0, districts: Collection[str] | None = None
    ) -> list[int]:
        """The first places beyond `after` that hold such a name; `districts`: only of entities the register has there."""
        if len(name) < 2:
            return []
        if connection.vendor == "postgresql":
            place, test = "id", "grams @> %s AND position(%s in name) > 0"
            values: list[Any] = [[*bigrams(name), *marks], name]
        else:
            place, test = "rowid", f"{self.table} MATCH %s"
            values = [" AND ".join(f'"{part}"' for part in (" ".join(bigrams(name)), *marks))]
        if districts is not None:
            lies, codes = bulk.in_list("e.district", sorted(districts))
            within = f"SELECT 1 FROM register_entity e WHERE e.id = ({self.table}.{place} & {ENTITY_MASK}) >> {NAME_BITS} AND {lies}"
            test, values = f"{test} AND EXISTS ({within})", [*values, *codes]
        with connection.cursor() as cursor:
            statement = f"SELECT {place} FROM {self.table} WHERE {test} AND {place} > %s ORDER BY {place} LIMIT %s"
            cursor.execute(statement, [*values, after, limit])
            return [found for (found,) in cursor.fetchall()]


NAMES = NameIndex("register_search")
find, optimise = NAMES.find, NAMES.optimise
# The migration of the register laid its table with these; they stay as they were.
SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS register_search USING fts5(grams, content='', tokenize='unicode61 remove_diacritics 0')",
)
POSTGRES = (
    "CREATE TABLE IF NOT EXISTS register_search (id bigint PRIMARY KEY, grams text[] NOT NULL, name text NOT NULL)",
    "CREATE INDEX IF NOT EXISTS register_search_grams ON register_search USING gin (grams)",
)


def add(names: Iterable[tuple[int, str]]) -> None:
    """Enter names of the register under their places."""
    NAMES.add((place, name, ()) for place, name in names)


def remove(names: Iterable[tuple[int, str]]) -> None:
    """Take names of the register out again."""
    NAMES.remove([(place, name, ()) for place, name in names])
