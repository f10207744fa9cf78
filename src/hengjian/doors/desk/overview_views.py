"""The leader's pages: figures with their definition, and the rows behind each."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.procedure import queries as procedure

from . import inbox, overview
from .asking import officer_of


@requires("desk.view")
def summary(request: HttpRequest) -> HttpResponse:
    """What is late and where, the spread of classes, draws, filing."""
    officer, on = officer_of(request), clock.today()
    tasks = overview.open_tasks(officer, on)
    units, spread = overview.by_unit(tasks), overview.classes(officer, on)
    context = {
        "open": len(tasks),
        "late": sum(unit.late for unit in units),
        "soon": sum(unit.soon for unit in units),
        "units": units,
        "units_chart": overview.units_chart(units),
        "spread": spread,
        "classes_chart": overview.classes_chart(spread),
        "draws": overview.draws_in_hand(officer),
        "next_step": inbox.NEXT_STEP,
        "filing": overview.filing(officer, on),
        "delays": overview.delays(officer, on),
        "silent_after": overview.SILENT,
    }
    return render(request, "desk/summary.html", context)


@requires("desk.view")
def late(request: HttpRequest) -> HttpResponse:
    """Open matters in scope, late ones only unless asked otherwise, of one unit if asked."""
    officer, on = officer_of(request), clock.today()
    tasks, unit, everything = overview.open_tasks(officer, on), request.GET.get("unit", ""), "all" in request.GET
    if unit:
        tasks = [task for task in tasks if task.proceeding.agency.code == unit]
    if not everything:
        tasks = [task for task in tasks if task.left is not None and task.left < 0]
    page = Paginator(tasks, 30).get_page(request.GET.get("page"))
    mine = procedure.open_to(officer, request.powers, [task.proceeding.pk for task in page])  # type: ignore[attr-defined]
    rows = [
        (task, named(procedure.definition(task.proceeding.kind)), inbox.page_of(task.proceeding) if task.proceeding.pk in mine else "")
        for task in page
    ]
    return render(request, "desk/late.html", {"page": page, "rows": rows, "unit": unit, "everything": everything})
