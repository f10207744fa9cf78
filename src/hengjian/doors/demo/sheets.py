"""How departments lay their files out: encoding, headings, title rows, ways to write days and amounts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from .dirt import SHIFTED, Line

_DAYS: dict[str, Callable[[str], str]] = {
    "iso": lambda day: day,
    "slash": lambda day: day.replace("-", "/"),
    "dots": lambda day: day.replace("-", "."),
    "chinese": lambda day: "{}年{}月{}日".format(*day.split("-")),
    "compact": lambda day: day.replace("-", ""),
}
_DAY_FIELDS = frozenset({"established", "decided", "effective", "until", "removed", "since", "submitted"})
_MONEY_FIELDS = frozenset({"capital", "fine_yuan", "confiscated_yuan"})
# Headings as offices write them; each list is a subset of the spellings in packs/cn/records.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "uscc": ("统一社会信用代码", "社会信用代码", "USCC", "统一社会信用代码"),
    "name": ("名称", "企业名称", "市场主体名称", "主体名称"),
    "established": ("成立日期", "注册日期", "设立日期", "成立日期"),
    "entity_type": ("主体类型", "企业类型", "市场主体类型", "类型"),
    "representative": ("法定代表人", "法定代表人(负责人)", "负责人", "经营者"),
    "scope": ("经营范围", "业务范围", "经营范围", "经营范围及方式"),
    "district": ("所在区", "地区", "所属区", "行政区划"),
    "address": ("住所", "注册地址", "经营场所", "住所(经营场所)"),
    "status": ("登记状态", "经营状态", "企业状态", "状态"),
    "industry": ("行业代码", "所属行业", "行业", "国民经济行业"),
    "authority": ("登记机关", "登记机关", "核准机关", "登记机关"),
    "document": ("文书号", "决定书文号", "文号", "文书文号"),
    "decided": ("决定日期", "作出决定日期", "决定时间", "决定日期"),
    "effective": ("生效日期", "生效时间", "生效日期", "生效日期"),
    "issuer": ("作出决定机关", "决定机关", "作出机关", "实施机关"),
    "kind_of_penalty": ("处罚种类", "处罚类别", "处罚类型", "行政处罚种类"),
    "facts": ("违法事实", "案由", "处罚事由", "违法行为类型"),
    "article": ("处罚依据", "法律依据", "处罚的法律依据", "处罚依据"),
    "warning_only": ("仅为警告", "是否仅警告", "仅警告", "仅为警告"),
    "ground": ("列入原因", "列入事由", "列入原因", "列入事由"),
    "removed": ("移出日期", "移出时间", "移出日期", "移出时间"),
    "case_number": ("案号", "执行案号", "案号", "案号"),
    "year": ("年报年度", "报送年度", "年度", "报告年度"),
    "submitted": ("报送日期", "填报日期", "提交日期", "年报日期"),
    "licence_name": ("许可文件名称", "许可证名称", "许可事项", "许可证书名称"),
    "licence_number": ("许可编号", "许可证编号", "许可证号", "证书编号"),
    "since": ("有效期自", "有效期起", "有效期自", "许可生效日期"),
    "title": ("荣誉名称", "荣誉称号", "称号", "奖项名称"),
    "level": ("荣誉级别", "级别", "等级", "表彰级别"),
}
_BY_KIND: dict[tuple[str, str], tuple[str, ...]] = {
    ("court-defaulter", "document"): ("执行依据文号",),
    ("annual-report", "decided"): ("公示日期",),
    ("annual-report", "issuer"): ("接收机关", "登记机关"),
    ("annual-report", "document"): ("年报编号", "报告编号"),
    ("licence", "until"): ("有效期至", "有效期止"),
    ("penalty", "until"): ("公示截止日期", "公示截止期"),
    ("abnormal-list", "decided"): ("列入日期",),
    ("abnormal-list", "document"): ("列入决定书文号", "文书号"),
}
_MONEY_HEADINGS = {
    "capital": ("注册资本", "注册资本(万元)"),
    "fine_yuan": ("罚款金额(元)", "罚款金额(万元)"),
    "confiscated_yuan": ("没收金额(元)", "没收违法所得、没收非法财物的金额(万元)"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """One office's habits."""

    suffix: str  # csv | xlsx
    encoding: str  # utf-8-sig | gb18030; empty for xlsx
    spelling: int
    days: str
    in_wan: bool  # amounts in 万元
    half_width: bool  # brackets in names
    title: bool = False  # a merged title row above the headings


LAYOUTS = (
    Layout("csv", "utf-8-sig", 0, "iso", in_wan=False, half_width=False),
    Layout("csv", "gb18030", 1, "slash", in_wan=False, half_width=True),
    Layout("xlsx", "", 2, "chinese", in_wan=True, half_width=False, title=True),
    Layout("csv", "gb18030", 3, "compact", in_wan=True, half_width=False),
    Layout("csv", "utf-8-sig", 2, "iso", in_wan=True, half_width=True),
)


def heading(kind: str, field: str, layout: Layout) -> str:
    if field in _MONEY_HEADINGS:
        return _MONEY_HEADINGS[field][layout.in_wan]
    spellings = _BY_KIND.get((kind, field)) or _SPELLINGS[field]
    return spellings[layout.spelling % len(spellings)]


def cells(line: Line, fields: Sequence[str], layout: Layout) -> list[str]:
    """One line as this office writes it."""
    written = [_write(field, line.fields.get(field, ""), layout) for field in fields]
    if line.how == SHIFTED:
        del written[0]
        written.append("")
    return written


def _write(field: str, value: str, layout: Layout) -> str:
    if not value:
        return ""
    if field in _DAY_FIELDS:
        return _DAYS[layout.days](value)
    if field in _MONEY_FIELDS and value.lstrip("-").isdigit():
        return f"{int(value) / 10_000:g}" if layout.in_wan else value
    if field == "name" and layout.half_width:
        return value.replace("（", "(").replace("）", ")")
    return value


def write_sheet(path: Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], layout: Layout) -> None:
    """The file itself; the same bytes for the same rows."""
    if layout.suffix == "xlsx":
        _write_xlsx(path, title, headings, rows)
        return
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(layout.encoding))


def _write_xlsx(path: Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"title": title, "created": datetime(2026, 1, 1, tzinfo=UTC)})
    sheet = book.add_worksheet("Sheet1")
    middle = book.add_format({"bold": True, "align": "center"})
    sheet.merge_range(0, 0, 0, len(headings) - 1, title, middle)
    sheet.write_row(1, 0, headings, middle)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            if value:
                sheet.write_string(number, column, value)
    book.close()
