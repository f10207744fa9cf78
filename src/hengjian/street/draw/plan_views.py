"""Desk: plans of one department or several, what they would draw, and the load they put on each office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import queries as people
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import office, title_in
from hengjian.ground.ui import sheets

from . import burden, load, objects, plan_forms, queries, rules, services
from .models import Plan
from .plan_forms import KINDS, MODES, PlanForm
from .views import odds_of, officer_of, page_of, steps, with_state

HEADS: dict[str, list[Any]] = {
    "plans": [
        gettext_lazy("计划"), gettext_lazy("组织部门"), gettext_lazy("种类"), gettext_lazy("抽取方式"), gettext_lazy("检查期"), gettext_lazy("公布"),
        gettext_lazy("抽取"),
    ],
    "draws": [gettext_lazy("次数"), gettext_lazy("状态"), gettext_lazy("名单冻结时间"), gettext_lazy("重新抽取的原因")],
    "crews": [gettext_lazy("部门"), gettext_lazy("抽查事项"), gettext_lazy("每组人数"), gettext_lazy("持证人员"), gettext_lazy("具备资格的人员"), gettext_lazy("人均户数")],
    "load": [gettext_lazy("机构"), gettext_lazy("检查人员"), *(format_lazy(gettext_lazy("{n} 月"), n=n) for n in range(1, 13)), gettext_lazy("全年"), gettext_lazy("人均")],
    "items": [gettext_lazy("计划"), gettext_lazy("检查期"), gettext_lazy("户数"), gettext_lazy("人次"), gettext_lazy("依据")],
}  # fmt: skip
TABS = {"draw:plan_list": gettext_lazy("抽查计划"), "draw:calendar": gettext_lazy("负荷日历")}
BY_THE_YEAR = "inspection.plan-publish-default"
SHOWN = 8  # offices of the chart


def _tabs(here: str) -> list[dict[str, object]]:
    return [{"href": reverse(name), "title": title, "here": name == here} for name, title in TABS.items()]


@requires("draw.view")
def plan_list(request: HttpRequest) -> HttpResponse:
    """Plans in the officer's scope, each with its draws."""
    page = Paginator(queries.visible_to(officer_of(request)), 20).get_page(request.GET.get("page"))
    rows = [{"plan": plan, "kind": KINDS[plan.kind], "mode": MODES[plan.mode], "draws": [with_state(d) for d in queries.draws_of(plan)]} for plan in page]
    context = {"page": page, "rows": rows, "may_plan": may(request, "draw.plan"), "heads": HEADS, "tabs": _tabs("draw:plan_list")}
    return render(request, "draw/plan_list.html", context)


@requires("draw.plan")
def plan_new(request: HttpRequest) -> HttpResponse:
    """Say what is to be drawn, look at the chances as often as wanted, then file."""
    officer, on = officer_of(request), clock.today()
    initial: dict[str, Any] = {"districts": [officer.agency.district]} if officer.agency.district else {}
    initial["title"] = request.GET.get("title", "")[:100]  # another page may propose what to look into
    form = PlanForm(request.POST or None, on=on, agencies=people.agencies_visible_to(officer), initial=initial)
    parts, context = plan_forms.part_forms(request.POST, on), {}
    valid = [one.is_valid() for one in (form, *parts)]  # all of them, so that each shows its errors
    if request.method == "POST" and all(valid):
        told = form.told() | {"by": officer, "on": on, "parts": plan_forms.joining(parts)}
        try:
            if "look" not in request.POST:
                return redirect("draw:plan", pk=services.file_plan(**told).pk)
            context = shown(services.preview(services.draft(**told), on, told["parts"]))
        except Refusal as refusal:
            form.add_error(None, refusal.told(_))
    choices = [form[name] for name in plan_forms.LISTS]
    return page_of(request, "draw/plan_new.html", context | {"form": form, "choices": choices, "parts": parts, "crew_heads": HEADS["crews"]})


@requires("draw.view")
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: its scope and departments, the chance of being drawn, its draws."""
    officer = officer_of(request)
    found = queries.plan_of(officer, pk)
    draws, leading = [with_state(d) for d in queries.draws_of(found)], queries.leads(officer, found)
    context: dict[str, Any] = {
        "plan": found, "draws": draws, "steps": steps(None), "may_hold": leading and may(request, "draw.hold"),
        "may_publish": leading and found.published is None and may(request, "draw.plan"), "draw_heads": HEADS["draws"],
        "crew_heads": HEADS["crews"], **words(found),
    }  # fmt: skip
    if not draws:
        try:
            context |= shown(services.preview(found, clock.today()))
        except Refusal as refusal:
            context["gap"] = refusal.told(_)
    return page_of(request, "draw/plan.html", context)


def shown(seen: services.Preview) -> dict[str, Any]:
    """What a plan would draw, for a page: strata with their chances, whom it spares, whom it can send."""
    quota = rules.drawn(seen.strata)
    crews = [
        {
            "crew": crew, "items": [title_in(queries.ITEMS, code) for code in crew.items], "short": crew.able < crew.team_size,
            "each": quota * crew.team_size / crew.able if crew.able else None,
        }
        for crew in seen.crews
    ]  # fmt: skip
    return {
        "strata": odds_of(rules.recorded(seen.strata)), "size": sum(s.size for s in seen.strata), "quota": quota, "spared": seen.spared,
        "crews": crews, "short": any(crew["short"] for crew in crews), "cap": burden.cap(clock.today()),
    }  # fmt: skip


def words(found: Plan) -> dict[str, Any]:
    """A plan in the reader's words."""
    sources = objects.sources(found.filed)
    return {
        "kind": KINDS[found.kind], "mode": MODES[found.mode],
        "departments": [
            {"agency": one.agency, "items": [title_in(queries.ITEMS, code) for code in one.items], "team_size": one.team_size}
            for one in queries.departments_of(found)
        ],
        "district_titles": [title_in("districts", code) for code in found.districts],
        "industry_titles": [title_in("industries", code) for code in found.industries],
        "base": sources[found.base].title if found.base in sources else found.base,
        "exception": title_in(burden.EXCEPTIONS, found.exception),
        "publish_by": policy.current().term(BY_THE_YEAR).on(found.filed).value if found.kind == "annual" else "",
    }  # fmt: skip


@require_POST
@requires("draw.plan")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a plan; from then on it is on the public site and nothing of it changes."""
    officer = officer_of(request)
    services.publish_plan(by=officer, plan=queries.plan_of(officer, pk, leading=True), on=clock.today())
    messages.success(request, _("计划已公布，内容不能再改"))
    return redirect("draw:plan", pk=pk)


@require_POST
@requires("draw.hold")
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    draw = services.freeze(by=officer_of(request), plan=queries.plan_of(officer_of(request), pk, leading=True), at=clock.now())
    return redirect("draw:draw", slug=draw.slug)


# How much each office has to do --------------------------------------------------------------------


@requires("draw.view")
def calendar(request: HttpRequest) -> HttpResponse:
    """Visits per office and month over all plans of a year, and what the numbers are made of."""
    officer, on = officer_of(request), clock.today()
    year = _year(request, on.year)
    rows, tasks = load.of_year(officer, year, on)
    context = {
        "year": year, "years": range(on.year + 1, on.year - 3, -1), "rows": rows, "tasks": [(task, load.WHY[task.why]) for task in tasks],
        "heads": HEADS, "tabs": _tabs("draw:calendar"), "chart": _chart(rows) if rows else None,
    }  # fmt: skip
    return render(request, "draw/calendar.html", context)


def _year(request: HttpRequest, this: int) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if asked.isascii() and asked.isdigit() and 2000 < int(asked) < 2100 else this


def _chart(rows: list[load.Row]) -> dict[str, Any]:
    """Months side by side, offices stacked; the smallest offices together."""
    series = [(office(row.agency.name), row.months) for row in rows[:SHOWN]]
    if rest := rows[SHOWN:]:
        series.append((_("其他机构"), tuple(sum(row.months[n] for row in rest) for n in range(12))))
    return {
        "legend": {"type": "scroll", "top": 0}, "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis"}, "xAxis": {"type": "category", "data": [str(head) for head in HEADS["load"][2:14]]},
        "yAxis": {"type": "value", "name": _("人次")},
        "series": [{"name": name, "type": "bar", "stack": "load", "data": [round(value, 1) for value in months]} for name, months in series],
    }  # fmt: skip


@requires("draw.view")
def calendar_export(request: HttpRequest) -> HttpResponse:
    """The load of every office as a file."""
    officer, on = officer_of(request), clock.today()
    year = _year(request, on.year)
    rows, _tasks = load.of_year(officer, year, on)
    cells = [[office(row.agency.name), row.officers, *(round(n, 1) for n in row.months), round(row.total, 1), row.each] for row in rows]
    return sheets.export("load", HEADS["load"], cells, of=len(cells), by=officer, subject="draw:calendar", filters={"year": year})
