"""What the audit never changes; the triggers are laid after every migrate."""

from __future__ import annotations

from django.db import connections

from hengjian.ground.kit import append_only
from hengjian.ground.kit.append_only import Kept

SAYS = "audit is append-only"
TABLES = (
    Kept("audit_trail", "id = NEW.id", SAYS),
    Kept("audit_seal", "id = NEW.id OR last = NEW.last", SAYS),
)
after_migrate = append_only.after_migrate(TABLES, connections)
