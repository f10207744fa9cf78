"""The desk's pages: applications by their deadline, a firm's records, the window, figures. Acts are done on the matter page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Invalid, NotFound
from hengjian.ground.people.access import may, requires
from hengjian.ground.ui import sheets
from hengjian.street.assessment.telling import kind_title
from hengjian.street.register import queries as register

from . import figures, forms, queries, services, showing, telling

SHOWN = 50
TABS = ("open", "granted", "refused", "all")


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def _tab(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    found = queries.visible_to(_officer(request))
    kinds = {
        "open": found.filter(proceeding__closed=None), "granted": found.filter(repaired__isnull=False),
        "refused": found.filter(proceeding__closed__isnull=False, repaired=None), "all": found,
    }  # fmt: skip
    here = request.GET.get("tab", "open")
    return (here if here in kinds else "open"), kinds


@never_cache
@requires("repair.view")
def matters(request: HttpRequest) -> HttpResponse:
    """Applications in scope: open ones first come first, each with its running clock."""
    here, kinds = _tab(request)
    asked = kinds[here].order_by("proceeding__opened", "pk") if here == "open" else kinds[here]
    page = Paginator(asked, SHOWN).get_page(request.GET.get("page"))
    on = clock.today()
    rows = [showing.matter(one, matter, on) for one, matter in queries.with_matters(list(page))]
    names = {"open": _("办理中"), "granted": _("已准予"), "refused": _("未准予"), "all": _("全部")}
    tabs = [{"href": f"?tab={key}", "title": title, "count": kinds[key].count(), "here": key == here} for key, title in names.items()]
    context = {"page": page, "rows": rows, "tabs": tabs, "here": here, "heads": showing.HEADS, "may_receive": may(request, "repair.handle")}
    return render(request, "repair/matters.html", context)


@requires("repair.view")
def export(request: HttpRequest) -> HttpResponse:
    """The same list as a spreadsheet; who took it out is kept."""
    here, kinds = _tab(request)
    on, heads = clock.today(), ("案号", "企业", "统一社会信用代码", "记录", "文书号", "渠道", "收到", "状态", "修复日期")
    rows = queries.with_matters(kinds[here][: sheets.MOST])
    lines = (
        (matter.number, one.entity.name, one.entity.uscc, kind_title(one.entry.kind), one.entry.document, one.channel,
         matter.opened.isoformat(), shown["state"], one.repaired.decided.isoformat() if one.repaired else "")
        for one, matter in rows for shown in [showing.matter(one, matter, on)]
    )  # fmt: skip
    return sheets.export("repair", heads, lines, of=kinds[here].count(), by=_officer(request), subject="repair", filters={"tab": here})


@never_cache
@requires("repair.view")
def entity(request: HttpRequest, uscc: str) -> HttpResponse:
    """One firm's records: what can be repaired on a day, and why not; for the officer who advises it."""
    asked = queries.visible_to(_officer(request)).filter(entity__uscc=uscc).first()  # whoever has its application may see it whole
    found = asked.entity if asked else register.entity_for(_officer(request), uscc)
    on = _day(request.GET.get("on", "")) or clock.today()
    told = sorted((telling.standing(one) for one in queries.eligibilities(found.uscc, on)), key=telling.order)
    scoped = register.visible_to(_officer(request)).filter(pk=found.pk).exists()
    context = {"entity": found, "told": told, "on": on, "may_receive": scoped and may(request, "repair.handle")}
    return render(request, "repair/entity.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise Invalid(_("日期请写成 2026-03-02")) from wrong


@requires("repair.handle")
def window(request: HttpRequest) -> HttpResponse:
    """Which firm stands at the window."""
    form = forms.UsccForm(request.GET or None)
    if form.is_valid():
        found = register.entity_for(_officer(request), form.cleaned_data["uscc"])
        return redirect("repair:receive", uscc=found.uscc)
    return render(request, "repair/window.html", {"form": form})


@never_cache
@requires("repair.handle")
def receive(request: HttpRequest, uscc: str) -> HttpResponse:
    """Take an application at the window: the same form, also for records whose time has not come."""
    found, on = register.entity_for(_officer(request), uscc), clock.today()
    answers = [one for one in queries.eligibilities(found.uscc, on) if one.answer.verdict in ("now", "later", "barred")]
    seqs = showing.numbers(request.POST.getlist("entry") or request.GET.getlist("entry"))
    chosen = [one for one in answers if one.entry.seq in seqs]
    if not chosen:
        told = sorted((telling.standing(one) for one in answers), key=telling.order)
        return render(request, "repair/choose.html", {"entity": found, "told": told, "heads": showing.HEADS})
    form = showing.apply_form(request, chosen, strict=False)
    if request.method == "POST" and form.is_valid():
        asked = services.Asked(form.cleaned_data["said"], found.name, form.brought(), form.agent())
        told_: dict[str, Any] = {"channel": "window", "actor": _officer(request).number, "by": _officer(request), "on": on, "at": clock.now()}
        try:
            opened = services.apply(uscc=found.uscc, entries=[one.entry.seq for one in chosen], asked=asked, **told_)
        except (Invalid, services.NotRepairable, services.AlreadyAsked) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已收件：%(numbers)s") % {"numbers": "、".join(matter.number for matter in opened)})
            return redirect("desk:matter", opened[0].pk) if len(opened) == 1 else redirect("repair:matters")
    context = {**showing.apply_page(form, chosen, on), "window": True}
    return render(request, "repair/receive.html", context, status=422 if form.errors else 200)


@requires("repair.view")
def application_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The application with its commitment as PDF."""
    found = queries.visible_to(_officer(request)).filter(proceeding=pk).first()
    if found is None:
        raise NotFound(_("没有这件申请，或者不在您的数据范围内"), number=pk)
    return showing.application_pdf(found.proceeding)


@require_POST
@requires("repair.handle")
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the question whether a repair was got by false statements."""
    found = queries.visible_to(_officer(request)).filter(proceeding=pk).first()
    if found is None:
        raise NotFound(_("没有这件申请，或者不在您的数据范围内"), number=pk)
    facts = request.POST.get("facts", "")[:2_000]
    opened = services.question(by=_officer(request), application=found, facts=facts, on=clock.today(), at=clock.now())
    return redirect("desk:matter", opened.pk)


@never_cache
@requires("repair.view")
def statistics(request: HttpRequest) -> HttpResponse:
    """Repair in figures: how many, how long, refused for what, kept in time; each figure with its definition."""
    today = clock.today()
    form = forms.PeriodForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last = asked.get("last") or today
    first = asked.get("first") or last.replace(month=1, day=1)
    if first > last:
        first = last - timedelta(days=365)
    context = {"form": form if form.is_bound else forms.PeriodForm(initial={"first": first, "last": last}), "first": first, "last": last}
    return render(request, "repair/statistics.html", {**context, "figures": figures.of(queries.visible_to(_officer(request)), first, last)})
