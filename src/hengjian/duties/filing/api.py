"""The figures of filing supervision as JSON: the same lines as the page, the sheet and the frozen report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from hengjian.ground.kit import clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import Invalid, NotFound
from hengjian.ground.people.access import power

from . import figures, owing, queries, rules
from .models import Alarm, Report

router = Router(tags=["filing"])
Month = Annotated[str, Query(pattern=r"^\d{4}-\d{2}$", description="A month such as 2026-10; left out: this month.")]
Kind = Annotated[str, Query(max_length=40)]


class SampleOut(Schema):
    """What re-checking found: the error rate of all accepted rows with its interval (95 %)."""

    size: int
    frame: int
    seen: int
    wrong: int
    unknown: int
    rate: float | None
    low: float | None
    high: float | None


class SilentOut(Schema):
    """Since when a source is silent; in working days: its usual gap, the line, how long it has been waited for."""

    last: date
    usual: float
    limit: float
    waited: int


class SourceOut(Schema):
    """One agency and kind in a month. Delays in working days; `delays` is the whole distribution, day → rows."""

    agency: str
    name: str
    kind: str
    deliveries: int
    received: int
    accepted: int
    duplicate: int
    rejected: int
    connected: date
    stock: int
    flow: int
    undated: int
    limit: int | None
    unit: str
    timed: int
    late: int
    median: float | None
    p90: float | None
    worst: float | None
    most: float | None
    delays: dict[str, int]
    filled: float | None
    thin: list[tuple[str, float]]
    sample: SampleOut | None
    silent: SilentOut | None
    tones: dict[str, str]
    tone: str


class UnitOut(Schema):
    """One agency: the worst of its sources in every respect, nothing averaged."""

    agency: str
    name: str
    received: int
    accepted: int
    rejected: int
    late: int
    timed: int
    late_share: float | None
    p90: float | None
    worst: float | None
    tones: dict[str, str]
    tone: str


class OwedOut(Schema):
    """Records owed against those that came, of one kind in one district."""

    kind: str
    of: str = "reporting-entities"
    year: int
    last: date | None = None
    district: str
    expected: int
    received: int
    tone: str


class MonthOut(Schema):
    """A month as of a day. `tone`: of the whole, that of its worst unit. `unread`: parameters this answer does not know and left aside."""

    month: str
    as_of: date
    law: str
    tone: str
    units: list[UnitOut]
    sources: list[SourceOut]
    expected: list[OwedOut]
    unread: list[str] = []


class FrozenOut(MonthOut):
    """A month as it was frozen, with the digest (SM3) of all its lines: an officer of one agency sees fewer."""

    frozen_at: datetime
    digest: str


class ReportOut(Schema):
    month: str
    frozen_at: datetime
    digest: str


class AlarmOut(Schema):
    """A silent source. In working days: its usual gap and the line."""

    agency: str = Field(alias="agency.code")
    kind: str
    last: date
    usual: float
    limit: float
    raised: date
    over: date | None


def _month(text: str) -> date:
    today = clock.today()
    if not text:
        return rules.month_of(today)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid("没有这个月份：%(month)s", month=text) from None
    if found > today:
        raise Invalid("这个月还没有到：%(month)s", month=text)
    return found


def _told(request: HttpRequest, told: dict[str, Any], expected: list[dict[str, Any]], read: set[str], kind: str = "") -> dict[str, Any]:
    """What an officer sees of a month, of one kind or all."""
    officer = request.officer  # type: ignore[attr-defined]
    own, districts = queries.agencies_of(officer), queries.districts_of(officer)
    lines = [line for line in told["sources"] if line["agency"] in own and kind in ("", line["kind"])]
    units = figures.units(lines)
    return {
        "month": told["month"], "law": told["law"], "tone": rules.worst(unit["tone"] for unit in units), "units": units, "sources": lines,
        "expected": [row for row in expected if row["district"] in districts and kind in ("", row["kind"])],
        "unread": sorted(set(request.GET) - read),
    }  # fmt: skip


@router.get("/figures", response=MonthOut, auth=power("filing.view"))
def get_figures(request: HttpRequest, month: Month = "", kind: Kind = "") -> dict[str, Any]:
    """Delay, completeness, accuracy and silence of every source in the officer's scope, counted as of today."""
    first, today = _month(month), clock.today()
    told = _told(request, figures.of_month(first, today), owing.expected(first, today), {"month", "kind"}, kind)
    return told | {"as_of": min(today, rules.after(first) - rules.DAY)}


@router.get("/reports", response=list[ReportOut], auth=power("filing.view"))
def list_reports(request: HttpRequest) -> list[dict[str, Any]]:
    """Months that are frozen, the last first."""
    return [{"month": str(one), "frozen_at": one.frozen_at, "digest": one.digest} for one in queries.reports()]


@router.get("/reports/{month}", response=FrozenOut, auth=power("filing.view"))
def get_report(request: HttpRequest, month: str) -> dict[str, Any]:
    """A month as it was known when it was frozen."""
    found = _frozen(month)
    told = _told(request, found.figures, found.figures["expected"], set())
    as_of = min(found.frozen_at.astimezone(SHANGHAI).date(), rules.after(found.month) - rules.DAY)
    return told | {"as_of": as_of, "frozen_at": found.frozen_at, "digest": found.digest}


def _frozen(month: str) -> Report:
    found = next((one for one in queries.reports() if str(one) == month), None)
    if found is None:
        raise NotFound("这个月的月报还没有冻结", month=month)
    return found


@router.get("/alarms", response=list[AlarmOut], auth=power("filing.view"))
def list_alarms(request: HttpRequest) -> list[Alarm]:
    """Sources that are silent now, in the officer's scope."""
    return list(queries.open_alarms(request.officer))  # type: ignore[attr-defined]
