"""Desk: how often each firm is visited over all departments, and visits off plan (涉企检查频次、计划外检查)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import title_in
from hengjian.ground.ui import sheets
from hengjian.street.register import queries as register
from hengjian.street.register.models import Entity

from . import burden, known, queries, services
from .burden_forms import FirmFilter, OffPlanFilter, OffPlanForm
from .views import officer_of

ROWS = 30
MOST = 500  # firms a name may match
TABS = {
    "draw:burden": (gettext_lazy("检查频次"), "draw.view"), "inspection:merging": (gettext_lazy("合并建议（一次多查）"), "inspection.view"),
    "draw:off_plan": (gettext_lazy("计划外检查"), "draw.view"),
}  # fmt: skip
SOURCES = {"draw": gettext_lazy("随机抽取"), "off-plan": gettext_lazy("计划外检查"), "filed": gettext_lazy("其他部门报送")}
HEADS: dict[str, list[Any]] = {
    "firms": [gettext_lazy("主体"), gettext_lazy("统一社会信用代码"), gettext_lazy("今年检查次数"), gettext_lazy("上限")],
    "departments": [gettext_lazy("部门"), gettext_lazy("检查次数"), gettext_lazy("占比")],
    "spread": [gettext_lazy("一年检查次数"), gettext_lazy("户数")],
    "visits": [gettext_lazy("日期"), gettext_lazy("部门"), gettext_lazy("来源"), gettext_lazy("计划、事由或文号")],
    "off": [gettext_lazy("主体"), gettext_lazy("检查来源"), gettext_lazy("申请部门"), gettext_lazy("申请日期"), gettext_lazy("完成日"), gettext_lazy("状态")],
}  # fmt: skip
STATES = {"asked": gettext_lazy("待审批"), "approved": gettext_lazy("已批准"), "refused": gettext_lazy("未批准")}
TONES = {"asked": "yellow", "approved": "green", "refused": "grey"}


def tabs(request: HttpRequest, here: str) -> list[dict[str, object]]:
    """The tabs this reader may open."""
    return [{"href": reverse(name), "title": title, "here": name == here} for name, (title, power) in TABS.items() if may(request, power)]


def _year(request: HttpRequest) -> date:
    """The day the year is asked on: today, or the last day of a year before."""
    today, asked = clock.today(), request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and 2015 < int(asked) <= today.year else today.year
    return min(today, date(year, 12, 31))


def _firms(request: HttpRequest) -> tuple[FirmFilter, date, Counter[int], Counter[str], list[tuple[int, int]]]:
    """The filter, the day, visits by firm and by department, and the firms the filter leaves, most visited first."""
    on = _year(request)
    form = FirmFilter(request.GET, this=clock.today().year)
    told = form.cleaned_data if form.is_valid() else {}
    counted, departments = known.visits(officer_of(request), on)
    least = {"at": burden.cap(on), "over": burden.cap(on) + 1}.get(told.get("at", ""), 1)
    kept = [(entity, n) for entity, n in counted.items() if n >= least]
    if q := told.get("q", "").strip():
        wanted = {firm.pk for firm in register.search(officer_of(request), q, limit=MOST)}
        kept = [(entity, n) for entity, n in kept if entity in wanted]
    return form, on, counted, departments, sorted(kept, key=lambda pair: (-pair[1], pair[0]))


def _named(pairs: list[tuple[int, int]]) -> list[tuple[Entity, int]]:
    known = Entity.objects.in_bulk([entity for entity, _n in pairs])
    return [(known[entity], n) for entity, n in pairs]


@requires("draw.view")
def burden_list(request: HttpRequest) -> HttpResponse:
    """Firms by visits of the year, over all departments."""
    form, on, counted, departments, kept = _firms(request)
    page, cap = Paginator(kept, ROWS).get_page(request.GET.get("page")), burden.cap(on)
    spread, total = sorted(Counter(counted.values()).items()), counted.total()
    context = {
        "form": form, "on": on, "page": page, "rows": _named(list(page)), "cap": cap, "firms": len(counted), "total": total,
        "at": sum(n == cap for n in counted.values()), "over": sum(n > cap for n in counted.values()), "spread": spread, "heads": HEADS,
        "departments": [(name, n, 100 * n / total) for name, n in departments.most_common(20)], "tabs": tabs(request, "draw:burden"),
    }  # fmt: skip
    return render(request, "draw/burden.html", context)


@requires("draw.view")
def burden_export(request: HttpRequest) -> HttpResponse:
    """The firms the filter leaves, as a file."""
    form, on, _counted, _departments, kept = _firms(request)
    rows = []
    for start in range(0, min(len(kept), sheets.MOST), 900):
        rows += [[firm.name, firm.uscc, n, burden.cap(on)] for firm, n in _named(kept[start : start + 900])]
    filters = {**getattr(form, "cleaned_data", {}), "year": on.year}
    return sheets.export("burden", HEADS["firms"], rows, of=len(kept), by=officer_of(request), subject="draw:burden", filters=filters)


@requires("draw.view")
def burden_of(request: HttpRequest, uscc: str) -> HttpResponse:
    """The visits of one firm in a year. Lists that are still closed are not told."""
    firm, on = register.entity_for(officer_of(request), uscc), _year(request)
    visits = burden.of_entity(firm.pk, on)
    context = {
        "firm": firm, "on": on, "cap": burden.cap(on), "rows": [(visit, SOURCES[visit.source]) for visit in visits],
        "others": [(off, title_in(burden.ORIGINS, off.origin)) for off in burden.uncounted(firm.pk, on)], "heads": HEADS,
        "years": range(clock.today().year, clock.today().year - 3, -1), "may_ask": may(request, "draw.ask"),
    }  # fmt: skip
    return render(request, "draw/burden_of.html", context)


# Visits off plan ------------------------------------------------------------------------------------


@requires("draw.view")
def off_plan_list(request: HttpRequest) -> HttpResponse:
    """Visits off plan in scope, those that wait for a decision first."""
    form = OffPlanFilter(request.GET, on=clock.today())
    found = queries.off_plan_visible_to(officer_of(request))
    told = form.cleaned_data if form.is_valid() else {}
    if told.get("state"):
        found = found.filter(approved={"asked": None, "approved": True, "refused": False}[told["state"]])
    if told.get("origin"):
        found = found.filter(origin=told["origin"])
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form, "page": page, "rows": [_off(one) for one in page], "heads": HEADS, "may_ask": may(request, "draw.ask"),
        "tabs": tabs(request, "draw:off_plan"),
    }  # fmt: skip
    return render(request, "draw/off_plan.html", context)


def _off(one: Any) -> dict[str, Any]:
    counts = one.origin in burden.counting_origins()
    return {"one": one, "origin": title_in(burden.ORIGINS, one.origin), "state": STATES[one.state], "tone": TONES[one.state], "counts": counts}


@requires("draw.ask")
def off_plan_new(request: HttpRequest) -> HttpResponse:
    """Ask for a visit off plan."""
    officer, on = officer_of(request), clock.today()
    form = OffPlanForm(request.POST or None, officer=officer, on=on, initial={name: request.GET.get(name, "")[:200] for name in ("uscc", "origin", "reason")})
    if request.method == "POST" and form.is_valid():
        try:
            firm = register.entity_for(officer, form.cleaned_data["uscc"])
            asked = services.ask_off_plan(by=officer, agency=officer.agency, entity=firm, on=on, **form.told())
            return redirect("draw:off_plan_one", pk=asked.pk)
        except Refusal as refusal:
            form.add_error(None, _with_facts(refusal))
    return render(request, "draw/off_plan_new.html", {"form": form, "boxes": [form[name] for name in ("items", "officers")]})


def _with_facts(refusal: Refusal) -> str:
    """The sentence, and whom or what it is about where the sentence does not say."""
    facts = dict(refusal.facts)
    about = [str(facts[name]) for name in ("officer",) if name in facts]
    if "ground" in facts:
        about.append(title_in(queries.GROUNDS, str(facts["ground"])))
    return refusal.told(_) + (f"（{'，'.join(about)}）" if about else "")


@requires("draw.view")
def off_plan_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit off plan: why, who goes, what was decided, how often the firm was visited already."""
    officer, on = officer_of(request), clock.today()
    found = queries.off_plan_of(officer, pk)
    known = burden.of_entity(found.entity_id, on)
    context = {
        **_off(found), "items": [title_in(queries.ITEMS, code) for code in found.items], "officers": found.officers.order_by("number"),
        "exception": title_in(burden.EXCEPTIONS, found.exception), "visits": len(known), "cap": burden.cap(on),
        "may_decide": found.state == "asked" and may(request, "draw.approve") and found.asked_by_id != officer.pk,
        "own": found.state == "asked" and found.asked_by_id == officer.pk, "fields": [title_in("inspection-fields", f) for f in queries.fields_of(found.items, on)],
    }  # fmt: skip
    return render(request, "draw/off_plan_one.html", context)
