"""Answers given are evidence: triggers refuse to change them; laid after every migrate."""

from __future__ import annotations

from django.db import connections

from hengjian.ground.kit import append_only
from hengjian.ground.kit.append_only import Kept

TABLES = (
    Kept("listing_answer", "id = NEW.id", "answers about restrictions are append-only"),
    Kept("listing_outcome", "id = NEW.id OR answer_id = NEW.answer_id", "what became of an answer is append-only"),
)
after_migrate = append_only.after_migrate(TABLES, connections)
