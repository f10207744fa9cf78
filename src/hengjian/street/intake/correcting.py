"""Rows that were sent back come in again: corrected on the page, in a file, or as they were under rules that have changed.

The old row stays with its reasons; what was changed, by whom and why is kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.personal import mask_numbers, numbers_in
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Officer

from . import masking, queries, uploads
from .models import Correction, Delivery, Row
from .rules import HIDDEN

if TYPE_CHECKING:
    from .tables import Table

MOST = 10_000  # rows sent again at once


class NothingOpen(Refusal):
    """No rejected row of this delivery still waits."""

    code = "nothing_open"


def changes_of(row: Row, after: Mapping[str, str]) -> list[dict[str, str]]:
    """Cells that became others, heading by heading; protected ones say only that they changed."""
    layout, record = queries.layout_at(row.delivery, row.number), policy.current().record(row.delivery.kind)
    found = []
    for cell, old in zip(masking.row(row)[0], [*(row.raw or ()), *[""] * len(layout.get("headings", ()))], strict=False):
        new = after.get(cell.heading, old)
        if new.strip() == old.strip():
            continue
        described = record.fields.get(layout.get("fields", {}).get(cell.heading, ""))
        secret = described is None or described.privacy == "protected"
        found.append({"heading": cell.heading, "old": cell.text[:400], "new": HIDDEN if secret and new else mask_numbers(new[:400])})
    return found


def answered(delivery: Delivery, table: Table) -> int:
    """A file that corrects another names the rows it brings again by their numbers: those wait no longer."""
    headings = table.contract.headings()
    if delivery.corrects_id is None or queries.ROW not in headings or not table.cells.height:
        return 0
    places = {heading: place for place, heading in enumerate(headings)}
    told = {int(cells[places[queries.ROW]]): cells for cells in table.cells.iter_rows() if cells[places[queries.ROW]].strip().isdecimal()}
    waiting = queries.open_rows(delivery.corrects_id).filter(number__in=list(told))
    made = []
    for row in waiting.order_by("number"):
        layout = queries.layout_at(row.delivery, row.number)
        after = {heading: cell for heading, cell in zip(headings, told[row.number], strict=False) if heading in layout.get("headings", ())}
        changes = changes_of(row, after)
        made.append(Correction(delivery_id=row.delivery_id, row=row.number, by=delivery.sent_by, at=delivery.received_at, changes=changes, again=delivery))
    Correction.objects.bulk_create(made, ignore_conflicts=True)
    return _brought(list(waiting), delivery)


def restored(delivery: Delivery, table: Table) -> Table:
    """Cells a downloaded list hides are those of the row it brings again; persons pass through a correction unread."""
    headings = table.contract.headings()
    if delivery.corrects_id is None or queries.ROW not in headings or not table.cells.height:
        return table
    places = {heading: place for place, heading in enumerate(headings)}
    lines = [list(cells) for cells in table.cells.iter_rows()]
    told = {int(cells[places[queries.ROW]]): cells for cells in lines if HIDDEN in cells and cells[places[queries.ROW]].strip().isdecimal()}
    for row in queries.open_rows(delivery.corrects_id).filter(number__in=list(told)).order_by("number"):
        layout, raw = queries.layout_at(row.delivery, row.number), row.raw or []
        if masking.is_displaced(raw, len(layout.get("headings", ())), row.reasons or ()):
            continue  # nobody knows what stood below which heading
        for heading, cell in zip(layout["headings"], raw, strict=True):
            if heading in places and told[row.number][places[heading]] == HIDDEN:
                told[row.number][places[heading]] = cell
    if not told:
        return table
    import polars as pl

    cells = pl.DataFrame(lines, schema=table.cells.schema, orient="row")
    return replace(table, cells=cells)


def _brought(rows: Sequence[Row], again: Delivery) -> int:
    """These rows wait no longer; persons' data go with the new ones."""
    for row in rows:
        _without_persons(row)
        row.again = again
    Row.objects.bulk_update(rows, ["raw", "reasons", "personal", "again"], batch_size=500)
    return len(rows)


def _without_persons(row: Row) -> None:
    shown, row.reasons = masking.row(row)
    row.raw = ["" if cell.text == HIDDEN else cell.text for cell in shown]
    row.personal = None


def _plain(why: str) -> str:
    """A reason that is kept for ever names no number of a person."""
    if numbers_in(why):
        raise Invalid(_("更正的理由会留痕，不要写证件号码、电话号码或账号"))
    return why.strip()[:400]


def let_go(*, by: Officer, delivery: Delivery, numbers: Sequence[int], why: str, at: datetime) -> int:
    """Rejected rows that are no records to send wait no longer (不再报送): totals, decisions not to punish, rows sent by mistake.

    They stay with their reasons, without persons; nothing takes them up again.
    """
    if not why.strip():
        raise Invalid(_("请写明不再报送的理由"))
    why = _plain(why)
    with transaction.atomic():
        rows = list(queries.open_rows(delivery.pk).filter(number__in=list(numbers)[:MOST]).select_for_update(of=("self",)).order_by("number"))
        if not rows:
            raise NothingOpen(_("这些行已经重报或者不再报送"), delivery=delivery.pk)
        for row in rows:
            _without_persons(row)
            row.dropped_at, row.data = at, None
        Row.objects.bulk_update(rows, ["raw", "reasons", "personal", "data", "dropped_at"], batch_size=500)
        Correction.objects.bulk_create([Correction(delivery=delivery, row=row.number, by=by, at=at, why=why) for row in rows])
        audit.record("intake.let_go", f"delivery:{delivery.pk}", by=by, rows=len(rows), because=why[:120])
    return len(rows)


def send_again(*, by: Officer, delivery: Delivery, number: int, cells: Sequence[str], why: str, at: datetime) -> Delivery:
    """A rejected row, corrected by the agency that sent it, comes in as a delivery of its own (更正重报)."""
    row = queries.rejected_row(delivery, number)
    layout = queries.layout_at(delivery, number)
    headings = layout.get("headings", [])
    if not why.strip():
        raise Invalid(_("请写明更正的理由"))
    why = _plain(why)
    changes = changes_of(row, dict(zip(headings, cells, strict=False)))
    data = uploads.lines_as_file(headings, [cells])
    return _receive(by, delivery, f"更正-批次{delivery.pk}-第{number}行.csv", data, {number: changes}, why, at)


def resubmit(*, by: Officer, delivery: Delivery, at: datetime) -> Delivery:
    """Every row that still waits is judged once more as it was sent: headings were learnt, a code list grew (按现行规则重报)."""
    rows = list(queries.open_rows(delivery.pk).order_by("number")[:MOST])
    by_heads: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        by_heads.setdefault(tuple(queries.layout_at(delivery, row.number).get("headings", ())), []).append(row)
    if not by_heads:
        raise NothingOpen(_("这个批次没有待处理的退回行"), delivery=delivery.pk)
    heads, held = next(iter(by_heads.items()))  # tables with other headings follow when it is asked again
    day = at.date().isoformat()
    width = len(heads)
    lines = [[str(row.number), *[*(row.raw or ()), *[""] * width][:width], day] for row in held]
    data = uploads.lines_as_file([queries.ROW, *heads, queries.AGAIN], lines)
    return _receive(by, delivery, f"重报-批次{delivery.pk}.csv", data, {row.number: [] for row in held}, _("按现行规则重新判定"), at)


def _receive(by: Officer, delivery: Delivery, filename: str, data: bytes, changed: Mapping[int, list[Any]], why: str, at: datetime) -> Delivery:
    from . import services

    with transaction.atomic():
        again, _new = services.receive(by=by, agency=by.agency, kind=delivery.kind, filename=filename, chunks=[data], at=at, corrects=delivery)
        made = [Correction(delivery=delivery, row=number, by=by, at=at, why=why[:400], changes=changes, again=again) for number, changes in changed.items()]
        Correction.objects.bulk_create(made, ignore_conflicts=True)
        _brought(list(queries.open_rows(delivery.pk).filter(number__in=list(changed))), again)
        audit.record("intake.correct", f"delivery:{delivery.pk}", by=by, rows=len(changed), again=again.pk, because=why[:120])
    return services.process(again, at=at)
