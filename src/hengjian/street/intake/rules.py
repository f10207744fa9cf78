"""What a cell may say and what a clerk is told when it says something else. No database, no clock."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

HIDDEN = "（受保护）"  # stands in the place of what is not shown; a cell that comes back so says nothing
NATIVE = {"fine_yuan": "fine_fen", "confiscated_yuan": "confiscated_fen", "capital": "capital_fen"}  # fields as kept, in fen
EMPTY = frozenset({"", "(受保护)", "无", "N/A", "NA", "NULL", "NONE", "NIL", "/", "\\", "-", "--", "—", "——", "空", "暂无", "#N/A"})
FOREVER = frozenset({"长期", "长期有效", "永久", "无期限", "无固定期限"})
YES = frozenset({"是", "Y", "YES", "TRUE", "1", "√", "有"})
NO = frozenset({"否", "N", "NO", "FALSE", "0", "×", "没有"})
SEPARATORS = re.compile(r"[、;；，,|\n]+|(?<=[^\d])/(?=[^\d])")
_DATE = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_MONTH = re.compile(r"^\d{4}\s*[-/.年]\s*\d{1,2}\s*月?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"^[1-6]\d{4}(?:\.\d+)?$")
_NO_PENALTY = re.compile(r"(?:不予以?|免[予于除])(?:行政)?处罚")


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


@dataclass(slots=True)
class Rejected:
    """A row that cannot be taken, as it stood in the file."""

    number: int
    raw: list[str]
    reasons: list[Reason]


class Unreadable(ValueError):
    """A cell that cannot be read as its type."""

    def __init__(self, code: str, says: str, remedy: str) -> None:
        super().__init__(says)
        self.code, self.says, self.remedy = code, says, remedy


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
EDGES = " \t\r\n\u3000\ufeff'"


def clean(cell: str) -> str:
    """A cell without control characters and outer blanks; PostgreSQL refuses NUL, people never meant it."""
    return _CONTROL.sub("", cell).strip(EDGES)


def is_empty(cell: str) -> bool:
    return len(cell) < 6 and unicodedata.normalize("NFKC", cell).strip().upper() in EMPTY


_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")
_WORDS = re.compile(r"^([〇○零O一二三四五六七八九]{4})年([一二三四五六七八九十元]{1,3})月([一二三四五六七八九十廿卅]{1,3})日?$")


def _in_words(text: str) -> str | None:
    """二〇二四年三月五日 with digits; None where it is not a date in words."""
    match = _WORDS.match(text)
    if match is None:
        return None
    year, month, day = match[1].translate(_DIGITS), _small(match[2].replace("元", "一")), _small(match[3])
    return f"{year}-{month}-{day}"


def _small(text: str) -> int:
    """Numbers up to thirty-nine: 五, 十二, 二十, 廿一."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, mark, ones = text.rpartition("十")
    if not mark:
        return int(text.translate(_DIGITS))
    return 10 * int(tens.translate(_DIGITS) or 1) + int(ones.translate(_DIGITS) or 0)


def read_date(cell: str, first_day: date | None = None) -> date:
    """A day as files write it: 2024-1-5, 2024/01/05, 2024年1月5日, 20240105, 二〇二四年一月五日.

    A workbook says what its numbered days count from (`first_day`); elsewhere such a number is no date.
    """
    text = unicodedata.normalize("NFKC", cell).strip()
    text = _in_words(text) or text
    match = _DATE.match(text) or _COMPACT.match(text)
    if match is None and _SERIAL.match(text):
        if first_day is not None:
            return first_day + timedelta(days=int(float(text)))
        guess = date(1899, 12, 30) + timedelta(days=int(float(text)))
        raise Unreadable(
            "date-serial",
            f"“{cell}”是表格软件的日期序号，不是日期（可能是{guess.isoformat()}，也可能不是）",
            "请把该列设为日期格式，核对后重新报送",
        )
    if match is None and _MONTH.match(text):
        raise Unreadable("date-words", f"“{cell}”只有年月，没有日", "请对照原文书补上日，写成 2024-01-05 的样子")
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


_PUNISHES = re.compile(r"罚款|没收|警告|吊销|责令停产|暂扣")  # a decision may punish one act and spare another
MONEY_KINDS = frozenset({"03", "04", "05"})  # fine, confiscated gains, confiscated property
_NO_PENALTY_NUMBER = r"不予?(?:行政)?处?罚|免[予于]?(?:行政)?处?罚"  # 津和市监不罚〔2026〕3号
AMOUNTS = ("fine_yuan", "confiscated_yuan")


def doubted_rows(kind: str, columns: dict[str, Any]) -> list[int]:
    """Rows of which the whole must be looked at, found by column."""
    if kind != "penalty":
        return []
    found: set[int] = set()
    for name in AMOUNTS:
        if name in columns:
            found.update((columns[name] == "0").fill_null(False).arg_true().to_list())
    if len(found) > 0:
        for name in AMOUNTS:  # another amount that is not zero settles it
            if name in columns:
                found.difference_update((columns[name] != "0").fill_null(False).arg_true().to_list())
    if "document" in columns:
        found.update(columns["document"].str.contains(_NO_PENALTY_NUMBER).fill_null(False).arg_true().to_list())
    if "content" in columns:
        found.update(columns["content"].str.contains(_NO_PENALTY.pattern).fill_null(False).arg_true().to_list())
    return sorted(found)


def conditions_of(kind: str, record: dict[str, Any], original: dict[str, str]) -> Reason | None:
    """What a whole row may not say although each of its cells can be read. `record`: columns as compared. The reason names a field."""
    if kind != "penalty":
        return None
    if re.search(_NO_PENALTY_NUMBER, record.get("document") or ""):
        says = f"文书号“{original.get('document', '')}”是不予处罚决定的，不是行政处罚"
        return Reason("no-penalty", "document", original.get("document", ""), says, "请从处罚文件中删去本行")
    amounts = [record.get(name) for name in AMOUNTS]
    kinds = set(json.loads(record.get("kind_of_penalty") or "[]"))
    paid = any(amount not in (None, "0") for amount in amounts)
    if is_no_penalty(record.get("content") or "") and not (paid and _PUNISHES.search(record["content"])):
        if paid:  # neither may be thrown away: somebody must look
            says = "处罚内容写的是不予处罚，金额栏却有罚没款，两处矛盾"
            return Reason("contradiction", "content", original.get("content", ""), says, "请核对决定书：处罚了的，改正处罚内容；没有处罚的，删去本行")
        return Reason("no-penalty", "content", original.get("content", ""), "处罚内容写的是不予处罚，不是行政处罚", "请从处罚文件中删去本行")
    if kinds and kinds <= MONEY_KINDS and "0" in amounts and not paid:
        return Reason(
            "zero-penalty",
            "fine_yuan" if record.get("fine_yuan") == "0" else "confiscated_yuan",
            original.get("fine_yuan", ""),
            "罚没金额为0元，又没有其他处罚种类",
            "请核对决定书：若为不予处罚请删去本行，若金额漏填请补上",
        )
    return None


_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|本页合计|本月合计|累计)[:：]?")
_FOOT = re.compile(
    r"^(?:填[表报]|制表|审核|复核|报送|经办|联系|负责)(?:人|人员|单位|日期|时间|电话|说明)"
    r"|^(?:说明|备注|注|附注|单位负责人|(?:填报)?单位(?:[(（](?:盖章|公章)[)）])?)[:：]"
)


def no_record(cells: list[str]) -> Reason | None:
    """Totals, signatures and notes people write below a table: no records, and told so instead of what they lack."""
    said = next((text for cell in cells if (text := clean(cell))), "")
    if _TOTAL.match(said):
        return Reason("no-record", "", "", "本行是合计，不是一条记录", "不必更正；下次报送时请删去合计行")
    if _FOOT.match(said):
        return Reason("no-record", "", "", "本行是表下的说明或签名，不是一条记录", "不必更正；下次报送时请删去表下的说明")
    return None
