"""The score held to account: reports by quarter, and draws put in order by it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.access import may, requires
from hengjian.street.draw import queries as draws

from . import chance, estimates, queries, risk
from .auditing import SHIFTED
from .estimate_views import WAYS
from .models import Ordering, RiskReport, Visit

SHOWN = 20


@requires("inspection.view")
def risk_page(request: HttpRequest) -> HttpResponse:
    """The report of one quarter (`of`, the last one by default), all reports, and the draws that were or may be put in order."""
    officer = request.officer  # type: ignore[attr-defined]
    reports = list(RiskReport.objects.order_by("-since")[:SHOWN])
    asked = request.GET.get("of", "")
    report = next((one for one in reports if one.since.isoformat() == asked), reports[0] if reports else None)
    seen = draws.draws_visible_to(officer)
    orderings = [_told(one) for one in Ordering.objects.filter(draw__in=seen.values("pk")).select_related("draw__plan", "by")[:SHOWN]]
    context = {
        "report": report, "reports": reports, "body": _words(report.body) if report else {}, "orderings": orderings,
        "waiting": _waiting(seen) if may(request, "inspection.assign") else [], "share": risk.least_random(clock.today()), "shifted": SHIFTED,
    }  # fmt: skip
    return render(request, "inspection/risk.html", context)


def _waiting(seen: Any) -> list[Any]:
    """Draws whose teams were sent, nobody has gone yet to all of, and that no score has put in order."""
    open_ = queries.with_recorded(Visit.objects.filter(pick__draw=OuterRef("pk"))).filter(recorded=False)
    ordered = Ordering.objects.filter(draw=OuterRef("pk"))
    return list(seen.filter(Exists(open_), ~Exists(ordered), successor=None)[:SHOWN])


def _told(one: Ordering) -> dict[str, Any]:
    return {"row": one, "ways": [(WAYS[name], value) for name, value in one.ways.items()]}


def _words(body: dict[str, Any]) -> dict[str, Any]:
    """The report with names of districts and which lines somebody should look at."""
    told = dict(body)
    told["rates"] = {name: estimates.share(found, seen) for name, (seen, found) in ((arm, body["arms"][arm]) for arm in ("drawn", "chosen"))}
    told["first"] = [(name, *counts, estimates.share(counts[1], counts[0])) for name, counts in body.get("ordered", {}).items()]
    if body["score"]:
        areas = [area | {"title": chance.title_of("district", area["code"]), "far": abs(area["z"]) > estimates.FAR} for area in body["score"]["areas"]]
        told["score"] = body["score"] | {"areas": areas}
    return told


@require_POST
@requires("inspection.assign")
def order(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the visits of a draw in order by the score."""
    officer = request.officer  # type: ignore[attr-defined]
    try:
        made = risk.order_by_score(draws.draw_of(officer, slug), by=officer, at=clock.now())
        messages.success(request, _("已按评分排好先后，每层至少 %(share)s%% 保持抽签次序") % {"share": f"{made.share:g}"})
    except Refusal as refusal:
        messages.error(request, refusal.told(_))
    return redirect("inspection:risk")
