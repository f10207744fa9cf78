"""Triggers that refuse to change, replace, remove or empty what a table holds, on SQLite and PostgreSQL alike.

A house lays them after every migrate (`after_migrate`), because SQLite rebuilds a table when its columns change and the triggers of
the old one are gone with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Kept:
    """A table that only grows. `clash`: when a new row would replace an old one (its unique keys against NEW).

    `refuse_when` narrows the refusal of updates: SQL over OLD and NEW that both databases understand. `unless` lets an update
    pass that another row accounts for: a condition with questions to tables, by kind of database.
    """

    table: str
    clash: str
    says: str
    refuse_when: str = ""
    unless: Mapping[str, str] = field(default_factory=dict)

    def names(self, vendor: str) -> list[str]:
        return [f"{self.table}_{event}" for event in ("update", "delete", "truncate" if vendor == "postgresql" else "replace")]


def _sqlite(kept: Kept) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{kept.says}'); END"
    asked = [f"({kept.refuse_when})"] * bool(kept.refuse_when) + [f"({one}) IS NOT 1" for one in (kept.unless.get("sqlite"),) if one]
    when = f"WHEN {' OR '.join(asked)} " if asked else ""
    return [
        # REPLACE deletes the old row without asking a DELETE trigger, so it is caught on its way in.
        f"CREATE TRIGGER IF NOT EXISTS {kept.table}_replace BEFORE INSERT ON {kept.table} "
        f"WHEN EXISTS (SELECT 1 FROM {kept.table} WHERE {kept.clash}) {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {kept.table}_delete BEFORE DELETE ON {kept.table} {refuse}",
        f"DROP TRIGGER IF EXISTS {kept.table}_update",  # what it lets pass may have been written anew
        f"CREATE TRIGGER {kept.table}_update BEFORE UPDATE ON {kept.table} {when}{refuse}",
    ]


def _postgres(kept: Kept, function: str) -> list[str]:
    refuse = f"RAISE EXCEPTION '{kept.says}' USING ERRCODE = 'integrity_constraint_violation';"
    laid = [f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$"]
    when, updated = f"WHEN ({kept.refuse_when}) " if kept.refuse_when else "", function
    if asked := kept.unless.get("postgresql"):  # a condition of a trigger may not ask tables; a function may
        when, updated = "", f"{kept.table}_refuse_update"
        told = f"({kept.refuse_when or 'false'}) OR ({asked}) IS NOT TRUE"
        laid.append(
            f"CREATE OR REPLACE FUNCTION {updated}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {told} THEN {refuse} END IF; RETURN NEW; END $$"
        )
    for event, level, condition, does in (("update", "ROW", when, updated), ("delete", "ROW", "", function), ("truncate", "STATEMENT", "", function)):
        laid.append(
            f"CREATE OR REPLACE TRIGGER {kept.table}_{event} BEFORE {event.upper()} ON {kept.table} "
            f"FOR EACH {level} {condition}EXECUTE FUNCTION {does}()"
        )
    return laid


def lay(connection: Any, tables: Sequence[Kept]) -> None:
    """Put up the triggers that do not stand yet; tables that are not made yet are left for the next migrate."""
    with connection.cursor() as cursor:
        standing = set(connection.introspection.table_names(cursor))
        for kept in tables:
            if kept.table not in standing:
                continue
            function = f"{kept.table.split('_')[0]}_refuse"
            for statement in _postgres(kept, function) if connection.vendor == "postgresql" else _sqlite(kept):
                cursor.execute(statement)


def after_migrate(tables: Sequence[Kept], connections: Any) -> Callable[..., None]:
    """A receiver of `post_migrate` that lays them; signals hold it weakly, so the house keeps it in its guards."""

    def receive(*, using: str, **_: Any) -> None:
        lay(connections[using], tables)

    return receive


def lift(connection: Any, tables: Sequence[Kept]) -> None:
    """Take the triggers away: only for a test database that is being emptied."""
    with connection.cursor() as cursor:
        for kept in tables:
            for name in kept.names(connection.vendor):
                on = f" ON {kept.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: Any, tables: Sequence[Kept]) -> list[str]:
    """Triggers that should stand and do not."""
    asked = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        standing = {name for (name,) in cursor.fetchall()}
    return [name for kept in tables for name in kept.names(connection.vendor) if name not in standing]
