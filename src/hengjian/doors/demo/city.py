"""A folder of department files and the manifest that says what is in them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from .dirt import Line, spoil
from .population import Firm, found_city
from .records import DEPARTMENTS, Fields, renamed, write_records
from .sheets import LAYOUTS, Layout, cells, heading, write_sheet

DEFAULT_DAY = date(2026, 11, 20)
DEFAULT_SEED = "tianjin"
DEFAULT_ENTITIES = 3_000
ORDER = (
    "registration",
    "penalty",
    "abnormal-list",
    "serious-list",
    "court-defaulter",
    "annual-report",
    "licence",
    "honour",
)
TITLES = {
    "registration": "登记信息",
    "penalty": "行政处罚",
    "abnormal-list": "经营异常名录",
    "serious-list": "严重违法失信名单",
    "court-defaulter": "失信被执行人",
    "annual-report": "年度报告",
    "licence": "行政许可",
    "honour": "荣誉信息",
}


@dataclass(slots=True)
class Sheet:
    """One file: what was put in and where each row must end.

    `sent_back` of the quarantined rows pass intake and are found out by the ledger.
    """

    file: str
    kind: str
    agency: str
    encoding: str
    rows: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    sent_back: int = 0
    dirty: list[dict[str, Any]] = field(default_factory=list)

    def count(self, line: Line, number: int) -> None:
        self.rows += 1
        setattr(self, line.outcome, getattr(self, line.outcome) + 1)
        if line.how:
            self.sent_back += line.stop == "ledger"
            told = {"row": number, "how": line.how, "outcome": line.outcome, "cause": line.cause, "stop": line.stop}
            self.dirty.append(told)


@dataclass(frozen=True, slots=True)
class City:
    """What was generated. `classes` are the colours of 2017 that the files must lead to."""

    entities: int
    seed: str
    on: str
    kinds: dict[str, int]
    classes: dict[str, int]
    sheets: list[Sheet]

    def counts(self) -> dict[str, int]:
        return {
            "received": sum(sheet.rows for sheet in self.sheets),
            **{name: sum(getattr(s, name) for s in self.sheets) for name in ("accepted", "duplicate", "quarantined")},
        }


def write_city(out: Path, entities: int, *, seed: str = DEFAULT_SEED, on: date = DEFAULT_DAY) -> City:
    """Write every file and `manifest.json` into `out`; the same bytes for the same arguments."""
    out.mkdir(parents=True, exist_ok=True)
    firms = found_city(entities, seed, on)
    parcels = write_records(firms, seed, on)
    before = {firm.uscc: old for firm, old in renamed(firms, seed)}
    sheets = []
    for kind in ORDER:
        for agency in sorted(agency for parcel_kind, agency in parcels if parcel_kind == kind):
            rows = parcels[kind, agency]
            if kind == "registration":
                rows = [{**row, "name": before.get(row["uscc"], row["name"])} for row in rows]
            sheets.append(_sheet(out, kind, agency, rows, seed))
        if kind == "registration":
            sheets.append(_changes(out, parcels, before, seed))
    city = City(entities, seed, on.isoformat(), _count(firms, "kind"), _count(firms, "colour"), sheets)
    text = json.dumps({**asdict(city), "counts": city.counts()}, ensure_ascii=False, indent=1)
    (out / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return city


def _changes(out: Path, parcels: dict[tuple[str, str], list[Fields]], before: dict[str, str], seed: str) -> Sheet:
    """The month's changes of name, sent by the city bureau after the registrations."""
    rows = [
        row
        for (kind, _), parcel in parcels.items()
        if kind == "registration"
        for row in parcel
        if row["uscc"] in before
    ]
    return _sheet(out, "registration", "120000", sorted(rows, key=lambda row: row["uscc"]), seed, suffix="_名称变更")


def _sheet(out: Path, kind: str, agency: str, rows: list[Fields], seed: str, suffix: str = "") -> Sheet:
    layout = _layout(kind, agency)
    fields = list(dict.fromkeys(name for row in rows for name in row)) or ["uscc", "name"]
    # The code comes first in half of the offices' files, the name in the others.
    if layout.spelling % 2:
        fields[:2] = fields[1], fields[0]
    name = f"{agency}_{TITLES[kind]}{suffix}.{layout.suffix}"
    sheet = Sheet(name, kind, agency, layout.encoding or "xlsx")
    first = 3 if layout.title else 2
    written = []
    for number, line in enumerate(spoil(kind, rows, Random(f"{seed}:{name}")), start=first):
        sheet.count(line, number)
        written.append(cells(line, fields, layout))
    title = f"{TITLES[kind]}报送表（演示数据，{agency}）"
    write_sheet(out / name, title, [heading(kind, each, layout) for each in fields], written, layout)
    return sheet


def _layout(kind: str, agency: str) -> Layout:
    if agency in DEPARTMENTS:
        return LAYOUTS[2]
    return LAYOUTS[(ORDER.index(kind) + int(agency[:6]) * 3) % len(LAYOUTS)]


def _count(firms: list[Firm], attribute: str) -> dict[str, int]:
    return dict(sorted(Counter(getattr(firm, attribute) for firm in firms).items()))
