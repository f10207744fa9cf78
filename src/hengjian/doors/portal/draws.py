"""Draws as the public sees them: every one since its commitment; its list and bundle once opened.

Names of the entities drawn come from the public projection: one that is not public is shown by its code alone.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from hengjian.ground.people.access import requires
from hengjian.ground.people.language import title_in
from hengjian.street.draw import queries
from hengjian.street.draw.models import Plan
from hengjian.street.draw.plan_forms import KINDS
from hengjian.street.draw.plan_views import words
from hengjian.street.draw.views import HEADS, SHOWN, odds_of, steps, with_state
from hengjian.street.publication import queries as publication

TABS = {"draw_public:draw_list": gettext_lazy("抽取"), "draw_public:plan_list": gettext_lazy("抽查计划")}
PLANS = [gettext_lazy("抽查计划"), gettext_lazy("组织部门"), gettext_lazy("种类"), gettext_lazy("检查期"), gettext_lazy("公布日期"), gettext_lazy("抽取")]


def _tabs(here: str) -> list[dict[str, object]]:
    return [{"href": reverse(name), "title": title, "here": name == here} for name, title in TABS.items()]


@requires("public")
def plan_list(request: HttpRequest) -> HttpResponse:
    """Every published plan, newest first."""
    page = Paginator(queries.public_plans(), 20).get_page(request.GET.get("page"))
    rows = [{"plan": plan, "kind": KINDS[plan.kind], "draws": _public_draws(plan)} for plan in page]
    context = {"page": page, "rows": rows, "heads": PLANS, "tabs": _tabs("draw_public:plan_list"), "as_of": publication.data_as_of()}
    return render(request, "portal/plan_list.html", context)


@requires("public")
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be checked, among whom, by which departments; the draws that came of it."""
    found = queries.public_plan(pk)
    context = {"plan": found, "draws": _public_draws(found), "as_of": publication.data_as_of(), **words(found)}
    return render(request, "portal/plan.html", context)


def _public_draws(plan: Plan) -> list[dict[str, object]]:
    return [with_state(draw) for draw in queries.public_draws().filter(plan=plan).order_by("number")]


@requires("public")
def draw_list(request: HttpRequest) -> HttpResponse:
    """Every draw since its commitment, superseded ones included."""
    page = Paginator(queries.public_draws(), 20).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [with_state(d) for d in page], "heads": HEADS, "as_of": publication.data_as_of(), "tabs": _tabs("draw_public:draw_list")}
    return render(request, "portal/draw_list.html", context)


@requires("public")
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    """Commitment, odds, seed source; after opening also the list, the bundle and the re-run."""
    found = queries.public_draw(slug)
    siblings = queries.public_draws().filter(plan=found.plan_id).order_by("number")
    context = {
        **with_state(found), "steps": steps(found), "strata": odds_of(found.strata), "heads": HEADS,
        "item_titles": [title_in(queries.ITEMS, code) for code in found.plan.items],
        "siblings": [with_state(d) for d in siblings], "as_of": publication.data_as_of(),
    }  # fmt: skip
    if found.opened_at:
        teams = Paginator(queries.teams_of(found), SHOWN).get_page(request.GET.get("page"))
        names = publication.names_of(team.pick.entity_id for team in teams)
        context |= {"teams": teams, "drawn": [(team, names.get(team.pick.entity_id, "")) for team in teams]}
    return render(request, "portal/draw.html", context)


@requires("public")
def commitment(request: HttpRequest, slug: str) -> HttpResponse:
    """commitment.json, byte for byte what the commitment is the digest of."""
    return HttpResponse(queries.public_draw(slug).commitment_text, content_type="application/json")


@requires("public")
def bundle(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The public bundle, after opening."""
    return FileResponse(
        queries.opened_bundle(slug).open("rb"),
        as_attachment=True,
        filename=f"draw-{slug}.zip",
        content_type="application/zip",
    )
