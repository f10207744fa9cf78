"""The officer's own page, the register search within the data scope, and one entity through every stop."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import requires
from hengjian.street.register import queries as register

from . import inbox
from .asking import officer_of


@requires("signed-in")
def home(request: HttpRequest) -> HttpResponse:
    """The inbox; a firm's representative belongs at the counter."""
    if request.officer is None and request.representative:  # type: ignore[attr-defined]
        return redirect("counter:home")
    officer, on = officer_of(request), clock.today()
    lines = inbox.waiting(officer, request.powers, on)  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("kind", "urgency", "text")}
    found = inbox.narrowed(lines, **asked)
    context: dict[str, Any] = {
        "asked": asked,
        "kinds": sorted({(line.kind, line.kind_title) for line in lines}),
        "counts": {name: sum(line.urgency == name for line in lines) for name in ("late", "soon", "later", "none")},
        "total": len(lines),
        "page": Paginator(found, 20).get_page(request.GET.get("page")),
    }
    return render(request, "desk/home.html", context)


@requires("register.view")
def find(request: HttpRequest) -> HttpResponse:
    """Entities by name, former name or code, within the data scope."""
    q = request.GET.get("q", "").strip()[:60]
    seen = register.visible_to(officer_of(request))
    hits = register.search(q, limit=100) if len(q) > 1 else []
    within = set(seen.filter(pk__in=[hit.pk for hit in hits]).values_list("pk", flat=True))
    page = Paginator([hit for hit in hits if hit.pk in within], 20).get_page(request.GET.get("page"))
    return render(request, "desk/find.html", {"page": page})


@requires("register.view")
def entity(request: HttpRequest, uscc: str) -> HttpResponse:
    """One entity through every stop."""
    found = register.by_uscc(uscc)
    if found is None or not register.visible_to(officer_of(request)).filter(pk=found.pk).exists():
        raise NotFound(_("没有这个主体，或者不在您的数据范围内"), uscc=uscc)
    return render(request, "desk/entity.html", {"entity": found})
