"""Desk: the item list, the object base and the inspector base (一单两库)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hengjian.ground import audit
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.kit.text import fold
from hengjian.ground.people import queries as people
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import named, title_in
from hengjian.ground.ui import sheets
from hengjian.ground.ui.pages import address
from hengjian.street.register import queries as register

from . import itemlist, objects, queries, roster, rules, services
from .errors import NotYourTie
from .library_forms import DEPARTMENTS, FIELDS, LINES, STATES, InspectorFilter, ItemFilter, ObjectFile, TieForm, titled
from .models import Recusal
from .views import officer_of

FIRST_YEAR = 2023
ROWS = 30
TABS = {"draw:items": gettext_lazy("抽查事项清单"), "draw:objects": gettext_lazy("检查对象库"), "draw:inspectors": gettext_lazy("检查人员库")}
HEADS = {
    "items": [
        gettext_lazy("事项"), gettext_lazy("部门"), gettext_lazy("领域"), gettext_lazy("类别"), gettext_lazy("检查资格"), gettext_lazy("起"),
        gettext_lazy("止"), gettext_lazy("与上年相比"),
    ],
    "fields": [gettext_lazy("部门"), gettext_lazy("领域"), gettext_lazy("上年"), gettext_lazy("本年"), gettext_lazy("减少"), gettext_lazy("减少比例")],
    "objects": [gettext_lazy("编号"), gettext_lazy("名称"), gettext_lazy("所属主体"), gettext_lazy("地址"), gettext_lazy("起"), gettext_lazy("止")],
    "faults": [gettext_lazy("行"), gettext_lazy("编号"), gettext_lazy("没有导入的原因")],
    "inspectors": [
        gettext_lazy("姓名"), gettext_lazy("机构"), gettext_lazy("证件"), gettext_lazy("检查资格"), gettext_lazy("证件到期"), gettext_lazy("回避的主体"),
    ],
    "papers": [gettext_lazy("证件号"), gettext_lazy("种类"), gettext_lazy("检查资格"), gettext_lazy("自"), gettext_lazy("至")],
    "ties": [gettext_lazy("主体"), gettext_lazy("事由"), gettext_lazy("自"), gettext_lazy("至"), gettext_lazy("说明")],
}  # fmt: skip


def tabs(here: str) -> list[dict[str, object]]:
    return [{"href": reverse(name), "title": title, "here": name == here} for name, title in TABS.items()]


# The item list --------------------------------------------------------------------------------------


def _lines(request: HttpRequest) -> tuple[ItemFilter, int, list[itemlist.Line]]:
    """The filter, the year, and the lines it leaves."""
    today = clock.today()
    departments = dict.fromkeys(str(line.item.extra.get("department", "")) for line in itemlist.lines(today.year, today))
    form = ItemFilter(request.GET, years=range(today.year, FIRST_YEAR - 1, -1), departments=departments)
    wanted = form.cleaned_data if form.is_valid() else {}
    year = wanted.get("year") or today.year
    return form, year, itemlist.lines(year, today, department=wanted.get("department", ""), state=wanted.get("state", ""))


@requires("draw.view")
def items(request: HttpRequest) -> HttpResponse:
    """The list by department and field, dated, counted against the year before (−20 %)."""
    form, year, rows = _lines(request)
    today = clock.today()
    department = form.cleaned_data.get("department", "") if form.is_valid() else ""
    whole = itemlist.lines(year, today, department=department)
    count, days = itemlist.count(whole), itemlist.days(year, today)
    promises = itemlist.promises()
    promised = promises.get(year)
    context = {
        "form": form, "year": year, "before": days[0], "now": days[1], "count": count, "promised": promised,
        "promises": sorted(promises), "basis": itemlist.promise_basis() if promises else "",
        "kept": promised is not None and count.share is not None and 100 * count.share >= promised,
        "percent": float(100 * count.share) if count.share is not None else None,
        "fields": [
            (dict(titled(DEPARTMENTS, [d]))[d], title_in(FIELDS, f), one, float(100 * one.share) if one.share is not None else None)
            for d, f, one in itemlist.grouped(whole)
        ],
        "rows": [_shown(line) for line in rows], "heads": HEADS, "tabs": tabs("draw:items"),
    }  # fmt: skip
    return render(request, "draw/items.html", context)


def _shown(line: itemlist.Line) -> dict[str, Any]:
    extra = line.item.extra
    department = str(extra.get("department", ""))
    return {
        "line": line, "title": named(line.item), "department": dict(titled(DEPARTMENTS, [department]))[department],
        "field": title_in(FIELDS, extra.get("field")), "level": title_in("item-levels", extra.get("level")),
        "qualification": title_in(FIELDS, extra.get("qualification")), "state": LINES[line.state],
    }  # fmt: skip


@requires("draw.view")
def items_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a file."""
    form, year, lines = _lines(request)
    rows = [
        [row["line"].item.code, row["title"], row["department"], row["field"], row["level"], row["qualification"], row["line"].item.since,
         row["line"].item.until, row["state"]]
        for row in map(_shown, lines)
    ]  # fmt: skip
    filters = {**getattr(form, "cleaned_data", {}), "year": year}
    heads = [_("代码"), *HEADS["items"]]
    return sheets.export("items", heads, rows, of=len(rows), by=officer_of(request), subject="draw:items", filters=filters)


# The object base ------------------------------------------------------------------------------------


@requires("draw.view")
def object_list(request: HttpRequest, outcome: services.Taken | None = None, form: ObjectFile | None = None) -> HttpResponse:
    """Every source of objects with how many firms it names; the list of one imported kind."""
    officer, on = officer_of(request), clock.today()
    seen = register.visible_to(officer)
    cards = [
        {"source": source, "firms": seen.filter(pk__in=source.entities(on)).count(), "href": _kept_at(source)}
        for source in objects.sources(on).values()
    ]
    kinds = {item.code: item for item in objects.imported(on)}
    asked = (form.data.get("kind") if form else request.GET.get("kind")) or ""
    kind = asked if asked in kinds else next(iter(kinds), "")
    context: dict[str, Any] = {
        "cards": cards, "kinds": [{"href": f"?kind={code}", "title": named(item), "here": code == kind} for code, item in kinds.items()],
        "kind": kinds.get(kind), "tabs": tabs("draw:objects"), "heads": HEADS, "outcome": outcome, "form": form or ObjectFile(initial={"kind": kind}),
        "may_import": may(request, "draw.plan"),
    }  # fmt: skip
    if kind:
        context["page"] = Paginator(_objects(request, kind), ROWS).get_page(request.GET.get("page"))
        context["q"] = request.GET.get("q", "")
    return render(request, "draw/objects.html", context)


def _kept_at(source: objects.Source) -> str:
    return address("register:entity_list") if source.code == "register" else address(source.page) if source.page else f"?kind={source.code}"


def _objects(request: HttpRequest, kind: str) -> Any:
    found = objects.held(kind, clock.today()).filter(entity__in=register.visible_to(officer_of(request)).order_by().values("pk"))
    if q := request.GET.get("q", "").strip()[:60]:
        found = found.filter(Q(number__startswith=q) | Q(name__contains=q) | Q(entity__uscc__startswith=q.upper()) | Q(entity__name_folded__contains=fold(q)))
    return found


@require_POST
@requires("draw.plan")
def object_import(request: HttpRequest) -> HttpResponse:
    """Take in a file; what was refused is shown row by row."""
    form = ObjectFile(request.POST, request.FILES)
    if not form.is_valid():
        return object_list(request, form=form)
    file = form.cleaned_data["file"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "objects"
        path.write_bytes(file.read())
        try:
            taken = services.take_objects(by=officer_of(request), kind=form.cleaned_data["kind"], path=path, name=file.name, at=clock.now())
        except Refusal as refusal:
            form.add_error("file", refusal.told(_))
            return object_list(request, form=form)
    return object_list(request, taken, form)


@requires("draw.plan")
def object_template(request: HttpRequest) -> HttpResponse:
    """An empty table with the headings a file needs."""
    heads = ["统一社会信用代码", "编号", "名称", "地址", "启用日期", "停用日期"]
    headers = {"Content-Disposition": 'attachment; filename="objects.csv"'}
    return HttpResponse("\ufeff" + ",".join(heads) + "\r\n", content_type="text/csv; charset=utf-8", headers=headers)


# The inspector base ---------------------------------------------------------------------------------


def _inspectors(request: HttpRequest) -> tuple[InspectorFilter, Any]:
    officer, on = officer_of(request), clock.today()
    form = InspectorFilter(request.GET, agencies=people.agencies_visible_to(officer))
    return form, roster.filtered(roster.visible_to(officer), on, **(form.cleaned_data if form.is_valid() else {}))


@requires("draw.view")
def inspectors(request: HttpRequest) -> HttpResponse:
    """Officers with certificates, what they qualify for, when they end, how many firms each may not visit."""
    officer, on = officer_of(request), clock.today()
    form, found = _inspectors(request)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form, "page": page, "rows": [_inspector(one) for one in roster.inspectors(page, on)], "counts": roster.counts(officer, on),
        "tabs": tabs("draw:inspectors"), "heads": HEADS, "others": _may_see_others(request), "me": officer.pk,
    }  # fmt: skip
    return render(request, "draw/inspectors.html", context)


def _inspector(one: roster.Inspector) -> dict[str, Any]:
    tone = {"able": "green", "soon": "yellow"}.get(one.state, "red")
    ties = [(title_in(queries.GROUNDS, ground), n) for ground, n in sorted(one.ties.items())]
    return {"one": one, "state": STATES[one.state], "tone": tone, "fields": [title_in(FIELDS, f) for f in one.fields], "ties": ties}


def _may_see_others(request: HttpRequest) -> bool:
    return may(request, "draw.plan") or may(request, "draw.approve")


@requires("draw.view")
def inspectors_export(request: HttpRequest) -> HttpResponse:
    """The filtered base as a file: certificates and qualifications, no ties."""
    form, found = _inspectors(request)
    shown = map(_inspector, roster.inspectors(found[: sheets.MOST], clock.today()))
    rows: list[Sequence[object]] = [
        [row["one"].officer.number, row["one"].officer.name, row["one"].officer.agency.name, row["state"], "、".join(row["fields"]), row["one"].until]
        for row in shown
    ]
    heads = [_("工号"), *HEADS["inspectors"][:-1]]
    filters = getattr(form, "cleaned_data", {})
    return sheets.export("inspectors", heads, rows, of=found.count(), by=officer_of(request), subject="draw:inspectors", filters=filters)


@requires("draw.view")
def inspector(request: HttpRequest, pk: int, form: TieForm | None = None) -> HttpResponse:
    """One officer: certificates and ties. Whoever looks at another's ties leaves a line in the audit."""
    officer, on = officer_of(request), clock.today()
    found = roster.one(officer, pk, others=_may_see_others(request))
    if found.pk != officer.pk:
        audit.record("draw.see_ties", f"officer:{found.number}", by=officer)
    ties = [{"tie": tie, "ground": title_in(queries.GROUNDS, tie.ground), "over": bool(tie.until and tie.until < on)} for tie in roster.ties_of(found, on)]
    context = {
        "found": found, "ties": ties, "heads": HEADS, "form": form or TieForm(on=on), "may_declare": _may_declare(request, found.pk), "on": on,
        "papers": [(one, [title_in(FIELDS, f) for f in one.fields]) for one in found.certificates.all()],
        "rows": [_inspector(one) for one in roster.inspectors([found], on)], "mine": found.pk == officer.pk,
    }  # fmt: skip
    return render(request, "draw/inspector.html", context)


def _may_declare(request: HttpRequest, pk: int) -> bool:
    """Officers declare their own ties; those who plan draws record what a firm applied for and what others report."""
    return may(request, "draw.declare") and (pk == officer_of(request).pk or may(request, "draw.plan"))


@require_POST
@requires("draw.declare")
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a tie, or record a former employer."""
    officer, on = officer_of(request), clock.today()
    found = roster.one(officer, pk, others=_may_see_others(request))
    form = TieForm(request.POST, on=on)
    if not _may_declare(request, found.pk):
        raise NotYourTie(_("只能申报本人的回避关系"), officer=found.number)
    if not form.is_valid():
        return inspector(request, pk, form)
    told = form.cleaned_data
    try:
        if told["ground"] == rules.FORMER_EMPLOYER:
            services.note_employer(by=officer, officer=found, uscc=told["uscc"])
        else:
            services.declare_tie(by=officer, officer=found, on=on, **told)
    except Refusal as refusal:
        form.add_error(None, refusal.told(_))
        return inspector(request, pk, form)
    messages.success(request, _("已登记。以后冻结的名单都会避开，已经冻结的不变。"))
    return redirect("draw:inspector", pk=pk)


@require_POST
@requires("draw.declare")
def end_tie(request: HttpRequest, pk: int, tie: int) -> HttpResponse:
    """End a declared tie today; the row stays."""
    found = roster.one(officer_of(request), pk, others=_may_see_others(request))
    row = Recusal.objects.filter(pk=tie, officer=found).first()
    if row is None or not _may_declare(request, found.pk):
        raise NotYourTie(_("只能解除本人的回避关系"), officer=found.number)
    services.end_tie(by=officer_of(request), tie=row, on=clock.today())
    return redirect("draw:inspector", pk=pk)
