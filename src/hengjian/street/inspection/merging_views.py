"""Desk: tasks for one firm made one visit, and the visit that came of an approved asking."""

from __future__ import annotations

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
from hengjian.ground.people.language import title_in
from hengjian.street.draw import queries as draws
from hengjian.street.draw.burden_views import tabs
from hengjian.street.draw.models import Joined, Pick

from . import merging, off_plan, queries
from .errors import NoVisit

ROWS = 20
HEADS = [gettext_lazy("部门"), gettext_lazy("抽查计划"), gettext_lazy("检查事项"), gettext_lazy("检查人员"), gettext_lazy("检查期"), gettext_lazy("派发")]
JOINED_HEADS = [gettext_lazy("主体"), gettext_lazy("合并为一次的任务"), gettext_lazy("合并日期"), gettext_lazy("检查任务")]


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


@requires("inspection.view")
def merging_page(request: HttpRequest) -> HttpResponse:
    """Suggestions with a button each, and what was made one lately."""
    officer = _officer(request)
    page = Paginator(merging.suggestions(officer, clock.now()), ROWS).get_page(request.GET.get("page"))
    rows = [{"one": one, "tasks": [_task(pick, one) for pick in one.picks]} for one in page]
    led = draws.draws_led_by(officer).order_by().values("pk")
    joined = Joined.objects.filter(lead__draw__in=led).select_related("lead__entity", "lead__draw__plan", "pick__draw__plan", "by").order_by("-on", "-pk")[:ROWS]
    visits = {visit.pick_id: visit for visit in queries.visible_to(officer).filter(pick__in=[one.lead_id for one in joined])}
    context = {
        "page": page, "rows": rows, "heads": HEADS, "joined_heads": JOINED_HEADS, "may_join": may(request, "inspection.assign"),
        "joined": [(one, visits.get(one.lead_id)) for one in joined], "tabs": tabs(request, "inspection:merging"),
    }  # fmt: skip
    return render(request, "inspection/merging.html", context)


def _task(pick: Pick, of: merging.Suggestion) -> dict[str, Any]:
    return {
        "pick": pick, "plan": pick.draw.plan, "items": [title_in(draws.ITEMS, code) for code in pick.draw.plan.items],
        "officers": [one.name for one in pick.team.officers.all()], "visit": of.sent.get(pick.pk),
    }  # fmt: skip


@require_POST
@requires("inspection.assign")
def join(request: HttpRequest) -> HttpResponse:
    """Make the named tasks one visit, and say what came of it."""
    officer, wanted = _officer(request), [value for value in request.POST.getlist("pick") if value.isascii() and value.isdigit()]
    led = draws.draws_led_by(officer).order_by().values("pk")
    picks = list(Pick.objects.filter(pk__in=wanted[:20], draw__in=led).select_related("draw__plan__agency", "entity"))
    try:
        lead = merging.join(picks, by=officer, at=clock.now())
        told = {"firm": lead.entity.name, "n": len(picks), "plan": lead.draw.plan.title}
        messages.success(request, _("%(firm)s 的 %(n)d 项任务已合并为一次检查、一张检查表，由“%(plan)s”的检查组牵头") % told)
    except Refusal as refusal:
        messages.error(request, refusal.told(_))
    return redirect("inspection:merging")


@require_POST
@requires("draw.approve")
def decide_off_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve and send, or refuse with a reason."""
    officer = _officer(request)
    asked, approved = draws.off_plan_of(officer, pk), request.POST.get("approved") == "yes"
    try:
        off_plan.decide(asked, approved=approved, by=officer, at=clock.now(), decision=request.POST.get("decision", "")[:200])
        messages.success(request, _("已批准，检查任务已派发") if approved else _("已记录：不批准"))
    except Refusal as refusal:
        messages.error(request, refusal.told(_))
    return redirect("draw:off_plan_one", pk=pk)


@require_POST
@requires("inspection.assign")
def send_off_plan(request: HttpRequest) -> HttpResponse:
    """Send out what was approved and has no visit yet."""
    sent = off_plan.send_approved(by=_officer(request), at=clock.now())
    messages.success(request, _("已派发 %(count)s 项检查任务") % {"count": len(sent)})
    return redirect("inspection:overview")


@requires("inspection.view")
def off_plan_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """To the visit that came of an approved asking."""
    found = off_plan.visit_of(draws.off_plan_of(_officer(request), pk))
    if found is None:
        raise NoVisit(_("没有这次检查，或者不在您的管辖范围内"), visit=pk)
    return redirect("inspection:visit", pk=found.pk)
