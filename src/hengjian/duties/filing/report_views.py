"""The monthly report: frozen figures as a page, a workbook and a PDF with a code by which it can be checked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hengjian.ground import audit
from hengjian.ground.documents import services as documents
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotAllowed, NotFound
from hengjian.ground.people.access import may, requires
from hengjian.ground.ui import sheets

from . import figures, forms, queries, rules, services, showing
from .models import Report
from .views import board, expected_shown


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def _report(month: str) -> Report:
    found = queries.frozen(forms.month_of(month, clock.today()))
    if found is None or f"{found}" != month:
        raise NotFound(_("这个月的月报还没有冻结"), month=month)
    return found


def _lines(request: HttpRequest, report: Report) -> list[dict[str, Any]]:
    own = queries.agencies_of(_officer(request))
    return [line for line in report.figures["sources"] if line["agency"] in own]


@requires("filing.view")
def report_list(request: HttpRequest) -> HttpResponse:
    """Frozen months; a month that is over may be frozen by hand."""
    today = clock.today()
    if request.method == "POST":
        if not may(request, "filing.report"):
            raise NotAllowed(_("您的岗位没有这项权限"), power="filing.report")
        made = services.freeze(month=forms.month_of(request.POST.get("month", ""), today), at=clock.now(), by=_officer(request))
        return redirect("filing:report", month=str(made))
    frozen = list(queries.reports())
    known = {one.month for one in frozen}
    open_ = [month for month in queries.months(today) if rules.after(month) <= today and month not in known]
    return render(request, "filing/report_list.html", {"reports": frozen, "open": open_, "may_freeze": may(request, "filing.report")})


@requires("filing.view")
def report(request: HttpRequest, month: str) -> HttpResponse:
    """The month as it was known when it was frozen; `again` counts it once more from the facts of that time."""
    found = _report(month)
    again = services.counted_again(found) if "again" in request.GET else None
    units = [showing.unit(one) for one in figures.units(_lines(request, found))]
    context = {"report": found, "again": again, "expected": expected_shown(_expected(request, found))} | board(units)
    return render(request, "filing/report.html", context)


def _expected(request: HttpRequest, report: Report) -> list[dict[str, Any]]:
    own = queries.districts_of(_officer(request))
    return [row for row in report.figures["expected"] if row["district"] in own]


@requires("filing.view")
def report_xlsx(request: HttpRequest, month: str) -> HttpResponse:
    """The frozen lines as a sheet."""
    found = _report(month)
    lines = _lines(request, found)
    return sheets.export(
        "filing", showing.HEADS, (showing.row(line) for line in lines), of=len(lines), by=_officer(request),
        subject=f"report:{found}", filters={"month": str(found), "digest": found.digest},
        also=showing.further(figures.units(lines), expected_shown(_expected(request, found))),
    )  # fmt: skip


@requires("filing.view")
def report_pdf(request: HttpRequest, month: str) -> HttpResponse:
    """The frozen month on paper."""
    found = _report(month)
    verify_at = request.build_absolute_uri(reverse("publication_public:verify"))
    with translation.override("zh-hans"):  # an issued paper has one wording
        data = _paper(request, found)
    on: date = timezone.localtime(found.frozen_at).date()
    paper = documents.issue("filing-report", data, subject=f"filing:{found}", verify_at=verify_at, on=on)
    audit.record("export.filing-report", f"report:{found}", by=_officer(request), code=paper.code)
    headers = {"Content-Disposition": f'inline; filename="filing-{found}.pdf"'}
    return HttpResponse(paper.pdf, content_type="application/pdf", headers=headers)


def _paper(request: HttpRequest, found: Report) -> dict[str, Any]:
    lines = _lines(request, found)
    units = [showing.unit(one) for one in figures.units(lines)]
    counted = showing.counted(units)
    percent = "{:.1%}".format
    return {
        "month": f"{found.month:%Y年%m月}", "frozen": f"{timezone.localtime(found.frozen_at):%Y-%m-%d %H:%M}", "digest": found.digest,
        "scope": "、".join(sorted({one["name"] for one in units})) if len(units) < 4 else f"{len(units)} 个机关",
        "whole": board(units)["whole"][2], "counted": [[str(word), str(counted[tone])] for tone, (_c, _i, word) in showing.TONES.items()],
        "sums": [["收到", f"{sum(one['received'] for one in units):,}"], ["接收", f"{sum(one['accepted'] for one in units):,}"],
                 ["退回", f"{sum(one['rejected'] for one in units):,}"], ["逾期", f"{sum(one['late'] for one in units):,}"]],
        "rows": [
            [line["name"], line["kind_title"], str(line["received"]), str(line["rejected"]), line["limit_words"] or "—",
             percent(line["late_share"]) if line["late_share"] is not None else "—", str(line["median"] if line["median"] is not None else "—"),
             str(line["p90"] if line["p90"] is not None else "—"), str(line["worst"] if line["worst"] is not None else "—"),
             f"{line['sample']['wrong']}/{line['sample']['seen']}" if line["checked"] else "—", line["silent"]["last"] if line["silent"] else "—", line["look"][2]]
            for one in units for line in one["sources"]
        ],
        "expected": [
            {"head": f"{table['title']}（{table['year']}）：{table['what']}",
             "rows": [[row["title"], str(row["expected"]), str(row["received"]), percent(row["share"]) if row["share"] is not None else "—"] for row in table["rows"]]}
            for table in expected_shown(_expected(request, found))
        ],
    }  # fmt: skip
