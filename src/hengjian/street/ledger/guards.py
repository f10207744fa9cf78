"""What the ledger never changes. Its triggers are laid after every migrate; `hengjian ledger verify` says so when
one is missing.
"""

from __future__ import annotations

from django.db import connections

from hengjian.ground.kit import append_only
from hengjian.ground.kit.append_only import Kept

SAYS = "ledger is append-only"
# What an entry said may be emptied, never changed: its digest then stands in the entry that records the disposal.
STAYS = (
    "seq", "batch_id", "position", "entity_id", "uscc", "kind", "act", "issuer_id", "decided", "effective", "recorded", "until",
    "fine_fen", "confiscated_fen", "warning_only", "personal_digest", "refers_id", "delivery_id", "source_row", "pack_version",
    "previous", "digest",
)  # fmt: skip
EMPTIED = "NEW.document = '' AND CAST(NEW.body AS text) = '{}'"
TABLES = (
    Kept("ledger_batch", "id = NEW.id", SAYS),
    Kept(
        "ledger_entry",
        "seq = NEW.seq OR (batch_id = NEW.batch_id AND position = NEW.position) "
        "OR (delivery_id = NEW.delivery_id AND source_row = NEW.source_row)",
        SAYS,
        refuse_when=f"NOT ({EMPTIED}) OR " + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in STAYS),
    ),
    Kept("ledger_dailyroot", "id = NEW.id OR day = NEW.day", SAYS),
    Kept(
        "ledger_personal",
        "entry_id = NEW.entry_id",
        SAYS,
        refuse_when="NEW.data IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.entry_id IS DISTINCT FROM OLD.entry_id",
    ),
)
after_migrate = append_only.after_migrate(TABLES, connections)
