"""Reading one column: whole where its cells are plainly right, once per distinct value where they are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from hengjian.ground.kit import money, uscc

from . import rules
from .contract import Column, Contract, code_key
from .rules import NATIVE, Unreadable

PLAIN_DAY = r"^(?:19|20|21)\d\d-\d\d-\d\d$"
ODD = r"[\x00-\x1f\x7f]"
FEW = 4_000  # distinct values that are always read one by one
MANY = 50_000  # distinct values of a column that are remembered from chunk to chunk
Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """What a column adds to each row's record: head, value, tail; nothing where the value is null."""

    name: str
    head: str  # `"name":`, and the quotation mark that opens a text
    values: pl.Series
    tail: str = ""


@dataclass(slots=True)
class Cells:
    """A column, read. `plain` compares and keys; `pieces` make each row's record."""

    plain: pl.Series
    pieces: list[Piece]
    faults: dict[str, Unreadable] = field(default_factory=dict)
    faulty: list[int] = field(default_factory=list)
    unread: tuple[str, pl.Series] | None = None  # words of an optional code nobody knows, kept as they were written


def read_column(column: Column, described: Any, series: pl.Series, contract: Contract, on: date) -> Cells:
    """Read a column of text cells as its type."""
    name, native = column.name, NATIVE.get(column.name, column.name)
    easy = EASY[described.type](series, described, on) if described.type in EASY and _varied(series) else None
    distinct = series.unique() if easy is None else series.filter(~easy).unique()
    read, faults, unread = _remembered(distinct.to_list(), column, described, contract, on)
    plain = _mapped(series, {cell: _plain(value) for cell, value in read.items()}, easy)
    if described.type in ("text", "uscc", "date"):
        pieces = [Piece(native, f'"{native}":"', _escaped(plain), '"')]
    else:
        pieces = [Piece(native, f'"{native}":', _mapped(series, {cell: _written(value) for cell, value in read.items()}, None))]
    foreign = {cell: value.currency for cell, value in read.items() if isinstance(value, money.Money) and value.currency != "CNY"}
    if foreign:
        currencies = _mapped(series, {cell: foreign.get(cell) for cell in read}, None)
        pieces.append(Piece(f"{name}_currency", f'"{name}_currency":"', currencies, '"'))
    faulty = series.is_in(list(faults)).arg_true().to_list() if faults else []
    kept = (name, _mapped(series, {cell: unread.get(cell) for cell in read}, None)) if unread else None
    return Cells(plain, pieces, faults, faulty, kept)


def _varied(series: pl.Series) -> bool:
    """Whether a column holds so many values that asking each whether it is plainly right is quicker than sorting them out."""
    sample = series.head(FEW)
    return bool(sample.n_unique() * 8 > FEW and series.n_unique() > max(FEW, len(series) // 8))


Values = tuple[dict[str, Any], dict[str, Unreadable], dict[str, str]]


def _remembered(distinct: list[str], column: Column, described: Any, contract: Contract, on: date) -> Values:
    """What each cell says. Chunks of a file repeat one another: a cell is read once a file, while there are not too many."""
    read, faults, unread = contract.said.setdefault(column.name, ({}, {}, {}))
    found = _values([cell for cell in distinct if cell not in read], column, described, contract, on)
    for old, new in zip((read, faults, unread), found, strict=True):
        old.update(new)
    if len(read) > MANY:
        del contract.said[column.name]
    here = {cell: read[cell] for cell in distinct}
    return here, {cell: faults[cell] for cell in distinct if cell in faults}, {cell: unread[cell] for cell in distinct if cell in unread}


def _values(distinct: list[str], column: Column, described: Any, contract: Contract, on: date) -> Values:
    """What each cell says; which cannot be read; which say an optional code nobody knows."""
    reader = reader_of(column, described, contract, on)
    read: dict[str, Any] = {}
    faults: dict[str, Unreadable] = {}
    unread: dict[str, str] = {}
    for cell in distinct:
        text = rules.clean(cell)
        read[cell] = None
        if rules.is_empty(text) and described.type != "uscc":
            continue
        try:
            read[cell] = reader(text)
        except Unreadable as fault:
            if fault.code == "unknown-code" and not described.required:
                unread[cell] = f'"{column.name}":{_json(text)}'
            else:
                faults[cell] = fault
    return read, faults, unread


def _mapped(series: pl.Series, values: dict[str, str | None], easy: pl.Series | None) -> pl.Series:
    """Cells replaced by what they say; where `easy`, a cell says itself."""
    if easy is not None:
        if not values:
            return series
        hard = series.filter(~easy).replace_strict(list(values), list(values.values()), return_dtype=pl.String)
        at = (~easy).arg_true()
        return series.clone().scatter(at, hard) if len(at) else series
    if len(values) == 1:
        return pl.repeat(next(iter(values.values())), len(series), dtype=pl.String, eager=True)
    return series.replace_strict(list(values), list(values.values()), return_dtype=pl.String)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value.fen) if isinstance(value, money.Money) else _json(value) if isinstance(value, list) else str(value)


def _written(value: Any) -> str | None:
    if value is None:
        return None
    return str(value.fen) if isinstance(value, money.Money) else _json(value)


def _escaped(plain: pl.Series) -> pl.Series:
    """Texts as they stand between the quotation marks of JSON."""
    whole = _bytes(plain)
    if not any(mark in whole for mark in (b'"', b"\\", b"\n", b"\t")):
        return plain
    text = plain.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return text.str.replace_all("\n", "\\n", literal=True).str.replace_all("\t", "\\t", literal=True)


def reader_of(column: Column, described: Any, contract: Contract, on: date) -> Reader:
    """How one cell of a column is read."""
    checks = {check.partition(":")[0]: check.partition(":")[2] for check in described.checks}
    kind = described.type
    if kind == "uscc":
        return _read_uscc
    if kind == "date":
        return lambda text: _read_day(text, described, contract, on if "not-future" in checks else None)
    if kind == "money":
        return lambda text: _read_money(text, column.scale, "non-negative" in checks)
    if kind == "bool":
        return rules.read_bool
    if kind == "int":
        return lambda text: _read_int(text, checks.get("range", ""))
    if kind == "code":
        return lambda text: _read_code(text, column, described, contract)
    return lambda text: _read_text(text, _longest(described))


def _longest(described: Any) -> int:
    found = next((check.partition(":")[2] for check in described.checks if check.startswith("max-length:")), "")
    return int(found or 20_000)


def _read_day(text: str, described: Any, contract: Contract, latest: date | None) -> str | None:
    if text in rules.FOREVER and not described.required:
        return None
    day = rules.read_date(text, contract.first_day)
    if latest and day > latest:
        raise Unreadable("date-future", f"{day.isoformat()} 晚于报送之日", "请对照原文书更正日期")
    return day.isoformat()


def _read_code(text: str, column: Column, described: Any, contract: Contract) -> Any:
    if contract.kind == "penalty" and rules.is_no_penalty(text):
        raise Unreadable("no-penalty", "不予处罚决定不是行政处罚，不记入处罚记录", "请从处罚文件中删去本行")
    codes, many = contract.codes[column.name], described.many
    whole = codes.get(code_key(text))
    if whole is not None:
        return [whole] if many else whole
    parts = [part.strip() for part in rules.SEPARATORS.split(text) if part.strip()]
    if not many and len(parts) > 1 and all(code_key(part) in codes for part in parts):
        raise Unreadable("several-values", f"一格里写了{len(parts)}个结果：“{text}”", "每个结果单独一行，请拆开后重报")
    found = [codes.get(code_key(part)) for part in parts] if many else [None]
    if None in found:
        raise Unreadable("unknown-code", f"“{text}”不在“{described.title}”的代码表里", "请按报送模板里的代码表填写")
    return list(dict.fromkeys(found))


def _read_uscc(text: str) -> str:
    try:
        return str(uscc.parse(text))
    except uscc.BadUscc as fault:
        says, _, remedy = str(fault).partition("；")
        code = "uscc-missing" if "没有填写" in says else "uscc-wrong"
        raise Unreadable(code, says, remedy or "请核对原证照") from None


def _read_money(text: str, scale: int, non_negative: bool) -> money.Money:
    try:
        amount = money.parse_yuan(text, default_scale=scale)
    except money.BadMoney as fault:
        says, _, remedy = str(fault).partition("；")
        raise Unreadable("not-money", says, remedy) from None
    if non_negative and amount.fen < 0:
        raise Unreadable("negative", f"金额“{text}”小于零", "请对照原文书更正金额")
    if abs(amount.fen) >= 1 << 62:
        raise Unreadable("not-money", f"金额“{text}”大得不可能", "请核对单位是元还是万元")
    return amount


def _read_int(text: str, bounds: str) -> int:
    number = rules.read_int(text)
    low, _, high = bounds.partition("..")
    if bounds and not int(low) <= number <= int(high):
        raise Unreadable("out-of-range", f"“{text}”不在 {low} 至 {high} 之间", "请核对后更正")
    return number


def _read_text(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unreadable("too-long", f"内容有{len(text)}字，最多{longest}字", "请缩短，或检查是否错列")
    return text


def _easy_text(series: pl.Series, described: Any, on: date) -> pl.Series:
    """Six characters or more (no word for "nothing" is so long), none of them odd, nothing to strip, not too long."""
    text, size, whole = pl.col("text"), pl.col("text").str.len_chars(), np.frombuffer(_bytes(series), dtype=np.uint8)
    test = (size >= 6) & (size <= _longest(described)) & (text.str.strip_chars(rules.EDGES).str.len_bytes() == text.str.len_bytes())
    if not len(whole) or whole.min() < 0x20 or 0x7F in whole:
        test &= ~text.str.contains(ODD)
    return series.to_frame("text").select(test.alias("easy")).to_series()


def _bytes(series: pl.Series) -> bytes:
    """All texts of a column in one: what is in none of them is soon known."""
    held = series.to_arrow().cast(pa.large_string()).buffers()[2]
    return held.to_pybytes() if held is not None else b""


def _easy_day(series: pl.Series, described: Any, on: date) -> pl.Series:
    """`2026-03-02`, a day that exists and, where it may not lie ahead, does not."""
    text = pl.col("text")
    test = text.str.contains(PLAIN_DAY) & text.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    if "not-future" in described.checks:
        test &= text <= on.isoformat()
    return series.to_frame("text").select(test.fill_null(False).alias("easy")).to_series()


_VALUE = np.full(256, 255, dtype=np.uint8)
_VALUE[[ord(character) for character in uscc.ALPHABET]] = range(31)
_WEIGHT = np.array([pow(3, position, 31) for position in range(17)] + [1], dtype=np.int32)


def _easy_uscc(series: pl.Series, described: Any, on: date) -> pl.Series:
    """Eighteen characters of the alphabet whose check character is right."""
    sized = (series.str.len_bytes() == 18).to_numpy()
    codes = series.filter(pl.Series(sized)).cast(pl.Binary).to_list()
    found = _VALUE[np.frombuffer(b"".join(codes), dtype=np.uint8)].reshape(-1, 18)
    right = (found @ _WEIGHT % 31 == 0) & (found.max(axis=1, initial=0) < 31)
    easy = np.zeros(len(series), dtype=bool)
    easy[np.flatnonzero(sized)] = right
    return pl.Series(easy)


EASY: dict[str, Callable[[pl.Series, Any, date], pl.Series]] = {"text": _easy_text, "date": _easy_day, "uscc": _easy_uscc}
