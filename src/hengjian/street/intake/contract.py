"""The contract a file is read under: a record kind of the pack, with the file's own headings laid on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from hengjian.ground.kit import text as words
from hengjian.ground.kit.refusals import Invalid

from .readers import HEAD_ROWS, Line

Learnt = Mapping[str, str]  # headings an agency has confirmed, as `heading_key` spells them → field


class UnknownHeadings(Invalid):
    """The file's headings do not make a record of the kind it was sent as."""

    code = "unknown_headings"


@dataclass(frozen=True, slots=True)
class Column:
    """One recognised column of the file."""

    place: int
    heading: str
    name: str
    scale: int = 1  # what a bare amount is counted in: 10000 where the heading says 万元


@dataclass(frozen=True, slots=True)
class Contract:
    """Which column holds which field, and what was left out."""

    kind: str
    record: Any
    width: int
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    heading_line: int
    cells: int = 0  # cells in the heading row; some of the last may be blank
    first_day: date | None = None  # day zero of dates written as numbers, where the file says which it is
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # what cells were found to say, by field
    sheet: str = ""  # of a workbook: the sheet, the number of the line before its first, the column its first cell stands in
    base: int = 0
    left: int = 0

    def headings(self) -> list[str]:
        """Every heading in its place, recognised or not."""
        found = [""] * self.width
        for column in self.columns:
            found[column.place] = column.heading
        ignored = iter(self.ignored)
        return [heading or next(ignored, "") for heading in found]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


def heading_key(heading: str) -> str:
    """A heading without the marks people put around it: `*罚款金额（万元）：` → `罚款金额(万元)`."""
    return words.fold(heading).strip("*:_ ")


def scale_of(heading: str) -> int:
    """What a bare amount below a heading is counted in."""
    return 10_000 if "万" in heading else 1


def lay(
    kind: str, law: Any, lines: Sequence[Line], learnt: Learnt | None = None, first_day: date | None = None
) -> tuple[Contract, list[Line]]:
    """Find the heading row among the first lines and lay the record kind on it; what stands below is left."""
    record = law.record(kind)
    place = _find([cells for _, cells in lines[:HEAD_ROWS]], record, learnt)  # the first whole one: a wider may stand below
    number, headings = lines[place]
    return _match(kind, record, law, _claims(record, learnt), headings, number, first_day), list(lines[place + 1 :])


def lay_text(
    kind: str, law: Any, head: Sequence[tuple[int, int, list[str]]], learnt: Learnt | None = None
) -> tuple[Contract, int]:
    """The same for the first rows of a text file; says how many lines of text end with the headings."""
    record = law.record(kind)
    place = _find([cells for _, _, cells in head], record, learnt)
    number, line, headings = head[place]
    return _match(kind, record, law, _claims(record, learnt), headings, number, None), line


def _find(head: Sequence[Sequence[str]], record: Any, learnt: Learnt | None) -> int:
    spelled = _claims(record, learnt)
    if (whole := next((place for place, cells in enumerate(head) if is_heading(record, cells, learnt)), None)) is not None:
        return whole
    scored = [(sum(heading_key(cell) in spelled for cell in cells), -place) for place, cells in enumerate(head)]
    hits, place = max(scored, default=(0, 0))
    if hits < 2:
        raise UnknownHeadings(
            "前%(rows)s行里找不到“%(title)s”的表头；请使用报送模板的列名，或检查是否选错了数据种类", rows=HEAD_ROWS, title=record.title, unknown=_likely(head, learnt)
        )
    return -place


def _likely(head: Sequence[Sequence[str]], learnt: Learnt | None) -> list[str]:
    """The cells of the row that looks most like headings, so that somebody may say what they mean: the first of the widest
    in which no cell is long, comes twice or holds a number of four digits."""
    def plain(cells: list[str]) -> bool:
        return len(set(cells)) == len(cells) and all(len(cell) <= 40 and not re.search(r"\d{4}", cell) for cell in cells)

    rows = [[cell.strip() for cell in cells if cell.strip()] for cells in head]
    best = max((row for row in rows if plain(row)), key=len, default=[])
    return [cell for cell in best if heading_key(cell) not in (learnt or {})] if len(best) > 1 else []


def is_heading(record: Any, cells: Sequence[str], learnt: Learnt | None = None) -> bool:
    """Whether a row further down is the headings of another table: mostly known words, and no required one missing."""
    filled = [heading_key(cell) for cell in cells if cell.strip()]
    if len(filled) < 2:
        return False
    claims = _claims(record, learnt)
    known = {name for cell in filled for name, _ in claims.get(cell, ())}
    required = {name for name, described in record.fields.items() if described.required}
    return 2 * sum(cell in claims for cell in filled) >= len(filled) and required <= known


def side_by_side(record: Any, lines: Sequence[Line], learnt: Learnt | None = None) -> list[tuple[int, int]]:
    """Columns of each table where several stand beside one another in a sheet: divided by a blank column, or by headings
    that begin anew. Every part must be a whole table, else the sheet is one."""
    width = max((len(cells) for _, cells in lines), default=0)
    filled = [any(len(cells) > place and cells[place] for _, cells in lines) for place in range(width)]
    edges = [place for place in range(width + 1) if (place < width and filled[place]) != (place > 0 and filled[place - 1])]
    blocks = list(zip(edges[::2], edges[1::2], strict=True))
    parts = [part for block in blocks for part in _anew(record, lines, block, learnt)]
    return parts if len(parts) > 1 and all(_is_table(record, lines, part, learnt) for part in parts) else []


def _is_table(record: Any, lines: Sequence[Line], part: tuple[int, int], learnt: Learnt | None) -> bool:
    start, end = part
    return any(is_heading(record, cells[start:end], learnt) for _, cells in lines[:HEAD_ROWS])


def _anew(record: Any, lines: Sequence[Line], block: tuple[int, int], learnt: Learnt | None) -> list[tuple[int, int]]:
    """A block of columns cut where its headings begin anew, if each part is whole."""
    start, end = block
    for _, cells in lines[:HEAD_ROWS]:
        keys = [heading_key(cell) for cell in cells[start:end]]
        again = [start + place for place, key in enumerate(keys) if place and key and key == keys[0]]
        bounds = [start, *again, end]
        parts = list(pairwise(bounds))
        if again and all(is_heading(record, cells[a:b], learnt) for a, b in parts):
            return parts
    return [block]


LEARNT = 1_000  # rank of a heading an agency has confirmed: after every spelling of the contract


def _claims(record: Any, learnt: Learnt | None = None) -> dict[str, list[tuple[str, int]]]:
    """Which fields a heading may mean, the nearest first: its rank among the spellings of the field says how near."""
    found: dict[str, dict[str, int]] = {}
    for name, described in record.fields.items():
        for rank, spelling in enumerate((name, described.title, *described.headings)):
            found.setdefault(heading_key(spelling), {}).setdefault(name, rank)
    for spelling, name in (learnt or {}).items():
        if name in record.fields:
            found.setdefault(spelling, {}).setdefault(name, LEARNT)
    return {key: sorted(claimed.items(), key=lambda claim: claim[1]) for key, claimed in found.items()}


def heading_of(record: Any, name: str) -> str:
    """The heading of a template under which a field is read back as itself: its title, unless another field took it."""
    claims, described = _claims(record), record.fields[name]
    spellings: list[str] = [described.title, *described.headings, name]
    return next(one for one in spellings if claims[heading_key(one)][0][0] == name)


def _match(
    kind: str, record: Any, law: Any, claims: dict[str, list[tuple[str, int]]], headings: Sequence[str], number: int, first_day: date | None
) -> Contract:
    cells = len(headings)
    while headings and not headings[-1].strip():
        headings = headings[:-1]
    meant = _meant(record, claims, [heading_key(heading) for heading in headings])
    columns = [Column(place, headings[place].strip(), name, scale_of(headings[place])) for place, name in sorted(meant.items())]
    ignored = [heading.strip() for place, heading in enumerate(headings) if place not in meant]
    present = {column.name for column in columns}
    missing = [
        described.title for name, described in record.fields.items() if described.required and name not in present
    ]
    if missing:
        told = {"fields": "、".join(missing), "missing": missing, "unknown": ignored, "known": sorted(present)}
        raise UnknownHeadings("缺少必有的列：%(fields)s；请补上这些列后重新报送", **told)
    codes = {
        column.name: _codes(law, record.fields[column.name].catalogue)
        for column in columns
        if record.fields[column.name].type == "code"
    }
    return Contract(kind, record, len(headings), tuple(columns), tuple(ignored), number, cells, first_day, codes)


def _meant(record: Any, claims: dict[str, list[tuple[str, int]]], keys: Sequence[str]) -> dict[int, str]:
    """Which field each column is. Where several columns may be one field, the nearest spelling is; a field that must be
    there takes what is left, also from one that need not: 违法行为类型 tells the facts only where nothing tells them better."""
    offers = sorted((rank, place, name) for place, key in enumerate(keys) for name, rank in claims.get(key, ()))
    meant: dict[int, str] = {}
    for _, place, name in offers:
        if place not in meant and name not in meant.values():
            meant[place] = name
    for _, place, name in offers:
        if record.fields[name].required and name not in meant.values() and not record.fields[meant[place]].required:
            meant[place] = name
    return meant


def code_key(text: str) -> str:
    """Codes and titles are compared without width, case, blanks and brackets' shape."""
    return words.fold(text)


def _codes(law: Any, catalogue: str | None) -> dict[str, str]:
    """Every spelling of every code of a catalogue."""
    if not catalogue:
        return {}
    found: dict[str, str] = {}
    for code, item in law.catalogue(catalogue).items.items():
        for spelling in (code, item.title, *_aliases(item)):
            found.setdefault(code_key(str(spelling)), code)
    for code in law.catalogue(catalogue).items:  # a spreadsheet makes 2 of 02
        if str(code).isdecimal():
            found.setdefault(str(int(code)), code)
    return found


def _aliases(item: Any) -> list[str]:
    extra = item.extra
    return [*extra.get("aliases", ()), *extra.get("names", ()), *extra.get("spellings", ())]
