"""A file as tables of columns: what a whole column can be asked at once need not be asked row by row.

Text is cut by Arrow (a million rows of twenty-five columns in about two seconds); rows it cannot lay on the
headings are handed over one by one. Every row keeps the number it has in the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from .contract import Contract, Learnt, UnknownHeadings, is_heading, lay, lay_text, side_by_side
from .readers import Line, Opened, Sheet, Utf8, first_day, sheets_of

BLOCK = 32 << 20  # bytes of text cut at a time
BY_HAND = 64 << 20  # bytes: what is longer was written by a system, which puts one table into a file
RAMP = (2_000, 8_000, 32_000, 128_000)  # rows per chunk: the first news comes soon, long files go in long steps


@dataclass(slots=True)
class Table:
    """Rows of a file under one contract. `ragged`: rows with more or fewer cells than headings."""

    contract: Contract
    numbers: np.ndarray[Any, np.dtype[np.int64]]
    cells: pl.DataFrame
    ragged: list[Line] = field(default_factory=list)
    part: float = 0.0  # how much of the file lies before its end
    marked: bool = True  # may hold the mark of rows another system tore apart
    wide: frozenset[int] = frozenset()  # rows with more cells than the headings had, the last of them blank

    @property
    def last(self) -> int:
        return max(int(self.numbers[-1]) if len(self.numbers) else 0, self.ragged[-1][0] if self.ragged else 0)


@dataclass(slots=True)
class Laid:
    """A file laid on its contracts: one for a plain text file, one for each table where there are several."""

    opened: Opened
    contracts: list[Contract]
    lines: list[list[Line]] = field(default_factory=list)  # of a workbook, and of text with several tables: by contract
    skip: int = 0  # of a text file: lines down to its headings
    skipped: list[str] = field(default_factory=list)  # sheets without any known heading

    def tables(self, after: int = 0) -> Iterator[Table]:
        """Everything after a row number, in chunks that grow."""
        return _ramped(self._sheets(after) if self.lines else _cut(self, after))

    def _sheets(self, after: int) -> Iterator[Table]:
        total = max(sum(map(len, self.lines)), 1)
        done = 0
        for contract, lines in zip(self.contracts, self.lines, strict=True):
            done += len(lines)
            if rest := [line for line in lines if line[0] > after]:
                yield of_lines(contract, rest, done / total)


def lay_file(kind: str, law: Any, opened: Opened, learnt: Learnt | None = None) -> Laid:
    """Find the headings of a file and lay the record kind on them."""
    if opened.is_workbook:
        return _lay_sheets(kind, law, opened, sheets_of(opened.path), first_day(opened.path), learnt)
    head = opened.head()
    contract, skip = lay_text(kind, law, head, learnt)
    beside = side_by_side(contract.record, [(number, cells) for number, _line, cells in head], learnt)
    if beside or _begins_anew(opened, contract, skip, learnt):
        return _lay_sheets(kind, law, opened, [_as_sheet(opened, beside)], None, learnt)
    return Laid(opened, [contract], skip=skip)


def _as_sheet(opened: Opened, beside: Sequence[tuple[int, int]]) -> Sheet:
    """A text file as a sheet. Where tables stand side by side, a line that ends early has blank cells to its right."""
    width = max((end for _start, end in beside), default=0)
    lines = [(number, [*cells, *[""] * (width - len(cells))]) for number, cells in opened.text_lines(0)]
    return Sheet("", 0, 0, lines[-1][0], lines)


def _begins_anew(opened: Opened, contract: Contract, skip: int, learnt: Learnt | None) -> bool:
    """Whether the headings of another table stand further down a text file. Asked of files people make by hand only."""
    named = contract.column("uscc")
    if named is None or opened.path.stat().st_size > BY_HAND:
        return False
    text = opened.whole()
    start = 0
    for _turn in range(skip):
        start = text.find("\n", start) + 1
    return any(is_heading(contract.record, next(csv.reader([line], delimiter=opened.delimiter), []), learnt)
               for needle in _shortest(contract.record, "uscc", learnt) for line in _lines_with_cell(text, needle, start, opened.delimiter))  # fmt: skip


def _shortest(record: Any, name: str, learnt: Learnt | None) -> list[str]:
    """Spellings of a field of which none contains another."""
    told = {name, record.fields[name].title, *record.fields[name].headings, *(key for key, field in (learnt or {}).items() if field == name)}
    return [one for one in sorted(told) if not any(other in one for other in told - {one})]


def _lines_with_cell(text: str, needle: str, at: int, delimiter: str) -> Iterator[str]:
    """Lines in which a cell ends with some words; in a sentence more would follow."""
    while (at := text.find(needle, at)) >= 0:
        at += len(needle)
        if text[at : at + 8].lstrip(')）"*＊: ：\u3000')[:1] in ("", "\r", "\n", delimiter):
            end = text.find("\n", at)
            yield text[text.rfind("\n", 0, at) + 1 : end if end >= 0 else len(text)]


def _lay_sheets(kind: str, law: Any, opened: Opened, sheets: Iterable[Sheet], day: date | None, learnt: Learnt | None) -> Laid:
    laid = Laid(opened, [])
    trouble: UnknownHeadings | None = None
    for sheet in _apart(law.record(kind), sheets, learnt):
        try:
            contract, rest = lay(kind, law, sheet.lines, learnt, day)
        except UnknownHeadings as fault:
            # The notes beside a table name its columns too: the trouble of a sheet counts where no sheet is a table.
            trouble = fault if trouble is None or fault.facts.get("missing") else trouble
            laid.skipped.append(sheet.name)
            continue
        for contract_, lines in _several(kind, law, contract, rest, learnt):
            laid.contracts.append(replace(contract_, sheet=sheet.name, base=sheet.base, left=sheet.left))
            laid.lines.append(lines)
    if not laid.contracts:
        raise trouble or UnknownHeadings("工作簿里没有表头")
    return laid


def _apart(record: Any, sheets: Iterable[Sheet], learnt: Learnt | None) -> Iterator[Sheet]:
    """Sheets, and tables side by side in one as sheets of their own; a line that holds several records has several numbers."""
    more = 0
    for sheet in sheets:
        parts = side_by_side(record, sheet.lines, learnt) or [(0, max((len(cells) for _, cells in sheet.lines), default=0))]
        for turn, (start, end) in enumerate(parts):
            yield sheet.part(start, end, sheet.base + more + turn * sheet.height)
        more += (len(parts) - 1) * sheet.height


def _several(kind: str, law: Any, contract: Contract, lines: list[Line], learnt: Learnt | None) -> Iterator[tuple[Contract, list[Line]]]:
    """Tables standing below one another in one sheet: each begins with headings, perhaps under a title."""
    start = 0
    for at, (_, cells) in enumerate(lines):
        if not is_heading(contract.record, cells, learnt):
            continue
        yield contract, _without_title(lines[start:at])
        contract, _ = lay(kind, law, lines[at : at + 1], learnt, contract.first_day)
        start = at + 1
    yield contract, lines[start:]


def _without_title(lines: list[Line]) -> list[Line]:
    while lines and len({cell for cell in lines[-1][1] if cell.strip()}) == 1:
        lines = lines[:-1]
    return lines


def of_lines(contract: Contract, lines: Sequence[Line], part: float = 1.0) -> Table:
    """Lines as columns; those that do not fit the headings stay lines."""
    width, fitting, ragged = contract.width, [], []
    wide = {number for number, cells in lines if len(cells) > max(contract.cells, width)}
    for number, cells in lines:
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            ragged.append((number, cells))
        else:
            fitting.append((number, cells[:width]))
    columns = list(zip(*(cells for _, cells in fitting), strict=True)) or [()] * width
    frame = pl.DataFrame({str(place): pl.Series(columns[place], dtype=pl.String) for place in range(width)})
    numbers = np.fromiter((number for number, _ in fitting), dtype=np.int64, count=len(fitting))
    return Table(contract, numbers, frame, ragged, part, wide=frozenset(wide))


def _cut(laid: Laid, after: int) -> Iterator[Table]:
    opened, [contract] = laid.opened, laid.contracts
    done = max(after, contract.heading_line)
    if opened.delimiter.isascii():
        try:
            for table in _by_arrow(laid, contract):
                done = max(table.last, done)
                yield _after(table, after)
            return
        except pa.ArrowInvalid:  # a quotation mark without its partner; the slow reader shows where
            pass
    yield from _by_line(opened, contract, done)


def _by_line(opened: Opened, contract: Contract, after: int) -> Iterator[Table]:
    lines = opened.text_lines(after)
    try:
        while chunk := list(islice(lines, RAMP[-1])):
            yield of_lines(contract, chunk)
            after = chunk[-1][0]
    except csv.Error:
        yield Table(contract, np.empty(0, np.int64), _nothing(contract), [(after + 1, ["（引号没有配对，以下内容读不出行来）"])], 1.0)


def _nothing(contract: Contract) -> pl.DataFrame:
    return pl.DataFrame({str(place): pl.Series([], dtype=pl.String) for place in range(contract.width)})


def _after(table: Table, after: int) -> Table:
    if not after or not len(table.numbers) or table.numbers[0] > after:
        table.ragged = [line for line in table.ragged if line[0] > after]
        return table
    start = int(np.searchsorted(table.numbers, after, side="right"))
    return Table(table.contract, table.numbers[start:], table.cells[start:], [line for line in table.ragged if line[0] > after], table.part, table.marked, table.wide)


def _by_arrow(laid: Laid, contract: Contract) -> Iterator[Table]:
    strays: list[Line] = []
    shift = contract.heading_line - laid.skip  # Arrow counts skipped lines, people count rows
    width = max(contract.cells, contract.width)
    names = [str(place) for place in range(width)]

    def stray(row: Any) -> str:
        strays.append((row.number + shift, next(csv.reader([row.text], delimiter=laid.opened.delimiter), [])))
        return "skip"

    source = Utf8(laid.opened)
    try:
        reader = pc.open_csv(
            source,
            read_options=pc.ReadOptions(column_names=names, skip_rows=laid.skip, use_threads=False, block_size=BLOCK),
            parse_options=pc.ParseOptions(
                delimiter=laid.opened.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=stray
            ),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid as fault:
        if "Empty CSV" in str(fault):
            return
        raise
    following = contract.heading_line + 1
    for batch in reader:
        numbers, following, strays_here = _number(batch.num_rows, following, strays)
        frame: Any = pl.from_arrow(batch)
        yield _fitted(contract, numbers, frame, strays_here, source.part, source.marked)
    if strays:
        yield _fitted(contract, np.empty(0, np.int64), _nothing(contract), strays, 1.0)
    source.close()


def _number(count: int, following: int, strays: list[Line]) -> tuple[np.ndarray[Any, np.dtype[np.int64]], int, list[Line]]:
    """Row numbers of a batch, leaving out those of rows that did not fit; those are handed over with it."""
    taken = 0
    while taken < len(strays) and strays[taken][0] < following + count + taken:
        taken += 1
    here = strays[:taken]
    del strays[:taken]
    numbers = np.arange(following, following + count + taken, dtype=np.int64)
    if here:
        numbers = np.delete(numbers, [number - following for number, _ in here])
    return numbers, following + count + taken, here


def _fitted(contract: Contract, numbers: Any, frame: pl.DataFrame, strays: list[Line], part: float, marked: bool = True) -> Table:
    """Blank rows left out, blank cells beyond the headings too; rows with something beyond them stay lines."""
    width = contract.width
    ragged = [line for line in strays if any(map(str.strip, line[1]))]
    if frame.height and (at := _blank(frame)).size:
        numbers, frame = np.delete(numbers, at), _without(frame, at)
    if frame.width > width:
        beyond = frame.select(pl.any_horizontal(pl.nth(*range(width, frame.width)).str.strip_chars() != "")).to_series()
        if beyond.any():
            at = beyond.arg_true().to_numpy()
            ragged += [(int(numbers[place]), list(frame.row(int(place)))) for place in at]
            numbers, frame = np.delete(numbers, at), _without(frame, at)
    mended = of_lines(contract, ragged)  # some of them only had blank cells too many
    if mended.cells.height:
        frame = pl.concat([frame[:, :width], mended.cells])
        numbers = np.concatenate([numbers, mended.numbers])
        order = np.argsort(numbers, kind="stable")
        numbers, frame = numbers[order], frame[order]
    return Table(contract, numbers, frame[:, :width], sorted(mended.ragged), part, marked, mended.wide)


def _blank(frame: pl.DataFrame) -> Any:
    """Where nothing stands in a row. Few rows are short in their first cell, and fewer in every cell."""
    places = (frame.to_series(0).str.len_bytes() < 8).arg_true()
    if len(places):
        places = places.filter(frame[places].select(pl.all_horizontal(pl.all().str.len_bytes() < 8)).to_series())
    return np.array([place for place in places if not any(map(str.strip, frame.row(place)))], dtype=np.int64)


def _without(frame: pl.DataFrame, at: Any) -> pl.DataFrame:
    keep = np.ones(frame.height, dtype=bool)
    keep[at] = False
    return frame.filter(pl.Series(keep))


def _ramped(tables: Iterable[Table]) -> Iterator[Table]:
    """Cut tables into chunks that grow: a page shows progress soon, and a long file does not pay for it."""
    step = 0
    for table in tables:
        start, high = 0, len(table.numbers)
        while start < high or table.ragged:
            size = RAMP[min(step, len(RAMP) - 1)]
            end = high if high - start < size * 3 // 2 else start + size
            upto = int(table.numbers[end - 1]) if end < high else table.last
            ragged = [line for line in table.ragged if line[0] <= upto]
            table.ragged = table.ragged[len(ragged) :]
            yield Table(table.contract, table.numbers[start:end], table.cells[start:end], ragged, table.part if end == high else 0.0, table.marked, table.wide)
            start, step = end, step + 1
