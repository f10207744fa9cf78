"""Desk: the operator's draw page. Plans are in plan_views.py; what the public sees of draws is in doors/portal/draws.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.access import may, requires
from hengjian.ground.ui.looks import CLASSES

from . import forms, queries, rules, services
from .models import Draw

STATES = {
    "frozen": gettext_lazy("名单已冻结"), "committed": gettext_lazy("承诺已公布"), "seeded": gettext_lazy("种子已取得"),
    "drawn": gettext_lazy("已抽取"), "opened": gettext_lazy("名单已公开"),
}  # fmt: skip
STEPS = {
    "frozen": gettext_lazy("冻结名单"), "committed": gettext_lazy("公布承诺"), "seeded": gettext_lazy("取得种子"),
    "drawn": gettext_lazy("抽取"), "opened": gettext_lazy("公开名单"),
}  # fmt: skip
HEADS = {
    "strata": [
        gettext_lazy("分层"),
        gettext_lazy("名单户数"),
        gettext_lazy("被抽查概率"),
        gettext_lazy("平均抽取户数"),
        gettext_lazy("抽中户数"),
        gettext_lazy("备选户数"),
    ],
    "teams": [
        gettext_lazy("主体名称"),
        gettext_lazy("统一社会信用代码"),
        gettext_lazy("分层"),
        gettext_lazy("顺序"),
        gettext_lazy("被抽查概率"),
        gettext_lazy("检查人员"),
    ],
    "public": [
        gettext_lazy("抽查计划"),
        gettext_lazy("组织部门"),
        gettext_lazy("次数"),
        gettext_lazy("承诺公布时间"),
        gettext_lazy("名单户数"),
        gettext_lazy("状态"),
    ],
}
SHOWN = 50


def officer_of(request: HttpRequest) -> Any:
    """Who asks."""
    return request.officer  # type: ignore[attr-defined]


def steps(draw: Draw | None) -> list[dict[str, object]]:
    """The five steps with their times; the next one is `now`."""
    times = [getattr(draw, f"{state}_at") if draw else None for state in STEPS]
    following = next((i for i, at in enumerate(times) if at is None), len(times))
    return [
        {
            "title": title,
            "note": f"{at.astimezone(clock.SHANGHAI):%m-%d %H:%M}" if at else "",
            "state": "done" if at else "now" if i == following else "",
        }
        for i, (title, at) in enumerate(zip(STEPS.values(), times, strict=True))
    ]


def odds_of(strata: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the table of odds. A stratum is a colour, which has its words, or a grade, which is one."""
    return [_odds(name, stratum) for name, stratum in sorted(strata.items())]


def _odds(name: str, stratum: Mapping[str, Any]) -> dict[str, Any]:
    """`mean` is what the stratum gives on average; `quota` and `reserve` are known once the draw is held."""
    chance = rules.chance(stratum)
    shown = {"quota": None, "reserve": None, **stratum}
    title = CLASSES[name].label if name in CLASSES else name
    return shown | {"title": title, "chance": str(chance), "percent": float(100 * chance), "mean": float(chance * stratum["size"])}


def page_of(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context | {"heads": HEADS})


def with_state(draw: Draw) -> dict[str, Any]:
    """A draw, how far it is, and when the announced value comes out."""
    due = draw.source.get("due")
    return {"draw": draw, "state": STATES[draw.state], "source_due": datetime.fromisoformat(due) if due else None}


@requires("draw.view")
def draw(request: HttpRequest, slug: str, form: Any = None) -> HttpResponse:
    """The operator's page: what has happened, the one next act, the result."""
    found = queries.draw_of(officer_of(request), slug)
    leading = queries.leads(officer_of(request), found.plan)
    next_form: Any = form
    if form is None and found.state == "frozen":
        next_form = forms.SourceForm()
    elif form is None and found.state == "committed":
        next_form = forms.SeedForm(source=found.source)
    successor = Draw.objects.filter(predecessor=found).first()
    context = {
        **with_state(found), "steps": steps(found), "strata": odds_of(found.strata), "form": next_form,
        "may_hold": leading and may(request, "draw.hold"), "successor": successor,
        "may_redraw": leading and may(request, "draw.approve") and successor is None, "redraw_form": forms.RedrawForm(),
    }  # fmt: skip
    if found.drawn_at:
        teams = Paginator(queries.teams_of(found), SHOWN).get_page(request.GET.get("page"))
        context |= {"teams": teams, "roll": [t.pick.entity.name for t in teams] if "roll" in request.GET else None}
    return page_of(request, "draw/draw.html", context)


def _act(name: str, form_of: Callable[[HttpRequest, Draw], Any] | None = None) -> Callable[..., HttpResponse]:
    """A view for one act: read the form, call the service, show what the refusal says beside the form."""

    @require_POST
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        found = queries.draw_of(officer_of(request), slug, leading=True)
        form = form_of(request, found) if form_of else None
        if form is not None and not form.is_valid():
            return draw(request, slug, form)
        values = {} if form is None else {form.argument: getattr(form, form.argument)()}
        try:
            getattr(services, name)(by=officer_of(request), draw=found, at=clock.now(), **values)
        except Refusal as refusal:
            if form is None:
                raise
            form.add_error(None, refusal.told(_))
            return draw(request, slug, form)
        back = redirect("draw:draw", slug=slug)
        if name == "hold":
            back["Location"] += "?roll=1"
        return back

    return requires("draw.hold")(view)


def _seed_form(request: HttpRequest, found: Draw) -> Any:
    if not found.source:
        services.reveal_seed(
            by=officer_of(request), draw=found, evidence={}, at=clock.now()
        )  # refuses: no commitment yet
    return forms.SeedForm(request.POST, request.FILES, source=found.source)


commit = _act("commit", lambda request, _draw: forms.SourceForm(request.POST))
reveal_seed = _act("reveal_seed", _seed_form)
hold = _act("hold")
open_list = _act("open_list")


@require_POST
@requires("draw.approve")
def redraw(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.draw_of(officer_of(request), slug, leading=True)
    form = forms.RedrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("重新抽取须写明原因"))
        return redirect("draw:draw", slug=slug)
    made = services.redraw(by=officer_of(request), draw=found, reason=form.cleaned_data["reason"], at=clock.now())
    return redirect("draw:draw", slug=made.slug)

