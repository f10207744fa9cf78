"""What the ledger never changes. Its triggers are laid after every migrate; `hengjian ledger verify` says so when
one is missing.
"""

from __future__ import annotations

from typing import Any

from hengjian.ground.kit import append_only
from hengjian.ground.kit.append_only import Kept

SAYS = "ledger is append-only"
TABLES = (
    Kept("ledger_batch", "id = NEW.id", SAYS),
    Kept(
        "ledger_entry",
        "seq = NEW.seq OR (batch_id = NEW.batch_id AND position = NEW.position) "
        "OR (delivery_id = NEW.delivery_id AND source_row = NEW.source_row)",
        SAYS,
    ),
    Kept("ledger_dailyroot", "id = NEW.id OR day = NEW.day", SAYS),
    Kept(
        "ledger_personal",
        "entry_id = NEW.entry_id",
        SAYS,
        refuse_when="NEW.data IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.entry_id IS DISTINCT FROM OLD.entry_id",
    ),
)


def lay(connection: Any) -> None:
    append_only.lay(connection, TABLES)


def lift(connection: Any) -> None:
    """Take the triggers away: only for a test database that is being emptied."""
    append_only.lift(connection, TABLES)


def missing(connection: Any) -> list[str]:
    """Triggers that should stand and do not."""
    return append_only.missing(connection, TABLES)


def after_migrate(*, using: str, **_: Any) -> None:
    from django.db import connections

    lay(connections[using])
