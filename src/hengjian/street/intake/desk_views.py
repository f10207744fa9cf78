"""Desk: rejected rows of all deliveries by cause, the agency's own file back with marks, headings learnt and forgotten."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import named

from . import annotating, correcting, forms, learning, masking, queries, returning, services
from .views import SHOWN, _officer, _own, taken_out


def _titled(kind: str) -> str:
    records = policy.current().records
    return named(records[kind]) if kind in records else kind


@requires("intake.view")
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits to be corrected, by kind, column and cause, over all deliveries."""
    causes = queries.waiting_causes(_officer(request))
    kind = request.GET.get("kind", "")
    kinds = sorted({cause["kind"] for cause in causes})
    shown = [{**cause, "title": _titled(cause["kind"])} for cause in causes if kind in ("", cause["kind"])]
    form = forms.KindForm({"kind": kind}, kinds=[(one, _titled(one)) for one in kinds])
    return render(request, "intake/waiting.html", {"causes": shown, "form": form, "rows": sum(cause["rows"] for cause in shown)})


@requires("intake.view")
def waiting_cause(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Rows that wait for one cause, whatever file they came in."""
    field = request.GET.get("field", "")
    page = Paginator(queries.waiting_rows(_officer(request), kind, field, code), SHOWN).get_page(request.GET.get("page"))
    rows = [_row(request, row, field, code) for row in page]
    context = {"page": page, "rows": rows, "title": _titled(kind), "kind": kind, "code": code, "field": field}
    return render(request, "intake/waiting_cause.html", context | {"own": any(row["own"] for row in rows)})


def _row(request: HttpRequest, row: Any, field: str, code: str) -> dict[str, Any]:
    cells, reasons = masking.row(row)
    sheet, line, _left = queries.place_of(row.delivery, row.number)
    reason = next((one for one in reasons if (one["field"], one["code"]) == (field, code)), (reasons or [{}])[0])
    own = may(request, "intake.deliver") and row.delivery.agency_id == _officer(request).agency_id
    return {"row": row, "cells": cells, "reason": reason, "sheet": sheet, "line": line, "own": own}


@require_POST
@requires("intake.deliver")
def let_go(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The rows of one's own agency that wait for one cause are no records to send."""
    officer, field = _officer(request), request.POST.get("field", "")
    waits = queries.waiting_rows(officer, kind, field, code).filter(delivery__agency=officer.agency_id)
    held: dict[int, list[int]] = defaultdict(list)
    for delivery, number in waits.values_list("delivery_id", "number")[: correcting.MOST]:
        held[delivery].append(number)
    gone = sum(correcting.let_go(by=officer, delivery=_own(request, pk), numbers=numbers, why=request.POST.get("why", ""), at=clock.now()) for pk, numbers in held.items())
    messages.info(request, ngettext("%(n)s 行不再报送，理由已经留痕。", "%(n)s 行不再报送，理由已经留痕。", gone) % {"n": gone})
    return redirect("intake:waiting")


@require_POST
@requires("intake.deliver")
def let_one_go(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One rejected row is no record to send."""
    correcting.let_go(by=_officer(request), delivery=_own(request, pk), numbers=[number], why=request.POST.get("why", ""), at=clock.now())
    return redirect("intake:row", pk=pk, number=number)


@require_POST
@requires("intake.deliver")
def returned(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The file as it was sent, wrong cells coloured, the reason beside each row (原表批注退回). It holds persons: only the agency
    that sent it takes it back, for a reason that is kept, and no link opens it."""
    found = _own(request, pk)
    taken_out(request, found, "annotated")
    name = PurePath(found.filename).stem + ("-退回.xlsx" if found.layout.get("encoding") == "xlsx" else "-退回.csv")
    kind = returning.XLSX if name.endswith(".xlsx") else "text/csv"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(annotating.annotated(found, services.path_of(found)), content_type=kind, headers=headers)


@require_POST
@requires("intake.deliver")
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge the rows that wait once more, as they were sent."""
    again = correcting.resubmit(by=_officer(request), delivery=_own(request, pk), at=clock.now())
    return redirect("intake:delivery", pk=again.pk)


@require_POST
@requires("intake.deliver")
def map_headings(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the unknown headings of a held file mean."""
    written, chosen = request.POST.getlist("heading"), request.POST.getlist("field")
    learning.map_headings(by=_officer(request), delivery=_own(request, pk), fields=dict(zip(written, chosen, strict=False)), at=clock.now())
    return redirect("intake:delivery", pk=pk)


@requires("intake.view")
def headings(request: HttpRequest) -> HttpResponse:
    """Headings learnt, with who confirmed them, and those revoked."""
    page = Paginator(queries.headings_of(_officer(request)), SHOWN).get_page(request.GET.get("page"))
    records = policy.current().records
    rows = [
        {"heading": one, "kind": _titled(one.kind), "may_forget": one.revoked_at is None and may(request, "intake.deliver") and one.agency_id == _officer(request).agency_id,
         "field": named(records[one.kind].fields[one.field]) if one.kind in records and one.field in records[one.kind].fields else one.field}
        for one in page
    ]  # fmt: skip
    return render(request, "intake/headings.html", {"page": page, "rows": rows})


@require_POST
@requires("intake.deliver")
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo what was learnt."""
    heading = queries.heading_for(_officer(request), pk)
    if heading.agency_id != _officer(request).agency_id:
        raise NotAllowed(_("只能办理本机关报送的文件"))
    learning.forget(by=_officer(request), heading=heading, because=request.POST.get("because", ""), at=clock.now())
    messages.info(request, _("列名认定已经撤销；以后的文件不再这样认。"))
    return redirect("intake:headings")


