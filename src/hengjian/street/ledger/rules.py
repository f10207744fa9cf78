"""What an entry's seal covers, and how a department's record becomes an entry. No database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from hengjian.ground.kit import digests

GENESIS = bytes(32)
WARNING = ["01"]
SEALED = (
    "seq", "position", "entity_id", "uscc", "kind", "act", "issuer_id", "document", "decided", "effective", "recorded",
    "until", "fine_fen", "confiscated_fen", "warning_only", "body", "personal_digest", "refers_id", "delivery_id",
    "source_row", "pack_version",
)  # fmt: skip
PROMOTED = ("uscc", "fine_fen", "confiscated_fen", "warning_only")


def _sealed(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview | bytearray):
        return bytes(value).hex()
    return value


def said(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Everything an entry says, as its seal covers it."""
    return {name: _sealed(entry[name]) for name in SEALED}


def content(entry: Mapping[str, Any]) -> bytes:
    """SM3 over everything the entry says, and its salt. It stands for the entry where its neighbours are proved: without
    the salt nobody can try out what a masked word may have been."""
    return digests.sm3(digests.canonical(said(entry)) + bytes(entry.get("salt") or b""))


def seal_of(previous: bytes, digest: bytes) -> bytes:
    """SM3 over the seal before it and the digest of what the entry says."""
    return digests.sm3(previous + digest)


def seal(previous: bytes, entry: Mapping[str, Any]) -> bytes:
    """The seal of an entry that follows another."""
    return seal_of(previous, content(entry))


link = digests.chained  # the same from the entry's canonical text and salt


def personal_seal(salt: bytes, data: Any) -> bytes:
    """Salted digest of protected data: proves what was there, tells nothing once the salt is gone."""
    return digests.sm3(salt + digests.canonical(data))


def batch_leaf(number: int, size: int, chain_head: bytes) -> bytes:
    """A batch as a leaf of the day's tree."""
    return digests.canonical([number, size, chain_head.hex()])


def day_root(previous: bytes, leaves: list[bytes]) -> bytes:
    """Root over the root before it and the batches since: no past day can be taken out."""
    return digests.merkle_root([previous, *leaves])


def _day(data: Mapping[str, Any], *names: str) -> date | None:
    found = next((data[name] for name in names if data.get(name)), None)
    return date.fromisoformat(found) if found else None


def facts_of(kind: str, data: Mapping[str, Any], received: date) -> dict[str, Any]:
    """Columns of an entry from the canonical fields of a record."""
    decided = _day(data, "decided", "submitted") or received
    warning = data.get("warning_only")
    if kind == "penalty" and warning is None and data.get("kind_of_penalty"):
        warning = data["kind_of_penalty"] == WARNING
    return {
        "document": str(data.get("document") or data.get("case_number") or data.get("year") or "")[:120],
        "decided": decided,
        "effective": _day(data, "effective", "since") or decided,
        "until": _day(data, "until"),
        "fine_fen": data.get("fine_fen"),
        "confiscated_fen": data.get("confiscated_fen"),
        "warning_only": warning,
        "body": {name: value for name, value in data.items() if name not in PROMOTED},
    }
