"""Looking at a file before it is sent: what was recognised, what the first rows say, what would become of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from hengjian.ground import policy

from .contract import Contract, lay
from .judging import judge
from .readers import open_file
from .services import Progress, chunks_of, known_kind, layout_of, seen_before, settle

FIRST = 8  # rows shown as they were read


@dataclass
class Preview:
    """What a file would become, without writing anything. `whole` is false where only its beginning was judged."""

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)
    whole: bool = True
    first: list[tuple[int, list[str], str, list[str]]] = field(default_factory=list)  # number, cells, outcome, reasons
    layout: dict[str, Any] = field(default_factory=dict)
    columns: list[tuple[str, str, bool]] = field(default_factory=list)  # heading, field title, required
    absent: list[str] = field(default_factory=list)  # titles of fields the file does not have

    def take(self, row: Any, outcome: str, width: int) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)
        self.received += 1
        for reason in row.reasons:
            self.reasons[reason.code] += 1
        if row.reasons and len(self.examples) < 20:
            self.examples.append({"row": row.number, **row.reasons[0].plain()})
        if len(self.first) < FIRST:
            cells = [*row.raw[:width], *[""] * (width - len(row.raw))]
            self.first.append((row.number, cells, outcome, [reason.says for reason in row.reasons]))


def preview(
    kind: str, path: Path, on: date, progress: Progress | None = None, *, most: int | None = None
) -> Preview:
    """Judge a file, or its first `most` rows, against what is known, and write nothing (试报)."""
    law = policy.current()
    known_kind(law, kind)
    opened = open_file(path)
    contract, lines = lay(kind, law, opened)
    seen = Preview(layout=layout_of(opened.layout(), contract), columns=_columns(contract), absent=_absent(contract))
    contents: set[str] = set()
    keys: dict[str, tuple[int, int]] = {}
    for chunk in chunks_of(islice(lines, most) if most else lines):
        judged = judge(contract, chunk, on)
        before, known = seen_before(judged)
        contents |= before
        keys = {**known, **keys}
        for row, outcome in settle(judged, contract, contents, keys, delivery_id=0):
            seen.take(row, outcome, contract.width)
        if progress:
            progress(seen.received, seen.received)
    seen.whole = next(iter(lines), None) is None
    return seen


def _columns(contract: Contract) -> list[tuple[str, str, bool]]:
    fields = contract.record.fields
    return [(column.heading, fields[column.name].title, fields[column.name].required) for column in contract.columns]


def _absent(contract: Contract) -> list[str]:
    return [described.title for name, described in contract.record.fields.items() if contract.column(name) is None]
