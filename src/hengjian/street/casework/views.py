"""The list of leads and cases, and the page that registers a lead. Cases are worked on the one page of matters."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import forms
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.services import FieldWrong
from hengjian.ground.ui.pages import address
from hengjian.street.register import queries as register

from . import queries, services

ROWS = 30


@requires("casework.view")
def cases(request: HttpRequest) -> HttpResponse:
    """Leads and cases in scope: open leads, open cases, or what is closed."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    found, show = queries.visible_to(officer), request.GET.get("show", "cases")
    parts = {
        "cases": found.filter(kind__in=(services.CASE, services.SIMPLE), closed=None), "leads": found.filter(kind=services.LEAD, closed=None),
        "beside": found.filter(kind__in=queries.BESIDE, closed=None), "closed": found.exclude(closed=None),
    }  # fmt: skip
    show = show if show in parts else "cases"
    titles = {"cases": _("在办案件"), "leads": _("核查中的线索"), "beside": _("协助调查和尽职免责"), "closed": _("已办结")}
    tabs = [
        {"href": f"?show={key}", "title": titles[key], "count": part.count(), "here": key == show} for key, part in parts.items()
    ]
    page = Paginator(procedure.with_events(parts[show]), ROWS).get_page(request.GET.get("page"))
    rows = [(procedure.task_of(matter, on), named(procedure.definition(matter.kind))) for matter in page]
    return render(request, "casework/cases.html", {"page": page, "rows": rows, "tabs": tabs, "show": show})


@requires("casework.handle")
def lead_new(request: HttpRequest) -> HttpResponse:
    """Register a lead by hand; everything typed here is carried through to the decision."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    definition = procedure.definition(services.LEAD)
    assert definition.opening is not None
    wanted: dict[str, Any] = {"required": definition.opening.requires, "optional": definition.opening.optional, "on": on}
    form = forms.FieldsForm(request.POST or None, procedure=definition, **wanted)
    asked = request.POST.get("uscc", request.GET.get("uscc", "")).strip().upper()
    if request.method == "POST" and form.is_valid():
        told = form.kept()
        try:
            entity = register.entity_for(officer, asked)
            lead = services.open_lead(
                by=officer, agency=officer.agency, entity=entity, source=told["source"], facts=told["facts"], on=on, at=clock.now(),
                origin=told.get("origin", ""), violation_ended=form.cleaned_data.get("violation_ended"), by_hand=True,
            )  # fmt: skip
        except (NotFound, FieldWrong) as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(address("desk:matter", lead.pk))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "casework/lead_new.html", {"form": form, "uscc": asked}, status=status)


FIRM = (services.SIMPLE,)  # kinds opened about a firm of the register


@requires("signed-in")
def matter_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Open a penalty on the spot, a letter that asks for assistance, or an examination of due diligence."""
    definition = procedure.definition(kind) if kind in (services.SIMPLE, *queries.BESIDE) else None
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    if definition is None or definition.opening is None or officer is None or definition.opening.power not in request.powers:  # type: ignore[attr-defined]
        raise NotFound(_("没有这个页面"), kind=kind)
    people = Officer.objects.filter(agency=officer.agency_id, active=True).order_by("number")
    form = forms.FieldsForm(request.POST or None, procedure=definition, required=definition.opening.requires, on=on, officers=people)
    asked = request.POST.get("uscc", request.GET.get("uscc", "")).strip().upper()
    if request.method == "POST" and form.is_valid():
        told = form.kept()
        try:
            if kind in FIRM:
                opened = services.open_simple(by=officer, entity=register.entity_for(officer, asked), facts=told["facts"], on=on, at=clock.now()).proceeding
            else:
                title = str(told.get("sender") or told.get("case") or "")
                opened = services.open_beside(by=officer, kind=kind, body=told, on=on, title=title, at=clock.now())
        except (NotFound, FieldWrong) as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(address("desk:matter", opened.pk))
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "uscc": asked, "firm": kind in FIRM, "title": named(definition), "definition": definition}
    return render(request, "casework/matter_new.html", context, status=status)
