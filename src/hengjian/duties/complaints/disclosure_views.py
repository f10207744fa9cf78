"""What is published of complaints: the officers' list, the firm's say at the counter, the public pages, and alerts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named

from . import alerting, disclosing, measuring, rates, watch_forms
from .models import Alert, Disclosure

ROWS = 30
SHOWN = {
    "soon": gettext_lazy("待公示"), "objected": gettext_lazy("企业提出异议"), "public": gettext_lazy("公示中"), "held": gettext_lazy("不予公示"),
    "past": gettext_lazy("已停止公示"),
}  # fmt: skip


def _part(found: QuerySet[Disclosure], name: str) -> QuerySet[Disclosure]:
    on = clock.today()
    open_objection = Q(objected__isnull=False, upheld=None)
    return {
        "soon": found.filter(held="", since__gt=on).exclude(open_objection),
        "objected": found.filter(open_objection, held=""),
        "public": found.filter(held="", since__lte=on, until__gte=on).exclude(open_objection),
        "held": found.exclude(held=""),
        "past": found.filter(held="", until__lt=on),
    }[name]


@requires("complaints.view")
def disclosures(request: HttpRequest) -> HttpResponse:
    """Ended complaints by what becomes of them in public."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    measuring.refresh()
    disclosing.prepare(on)
    found, show = disclosing.visible_to(officer), request.GET.get("show", "soon")
    show = show if show in SHOWN else "soon"
    tabs = [
        {"href": f"?show={name}", "title": title, "count": _part(found, name).count(), "here": name == show} for name, title in SHOWN.items()
    ]
    page = Paginator(_part(found, show), ROWS).get_page(request.GET.get("page"))
    grounds = dict(watch_forms.options(disclosing.GROUNDS))
    rows = [(row, grounds.get(row.held, ""), disclosing.publish_by(row.closed)) for row in page]
    context = {"tabs": tabs, "show": show, "page": page, "rows": rows, "grounds": grounds.items(), "on": on}
    return render(request, "complaints/disclosures.html", context)


@requires("complaints.decide")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold a row back, or answer an objection."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    row = get_object_or_404(disclosing.visible_to(officer), pk=pk)
    because = request.POST.get("because", "")
    try:
        if request.POST.get("do") == "hold":
            disclosing.hold(row, by=officer, ground=request.POST.get("ground", ""), because=because, on=on)
            messages.success(request, _("已列为不予公示"))
        else:
            disclosing.answer(row, by=officer, upheld=request.POST.get("do") == "uphold", because=because, on=on)
            messages.success(request, _("已答复异议"))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect(f"{request.path.rsplit('/', 2)[0]}/?show={request.POST.get('show', 'soon')}")


def _shown(rows: Any) -> list[dict[str, Any]]:
    """What strangers read of a row, and no more."""
    law = policy.current()
    categories, requests = law.catalogue("complaint-categories").items, law.catalogue("complaint-requests").items
    return [
        {
            "uscc": row.entity.uscc, "name": row.entity.name, "received": row.track.filing.received, "happened": row.track.filing.happened,
            "category": named(categories[row.track.filing.category]) if row.track.filing.category in categories else "",
            "requests": [named(requests[code]) for code in row.track.filing.requests if code in requests],
            "closed": row.closed, "solved": row.outcome in rates.SOLVED, "reply": row.reply, "until": row.until,
        }
        for row in rows
    ]  # fmt: skip


@requires("public")
def published(request: HttpRequest) -> HttpResponse:
    """Complaints that are public today, of one firm if asked."""
    on, asked = clock.today(), request.GET.get("uscc", "").strip().upper()[:18]
    found = disclosing.public(on)
    if asked:
        found = found.filter(entity__uscc=asked)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    standing = next(iter(disclosing.standings(on, asked)), None) if asked else None
    context = {"page": page, "rows": _shown(page), "uscc": asked, "standing": standing, "on": on}
    return render(request, "complaints/published.html", context)


@requires("public")
def boards(request: HttpRequest) -> HttpResponse:
    """The two boards of today with the rule that makes them."""
    on = clock.today()
    law = policy.at(on)
    numbers = {name: law.number(f"complaints.board.{name}") for name in ("least", "red", "black")}
    return render(request, "complaints/boards.html", {"boards": disclosing.boards(on), "on": on, **numbers})


@requires("public")
def alerts_public(request: HttpRequest) -> HttpResponse:
    """Warnings to consumers."""
    page = Paginator(alerting.public(clock.today()), 10).get_page(request.GET.get("page"))
    return render(request, "complaints/alerts_public.html", {"page": page})


@requires("complaints.view")
def alerts(request: HttpRequest) -> HttpResponse:
    """Warnings that were written, published and withdrawn; a new one is written here."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    typed, status = {}, 200
    if request.method == "POST" and "complaints.handle" in request.powers:  # type: ignore[attr-defined]
        typed = {name: request.POST.get(name, "") for name in ("title", "text", "category")}
        try:
            alerting.write(by=officer, on=on, title=typed["title"], text=typed["text"], category=typed["category"])
            messages.success(request, _("已起草，由另一人发布"))
            return redirect("complaints:alerts")
        except Refusal as refused:
            messages.error(request, str(refused))
            status = 422
    page = Paginator(Alert.objects.select_related("by", "approved_by").order_by("-written", "-pk"), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "typed": typed, "categories": watch_forms.options("complaint-categories")}
    return render(request, "complaints/alerts.html", context, status=status)


@requires("complaints.decide")
@require_POST
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish or withdraw a warning."""
    found, act = get_object_or_404(Alert, pk=pk), alerting.withdraw if "withdraw" in request.POST else alerting.publish
    try:
        act(found, by=request.officer, on=clock.today())  # type: ignore[attr-defined]
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("complaints:alerts")


@never_cache
@requires("counter.own")
def own(request: HttpRequest) -> HttpResponse:
    """What is, and what will be, public of complaints about one's own firm: object in time, or reply."""
    uscc, on = request.representative.uscc, clock.today()  # type: ignore[attr-defined]
    mine = Disclosure.objects.filter(entity__uscc=uscc, told__isnull=False).select_related("track__filing").order_by("-closed", "-pk")
    if request.method == "POST":
        row = get_object_or_404(mine, pk=request.POST.get("row", "0"))
        try:
            if request.POST.get("do") == "object":
                disclosing.object_to(row, text=request.POST.get("text", ""), on=on)
                messages.success(request, _("异议已提交，答复以前不公示"))
            else:
                disclosing.reply(row, text=request.POST.get("text", ""))
                messages.success(request, _("答辩将与投诉信息一并公示"))
        except Refusal as refused:
            messages.error(request, str(refused))
        return redirect("complaints-counter:own")
    page = Paginator(mine, ROWS).get_page(request.GET.get("page"))
    categories = dict(watch_forms.options("complaint-categories"))
    rows = [(row, disclosing.objection_until(row.told), categories.get(row.track.filing.category, "")) for row in page if row.told]
    return render(request, "complaints/own.html", {"page": page, "rows": rows, "on": on, "uscc": uscc})
