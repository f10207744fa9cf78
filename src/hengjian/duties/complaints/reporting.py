"""The analysis report of a period (投诉举报数据分析报告): page and PDF are set from the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.documents import services as documents
from hengjian.ground.kit.money import yuan
from hengjian.ground.people import scopes
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency, Officer

from . import measuring, rates, sorting
from .models import Filing, Spot, Track

TEMPLATE = "complaint-analysis"
MOST = 10  # lines of a table of the largest
KINDS = {"complaint": "投诉", "report": "举报", "report-advertising": "广告投诉举报", "odr": "在线和解"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: what, how many, how many in the period before of the same length and in that of the year before."""

    title: str
    count: int
    before: int
    year_ago: int

    @property
    def change(self) -> str:
        return _change(self.count, self.before)

    @property
    def change_of_year(self) -> str:
        return _change(self.count, self.year_ago)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the report of a period says."""

    period: rates.Period
    received: Bar
    kinds: list[Bar]
    categories: list[Bar]
    districts: list[Bar]
    firms: list[Bar]
    whole: dict[str, rates.Rate]
    late: list[rates.Unit]
    recovered: str
    spots: list[Spot]
    dangers: list[tuple[str, int]]
    unsorted: int


def analysis(officer: Officer, period: rates.Period) -> Analysis:
    """Everything the report says of filings in the officer's scope."""
    measuring.refresh()
    mine = Filing.objects.filter(scopes.visible(officer))
    days = _periods(period)
    law = policy.current()
    categories = {code: named(item) for code, item in law.catalogue(sorting.CATEGORIES).items.items()}
    districts = {code: named(item) for code, item in law.catalogue("districts").items.items()}
    busy = Track.objects.order_by().values("agency")
    agencies = list(Agency.objects.filter(pk__in=scopes.agencies_of(officer).values("pk")).filter(pk__in=busy))
    units = rates.units(period, agencies)
    received = [mine.filter(received__range=span).count() for span in days]
    tracks = Track.objects.filter(filing__in=mine)
    return Analysis(
        period=period,
        received=Bar(_("收到"), *received),
        kinds=[bar for bar in _bars(tracks, "kind", "filing__received__range", days, {k: _(v) for k, v in KINDS.items()}) if bar.title],
        categories=_bars(mine.exclude(category=""), "category", "received__range", days, categories),
        districts=_bars(mine.exclude(district=""), "district", "received__range", days, districts),
        firms=_bars(mine.exclude(entity=None), "entity__name", "received__range", days, None)[:MOST],
        whole=rates.whole(units), late=[unit for unit in units if unit.late],
        recovered=yuan(rates.recovered(period, [agency.pk for agency in agencies])),
        spots=list(Spot.objects.filter(on__range=(period.since, period.until)).order_by("chance", "pk")[:MOST]),
        dangers=_dangers(mine.filter(received__range=days[0])),
        unsorted=mine.filter(received__range=days[0], category="").count(),
    )  # fmt: skip


def issue(officer: Officer, period: rates.Period, *, verify_at: str) -> documents.Paper:
    """Set the report as PDF with its code."""
    told = analysis(officer, period)
    return documents.issue(TEMPLATE, data(told, officer), subject=f"complaints:{period.since}/{period.until}", verify_at=verify_at, on=period.on)


def data(told: Analysis, officer: Officer) -> dict[str, Any]:
    """What the template is given: words and numbers, no objects."""
    law = policy.current()
    return {
        "title": "投诉举报数据分析报告", "unit": officer.agency.name, "since": str(told.period.since), "until": str(told.period.until),
        "as_of": str(told.period.on), "over": told.period.over,
        "received": _cells(told.received), "kinds": [_cells(bar) for bar in told.kinds],
        "categories": [_cells(bar) for bar in told.categories], "districts": [_cells(bar) for bar in told.districts],
        "firms": [_cells(bar) for bar in told.firms],
        "rates": [
            {"title": law.indicator(name).title, "percent": rate.percent, "numerator": rate.numerator, "denominator": rate.denominator}
            for name, rate in told.whole.items()
        ],
        "late": [{"unit": unit.agency.name, "count": unit.late} for unit in told.late], "recovered": told.recovered,
        "spots": [{"title": s.title, "seen": s.seen, "expected": round(s.expected, 1), "odds": s.odds} for s in told.spots],
        "dangers": [{"title": title, "count": count} for title, count in told.dangers], "unsorted": told.unsorted,
    }  # fmt: skip


def _periods(period: rates.Period) -> list[tuple[date, date]]:
    """The period, the one of the same length before it, and the same days of the year before."""
    until = min(period.until, period.on)
    length = (until - period.since).days + 1
    before = (period.since - timedelta(days=length), period.since - timedelta(days=1))
    return [(period.since, until), before, (_year_ago(period.since), _year_ago(until))]


def _year_ago(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _bars(
    rows: QuerySet[Any], name: str, within: str, days: Sequence[tuple[date, date]], titles: dict[str, str] | None
) -> list[Bar]:  # fmt: skip
    """The groups of a column with their counts in the three periods, the largest first."""
    counts = [
        {row[name]: row["n"] for row in rows.filter(**{within: span}).order_by().values(name).annotate(n=Count("pk"))} for span in days
    ]
    found = [
        Bar(titles.get(key, "") if titles is not None else key, n, counts[1].get(key, 0), counts[2].get(key, 0))
        for key, n in counts[0].items()
    ]
    return sorted(found, key=lambda bar: (-bar.count, bar.title))


def _dangers(filings: QuerySet[Filing]) -> list[tuple[str, int]]:
    counted: dict[str, int] = {}
    for risks in filings.exclude(sorting=None).values_list("sorting__risks", flat=True):
        for code in risks:
            counted[code] = counted.get(code, 0) + 1
    items = policy.current().catalogue(sorting.DANGERS).items
    return [(named(items[code]), count) for code, count in sorted(counted.items(), key=lambda row: -row[1]) if code in items]


def _cells(bar: Bar) -> dict[str, Any]:
    return {"title": bar.title, "count": bar.count, "before": bar.change, "year": bar.change_of_year}


def _change(now: int, before: int) -> str:
    return f"{100 * (now - before) / before:+.1f}%" if before else "—"
