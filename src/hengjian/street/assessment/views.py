"""Pages: the city by class, the entities behind each figure, why one entity has its class, how it gets back."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import citing
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import title_in
from hengjian.ground.ui import sheets
from hengjian.ground.ui.days import Asked, asked
from hengjian.street.register import queries as register
from hengjian.street.register.models import Entity

from . import forms, queries, telling, then

FAMILIES = (queries.COLOURS, queries.GRADES)


def entity_for(request: HttpRequest, uscc: str) -> Entity:
    return queries.visible_entity(request.officer, uscc)  # type: ignore[attr-defined]


def family_of(request: HttpRequest) -> str:
    asked = request.GET.get("family", queries.COLOURS)
    return asked if asked in FAMILIES else queries.COLOURS


@never_cache
@requires("assessment.view")
def distribution(request: HttpRequest) -> HttpResponse:
    """How many entities each class holds, on any day as known on any day, by district and by kind; each figure opens its rows."""
    family, days, law = family_of(request), asked(request.GET, clock.today()), policy.current()
    ruleset = queries.ruleset_of(family, days.on, law)
    officer = request.officer  # type: ignore[attr-defined]
    if days.replayed:
        whole, districts, kinds = then.City(officer, ruleset, days.on, days.known).spread("", "district", "kind")
    else:
        whole, districts, kinds = (queries.spread(officer, ruleset, *more) for more in ((), ("district", law), ("kind", law)))
    context = {
        "asked": days, "kept": _kept(days),
        "family": family, "ruleset": ruleset, "title": telling.named(ruleset), "run": queries.last_run(ruleset.id),
        "classes": [(item, telling.named(item)) for item in reversed(ruleset.classes)],
        "whole": whole, "total": sum(each.total for each in whole), "doubt": citing.doubt(ruleset.confidence),
        "basis": citing.cited(ruleset.basis),
        "tables": [(_("辖区"), "district", districts), (_("主体类型"), "kind", kinds)], "tabs": tabs(family, clock.today(), _kept(days)),
    }  # fmt: skip
    return render(request, "assessment/distribution.html", context)


def _kept(days: Asked) -> str:
    """The days asked for, to be kept in the addresses of a page."""
    told = {"on": days.on.isoformat(), **({"known": days.known.isoformat()} if days.known else {})}
    return f"&{urlencode(told)}" if days.replayed else ""


def tabs(family: str, today: date, more: str = "") -> list[dict[str, Any]]:
    """The two classifications as tabs, each for itself; `more` is kept in their addresses."""
    return [
        {"href": f"?family={each}{more}", "title": telling.named(queries.ruleset_of(each, today)), "here": each == family}
        for each in FAMILIES
    ]


def _rows(request: HttpRequest) -> tuple[dict[str, str], Any, Any, Asked]:
    form, days = forms.Filed(request.GET), asked(request.GET, clock.today())
    wanted = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    ruleset, officer = queries.ruleset_of(family_of(request), days.on), request.officer  # type: ignore[attr-defined]
    found = then.City(officer, ruleset, days.on, days.known).behind(**wanted) if days.replayed else queries.behind(officer, ruleset, **wanted)
    return wanted, ruleset, found, days


@never_cache
@requires("assessment.view")
def rows(request: HttpRequest) -> HttpResponse:
    """The entities behind one figure."""
    wanted, ruleset, found, days = _rows(request)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    titles = {item.code: item for item in ruleset.classes}
    lines = [
        (row, titles.get(row.class_code), telling.reasons(row.reasons), title_in("districts", row.entity.district) or "—") for row in page
    ]
    context = {"asked": days, "ruleset": ruleset, "title": telling.named(ruleset), "page": page, "lines": lines,
               "heads": [_("名称"), _("统一社会信用代码"), _("辖区"), _("类别"), _("理由")]}  # fmt: skip
    return render(request, "assessment/rows.html", context)


@requires("assessment.view")
def export(request: HttpRequest) -> HttpResponse:
    """The same entities as a spreadsheet; who took it out is kept."""
    wanted, ruleset, found, days = _rows(request)
    heads = ("统一社会信用代码", "名称", "辖区", "主体类型", "类别代码", "类别", "理由", "基准日")
    titles, districts = {item.code: item.title for item in ruleset.classes}, policy.current().catalogue("districts")
    names = {rule.id: rule.title for rule in ruleset.rules}
    lines = (
        (row.entity.uscc, row.entity.name, districts.title_of(row.entity.district or ""), row.entity.kind, row.class_code,
         titles.get(row.class_code, ""), "；".join(names.get(each, each) for each in row.reasons), row.on.isoformat())
        for row in (found[: sheets.MOST] if days.replayed else found[: sheets.MOST].iterator(chunk_size=2_000))
    )  # fmt: skip
    officer, subject = request.officer, f"ruleset:{ruleset.id}"  # type: ignore[attr-defined]
    filters = wanted | ({"on": days.on.isoformat(), "known": str(days.known or "")} if days.replayed else {})
    return sheets.export("assessment", heads, lines, of=found.count(), by=officer, subject=subject, filters=filters)


@never_cache
@requires("assessment.view")
def explain(request: HttpRequest, uscc: str) -> HttpResponse:
    """Why: every rule of both classifications, met or not, with article, records, values and what is missing."""
    entity, law, today = entity_for(request, uscc), policy.current(), clock.today()
    form = forms.Replay(request.GET if set(request.GET) & {"on", "known", "ruleset"} else None, law=law)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    on, known, named = told.get("on") or today, told.get("known"), told.get("ruleset") or ""
    context = {
        "entity": entity, "form": form, "on": on, "known": known, "replayed": bool(told), "named": named,
        "answers": [telling.explanation(each, entity.kind) for each in queries.explanations(entity, on=on, known=known, ruleset=named)],
        "history": _history(entity), "today": today,
    }  # fmt: skip
    return render(request, "assessment/explain.html", context)


def _history(entity: Entity) -> list[dict[str, Any]]:
    law, events = policy.current(), []
    for change in queries.history(entity):
        ruleset = law.sections["rules"].get(change.ruleset)
        titles = {item.code: telling.named(item) for item in ruleset.classes} if ruleset else {}
        moved = f"{titles.get(change.before, change.before)} → {titles.get(change.after, change.after)}"
        title = f"{telling.named(ruleset) if ruleset else change.ruleset}：{moved}"
        events.append({"at": change.on.isoformat(), "title": title, "note": "；".join(telling.reasons(change.reasons))})
    return events


@never_cache
@requires("assessment.view")
def way_back(request: HttpRequest, uscc: str) -> HttpResponse:
    """The way back, for the officer who advises the firm."""
    return _way_back(request, entity_for(request, uscc), "assessment/way_back.html")


@never_cache
@requires("counter.own")
def own_way_back(request: HttpRequest) -> HttpResponse:
    """The way back of the representative's own firm, by the public colours."""
    return _way_back(request, own_entity(request), "assessment/own_way_back.html")


def own_entity(request: HttpRequest) -> Entity:
    """The firm a representative acts for."""
    uscc = request.representative.uscc  # type: ignore[attr-defined]
    found = register.by_uscc(uscc)
    if found is None:
        raise NotFound(_("登记库中没有 %(uscc)s"), uscc=uscc)
    return found


def _way_back(request: HttpRequest, entity: Entity, template: str) -> HttpResponse:
    days = asked(request.GET, clock.today())
    answer = queries.way_back(entity, days.on, known=days.known)
    heads = [_("回到"), _("不申请修复"), _("依法尽早修复")]
    return render(request, template, {"entity": entity, "asked": days, "on": days.on, "heads": heads, **telling.way_back(answer, entity.kind)})
