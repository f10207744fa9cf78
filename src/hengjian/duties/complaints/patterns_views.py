"""Pages on what is seen over many filings: hot spots, filings that belong together, dangers, categories to confirm."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import scopes
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.ui.templatetags.ui import link_with

from . import sorting, spotting, watch_forms
from .models import Filing, Sorting, Spot

ROWS, GROUPS = 30, 30
KINDS = {"firm": gettext_lazy("企业"), "street": gettext_lazy("街道（镇）"), "goods": gettext_lazy("商品、服务"), "category": gettext_lazy("问题类别")}
OUTCOMES = {"lead": gettext_lazy("转为违法线索"), "draw": gettext_lazy("列入抽查检查"), "warning": gettext_lazy("拟写消费警示"), "nothing": gettext_lazy("不需要处理")}


@requires("complaints.view")
def patterns(request: HttpRequest) -> HttpResponse:
    """Spots that wait and spots decided, groups of filings, and filings with words of danger."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    spots = Spot.objects.select_related("by", "lead").order_by("-on", "chance", "pk")
    groups = spotting.groups(officer, on)
    days = spotting.window(on)
    danger = Sorting.objects.exclude(risks=[]).filter(scopes.visible(officer, "filing__agency"), filing__received__gte=days.since)
    danger = danger.filter(filing__disposed=None).select_related("filing").order_by("-filing__received", "-pk")
    titles = dict(watch_forms.options(sorting.DANGERS))
    context = {
        "waiting": [(spot, KINDS[spot.kind]) for spot in spots.filter(outcome="")[:ROWS]],
        "decided": [(spot, KINDS[spot.kind], OUTCOMES[spot.outcome]) for spot in spots.exclude(outcome="")[:ROWS]],
        "groups": groups[:GROUPS], "groups_found": len(groups), "days": days,
        "danger": [(row, [titles.get(code, code) for code in row.risks]) for row in danger[:ROWS]], "danger_found": danger.count(),
        "falsely": spotting.number("falsely", on), "unsorted": _unsorted(request).count(),
    }  # fmt: skip
    return render(request, "complaints/patterns.html", context)


@requires("complaints.view")
def spot(request: HttpRequest, pk: int) -> HttpResponse:
    """One spot: its sum, its filings in scope, and the decision."""
    found = get_object_or_404(Spot.objects.select_related("by", "lead"), pk=pk)
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    status = 200
    if request.method == "POST" and "complaints.decide" in request.powers:  # type: ignore[attr-defined]
        try:
            spotting.decide(
                found, by=officer, outcome=request.POST.get("outcome", ""), because=request.POST.get("because", ""), on=on, at=clock.now()
            )
        except Refusal as refused:
            messages.error(request, str(refused))
            status = 422
        else:
            if request.POST.get("outcome") == "warning":
                return redirect("complaints:alerts")
            return redirect("complaints:spot", pk)
    mine = spotting.filings_of(found).filter(scopes.visible(officer))
    context = {
        "look": _look(found, request.powers) if found.outcome == "draw" else "",  # type: ignore[attr-defined]
        "spot": found, "kind": KINDS[found.kind], "outcome": OUTCOMES.get(found.outcome, ""), "window": spotting.window(found.on),
        "page": Paginator(mine, ROWS).get_page(request.GET.get("page")),
        "outcomes": [(code, title) for code, title in OUTCOMES.items() if code != "lead" or found.kind == "firm"],
        "falsely": spotting.number("falsely", found.on), "all": spotting.filings_of(found).count(),
    }  # fmt: skip
    return render(request, "complaints/spot.html", context, status=status)


def _look(spot: Spot, powers: frozenset[str]) -> str:
    """Where inspectors are asked to look: a visit off plan on the ground of complaints for a firm, a plan of its own for the rest."""
    if spot.kind == "firm" and "draw.ask" in powers:
        return link_with(reverse("draw:off_plan_new"), uscc=spot.key, origin="complaint", reason=spot.because)
    if spot.kind != "firm" and "draw.plan" in powers:
        return link_with(reverse("draw:plan_new"), title=_("%(what)s专项抽查") % {"what": spot.title})
    return ""


def _unsorted(request: HttpRequest):  # type: ignore[no-untyped-def]
    found = Filing.objects.filter(scopes.visible(request.officer), disposed=None, sorting__confirmed="")  # type: ignore[attr-defined]
    return found.select_related("sorting").order_by("received", "pk")


@requires("complaints.handle")
def sort(request: HttpRequest) -> HttpResponse:
    """Filings whose category nobody confirmed: a choice each, the proposal first, confirmed together by keyboard."""
    sorting.propose()
    page = Paginator(_unsorted(request), 20).get_page(request.GET.get("page"))
    if request.method == "POST":
        done = 0
        for filing in page:
            if code := request.POST.get(f"category-{filing.pk}", ""):
                try:
                    sorting.confirm(filing, code, by=request.officer, at=clock.now())  # type: ignore[attr-defined]
                    done += 1
                except Refusal as refused:
                    messages.error(request, f"{filing.number}：{refused}")
        messages.success(request, _("已确认 %(n)s 件") % {"n": done})
        return redirect("complaints:sort")
    trial = sorting.trial()
    law = policy.current().catalogue(sorting.CATEGORIES).items
    for filing in page:  # the text of a filing is personal data
        audit.record("complaints.read", f"filing:{filing.number}", by=request.officer, why="sort")  # type: ignore[attr-defined]
    context = {
        "page": page, "categories": watch_forms.options(sorting.CATEGORIES), "trial": trial,
        "by_category": [(named(item), *trial.of(code)) for code, item in law.items()] if trial else [],
    }  # fmt: skip
    return render(request, "complaints/sort.html", context)
