"""Answers given are evidence: triggers refuse to change them; laid after every migrate."""

from __future__ import annotations

from typing import Any

from hengjian.ground.kit import append_only
from hengjian.ground.kit.append_only import Kept

TABLES = (Kept("listing_answer", "id = NEW.id", "answers about restrictions are append-only"),)


def after_migrate(*, using: str, **_: Any) -> None:
    from django.db import connections

    append_only.lay(connections[using], TABLES)
