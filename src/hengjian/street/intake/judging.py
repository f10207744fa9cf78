"""Judge rows column by column: each distinct value is read once, however many rows carry it.

A row ends with a record or with reasons. Whether it was seen before is settled in services.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from hengjian.ground.kit import digests, money, uscc

from . import rules
from .contract import Column, Contract, code_key
from .readers import Line
from .rules import Reason, Unreadable

ASKED = ("kind_of_penalty", "document", "fine_yuan")  # columns whose original cells the rules ask about
NATIVE = {"fine_yuan": "fine_fen", "confiscated_yuan": "confiscated_fen", "capital": "capital_fen"}


@dataclass(slots=True)
class Judged:
    """One row, judged."""

    number: int
    record: dict[str, Any]
    personal: dict[str, Any]
    raw: list[str]
    reasons: list[Reason]
    natural_key: str = ""
    content: str = ""
    data: bytes = b""  # the record in canonical form, of a row without reasons


def judge(contract: Contract, lines: Sequence[Line], on: date) -> list[Judged]:
    """Judge a chunk of lines as they stood in the file, received on a day."""
    return _Chunk(contract, lines, on).judged()


class _Chunk:
    def __init__(self, contract: Contract, lines: Sequence[Line], on: date) -> None:
        self.contract, self.lines, self.on = contract, lines, on
        self.reasons: dict[int, list[Reason]] = defaultdict(list)
        self.unread: dict[int, dict[str, str]] = defaultdict(dict)
        self.original = self._frame()
        self.values: dict[str, list[Any]] = {}
        self.kept: list[tuple[str, str, bool, list[Any]]] = []
        self.asked: dict[str, list[str]] = {}

    def _frame(self) -> pl.DataFrame:
        width = self.contract.width
        straight: list[list[str]] = []
        for at, (_, cells) in enumerate(self.lines):
            extra = [cell for cell in cells[width:] if cell.strip()]
            if extra or len(cells) < width and self._text_file(cells):
                self._shifted(at, len(cells))
            straight.append(cells[:width] + [""] * (width - len(cells)))
        columns = list(zip(*straight, strict=True)) if straight else [()] * width
        return pl.DataFrame(
            {column.name: pl.Series(columns[column.place], dtype=pl.String) for column in self.contract.columns}
        )

    def _text_file(self, cells: list[str]) -> bool:
        return 2 * len(cells) > self.contract.width  # a short tail of blanks is not a shift

    def _shifted(self, at: int, found: int) -> None:
        says = f"本行有{found}格，表头有{self.contract.width}列：多半是内容里有未加引号的逗号，各列错了位"
        self.reasons[at].append(Reason("columns-shifted", "", "", says, "请给含逗号的内容加引号，或改报 .xlsx 文件"))

    def judged(self) -> list[Judged]:
        for column in self.contract.columns:
            self.values[column.name] = self._read(column)
        self._compare_dates()
        self.kept = self._kept()
        self.asked = {name: self.original[name].to_list() for name in ASKED if name in self.values}
        return [self._assemble(at) for at in range(len(self.lines))]

    def _read(self, column: Column) -> list[Any]:
        described = self.contract.record.fields[column.name]
        series = self.original[column.name]
        distinct = series.unique().to_list()
        reader = self._reader(column, described)
        read: dict[str, Any] = {}
        faults: dict[str, Unreadable | None] = {}
        for cell in distinct:
            text = rules.clean(cell)
            if rules.is_empty(text) and described.type != "uscc":
                read[cell] = None
                continue
            try:
                read[cell] = reader(text)
            except Unreadable as fault:
                read[cell], faults[cell] = None, fault
        if faults:
            self._blame(column, described, series, faults)
        values = [read[cell] for cell in series]
        if described.required and described.type != "uscc":
            self._demand(column, described, series, values, faults)
        return values

    def _blame(self, column: Column, described: Any, series: pl.Series, faults: dict[str, Any]) -> None:
        for at, cell in enumerate(series):
            fault = faults.get(cell)
            if fault is None:
                continue
            if fault.code == "unknown-code" and not described.required:
                self.unread[at][column.name] = rules.clean(cell)
            else:
                self.reasons[at].append(Reason(fault.code, column.heading, cell[:200], fault.says, fault.remedy))

    def _demand(
        self, column: Column, described: Any, series: pl.Series, values: list[Any], faults: dict[str, Any]
    ) -> None:
        for at, value in enumerate(values):
            if value is None and series[at] not in faults:
                says = f"“{described.title}”必须填写"
                self.reasons[at].append(
                    Reason("missing", column.heading, series[at], says, f"请补填“{column.heading}”")
                )

    def _reader(self, column: Column, described: Any) -> Callable[[str], Any]:
        checks = {check.partition(":")[0]: check.partition(":")[2] for check in described.checks}
        kind = described.type
        if kind == "uscc":
            return _read_uscc
        if kind == "date":
            return lambda text: self._date(text, described, "not-future" in checks)
        if kind == "money":
            return lambda text: _read_money(text, column.scale, "non-negative" in checks)
        if kind == "bool":
            return rules.read_bool
        if kind == "int":
            return lambda text: _read_int(text, checks.get("range", ""))
        if kind == "code":
            return lambda text: self._code(text, column, described.many)
        return lambda text: _read_text(text, int(checks.get("max-length", 0) or 20_000))

    def _date(self, text: str, described: Any, not_future: bool) -> str | None:
        if text in rules.FOREVER and not described.required:
            return None
        day = rules.read_date(text)
        if not_future and day > self.on:
            raise Unreadable("date-future", f"{day.isoformat()} 晚于报送之日", "请对照原文书更正日期")
        return day.isoformat()

    def _code(self, text: str, column: Column, many: bool) -> Any:
        if self.contract.kind == "penalty" and rules.is_no_penalty(text):
            raise Unreadable("no-penalty", "不予处罚决定不是行政处罚，不记入处罚记录", "请从处罚文件中删去本行")
        codes = self.contract.codes[column.name]
        whole = codes.get(code_key(text))
        if whole is not None:
            return [whole] if many else whole
        parts = [part.strip() for part in rules.SEPARATORS.split(text) if part.strip()]
        if not many and len(parts) > 1 and all(code_key(part) in codes for part in parts):
            raise Unreadable(
                "several-values", f"一格里写了{len(parts)}个结果：“{text}”", "每个结果单独一行，请拆开后重报"
            )
        found = [codes.get(code_key(part)) for part in parts] if many else [None]
        if None in found:
            raise Unreadable(
                "unknown-code",
                f"“{text}”不在“{self.contract.record.fields[column.name].title}”的代码表里",
                "请按报送模板里的代码表填写",
            )
        return list(dict.fromkeys(found))

    def _compare_dates(self) -> None:
        for column in self.contract.columns:
            for check in self.contract.record.fields[column.name].checks:
                name, _, other = check.partition(":")
                if name != "not-before" or other not in self.values:
                    continue
                for at, (later, earlier) in enumerate(zip(self.values[column.name], self.values[other], strict=True)):
                    if later and earlier and later < earlier:
                        says = f"{later} 早于{self.contract.record.fields[other].title} {earlier}"
                        self.reasons[at].append(
                            Reason("dates-out-of-order", column.heading, later, says, "请核对两个日期")
                        )

    def _kept(self) -> list[tuple[str, str, bool, list[Any]]]:
        """Columns as rows are put together from them: name in the file, name kept, protected or not, values."""
        fields = self.contract.record.fields
        return [
            (column.name, NATIVE.get(column.name, column.name), fields[column.name].privacy == "protected", self.values[column.name])
            for column in self.contract.columns
        ]

    def _assemble(self, at: int) -> Judged:
        number, raw = self.lines[at]
        record: dict[str, Any] = {}
        personal: dict[str, Any] = {}
        for name, native, protected, values in self.kept:
            value = values[at]
            if value is None:
                continue
            kept = personal if protected else record
            if isinstance(value, money.Money):
                kept[native] = value.fen
                if value.currency != "CNY":
                    kept[f"{name}_currency"] = value.currency
            else:
                kept[name] = value
        if self.unread.get(at):
            record["unrecognised"] = dict(self.unread[at])
        row = Judged(number, record, personal, raw, _shift_first(self.reasons.get(at, []), raw))
        if not row.reasons:
            original = {name: cells[at] for name, cells in self.asked.items()}
            whole = rules.conditions_of(self.contract.kind, record, original)
            row.reasons = [whole] if whole else []
        if not row.reasons:
            _sign(row, self.contract)
        return row


def _shift_first(reasons: list[Reason], raw: list[str]) -> list[Reason]:
    """Where columns are shifted, every other complaint about the row would only mislead."""
    shifted = [reason for reason in reasons if reason.code == "columns-shifted"]
    if shifted:
        return shifted
    if "[column shift]" in "".join(raw):
        says = "本行多格写着“[column shift]”：导出时各列已经错位，原内容丢失"
        return [Reason("columns-shifted", "", "[column shift]", says, "请从原系统重新导出本行")]
    return reasons


def _sign(row: Judged, contract: Contract) -> None:
    """Digests of key and content: what makes two rows the same record, whatever file they came in."""
    key = [contract.kind, *(str(row.record.get(name, "")) for name in contract.record.natural_key)]
    row.natural_key = digests.sha256("\x1f".join(key).encode())[:32]
    row.data = digests.canonical(row.record)
    # The canonical form of [kind, record, personal], put together from the parts that are kept anyway.
    personal = digests.canonical(row.personal) if row.personal else b"{}"
    whole = b'["%s",%s,%s]' % (contract.kind.encode(), row.data, personal)
    row.content = digests.sha256(whole)[:32]


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
