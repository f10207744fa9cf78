"""Desk: send a file, look at what was recognised, confirm, watch it being judged, take rejected rows back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.personal import numbers_in
from hengjian.ground.kit.refusals import Invalid, NotAllowed, Refusal
from hengjian.ground.people.access import may, requires
from hengjian.ground.ui.reasons import WhyShown

from . import correcting, forms, learning, masking, previewing, queries, returning, services
from .models import Delivery, Row

DRY_RUN = 20_000  # rows judged before confirmation; a longer file shows its beginning
STEP = 1.0  # seconds of work while a page waits for its next picture
SHOWN = 20
TONES = {"held": "yellow", "stored": "blue", "working": "blue", "done": "green", "refused": "red"}
ENCODINGS = {"utf-8-sig": "CSV UTF-8", "gb18030": "CSV GB18030", "utf-16": "CSV UTF-16", "xlsx": "Excel .xlsx"}
OUTCOMES = {"accepted": ("green", "circle-check"), "duplicate": ("blue", "copy"), "quarantined": ("red", "circle-x")}


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def _look(delivery: Delivery, titles: dict[str, str]) -> dict[str, Any]:
    state = forms.STATES[delivery.state]
    return {"delivery": delivery, "kind": titles.get(delivery.kind, delivery.kind), "state": state, "tone": TONES[delivery.state]}


@requires("intake.view")
def delivery_list(request: HttpRequest) -> HttpResponse:
    """Deliveries in the officer's scope, newest first."""
    form, titles = forms.FilterForm(request.GET or None), dict(forms.kinds())
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = Paginator(queries.listed(_officer(request), **asked), SHOWN).get_page(request.GET.get("page"))
    context = {
        "form": form, "page": page, "rows": [_look(delivery, titles) for delivery in page],
        "asked": any(asked.values()), "may_deliver": may(request, "intake.deliver"),
    }  # fmt: skip
    return render(request, "intake/delivery_list.html", context)


@requires("intake.deliver")
def deliver(request: HttpRequest) -> HttpResponse:
    """Choose a kind and a file. The agency is the officer's own."""
    officer, status = _officer(request), 200
    initial = {name: request.GET.get(name) for name in ("kind", "corrects")}
    form = forms.DeliverForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST":
        if form.is_valid():
            return redirect("intake:delivery", pk=_receive(request, form.cleaned_data).pk)
        status = form.status
    context = {"form": form, "kinds": forms.kinds(), "agency": officer.agency, "limit": services.upload_limit()}
    return render(request, "intake/deliver.html", context, status=status)


def _receive(request: HttpRequest, sent: dict[str, Any]) -> Delivery:
    officer, file = _officer(request), sent["file"]
    corrects = queries.delivery_of(officer, sent["corrects"]) if sent["corrects"] else None
    delivery, new = services.receive(
        by=officer, agency=officer.agency, kind=sent["kind"], filename=file.name, chunks=file.chunks(), at=clock.now(),
        held=True, corrects=corrects,
    )  # fmt: skip
    if not new and delivery.state != "held":
        _say(request, _("这份文件以前报送过，没有重复接收；以下是当时的结果。"))
    return delivery


def _say(request: HttpRequest, words: str) -> None:
    messages.info(request, words)


@requires("intake.view")
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: to be confirmed, being judged, judged, or refused as a whole."""
    found = queries.delivery_of(_officer(request), pk)
    context = _look(found, dict(forms.kinds())) | {"may_deliver": _may_deliver(request, found), "steps": _steps(found)}
    if found.state == "held":
        return render(request, "intake/held.html", context | _examined(found))
    if found.state in ("stored", "working"):
        return render(request, "intake/working.html", context)
    page = Paginator(queries.rejected(found).select_related("delivery"), SHOWN).get_page(request.GET.get("page"))
    rows = [(row, *masking.row(row)) for row in page]
    context |= {
        "causes": masking.causes(found), "page": page, "why": WhyShown(), "rows": rows, "one_table": queries.is_one_table(found),
        "waits": queries.open_rows(found.pk).count(),
        "corrections": queries.corrections(found),
    }  # fmt: skip
    return render(request, "intake/delivery.html", context)


def _may_deliver(request: HttpRequest, found: Delivery) -> bool:
    return may(request, "intake.deliver") and found.agency_id == _officer(request).agency_id


def _steps(found: Delivery) -> list[dict[str, object]]:
    at = {"held": 1, "stored": 2, "working": 2, "done": 4, "refused": 4}[found.state]
    titles = [_("上传文件"), _("核对表头"), _("逐行判定"), _("查看结果")]
    return [{"title": title, "note": "", "state": "done" if i < at else "now" if i == at else ""} for i, title in enumerate(titles)]


def _examined(found: Delivery) -> dict[str, Any]:
    try:
        learnt = learning.learnt_for(found)
        seen = previewing.preview(found.kind, services.path_of(found), clock.today(), most=DRY_RUN, learnt=learnt)
    except Refusal as refusal:
        record = policy.current().record(found.kind)
        known = refusal.facts.get("known", ())
        absent = [(name, field.title) for name, field in record.fields.items() if name not in known]
        return {"trouble": refusal.told(_), "unknown": _unknown(refusal.facts.get("unknown", ())), "absent": absent}
    encoding = ENCODINGS.get(seen.layout["encoding"], seen.layout["encoding"])
    return {
        "seen": seen, "unknown": _unknown(seen.layout["ignored"]), "absent": seen.absent, "learnt": queries.mapped_in(found), "encoding": encoding,
        "first": [(number, cells, *OUTCOMES[outcome], says) for number, cells, outcome, says in seen.first],
    }  # fmt: skip


def _unknown(headings: Any) -> list[str]:
    """Headings somebody could say the meaning of: not blank, not those of our own lists."""
    found = list(dict.fromkeys(heading for heading in headings if heading and heading not in queries.OURS))
    return [] if any(numbers_in(heading) for heading in found) else found  # a row of data in the place of headings


def _own(request: HttpRequest, pk: int) -> Delivery:
    found = queries.delivery_of(_officer(request), pk)
    if not _may_deliver(request, found):
        raise NotAllowed(_("只能办理本机关报送的文件"))
    return found


@require_POST
@requires("intake.deliver")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    services.confirm(by=_officer(request), delivery=_own(request, pk), at=clock.now())
    return redirect("intake:delivery", pk=pk)


@require_POST
@requires("intake.deliver")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    services.discard(by=_officer(request), delivery=_own(request, pk))
    _say(request, _("文件没有报送，已经取消。"))
    return redirect("intake:deliver")


@require_POST
@requires("intake.view")
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge for about a second and show how far it is. The timetable goes on where nobody watches."""
    found = services.process(queries.delivery_of(_officer(request), pk), at=clock.now(), seconds=STEP)
    if "HX-Request" not in request.headers:
        return redirect("intake:delivery", pk=pk)
    answer = render(request, "intake/_progress.html", {"delivery": found})
    if found.state in ("done", "refused"):
        answer["HX-Refresh"] = "true"
    return answer


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}


def taken_out(request: HttpRequest, found: Delivery, form: str) -> bool:
    """Keep who takes rows out. Whole, with persons, they go on a deliberate act with a reason to the agency that sent them."""
    whole = request.method == "POST"
    because = {"reason": reason_of(request)} if whole else {}
    if whole and not _may_deliver(request, found):
        raise NotAllowed(_("含自然人信息的原始行只交还报送机关"), power="intake.deliver")
    audit.record("export.rejected", f"delivery:{found.pk}", by=_officer(request), rows=found.quarantined, form=form, whole=whole, **because)
    return whole


def reason_of(request: HttpRequest) -> str:
    """Why somebody looks at what is protected. Raises Invalid where nothing is said."""
    form = WhyShown(request.POST)
    if not form.is_valid():
        raise Invalid(_("请先写明查看事由（至少四个字）；查看人、时间和事由记入审计"))
    return str(form.cleaned_data["reason"])


@requires("intake.view")
def rejected_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Rejected rows as CSV; those of tables with different headings make no one list."""
    found = queries.delivery_of(_officer(request), pk)
    if not queries.is_one_table(found):
        raise Invalid(_("这份工作簿里有几张列名不同的表，不能列成一张 CSV；请下载 Excel"))
    lines = returning.rejected_csv(found, opened=taken_out(request, found, "csv"))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=_attachment(f"rejected-{pk}.csv"))


@requires("intake.view")
def rejected_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """Rejected rows as a workbook, wrong cells marked."""
    found = queries.delivery_of(_officer(request), pk)
    book = returning.rejected_xlsx(found, opened=taken_out(request, found, "xlsx"))
    return HttpResponse(book, content_type=returning.XLSX, headers=_attachment(f"rejected-{pk}.xlsx"))


@requires("intake.view")
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook of a kind, with what each column may hold."""
    services.known_kind(policy.current(), kind)
    return HttpResponse(returning.template_xlsx(kind), content_type=returning.XLSX, headers=_attachment(f"{kind}.xlsx"))


@requires("intake.view")
def row(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One rejected row with its reasons; corrected here, it is sent again as a delivery of its own."""
    found = queries.delivery_of(_officer(request), pk)
    if request.method == "POST":
        if not may(request, "intake.deliver"):
            raise NotAllowed(_("您的岗位没有这项权限"), power="intake.deliver")
        own = _own(request, pk)
        cells = _typed(request, own, number)
        why = request.POST.get("why", "")
        again = correcting.send_again(by=_officer(request), delivery=own, number=number, cells=cells, why=why, at=clock.now())
        return redirect("intake:delivery", pk=again.pk)
    return _row_page(request, found, queries.rejected_row(found, number))


@never_cache
@require_POST
@requires("intake.view")
def row_shown(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The same row with what is protected, for a reason that is kept first: for its agency, and for whoever may look behind records."""
    found = queries.delivery_of(_officer(request), pk)
    if not _may_open(request, found):
        raise NotAllowed(_("您的岗位没有这项权限"), power="desk.personal")
    wrong = queries.rejected_row(found, number)
    audit.record("personal.row", f"delivery:{pk}", by=_officer(request), row=number, reason=reason_of(request))
    return _row_page(request, found, wrong, opened=True)


def _row_page(request: HttpRequest, found: Delivery, wrong: Row, *, opened: bool = False) -> HttpResponse:
    cells, reasons = masking.row(wrong, opened=opened)
    context = _look(found, dict(forms.kinds())) | {
        "row": wrong, "cells": cells, "reasons": reasons, "opened": opened, "why": WhyShown(),
        "may_open": not opened and any(cell.hidden for cell in cells) and _may_open(request, found),
        "may_deliver": _may_deliver(request, found) and wrong.again_id is None and wrong.dropped_at is None, "trace": queries.corrections_of(found, wrong.number),
    }  # fmt: skip
    return render(request, "intake/row.html", context)


def _may_open(request: HttpRequest, found: Delivery) -> bool:
    return _may_deliver(request, found) or may(request, "desk.personal")


def _typed(request: HttpRequest, found: Delivery, number: int) -> list[str]:
    """The cells of a corrected row; one that was hidden and left blank stays what it was."""
    row, width = queries.rejected_row(found, number), len(queries.layout_at(found, number).get("headings", ()))
    raw = row.raw or []
    kept = {int(place) for place in request.POST.getlist("kept") if place.isdecimal()}
    cells = [request.POST.get(f"c{place}", "")[:20_000] for place in range(width)]
    blank = [place for place, cell in enumerate(cells) if not cell and place in kept and place < len(raw)]
    if blank and masking.is_displaced(raw, width, row.reasons or ()):
        raise Invalid(_("这一行各列错了位，留空的格子不能照原样带回：请先写明事由查看原行，再逐格填写"))
    return [raw[place] if place in blank else cell for place, cell in enumerate(cells)]
