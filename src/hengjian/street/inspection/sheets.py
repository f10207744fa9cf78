"""The list of visits as an Excel file. Every export leaves a line in the audit."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 20_000  # rows of one export


def sheet(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[bytes, int]:
    """The file and its number of rows. Text never becomes a formula or a link."""
    out, count = io.BytesIO(), 0
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        page.freeze_panes(1, 0)
        page.write_row(0, 0, heads, book.add_format({"bold": True, "bottom": 1}))
        for count, row in enumerate(rows, start=1):
            page.write_row(count, 0, [str(value) for value in row])
        page.autofit()
    return out.getvalue(), count
