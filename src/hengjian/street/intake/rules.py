"""What a cell may say and what a clerk is told when it says something else. No database, no clock."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

EMPTY = frozenset({"", "无", "N/A", "NA", "NULL", "NONE", "NIL", "/", "\\", "-", "--", "—", "——", "空", "暂无", "#N/A"})
FOREVER = frozenset({"长期", "长期有效", "永久", "无期限", "无固定期限"})
YES = frozenset({"是", "Y", "YES", "TRUE", "1", "√", "有"})
NO = frozenset({"否", "N", "NO", "FALSE", "0", "×", "没有"})
SEPARATORS = re.compile(r"[、;；，,|\n]+|(?<=[^\d])/(?=[^\d])")
_DATE = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"^[1-6]\d{4}(?:\.\d+)?$")
_NO_PENALTY = re.compile(r"不予(?:行政)?处罚|免予(?:行政)?处罚")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row goes back: which column, what it says, what is wrong, what to do."""

    code: str
    field: str
    value: str
    says: str
    remedy: str

    def plain(self) -> dict[str, str]:
        return asdict(self)


class Unreadable(ValueError):
    """A cell that cannot be read as its type."""

    def __init__(self, code: str, says: str, remedy: str) -> None:
        super().__init__(says)
        self.code, self.says, self.remedy = code, says, remedy


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_EDGES = " \t\r\n\u3000\ufeff'"


def clean(cell: str) -> str:
    """A cell without control characters and outer blanks; PostgreSQL refuses NUL, people never meant it."""
    return _CONTROL.sub("", cell).strip(_EDGES)


def is_empty(cell: str) -> bool:
    return len(cell) < 6 and unicodedata.normalize("NFKC", cell).strip().upper() in EMPTY


def read_date(cell: str) -> date:
    """A day as files write it: 2024-1-5, 2024/01/05, 2024年1月5日, 20240105."""
    text = unicodedata.normalize("NFKC", cell).strip()
    match = _DATE.match(text) or _COMPACT.match(text)
    if match is None and _SERIAL.match(text):
        guess = date(1899, 12, 30) + timedelta(days=int(float(text)))
        raise Unreadable(
            "date-serial",
            f"“{cell}”是表格软件的日期序号，不是日期（可能是{guess.isoformat()}，也可能不是）",
            "请把该列设为日期格式，核对后重新报送",
        )
    if match is None:
        raise Unreadable("date-words", f"“{cell}”不是日期", "请写成 2024-01-05 的样子")
    try:
        found = date(*(int(part) for part in match.groups()))
    except ValueError:
        raise Unreadable("date-impossible", f"历法上没有“{cell}”这一天", "请对照原文书更正日期") from None
    if not 1900 <= found.year <= 2200:
        raise Unreadable("date-impossible", f"“{cell}”的年份不可能", "请对照原文书更正日期")
    return found


def read_bool(cell: str) -> bool:
    word = unicodedata.normalize("NFKC", cell).strip().upper()
    if word in YES | NO:
        return word in YES
    raise Unreadable("not-yes-or-no", f"“{cell}”不是“是”或“否”", "请填写“是”或“否”")


def read_int(cell: str) -> int:
    text = unicodedata.normalize("NFKC", cell).strip().removesuffix("年度").removesuffix("年").removesuffix(".0")
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    raise Unreadable("not-a-number", f"“{cell}”不是整数", "请填写阿拉伯数字")


def is_no_penalty(text: str) -> bool:
    """A decision not to punish, filed among penalties (不予行政处罚)."""
    return bool(_NO_PENALTY.search(text))


MONEY_KINDS = frozenset({"03", "04", "05"})  # fine, confiscated gains, confiscated property


def conditions_of(kind: str, record: dict[str, Any], original: dict[str, str]) -> Reason | None:
    """What a whole row may not say although each of its cells can be read."""
    if kind != "penalty":
        return None
    amounts = (record.get("fine_fen"), record.get("confiscated_fen"))
    kinds = set(record.get("kind_of_penalty") or ())
    if kinds and kinds <= MONEY_KINDS and 0 in amounts and not any(amounts):
        return Reason(
            "zero-penalty",
            "罚款金额",
            original.get("fine_yuan", ""),
            "罚没金额为0元，又没有其他处罚种类",
            "请核对决定书：若为不予处罚请删去本行，若金额漏填请补上",
        )
    return None
