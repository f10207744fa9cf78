"""Writing a batch: numbers, chain, one transaction. Everything that enters the ledger passes here."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hengjian.ground.kit.digests import canonical
from hengjian.street.intake import bulk

from .models import Batch
from .rules import GENESIS, SEALED, personal_seal, seal
from .settling import begin

COLUMNS = (*SEALED, "salt", "batch_id", "previous", "digest")
SALT = 12  # bytes
DEFAULTS: dict[str, Any] = {
    "document": "", "until": None, "fine_fen": None, "confiscated_fen": None, "warning_only": None, "body": {},
    "refers_id": None, "delivery_id": None, "source_row": None,
}  # fmt: skip


def write(source: str, drafts: Sequence[dict[str, Any]], at: datetime) -> list[int]:
    """Chain and store drafts as one batch; returns their sequence numbers.

    A draft may carry `personal` (protected data) and `refers_draft` (place of another draft of this batch).
    """
    if not drafts:
        return []
    with transaction.atomic():
        numbers = _take_numbers(len(drafts))
        previous = GENESIS
        rows: list[dict[str, Any]] = []
        personal: list[tuple[int, bytes, str]] = []
        salts = secrets.token_bytes(SALT * len(drafts))
        for position, (seq, draft) in enumerate(zip(numbers, drafts, strict=True), start=1):
            row = {**DEFAULTS, **draft, "seq": seq, "position": position, "recorded": at, "salt": salts[SALT * (position - 1) : SALT * position]}
            if (other := row.pop("refers_draft", None)) is not None:
                row["refers_id"] = numbers[other]
            row["personal_digest"] = _protect(seq, row.pop("personal", None), personal)
            row["previous"], previous = previous, seal(previous, row)
            row["digest"] = previous
            rows.append(row)
        batch = Batch.objects.create(opened_at=at, source=source[:120], size=len(rows), chain_head=previous, sealed_at=at)
        for row in rows:
            row["batch_id"] = batch.pk
            row["body"] = canonical(row["body"]).decode()  # the form its seal covers: verification reads it as it stands
        bulk.insert("ledger_entry", COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
        bulk.insert("ledger_personal", ("entry_id", "salt", "data"), personal)
    return numbers


def _protect(seq: int, data: Any, into: list[tuple[int, bytes, str]]) -> bytes | None:
    if not data:
        return None
    salt = secrets.token_bytes(16)
    into.append((seq, salt, json.dumps(data, ensure_ascii=False)))
    return personal_seal(salt, data)


def _take_numbers(count: int) -> list[int]:
    """Sequence numbers for this transaction. Writers do not wait for one another."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            begin(cursor)
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('ledger_entry', 'seq')) FROM generate_series(1, %s)", [count]
            )
            return sorted(number for (number,) in cursor.fetchall())
        cursor.execute("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'ledger_entry'), 0)")
        last = cursor.fetchone()[0]
    return list(range(last + 1, last + count + 1))
