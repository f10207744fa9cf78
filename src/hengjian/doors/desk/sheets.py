"""Tables as Excel files. Every export leaves a line in the audit: who took out what, and how many rows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import xlsxwriter
from django.http import HttpResponse

from hengjian.ground import audit
from hengjian.ground.people.models import Officer

MOST = 20_000  # rows of one export
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(
    name: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    by: Officer,
    subject: str,
    filters: Mapping[str, str],
) -> HttpResponse:
    """The rows as a sheet; `name` is the action in the audit and the name of the file."""
    out = io.BytesIO()
    # Text never becomes a formula or a link: a name that begins with "=" stays a name.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, heads, book.add_format({"bold": True, "bottom": 1}))
        for count, row in enumerate(rows, start=1):
            sheet.write_row(count, 0, [_cell(value) for value in row])
        sheet.autofit()
    audit.record(f"export.{name}", subject, by=by, rows=count, filters={k: v for k, v in filters.items() if v})
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(out.getvalue(), content_type=MEDIA, headers=headers)


def _cell(value: object) -> object:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, int | float) else str(value)
