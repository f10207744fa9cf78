"""Pages on how well units work: the rates of a period, the matters behind each number, what is due today, the loop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.money import yuan
from hengjian.ground.people import scopes
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named, office
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.ui import charts, sheets

from . import loop, measuring, rates, reminding, reporting, watch_forms
from .models import Track

ROWS = 50
WORST = 30  # units of the chart


def _units(officer: Officer, period: rates.Period) -> list[rates.Unit]:
    """Units in scope that have anything to do with complaints: a matter lies, or lay, with them."""
    measuring.refresh()
    busy = Track.objects.order_by().values("agency")
    return rates.units(period, list(Agency.objects.filter(pk__in=scopes.agencies_of(officer).values("pk")).filter(pk__in=busy)))


@requires("complaints.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Every rate of every unit; the worst stands first, and the whole is never green while one unit is late."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    form, period = watch_forms.period_form(request.GET.dict(), on)
    found = _units(officer, period)
    whole, law = rates.whole(found), policy.current()
    heads = [(name, law.indicator(name)) for name in rates.names()]
    late = [unit for unit in found if unit.late]
    context = {
        "form": form, "period": period, "units": found, "whole": whole, "heads": heads, "late": late, "on_time": list(rates.ON_TIME),
        "recovered": yuan(rates.recovered(period, [unit.agency.pk for unit in found])), "chart": _chart(found), "levels": loop.levels(officer, period),
        "targets": {name: rates.target(name, period.since.year) for name in rates.names()},
    }  # fmt: skip
    return render(request, "complaints/rates.html", context)


@requires("complaints.view")
def late(request: HttpRequest, name: str) -> HttpResponse:
    """The matters that a rate on time counts as late."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    name = name if name in rates.ON_TIME else next(iter(rates.ON_TIME))
    form, period = watch_forms.period_form(request.GET.dict(), on)
    found = rates.late_in(period, name).filter(scopes.visible(officer, "track__agency"))
    if unit := request.GET.get("unit"):
        found = found.filter(track__agency__code=unit)
    found = found.select_related("track__proceeding", "track__agency").order_by("due", "pk")
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    mine = procedure.open_to(officer, request.powers, [row.track.proceeding_id for row in page])  # type: ignore[attr-defined]
    context = {"form": form, "period": period, "page": page, "indicator": policy.current().indicator(name), "name": name, "mine": mine}
    return render(request, "complaints/late.html", context)


@requires("complaints.view")
def export(request: HttpRequest) -> HttpResponse:
    """The table with numerators and denominators as a workbook; entered in the audit."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    _form, period = watch_forms.period_form(request.GET.dict(), on)
    found, law = _units(officer, period), policy.current()
    heads: list[object] = [_("机关"), _("机关名称")]
    for name in rates.names():
        title = named(law.indicator(name))
        heads += [title, _("%(title)s（分子）") % {"title": title}, _("%(title)s（分母）") % {"title": title}]
    return sheets.export(
        "complaint-rates", heads, _lines(found), of=len(found), by=officer, subject="complaints:rates",
        filters={"since": str(period.since), "until": str(period.until)},
    )  # fmt: skip


def _lines(units: list[rates.Unit]) -> Iterator[list[object]]:
    for unit in units:
        line: list[object] = [unit.agency.code, office(unit.agency.name)]
        for name in rates.names():
            rate = unit.rates[name]
            line += [rate.percent, rate.numerator, rate.denominator]
        yield line


@requires("complaints.view")
def today(request: HttpRequest) -> HttpResponse:
    """日检查、日提示、日催办: what is late, due today, due next, unit by unit."""
    officer, on = request.officer, _day(request)  # type: ignore[attr-defined]
    found = reminding.on_day(officer, on)
    shown = [item for bucket in found for item in bucket.rows[: reminding.SHOWN]]
    mine = procedure.open_to(officer, request.powers, [row.proceeding_id for row in shown])  # type: ignore[attr-defined]
    return render(request, "complaints/today.html", {"buckets": found, "on": on, "mine": mine, "shown": reminding.SHOWN})


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today()


def _chart(units: list[rates.Unit]) -> dict[str, Any]:
    """Matters in time and late by unit, the units with most late ones first."""
    shown = sorted((unit for unit in units if any(unit.rates[n].denominator for n in rates.ON_TIME)), key=lambda unit: -unit.late)[:WORST]
    in_time = [sum(unit.rates[name].numerator for name in rates.ON_TIME) for unit in shown]
    parts = [(_("按时"), charts.OPEN, in_time), (_("超期"), charts.LATE, [unit.late for unit in shown])]
    return charts.stacked_bars([office(unit.agency.name) for unit in shown], parts)


@requires("complaints.view")
def report(request: HttpRequest) -> HttpResponse:
    """The analysis of a period; its PDF is set from the same figures."""
    form, period = watch_forms.period_form(request.GET.dict(), clock.today())
    told = reporting.analysis(request.officer, period)  # type: ignore[attr-defined]
    groups = (("categories", _("问题类别"), told.categories), ("districts", _("地区"), told.districts), ("firms", _("反映最多的经营者"), told.firms))
    parts = [
        {
            "name": f"report-{name}", "title": title, "bars": bars,
            "chart": charts.stacked_bars([bar.title for bar in bars[:WORST]], [(_("件数"), charts.OPEN, [bar.count for bar in bars[:WORST]])]),
        }
        for name, title, bars in groups
    ]  # fmt: skip
    return render(request, "complaints/report.html", {"form": form, "told": told, "parts": parts})


@requires("complaints.view")
def report_pdf(request: HttpRequest) -> HttpResponse:
    """The same as PDF, with its code; entered in the audit."""
    officer = request.officer  # type: ignore[attr-defined]
    _form, period = watch_forms.period_form(request.GET.dict(), clock.today())
    verify_at = request.build_absolute_uri(reverse("publication_public:verify"))
    paper = reporting.issue(officer, period, verify_at=verify_at)
    audit.record("export.complaint-report", "complaints:report", by=officer, since=str(period.since), until=str(period.until))
    name = f"complaints-{period.since}-{period.until}.pdf"
    return HttpResponse(paper.pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
