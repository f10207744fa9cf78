"""Judge rows by columns: what can be said of a whole column is said of it, and each other value is read once.

Rows in order become canonical records and digests without being touched one by one; only rows with something to
say about them are put together in Python. Whether a row was seen before is settled in settling.py.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from . import rules
from .cells import Cells, Piece, read_column
from .contract import Column, Contract
from .keys import short
from .readers import Line
from .rules import Reason, Rejected, Unreadable
from .tables import Table

ASKED = ("kind_of_penalty", "document", "fine_yuan", "content")  # columns whose original cells the rules ask about


@dataclass(slots=True)
class Judged:
    """A chunk of rows, judged: those in order as columns, the others one by one."""

    numbers: np.ndarray[Any, np.dtype[np.int64]]
    data: list[bytes]  # the record of each row in canonical form
    personal: list[bytes]  # its protected fields; empty where the kind has none
    natural: np.ndarray[Any, np.dtype[np.int64]]  # digest of kind and key fields
    content: np.ndarray[Any, np.dtype[np.int64]]  # digest of kind and everything the row says
    ends: np.ndarray[Any, np.dtype[np.bool_]]  # rows that end a record sent before
    rejected: list[Rejected] = field(default_factory=list)
    last: int = 0
    part: float = 0.0
    raw: pl.DataFrame | None = None  # cells of all rows, and where those in order stand in it
    places: np.ndarray[Any, np.dtype[np.int64]] | None = None
    plain: pl.DataFrame | None = None  # columns of the rows in order, as compared; null where a cell says nothing

    def __len__(self) -> int:
        return len(self.numbers) + len(self.rejected)

    def cells(self, at: int) -> list[str]:
        """A row in order as it stood in the file."""
        return [] if self.raw is None or self.places is None else list(self.raw.row(int(self.places[at])))


def judge(table: Table, on: date) -> Judged:
    """Judge a chunk of a file received on a day."""
    return _Chunk(table, on).judged()


class _Chunk:
    def __init__(self, table: Table, on: date) -> None:
        self.table, self.contract, self.on = table, table.contract, on
        self.reasons: dict[int, list[Reason]] = defaultdict(list)
        self.columns: dict[str, Cells] = {}
        self.original = {column.name: table.cells.to_series(column.place) for column in self.contract.columns}

    def judged(self) -> Judged:
        fields = self.contract.record.fields
        if self.table.cells.height:
            for column in self.contract.columns:
                described, series = fields[column.name], self.original[column.name]
                read = read_column(column, described, series, self.contract, self.on)
                self.columns[column.name] = read
                self._blame(column, described, series, read)
            self._compare_dates()
            self._find_shifts()
            self._whole_rows()
            self._no_records()
        return self._assembled()

    def _blame(self, column: Column, described: Any, series: pl.Series, read: Cells) -> None:
        for at, cell in zip(read.faulty, series.gather(read.faulty).to_list(), strict=True):
            fault: Unreadable = read.faults[cell]
            self.reasons[at].append(Reason(fault.code, column.heading, cell[:200], fault.says, fault.remedy))
        if described.required and described.type != "uscc":
            says, remedy = f"“{described.title}”必须填写", f"请补填“{column.heading}”"
            blamed = set(read.faulty)
            for at in read.plain.is_null().arg_true().to_list() if read.plain.null_count() else ():
                if at not in blamed:
                    self.reasons[at].append(Reason("missing", column.heading, series[at], says, remedy))

    def _compare_dates(self) -> None:
        fields = self.contract.record.fields
        for column in self.contract.columns:
            for check in fields[column.name].checks:
                name, _, other = check.partition(":")
                if name != "not-before" or other not in self.columns:
                    continue
                later, earlier = self.columns[column.name].plain, self.columns[other].plain
                for at in (later < earlier).fill_null(False).arg_true().to_list():
                    says = f"{later[at]} 早于{fields[other].title} {earlier[at]}"
                    self.reasons[at].append(Reason("dates-out-of-order", column.heading, later[at], says, "请核对两个日期"))

    def _find_shifts(self) -> None:
        """Where columns are shifted, every other complaint about the row would only mislead."""
        if not self.table.marked:
            return
        marked = pl.any_horizontal(pl.all().str.contains("[column shift]", literal=True))
        for at in self.table.cells.select(marked).to_series().arg_true().to_list():
            says = "本行多格写着“[column shift]”：导出时各列已经错位，原内容丢失"
            self.reasons[at] = [Reason("columns-shifted", "", "[column shift]", says, "请从原系统重新导出本行")]

    def _whole_rows(self) -> None:
        """What a whole row may not say although each of its cells can be read."""
        doubted = rules.doubted_rows(self.contract.kind, {name: cells.plain for name, cells in self.columns.items()})
        for at in doubted:
            if at in self.reasons:
                continue
            record = {name: cells.plain[at] for name, cells in self.columns.items()}
            original = {name: self.original[name][at] for name in ASKED if name in self.original}
            if reason := rules.conditions_of(self.contract.kind, record, original):
                named = self.contract.column(reason.field)
                self.reasons[at].append(replace(reason, field=named.heading if named else reason.field))

    def _no_records(self) -> None:
        """Totals and notes below a table, and rows an unquoted comma has shifted: what else they lack would only mislead."""
        code = self.columns["uscc"].plain if "uscc" in self.columns else None
        for at in self.reasons:
            cells = [cell or "" for cell in self.table.cells.row(at)]
            if (code is None or code[at] is None) and (reason := rules.no_record(cells)):
                self.reasons[at] = [reason]
            elif int(self.table.numbers[at]) in self.table.wide:
                self.reasons[at] = _shifted(self.contract, (int(self.table.numbers[at]), [*cells, ""])).reasons

    def _assembled(self) -> Judged:
        table, fields = self.table, self.contract.record.fields
        bad = sorted(self.reasons)
        lines = table.cells[bad].rows() if bad else []
        rejected = [Rejected(number, list(line), self.reasons[at]) for at, number, line in zip(bad, table.numbers[bad].tolist(), lines, strict=True)]
        rejected += [_shifted(self.contract, line) for line in table.ragged]
        rejected.sort(key=lambda row: row.number)
        keep = np.ones(table.cells.height, dtype=bool)
        keep[bad] = False
        mask, numbers = pl.Series(keep) if bad else None, table.numbers[keep]
        if not len(numbers):
            none = np.empty(0, np.int64)
            return Judged(none, [], [], none, none, np.empty(0, np.bool_), rejected, table.last, table.part)
        public: list[Piece] = []
        protected: list[Piece] = []
        for name, cells in self.columns.items():
            (protected if fields[name].privacy == "protected" else public).extend(cells.pieces)
        if unread := [cells.unread for cells in self.columns.values() if cells.unread is not None]:
            public.append(Piece("unrecognised", '"unrecognised":', _object(unread)))
        data = _objects(public, mask)
        personal = _objects(protected, mask) if protected else []
        natural = self._natural(mask)
        content = _content(self.contract.kind, data, personal)
        ends = np.zeros(len(numbers), dtype=bool)
        if "removed" in self.columns:
            given = self.columns["removed"].plain.is_not_null()
            ends = (given.filter(mask) if mask is not None else given).to_numpy()
        plain = pl.DataFrame({name: cells.plain for name, cells in self.columns.items()})
        plain = plain.filter(mask) if mask is not None else plain
        return Judged(numbers, data, personal, natural, content, ends, rejected, table.last, table.part, table.cells, np.flatnonzero(keep), plain)

    def _natural(self, mask: pl.Series | None) -> Any:
        parts: list[Any] = [pl.lit(self.contract.kind)]
        held = {name: self.columns[name].plain for name in self.contract.record.natural_key if name in self.columns}
        for name in self.contract.record.natural_key:
            parts.append(pl.col(name).fill_null("") if name in held else pl.lit(""))
        frame = pl.DataFrame(held) if mask is None else pl.DataFrame(held).filter(mask)
        joined = frame.select(pl.concat_str(parts, separator="\x1f").cast(pl.Binary).alias("key")).to_series()
        return short([hashlib.sha256(key).digest() for key in joined.to_list()])


def _shifted(contract: Contract, line: Line) -> Rejected:
    number, cells = line
    if reason := rules.no_record(cells):
        return Rejected(number, cells, [reason])
    found, width = len(cells), contract.width
    if found > width:
        says = f"本行有{found}格，表头有{width}列：多半是内容里有未加引号的逗号，各列错了位"
        remedy = "请给含逗号的内容加引号，或改报 .xlsx 文件"
    else:
        says = f"本行只有{found}格，表头有{width}列：多半是内容里换了行，后面的格丢在下一行"
        remedy = "请给含换行的内容加引号，补齐末尾的空格子，或改报 .xlsx 文件"
    return Rejected(number, cells, [Reason("columns-shifted", "", "", says, remedy)])


def _object(words: list[tuple[str, pl.Series]]) -> pl.Series:
    """`{…}` of those words that are there, null where none is."""
    frame = pl.DataFrame([word.alias(key) for key, word in sorted(words, key=lambda pair: pair[0])])
    inner = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
    there = pl.any_horizontal(pl.all().is_not_null())
    return frame.select(pl.when(there).then(pl.concat_str([pl.lit("{"), inner, pl.lit("}")])).alias("object")).to_series()


def _objects(pieces: list[Piece], mask: pl.Series | None) -> list[bytes]:
    """Each row's object in the canonical form of `kit.digests`: sorted names, no blanks, nothing that is not there.

    A column that is there in every row goes straight in; of the others each value gets its name first.
    """
    pieces = sorted(pieces, key=lambda piece: piece.name)
    frame = pl.DataFrame([piece.values.alias(piece.name) for piece in pieces])
    if mask is not None:
        frame = frame.filter(mask)
    gaps = frame.null_count().row(0)
    always = next((place for place, gap in enumerate(gaps) if not gap), None)
    if always is None:
        inner = pl.concat_str([_named(piece, piece.head, piece.tail) for piece in pieces], separator=",", ignore_nulls=True)
        parts = [pl.lit("{"), inner, pl.lit("}")]
    else:
        parts = [pl.lit("{")]
        for place, (piece, gap) in enumerate(zip(pieces, gaps, strict=True)):
            head, tail = ("," if place > always else "") + piece.head, piece.tail + ("," if place < always else "")
            if gap:
                parts += [_named(piece, head, tail)] if gap < frame.height else []
            else:
                parts += [pl.lit(head), pl.col(piece.name), *([pl.lit(tail)] if tail else [])]
        parts.append(pl.lit("}"))
    whole = pl.concat_str(parts, ignore_nulls=True)
    return frame.select(whole.cast(pl.Binary).alias("object")).to_series().to_list()


def _named(piece: Piece, head: str, tail: str) -> pl.Expr:
    """A value with its name, null where there is none."""
    return pl.concat_str([pl.lit(head), pl.col(piece.name), *([pl.lit(tail)] if tail else [])])


def _content(kind: str, data: list[bytes], personal: list[bytes]) -> Any:
    start, sha256 = b'["%s",' % kind.encode(), hashlib.sha256
    if not personal:
        return short([sha256(b"%b%b,{}]" % (start, one)).digest() for one in data])
    return short([sha256(b"%b%b,%b]" % (start, one, other)).digest() for one, other in zip(data, personal, strict=True)])
