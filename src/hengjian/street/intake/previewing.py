"""Looking at a file before it is sent: what was recognised, what the first rows say, what would become of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hengjian.ground import policy

from . import masking, queries
from .contract import Contract, Learnt
from .judging import judge
from .readers import open_file
from .rules import Reason
from .services import Progress, known_kind, layout_of, table_layout
from .settling import Known, Settled, settle
from .tables import lay_file

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
    absent: list[tuple[str, str]] = field(default_factory=list)  # name and title of fields the file does not have

    def take(self, settled: Settled, kind: str, layout: Mapping[str, Any]) -> None:
        self.received += len(settled.judged)
        self.accepted += len(settled.accepted)
        self.duplicate += len(settled.duplicate)
        self.quarantined += len(settled.rejected)
        for row in settled.rejected:
            for reason in row.reasons:
                self.reasons[reason.code] += 1
            if len(self.examples) < 20:
                self.examples.append({"row": row.number, **_hidden(kind, layout, row.raw, row.reasons)[1][0]})
        if len(self.first) < FIRST:
            self.first = sorted([*self.first, *_shown(settled, kind, layout)])[:FIRST]


def _hidden(kind: str, layout: Mapping[str, Any], raw: Sequence[str], reasons: Sequence[Reason]) -> tuple[list[str], list[dict[str, str]]]:
    """Cells and reasons as whoever may see the delivery sees them."""
    plain = [reason.plain() for reason in reasons]
    cells = masking.cells(kind, layout, raw, plain)
    return [cell.text for cell in cells], masking.said(plain, raw, cells)


def _shown(settled: Settled, kind: str, layout: Mapping[str, Any]) -> list[tuple[int, list[str], str, list[str]]]:
    judged = settled.judged
    found: list[tuple[int, list[str], str, list[str]]] = []
    for outcome, places in (("accepted", settled.accepted), ("duplicate", settled.duplicate)):
        for at in places[:FIRST]:
            found.append((int(judged.numbers[at]), _hidden(kind, layout, judged.cells(int(at)), ())[0], outcome, []))
    for row in settled.rejected[:FIRST]:
        cells, reasons = _hidden(kind, layout, row.raw, row.reasons)
        found.append((row.number, cells, "quarantined", [reason["says"] for reason in reasons]))
    return found


def preview(
    kind: str, path: Path, on: date, progress: Progress | None = None, *, most: int | None = None, learnt: Learnt | None = None
) -> Preview:
    """Judge a file, or its beginning up to about `most` rows, against what is known, and write nothing (试报)."""
    law = policy.current()
    known_kind(law, kind)
    laid = lay_file(kind, law, open_file(path), learnt)
    contract = laid.contracts[0]
    seen = Preview(layout=layout_of(laid), columns=_columns(contract), absent=_absent(contract))
    taken: Known = {}
    for table in laid.tables():
        if most and seen.received >= most:
            seen.whole = False
            break
        judged = judge(table, on)
        known = queries.already_accepted(judged.natural.tolist())
        for natural in judged.natural.tolist():
            if natural in taken:
                known.setdefault(natural, {}).update(taken[natural])
        settled = settle(judged, table.contract, known, delivery_id=0)
        for at in settled.accepted:
            taken.setdefault(int(judged.natural[at]), {})[int(judged.content[at])] = (0, int(judged.numbers[at]))
        seen.take(settled, kind, table_layout(table.contract))
        if progress:
            progress(seen.received, round(seen.received / judged.part) if judged.part else seen.received)
    return seen


def _columns(contract: Contract) -> list[tuple[str, str, bool]]:
    fields = contract.record.fields
    return [(column.heading, fields[column.name].title, fields[column.name].required) for column in contract.columns]


def _absent(contract: Contract) -> list[tuple[str, str]]:
    return [(name, described.title) for name, described in contract.record.fields.items() if contract.column(name) is None]
