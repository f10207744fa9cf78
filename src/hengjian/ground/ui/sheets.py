"""Tables as Excel files: text stays text, nothing is cut without saying so, and every export leaves a line in the audit."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from hengjian.ground import audit
from hengjian.ground.people.models import Officer

MOST = 100_000  # rows of one export: a worker is busy for some ten seconds
LAST_ROW = 1_048_575  # of a sheet; the next row begins another one
MEASURED = 100  # rows the widths of columns are taken from
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A name that begins with "=" stays a name.
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def workbook(out: io.BytesIO | Path) -> Any:
    return xlsxwriter.Workbook(out, OPTIONS)


def fill(book: Any, name: str, heads: Sequence[object], rows: Iterable[Sequence[object]]) -> int:
    """Rows under their headings, on as many sheets as they need; returns how many there were."""
    name = "".join(c for c in name if c not in "[]:*?/\\（）")[:28]
    lines, count, part = iter(rows), 0, 1
    while True:
        written = _sheet(book, name if part == 1 else f"{name} {part}", heads, islice(lines, LAST_ROW))
        count, part = count + written, part + 1
        if written < LAST_ROW:
            return count


def _sheet(book: Any, name: str, heads: Sequence[object], rows: Iterable[Sequence[object]]) -> int:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    widths, count = [_width(head) for head in heads], 0
    sheet.write_row(0, 0, [str(head) for head in heads], book.add_format({"bold": True, "bottom": 1}))
    for count, row in enumerate(rows, start=1):
        cells = [_cell(value) for value in row]
        sheet.write_row(count, 0, cells)
        if count <= MEASURED:
            widths = [max(pair) for pair in zip(widths, map(_width, cells), strict=False)]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(max(width, 8), 60))
    return count


def _width(value: object) -> int:
    """A Chinese character takes two places."""
    return 2 + sum(1 if character.isascii() else 2 for character in str(value))


def _cell(value: object) -> object:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, int | float) else str(value)


def export(
    name: str, heads: Sequence[object], rows: Iterable[Sequence[object]], *, of: int, by: Officer, subject: str,
    filters: Mapping[str, object], also: Iterable[tuple[str, Sequence[object], Iterable[Sequence[object]]]] = (),
) -> HttpResponse:  # fmt: skip
    """The first MOST of the `of` rows as a file; where that is not all, its first sheet says so.

    `name` is the action in the audit and the name of the file. `also`: further, short sheets: name, headings, rows.
    """
    out = io.BytesIO()
    with workbook(out) as book:
        count = fill(book, _("明细"), heads, islice(rows, MOST))
        for title, columns, lines in also:
            fill(book, title, columns, lines)
        if count < of:
            _say_cut(book, count, of)
    told: dict[str, Any] = {"rows": count, "filters": {key: value for key, value in filters.items() if value}}
    if count < of:
        told["of"] = of
    audit.record(f"export.{name}", subject, by=by, **told)
    return HttpResponse(out.getvalue(), content_type=MEDIA, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


def _say_cut(book: Any, count: int, of: int) -> None:
    notice = book.add_worksheet(_("未完"))
    notice.set_column(0, 0, 80)
    told = _("符合条件的共 %(of)s 行，本文件只有前 %(count)s 行；请用筛选分几次导出。") % {"of": f"{of:,}", "count": f"{count:,}"}
    notice.write_string(0, 0, told, book.add_format({"bold": True, "font_color": "#B42318", "text_wrap": True}))
    notice.activate()
