"""The page of figures, for everybody: a chart, its table, what is counted, and the rows behind each number."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.ui import charts, looks, sheets
from hengjian.street.register.telling import KINDS

from . import printing, queries, record_statistics, statistics
from .caching import cached_by_projection


def _asked(request: HttpRequest) -> tuple[str, dict[str, str]]:
    by = request.GET.get("by", "district")
    narrowed = {name: request.GET.get(name, "")[:20] for name in statistics.NARROWED}
    return (by if by in statistics.DIMENSIONS else "district"), narrowed


@requires("public")
@cached_by_projection
def overview(request: HttpRequest) -> HttpResponse:
    (by, narrowed), on = _asked(request), clock.today()
    found = statistics.lines(by, narrowed, on)
    kept = {name: value for name, value in narrowed.items() if value}
    base = reverse("publication_public:statistics")
    context = {
        "by": by,
        "title": statistics.DIMENSIONS[by],
        "tabs": [
            {"href": f"{base}?{urlencode({'by': key} | kept)}", "title": title, "here": key == by}
            for key, title in statistics.DIMENSIONS.items()
        ] + [{"href": reverse("publication_public:statistics_records"), "title": _("信用记录"), "here": False}],
        "lines": found,
        "whole": statistics.whole(found),
        "classes": [(code, looks.of_class(code).label) for code in statistics.CLASSES],
        "chart": _chart(found, whole=by == "month"),
        "chart_title": _("新设主体（户）") if by == "month" else _("非良好主体（户）"),
        "narrowed": narrowed,
        "kept": urlencode(kept),
        "districts": policy.current().catalogue("districts").rows,
        "kinds": KINDS.items(),
        "months": statistics.MONTHS,
        "as_of": queries.data_as_of(),
    }
    return render(request, "publication/statistics.html", context)


def _chart(found: list[statistics.Line], *, whole: bool) -> dict[str, Any]:
    """Entities that are not 良好 as stacked bars; the good ones would hide them, unless the `whole` is asked for. The largest thirty groups."""
    largest = sorted(found, key=lambda line: line.counts[0] - line.total)[:30]
    shown = [line for line in found if line in largest]
    return charts.stacked_bars(
        [line.title for line in shown],
        [
            (looks.of_class(code).label, charts.CLASSES.get(code, charts.UNCLASSED), [line.counts[place] for line in shown])
            for place, code in enumerate(statistics.CLASSES)
            if whole or code not in ("green", "")
        ],
    )


@requires("public")
@cached_by_projection
def rows(request: HttpRequest) -> HttpResponse:
    """The entities behind one figure."""
    by, narrowed = _asked(request)
    key, class_code = request.GET.get("key", "")[:20], request.GET.get("class")
    chosen = class_code if class_code in statistics.CLASSES else None
    found = statistics.rows(by, key, narrowed, chosen, clock.today())
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    title = statistics.title_of(by, key)
    context = {
        "page": page, "title": title, "by": by, "dimension": statistics.DIMENSIONS[by], "as_of": queries.data_as_of(),
        "class_label": looks.of_class(chosen).label if chosen is not None else "",
    }  # fmt: skip
    return render(request, "publication/statistics_rows.html", context)


@requires("publication.view")
def export(request: HttpRequest) -> HttpResponse:
    """The table as a workbook, for officers; entered in the audit."""
    (by, narrowed), on = _asked(request), clock.today()
    found = statistics.lines(by, narrowed, on)
    heads = [statistics.DIMENSIONS[by], *(looks.of_class(code).label for code in statistics.CLASSES), _("合计"), _("非良好占比")]
    return sheets.export(
        "statistics", heads, ([line.title, *line.counts, line.total, line.share] for line in found), of=len(found),
        by=request.officer, subject=by, filters=narrowed,  # type: ignore[attr-defined]
    )  # fmt: skip


def _records_asked(request: HttpRequest) -> tuple[str, str]:
    by = request.GET.get("by", "month")
    return (by if by in record_statistics.DIMENSIONS else "month"), request.GET.get("district", "")[:6]


@requires("public")
@cached_by_projection
def records(request: HttpRequest) -> HttpResponse:
    """Records that are public today, by month, district or issuer and by kind."""
    (by, district), on = _records_asked(request), clock.today()
    found = record_statistics.lines(by, district, on)
    base, kept = reverse("publication_public:statistics_records"), {"district": district} if district else {}
    told = record_statistics.chart(found)
    context = {
        "by": by, "title": record_statistics.DIMENSIONS[by], "district": district, "kept": urlencode(kept), "lines": found,
        "tabs": [{"href": reverse("publication_public:statistics"), "title": _("经营主体"), "here": False}] + [
            {"href": f"{base}?{urlencode({'by': key} | kept)}", "title": title, "here": key == by} for key, title in record_statistics.DIMENSIONS.items()
        ],
        "whole": record_statistics.whole(found), "kinds": [(kind, printing.TITLES[kind]) for kind in record_statistics.KINDS],
        "chart": charts.stacked_bars([line.title for line in found], [(title, charts.SERIES[place], counts) for place, (title, counts) in enumerate(told)]),
        "districts": policy.current().catalogue("districts").rows, "months": record_statistics.MONTHS, "issuers": record_statistics.ISSUERS,
        "as_of": queries.data_as_of(),
    }  # fmt: skip
    return render(request, "publication/statistics_records.html", context)


@requires("public")
@cached_by_projection
def record_rows(request: HttpRequest) -> HttpResponse:
    """The records behind one figure."""
    by, district = _records_asked(request)
    key, kind = request.GET.get("key", "")[:200], request.GET.get("kind", "")
    chosen = kind if kind in record_statistics.KINDS else ""
    page = Paginator(record_statistics.rows(by, key, district, chosen, clock.today()), 50).get_page(request.GET.get("page"))
    context = {
        "page": page, "records": printing.records(page), "title": record_statistics.title_of(by, key), "dimension": record_statistics.DIMENSIONS[by],
        "kind_title": printing.TITLES[chosen] if chosen else "", "by": by, "as_of": queries.data_as_of(),
    }  # fmt: skip
    return render(request, "publication/statistics_record_rows.html", context)
