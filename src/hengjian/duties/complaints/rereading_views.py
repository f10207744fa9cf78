"""Pages of call-backs and of samples read a second time."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import scopes
from hengjian.ground.people.access import requires
from hengjian.ground.procedure import queries as procedure

from . import measuring, rereading, watch_forms
from .models import Recheck, Track

ROWS = 30


@requires("complaints.handle")
def calls(request: HttpRequest) -> HttpResponse:
    """Ended matters whose citizen was not asked yet, and a form in each line."""
    officer = request.officer  # type: ignore[attr-defined]
    if request.method == "POST":
        track = get_object_or_404(Track.objects.filter(scopes.visible(officer)), pk=request.POST.get("track", "0"))
        try:
            rereading.call(
                track, by=officer, answer=request.POST.get("answer", ""), words=request.POST.get("words", ""), on=clock.today()
            )
            messages.success(request, _("已记录回访"))
        except Refusal as refused:
            messages.error(request, str(refused))
        return redirect("complaints:calls")
    found = rereading.to_call(officer).select_related("proceeding", "filing", "agency")
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "complaints/calls.html", {"page": page, "answers": watch_forms.ANSWERS.items()})


@requires("complaints.view")
def samples(request: HttpRequest) -> HttpResponse:
    """Samples of closed matters; whoever supervises draws a new one."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    form, period = watch_forms.period_form(request.POST.dict() if request.method == "POST" else request.GET.dict(), on)
    if request.method == "POST" and "procedure.supervise" in request.powers:  # type: ignore[attr-defined]
        agency = get_object_or_404(scopes.agencies_of(officer), code=request.POST.get("agency", ""))
        measuring.refresh()
        try:
            made = rereading.draw(agency, period.since, min(period.until, on), by=officer, on=on)
            return redirect("complaints:sample", made.pk)
        except Refusal as refused:
            messages.error(request, str(refused))
    page = Paginator(rereading.samples(officer), ROWS).get_page(request.GET.get("page"))
    units = scopes.agencies_of(officer).filter(pk__in=Track.objects.order_by().values("agency"))
    return render(request, "complaints/samples.html", {"page": page, "form": form, "units": units})


@requires("complaints.view")
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """One sample: how it was drawn, and each matter with what was found."""
    officer = request.officer  # type: ignore[attr-defined]
    found = get_object_or_404(rereading.samples(officer), pk=pk)
    rows = list(found.matters.select_related("track__proceeding", "track__filing", "by").order_by("position"))
    mine = procedure.open_to(officer, request.powers, [row.track.proceeding_id for row in rows])  # type: ignore[attr-defined]
    titles = dict(watch_forms.options(rereading.FAULTS))
    told = [(row, [titles.get(code, code) for code in row.faults or ()]) for row in rows]
    context = {"sample": found, "rows": told, "mine": mine, "faults": titles.items()}
    return render(request, "complaints/sample.html", context)


@requires("procedure.supervise")
@require_POST
def reread(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Record what the second reading of one matter found."""
    officer = request.officer  # type: ignore[attr-defined]
    found = get_object_or_404(Recheck.objects.filter(scopes.visible(officer)), pk=pk)
    row = get_object_or_404(found.matters, position=position)
    try:
        rereading.read(
            row, by=officer, faults=request.POST.getlist("faults"), words=request.POST.get("words", ""), on=clock.today()
        )
        messages.success(request, _("已记录抽检结果"))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("complaints:sample", pk)
