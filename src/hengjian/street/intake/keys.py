"""Digests by which the database knows a record again: of its key fields, and of everything it says."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from hengjian.ground.kit import digests


def short(found: list[bytes]) -> Any:
    """The first 63 bits of digests: what the database compares. docs/algorithms/intake.md says why that is enough."""
    whole = np.frombuffer(b"".join(found), dtype=">u8").reshape(len(found), -1)
    return (whole[:, 0] >> np.uint64(1)).astype(np.int64)


def natural_of(kind: str, key: list[str], record: dict[str, Any]) -> int:
    """The same digest of one record."""
    text = "\x1f".join([kind, *(str(record.get(name, "")) for name in key)])
    return int(short([hashlib.sha256(text.encode()).digest()])[0])


def content_of(kind: str, record: dict[str, Any], personal: dict[str, Any] | None) -> int:
    whole = b'["%s",%s,%s]' % (kind.encode(), digests.canonical(record), digests.canonical(personal or {}))
    return int(short([hashlib.sha256(whole).digest()])[0])
