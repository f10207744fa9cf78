"""What goes back to a department: its rejected rows as a file, and the template of a record kind."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

import xlsxwriter

from hengjian.ground import policy

from . import masking, queries
from .contract import heading_of
from .models import Delivery, Row
from .rules import HIDDEN

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Text never becomes a formula or a link: a cell that begins with "=" stays a cell.
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
SHEET_ROWS = 1_048_575
CELL = 32_000  # a workbook holds no longer text


def harmless(cell: str) -> str:
    """A cell no spreadsheet will run: a leading mark of a formula gets an apostrophe, which intake takes off again."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


class _Echo:
    def write(self, line: str) -> str:
        return line


def rejected_tables(delivery: Delivery, *, opened: bool = False) -> Iterator[tuple[list[str], Iterator[tuple[list[str], set[str]]]]]:
    """The rows to send back, by the tables of the file they stood in: original cells, then what is wrong and what to do;
    and the headings that are wrong. Tables with the same headings are one. What is protected is hidden unless `opened`;
    such a list can be corrected and sent as it is."""
    held = ((row, queries.layout_at(delivery, row.number).get("headings", [])) for row in queries.rejected(delivery).iterator(2000))
    for told, rows in groupby(held, key=lambda pair: pair[1]):
        yield [queries.ROW, *told, queries.SAYS, queries.REMEDY], (_sent_back(delivery, row, len(told), opened) for row, _told in rows)


def _sent_back(delivery: Delivery, row: Row, width: int, opened: bool) -> tuple[list[str], set[str]]:
    row.delivery = delivery
    shown, reasons = masking.row(row, opened=opened)
    cells = [HIDDEN if cell.hidden else cell.text for cell in shown[:width]]
    return [str(row.number), *cells, queries.said(reasons), queries.remedies(reasons)], {cell.heading for cell in shown if cell.wrong}


def rejected_csv(delivery: Delivery, *, opened: bool = False) -> Iterator[bytes]:
    """Rejected rows as CSV with a byte order mark, so that a spreadsheet reads Chinese; written as they are read."""
    writer = csv.writer(_Echo())
    yield b"\xef\xbb\xbf"
    for turn, (head, rows) in enumerate(rejected_tables(delivery, opened=opened)):
        if not turn:
            yield writer.writerow([harmless(cell) for cell in head]).encode()
        for row, _ in rows:
            yield writer.writerow([harmless(cell) for cell in row]).encode()


def rejected_xlsx(delivery: Delivery, *, opened: bool = False) -> bytes:
    """Rejected rows as a workbook: the cells that are wrong stand out, reason and remedy stand beside them. Tables with
    other headings stand below one another, as they are read again."""
    out, at, widest = io.BytesIO(), 0, 1
    with xlsxwriter.Workbook(out, SAFE) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        mark, plain = book.add_format({"bg_color": "#FDE2DF"}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("退回行")
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 8)
        for head, rows in rejected_tables(delivery, opened=opened):
            if at > SHEET_ROWS - 2:
                break
            sheet.write_row(at, 0, head, bold)
            widest = max(widest, len(head))
            for at, (cells, fields) in enumerate(islice(rows, SHEET_ROWS - at - 1), start=at + 1):  # noqa: B020
                sheet.write_number(at, 0, int(cells[0]))
                for place, cell in enumerate(cells[1:], start=1):
                    sheet.write_string(at, place, cell[:CELL], mark if head[place] in fields else plain)
            at += 2
        sheet.set_column(1, max(widest - 3, 1), 20, plain)
        sheet.set_column(widest - 2, widest - 1, 48)
    return out.getvalue()


def template_xlsx(kind: str) -> bytes:
    """An empty file of a kind with its headings, and a second sheet that says what each column may hold."""
    law = policy.current()
    record = law.record(kind)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        must = book.add_format({"bold": True, "bottom": 1, "bg_color": "#FFF2CC"})
        text = book.add_format({"num_format": "@"})
        sheet, notes = book.add_worksheet("报送"), book.add_worksheet("填写说明")
        sheet.freeze_panes(1, 0)
        notes.write_row(0, 0, ["列名", "必填", "类型", "也认这些列名", "代码表"], bold)
        for place, (name, described) in enumerate(record.fields.items()):
            heading = heading_of(record, name)
            sheet.write_string(0, place, heading, must if described.required else bold)
            sheet.set_column(place, place, max(14, 2 * len(described.title) + 4), text)
            notes.write_row(place + 1, 0, [heading, "是" if described.required else "", TYPES.get(described.type, described.type),
                                           "、".join(described.headings), _codes(law, described.catalogue)])
        notes.set_column(0, 2, 16)
        notes.set_column(3, 4, 60)
    return out.getvalue()


TYPES = {
    "uscc": "统一社会信用代码（18位）", "date": "日期（如 2026-03-02）", "money": "金额（元）", "bool": "是／否",
    "int": "整数", "code": "代码或名称", "text": "文字",
}  # fmt: skip


def _codes(law: Any, catalogue: str | None) -> str:
    if not catalogue:
        return ""
    items = law.catalogue(catalogue).items
    shown = "；".join(f"{code} {item.title}" for code, item in list(items.items())[:60])
    return shown + (f"……共{len(items)}项" if len(items) > 60 else "")
