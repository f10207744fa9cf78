"""SM3 digests (GB/T 32905-2016), canonical JSON and Merkle trees. See docs/algorithms/ledger.md."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any


def _by_openssl(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


def _by_cryptography(data: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SM3, Hash

    state = Hash(SM3())
    state.update(data)
    return state.finalize()


def _choose() -> Callable[[bytes], bytes]:
    try:
        _by_openssl(b"")
    except ValueError:
        return _by_cryptography
    return _by_openssl


sm3 = _choose()


def _chainer() -> Callable[[bytes, bytes], bytes]:
    """SM3(previous ‖ SM3(text)) with a copied context: asking for the algorithm by name costs as much as a short digest."""
    if sm3 is _by_openssl:
        fresh = hashlib.new("sm3").copy

        def chained(previous: bytes, text: bytes) -> bytes:
            inner, outer = fresh(), fresh()
            inner.update(text)
            outer.update(previous + inner.digest())
            return outer.digest()

        return chained
    return lambda previous, text: sm3(previous + sm3(text))


chained = _chainer()


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(value: Any) -> bytes:
    """One byte form for one value: sorted keys, no blanks, UTF-8, ISO dates."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False
    ).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# Leaves and nodes carry different first bytes, so that a node can never pass for a leaf (RFC 6962 §2.1).
def leaf(data: bytes) -> bytes:
    return sm3(b"\x00" + data)


def node(left: bytes, right: bytes) -> bytes:
    return sm3(b"\x01" + left + right)


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def merkle_root(items: Sequence[bytes]) -> bytes:
    """Root over the items in their order; the root of nothing is SM3 of nothing."""
    if not items:
        return sm3(b"")
    level = [leaf(item) for item in items]
    while len(level) > 1:
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def merkle_proof(items: Sequence[bytes], index: int) -> list[tuple[str, bytes]]:
    """Siblings from leaf to root: `("left" | "right", digest)`, naming the sibling's side."""
    if len(items) == 1:
        return []
    cut = _split(len(items))
    if index < cut:
        return [*merkle_proof(items[:cut], index), ("right", merkle_root(items[cut:]))]
    return [*merkle_proof(items[cut:], index - cut), ("left", merkle_root(items[:cut]))]


def check_proof(item: bytes, proof: Sequence[tuple[str, bytes]], root: bytes) -> bool:
    digest = leaf(item)
    for side, sibling in proof:
        digest = node(sibling, digest) if side == "left" else node(digest, sibling)
    return digest == root
