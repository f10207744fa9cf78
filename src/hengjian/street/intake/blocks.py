"""Accepted rows lie in blocks of lines, one block a chunk: the canonical records, compressed. No Django model is
touched here but as a holder of fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from .models import Block, Delivery
from .settling import Settled


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted row: its line in the file, its fields, and its protected fields while intake still holds them."""

    number: int
    data: dict[str, Any]
    personal: dict[str, Any] | None


def of(delivery: Delivery, settled: Settled) -> Block | None:
    """The block of a settled chunk; None where none of its rows is clean."""
    judged = settled.judged
    if not len(judged.numbers):
        return None
    taken = settled.accepted
    whole = len(taken) == len(judged.numbers)
    data = judged.data if whole else [judged.data[at] for at in taken]
    personal = judged.personal if whole or not judged.personal else [judged.personal[at] for at in taken]
    return Block(
        delivery=delivery, first=int(judged.numbers[0]), last=int(judged.numbers[-1]),
        accepted=runs(judged.numbers[taken]), duplicate=runs(judged.numbers[settled.duplicate]),
        duplicate_keys=judged.natural[settled.duplicate].astype("<i8").tobytes(), data=packed(data),
        personal=packed(personal) if personal else None,
    )  # fmt: skip


def keys_of(delivery: Delivery, settled: Settled) -> list[Any]:
    """Columns of keys in their own order: the index is written page by page, and two writers never wait crosswise."""
    judged, taken = settled.judged, settled.accepted
    order = taken[np.lexsort((judged.content[taken], judged.natural[taken]))]
    pk = np.full(len(order), delivery.pk, dtype=np.int64)
    return [judged.natural[order], judged.content[order], pk, judged.numbers[order].astype(np.int32)]


def packed(lines: list[bytes]) -> bytes:
    """A column of lines."""
    made: bytes = pa.compress(b"\n".join(lines), codec="zstd", asbytes=True)
    return made


def lines_of(packed: bytes | memoryview | None) -> list[bytes]:
    """The lines of a packed column."""
    if not packed:
        return []
    with pa.CompressedInputStream(pa.BufferReader(bytes(packed)), "zstd") as stream:
        return bytes(stream.read()).split(b"\n")


def runs(numbers: Any) -> str:
    """Row numbers as runs: `2-41,43,50-82`."""
    if not len(numbers):
        return ""
    cuts = np.flatnonzero(np.diff(numbers) != 1)
    starts, ends = numbers[np.concatenate([[0], cuts + 1])], numbers[np.concatenate([cuts, [len(numbers) - 1]])]
    return ",".join(f"{a}-{b}" if b > a else str(a) for a, b in zip(starts.tolist(), ends.tolist(), strict=True))


def numbers_in(text: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The numbers of such runs."""
    parts = [part.partition("-") for part in text.split(",") if part]
    found = [np.arange(int(a), int(b or a) + 1, dtype=np.int64) for a, _, b in parts]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def rows_of(block: Block, after: int, limit: int, apart: set[int]) -> list[Accepted]:
    """Up to `limit` accepted rows of a block after a row number, without those that lie apart."""
    numbers = numbers_in(block.accepted)
    start = int(np.searchsorted(numbers, after, side="right"))
    chosen = [at for at in range(start, min(len(numbers), start + limit + len(apart))) if int(numbers[at]) not in apart]
    return list(_read(block, numbers, chosen[:limit]))


def rows_among(block: Block, wanted: set[int]) -> list[Accepted]:
    """Accepted rows of a block by number."""
    numbers = numbers_in(block.accepted)
    return list(_read(block, numbers, np.flatnonzero(np.isin(numbers, list(wanted))).tolist()))


def _read(block: Block, numbers: Any, places: Iterable[int]) -> Iterator[Accepted]:
    places = list(places)
    if not places:
        return
    data, personal = lines_of(block.data), lines_of(block.personal)
    for at in places:
        yield Accepted(int(numbers[at]), json.loads(data[at]), (json.loads(personal[at]) or None) if personal else None)
