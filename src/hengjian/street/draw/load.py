"""How many visits each office has to make in each month of a year (检查负荷), over all plans and approved visits off plan.

A held draw counts the officers it drew, by their office. A plan that is not drawn yet counts what it would draw, at the
departments that send officers. Visits are spread over the days of the plan's period; one off plan falls on its last day.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import queries as people
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Agency, Officer

from . import queries, rules, services
from .models import Draw, OffPlan, Plan, Team

WHY = {"drawn": _("抽中的检查组"), "planned": _("尚未抽取，按计划推算"), "off-plan": _("批准的计划外检查"), "unknown": _("范围内现在没有可抽取的主体")}


@dataclass(frozen=True, slots=True)
class Task:
    """What one plan asks for: firms, officers times firms by office, between two days."""

    title: str
    plan: int | None
    first: date
    last: date
    firms: float
    sent: dict[int, float]  # agency -> officers times firms
    why: str

    @property
    def total(self) -> float:
        return sum(self.sent.values())


@dataclass(frozen=True, slots=True)
class Row:
    """One office: officers with a certificate, visits (officers times firms) in each month."""

    agency: Agency
    officers: int
    months: tuple[float, ...]

    @property
    def total(self) -> float:
        return sum(self.months)

    @property
    def each(self) -> float | None:
        """Visits of one officer in the year."""
        return round(self.total / self.officers, 1) if self.officers else None

    @property
    def peak(self) -> float:
        return max(self.months)


def of_year(officer: Officer | None, year: int, on: date) -> tuple[list[Row], list[Task]]:
    """Offices in scope with anything to do in the year, busiest first, and the tasks it comes from."""
    tasks = [task for task in _tasks(officer, year, on) if task.first.year <= year <= task.last.year]
    months: dict[int, list[float]] = defaultdict(lambda: [0.0] * 12)
    for task in tasks:
        for month, share in _spread(task.first, task.last, year):
            for agency, visits in task.sent.items():
                months[agency][month] += visits * share
    certified = defaultdict[int, set[int]](set)
    for certificate in people.certified(on):
        certified[certificate.officer.agency_id].add(certificate.officer_id)
    seen = scopes.agencies_of(officer).filter(pk__in=months)
    rows = [Row(agency, len(certified[agency.pk]), tuple(months[agency.pk])) for agency in seen]
    return sorted(rows, key=lambda row: (-row.total, row.agency.code)), tasks


def _tasks(officer: Officer | None, year: int, on: date) -> Iterator[Task]:
    ends = Q(visits_until__year__gte=year) | Q(visits_until=None, filed__year=year)
    plans = queries.visible_to(officer).filter(ends, filed__year__lte=year).prefetch_related("parts__agency")
    current = {draw.plan_id: draw for draw in Draw.objects.filter(plan__in=plans, successor=None)}
    sent = _sent([draw.pk for draw in current.values() if draw.drawn_at])
    for plan in plans:
        yield _task(plan, current.get(plan.pk), sent, on)
    off = OffPlan.objects.filter(scopes.visible(officer, owner_field="asked_by"), approved=True, due__year=year).prefetch_related("officers")
    for visit in off.select_related("entity").order_by("due", "pk"):
        away: dict[int, float] = defaultdict(float)
        for one in visit.officers.all():
            away[one.agency_id] += 1
        yield Task(visit.entity.name, None, visit.due, visit.due, 1, dict(away), "off-plan")


def _sent(draws: Iterable[int]) -> dict[int, dict[int, float]]:
    """Draw -> agency -> officers drawn for it; those of a joined visit go there too."""
    through = Team.officers.through.objects.filter(team__pick__draw__in=draws, team__pick__reserve=False)
    found: dict[int, dict[int, float]] = defaultdict(dict)
    counted = through.order_by().values_list("team__pick__draw", "officer__agency").annotate(n=Count("pk"))
    for draw, agency, n in counted:
        found[draw][agency] = float(n)
    return found


def _task(plan: Plan, draw: Draw | None, sent: dict[int, dict[int, float]], on: date) -> Task:
    first = plan.visits_from or (timezone.localdate(draw.drawn_at) if draw and draw.drawn_at else plan.published or plan.filed)
    last = max(first, plan.visits_until or date(first.year, 12, 31))
    if draw and draw.drawn_at:
        return Task(plan.title, plan.pk, first, last, draw.total, sent.get(draw.pk, {}), "drawn")
    firms, why = _expected(plan, draw, on)
    return Task(plan.title, plan.pk, first, last, firms, {d.agency.pk: firms * d.team_size for d in queries.departments_of(plan)}, why)


def _expected(plan: Plan, draw: Draw | None, on: date) -> tuple[float, str]:
    """How many firms a plan that is not drawn yet would give."""
    if draw or plan.quota:
        return float(draw.total if draw else plan.quota or 0), "planned"
    try:
        return float(rules.drawn(services.preview(plan, on).strata)), "planned"
    except Refusal:
        return 0.0, "unknown"


def _spread(first: date, last: date, year: int) -> Iterator[tuple[int, float]]:
    """(month from 0, share of the days between first and last that fall into it)."""
    whole = (last - first).days + 1
    for month in range(1, 13):
        begin, end = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        days = (min(last, end) - max(first, begin) + timedelta(days=1)).days
        if days > 0:
            yield month - 1, days / whole
