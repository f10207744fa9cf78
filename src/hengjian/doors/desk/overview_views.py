"""The leader's pages: figures with their definition, and the rows behind each."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.procedure import queries as procedure
from hengjian.street.assessment import queries as assessment
from hengjian.street.assessment.models import Assessment
from hengjian.street.register import queries as register

from . import inbox, overview, sheets
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
    rows = [
        (task, procedure.definition(task.proceeding.kind).title,
         inbox.page_of(task.proceeding))
        for task in page
    ]  # fmt: skip
    return render(request, "desk/late.html", {"page": page, "rows": rows, "unit": unit, "everything": everything})


@requires("register.view")
def entities(request: HttpRequest) -> HttpResponse:
    """Entities in scope by class and district: the rows behind the spread of classes. `?sheet` takes them out."""
    officer, on = officer_of(request), clock.today()
    asked = {name: request.GET.get(name, "")[:20] for name in ("class", "district")}
    found = register.visible_to(officer)
    if asked["class"]:
        ruleset = assessment.ruleset_of(assessment.COLOURS, on)
        found = found.filter(pk__in=Assessment.objects.filter(ruleset=ruleset.id, class_code=asked["class"]).values("entity"))
    if asked["district"]:
        found = found.filter(district=None if asked["district"] == "unknown" else asked["district"])
    if "sheet" in request.GET:
        heads = [_("名称"), _("统一社会信用代码"), _("成立日期"), _("住所")]
        rows = found.values_list("name", "uscc", "established", "address")[: sheets.MOST]
        return sheets.export("entities", heads, rows.iterator(2000), by=officer, subject="register", **asked)
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    looks = assessment.classes_of([one.pk for one in page], on=on)
    context = {
        "page": page, "rows": [(one, looks.get(one.pk, "")) for one in page], "asked": asked,
        "districts": policy.current().catalogue("districts").items.values(), "most": sheets.MOST,
        "classes": [item.code for item in reversed(assessment.ruleset_of(assessment.COLOURS, on).classes)],
    }  # fmt: skip
    return render(request, "desk/entities.html", context)
