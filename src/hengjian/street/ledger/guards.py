"""Triggers that refuse to change or delete what the ledger holds, on SQLite and PostgreSQL alike.

They are laid after every migrate, because SQLite rebuilds a table when its columns change and the
triggers of the old one are gone with it. `hengjian ledger verify` says so when one is missing.
"""

from __future__ import annotations

from typing import Any

KEPT = ("ledger_batch", "ledger_entry", "ledger_dailyroot")
SAYS = "ledger is append-only"
_CLASH = {
    "ledger_batch": "id = NEW.id",
    "ledger_entry": "seq = NEW.seq OR (batch_id = NEW.batch_id AND position = NEW.position) "
    "OR (delivery_id = NEW.delivery_id AND source_row = NEW.source_row)",
    "ledger_dailyroot": "id = NEW.id OR day = NEW.day",
    "ledger_personal": "entry_id = NEW.entry_id",
}


def _sqlite() -> list[str]:
    laid: list[str] = []
    for table in (*KEPT, "ledger_personal"):
        refuse = f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        # REPLACE deletes the old row without asking a DELETE trigger, so it is caught on its way in.
        laid.append(
            f"CREATE TRIGGER IF NOT EXISTS {table}_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {_CLASH[table]}) {refuse}"
        )
        laid.append(f"CREATE TRIGGER IF NOT EXISTS {table}_delete BEFORE DELETE ON {table} {refuse}")
        when = "WHEN NEW.data IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.entry_id IS NOT OLD.entry_id "
        laid.append(
            f"CREATE TRIGGER IF NOT EXISTS {table}_update BEFORE UPDATE ON {table} "
            f"{when if table == 'ledger_personal' else ''}{refuse}"
        )
    return laid


def _postgres() -> list[str]:
    laid = [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    ]
    for table in (*KEPT, "ledger_personal"):
        when = (
            "WHEN (NEW.data IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.entry_id IS DISTINCT FROM OLD.entry_id) "
            if table == "ledger_personal"
            else ""
        )
        for event, level, condition in (
            ("update", "ROW", when),
            ("delete", "ROW", ""),
            ("truncate", "STATEMENT", ""),
        ):
            laid.append(
                f"CREATE OR REPLACE TRIGGER {table}_{event} BEFORE {event.upper()} ON {table} "
                f"FOR EACH {level} {condition}EXECUTE FUNCTION ledger_refuse()"
            )
    return laid


def names(vendor: str) -> list[str]:
    """Triggers that must stand."""
    events = ("update", "delete", "truncate" if vendor == "postgresql" else "replace")
    return [f"{table}_{event}" for table in (*KEPT, "ledger_personal") for event in events]


def lay(connection: Any) -> None:
    with connection.cursor() as cursor:
        if "ledger_personal" not in connection.introspection.table_names(cursor):
            return
        for statement in _postgres() if connection.vendor == "postgresql" else _sqlite():
            cursor.execute(statement)


def lift(connection: Any) -> None:
    """Take the triggers away: only for a test database that is being emptied."""
    with connection.cursor() as cursor:
        for name in names(connection.vendor):
            on = f" ON {name.rpartition('_')[0]}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: Any) -> list[str]:
    """Triggers that should stand and do not."""
    asked = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        standing = {name for (name,) in cursor.fetchall()}
    return [name for name in names(connection.vendor) if name not in standing]


def after_migrate(*, using: str, **_: Any) -> None:
    from django.db import connections

    lay(connections[using])
