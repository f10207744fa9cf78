"""Pushes and answers are evidence: triggers refuse to change them; laid after every migrate."""

from __future__ import annotations

from django.db import connections

from hengjian.ground.kit import append_only
from hengjian.ground.kit.append_only import Kept

SAYS = "exchange is append-only"
TABLES = (
    Kept("exchange_push", "id = NEW.id", SAYS),
    Kept("exchange_look", "id = NEW.id", SAYS),
    Kept("exchange_answer", "id = NEW.id OR (peer = NEW.peer AND number = NEW.number)", SAYS),
)
after_migrate = append_only.after_migrate(TABLES, connections)
