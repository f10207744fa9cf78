"""What the ledger never changes. Its triggers are laid after every migrate; `hengjian ledger verify` says so when
one is missing.
"""

from __future__ import annotations

from django.db import connections

from hengjian.ground.kit import append_only
from hengjian.ground.kit.append_only import Kept

SAYS = "ledger is append-only"
# Words of an entry may go, never change. A sealed entry accounts for it beforehand: of a disposal, after which nothing is left,
# or of a redaction, which says the digest of the body that remains. The last one counts: what was masked does not come back.
STAYS = (
    "seq", "batch_id", "position", "entity_id", "uscc", "kind", "act", "issuer_id", "decided", "effective", "recorded", "until",
    "fine_fen", "confiscated_fen", "warning_only", "personal_digest", "refers_id", "delivery_id", "source_row", "pack_version",
    "previous", "digest",
)  # fmt: skip
_RECORDED = "SELECT {what} FROM ledger_entry r WHERE r.refers_id = OLD.seq AND r.act = '{act}' ORDER BY r.seq DESC LIMIT 1"
_DIGEST = {
    "sqlite": ("json_extract(r.body, '$.body')", "SHA256(NEW.body)"),
    "postgresql": ("r.body->>'body'", "encode(sha256(convert_to(NEW.body::text, 'UTF8')), 'hex')"),
}


def _accounted(vendor: str) -> str:
    said, digest = _DIGEST[vendor]
    emptied = f"NEW.document = '' AND CAST(NEW.body AS text) = '{{}}' AND EXISTS ({_RECORDED.format(what='1', act='dispose')})"
    masked = f"NEW.document = OLD.document AND {digest} = ({_RECORDED.format(what=said, act='redact')})"
    return f"({emptied}) OR ({masked})"


TABLES = (
    Kept("ledger_batch", "id = NEW.id", SAYS),
    Kept(
        "ledger_entry",
        "seq = NEW.seq OR (batch_id = NEW.batch_id AND position = NEW.position) "
        "OR (delivery_id = NEW.delivery_id AND source_row = NEW.source_row)",
        SAYS,
        refuse_when="NEW.salt IS NOT NULL OR " + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in STAYS),
        unless={vendor: _accounted(vendor) for vendor in _DIGEST},
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
