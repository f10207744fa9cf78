"""The officer's own pages: inbox, what was done, and the search of the register within the data scope."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import recounting
from hengjian.ground.ui import sheets
from hengjian.street.assessment import queries as assessment
from hengjian.street.register import queries as register

from . import inbox
from .asking import officer_of

MOST = 100  # hits shown


def _urgencies() -> list[tuple[str, str]]:
    return [("late", _("已超期")), ("soon", _("三日内到期")), ("later", _("三日以后")), ("none", _("无法定期限"))]


def _tabs(here: str, total: int | None = None) -> list[dict[str, object]]:
    return [
        {"href": reverse("desk:home"), "title": _("待办"), "count": total, "here": here == "home"},
        {"href": reverse("desk:done"), "title": _("已办"), "here": here == "done"},
    ]


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:60] for name in ("kind", "urgency", "text")}


@requires("signed-in")
def home(request: HttpRequest) -> HttpResponse:
    """The inbox; a firm's representative belongs at the counter."""
    if request.representative:  # type: ignore[attr-defined]
        return redirect("counter:home")
    officer, on = officer_of(request), clock.today()
    lines = inbox.waiting(officer, request.powers, on)  # type: ignore[attr-defined]
    asked = _asked(request)
    context: dict[str, Any] = {
        "asked": asked,
        "kinds": sorted({(line.kind, line.kind_title) for line in lines}),
        "urgencies": _urgencies(),
        "counts": {name: sum(line.urgency == name for line in lines) for name, _title in _urgencies()},
        "total": len(lines),
        "done": inbox.done_by(officer).filter(on__gte=on.replace(day=1)).count(),
        "tabs": _tabs("home", len(lines)),
        "page": Paginator(inbox.narrowed(lines, **asked), 20).get_page(request.GET.get("page")),
    }
    return render(request, "desk/home.html", context)


@requires("signed-in")
def export(request: HttpRequest) -> HttpResponse:
    """The inbox as the filters leave it, as a sheet."""
    officer, asked = officer_of(request), _asked(request)
    lines = inbox.narrowed(inbox.waiting(officer, request.powers, clock.today()), **asked)  # type: ignore[attr-defined]
    heads = [_("编号"), _("事项"), _("主体"), _("统一社会信用代码"), _("类型"), _("当前环节"), _("截止"), _("依据"), _("当事人或其他机关的期限")]
    rows = [
        (line.number, line.title, line.name, line.uscc, line.kind_title, line.stage,
         line.deadline.due if line.deadline else None, line.deadline.basis if line.deadline else "",
         line.theirs.due if line.theirs else None)
        for line in lines
    ]  # fmt: skip
    return sheets.export("inbox", heads, rows, of=len(rows), by=officer, subject=f"officer:{officer.number}", filters=asked)


@requires("signed-in")
def done(request: HttpRequest) -> HttpResponse:
    """What the officer did, last first."""
    page = Paginator(inbox.done_by(officer_of(request)), 30).get_page(request.GET.get("page"))
    rows = [(event, _act(event.proceeding.kind, event.act)) for event in page]
    return render(request, "desk/done.html", {"page": page, "rows": rows, "tabs": _tabs("done")})


def _act(kind: str, act: str) -> str:
    acts = procedure.definition(kind).acts
    return named(acts[act]) if act in acts else {"open": _("立项"), "undo": _("撤销上一步")}.get(act, act)


@requires("register.view")
def find(request: HttpRequest) -> HttpResponse:
    """Entities by name, former name or code, within the data scope."""
    q = request.GET.get("q", "").strip()[:60]
    hits = register.search(officer_of(request), q, limit=MOST + 1) if len(q) > 1 else []
    page = Paginator(hits[:MOST], 20).get_page(request.GET.get("page"))
    if len(hits) == 1 and len(q) == 18:
        return redirect("desk:entity", page[0].uscc)
    keys = [hit.pk for hit in page]
    looks = assessment.classes_of(keys, on=clock.today())
    former = register.names_given_up(keys)
    rows = [(hit, looks.get(hit.pk, ""), former.get(hit.pk, [])) for hit in page]
    return render(request, "desk/find.html", {"page": page, "rows": rows, "cut": len(hits) > MOST})


@requires("signed-in")
def shifts(request: HttpRequest) -> HttpResponse:
    """Deadlines of the officer's matters that an announced calendar moved or settled."""
    page = Paginator(recounting.told_to(officer_of(request)), 50).get_page(request.GET.get("page"))
    return render(request, "desk/shifts.html", {"page": page})


@require_POST
@requires("signed-in")
def note_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer has taken note of one of them."""
    recounting.note(pk, by=officer_of(request), at=clock.now())
    return redirect("desk:shifts")
