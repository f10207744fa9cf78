"""The page of one act over several matters: choose the act, say it once, read what each matter answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.people.models import Officer

from . import batch
from .asking import officer_of


@requires("signed-in")
def matters(request: HttpRequest) -> HttpResponse:
    """Chosen by `matter`; `act` names what is to be done; posted, it is done in each matter alone."""
    officer, on = officer_of(request), clock.today()
    given = request.POST if request.method == "POST" else request.GET
    found = batch.chosen(officer, request.powers, given.getlist("matter"))  # type: ignore[attr-defined]
    offers = batch.offers(found, officer, request.powers, on)  # type: ignore[attr-defined]
    act = next((one for one in offers if one.name == given.get("act")), None)
    people = list(Officer.objects.filter(agency=officer.agency_id, active=True).exclude(pk=officer.pk).order_by("number"))
    posted = (request.POST,) if request.method == "POST" else ()
    form = batch.form_for(found, act.name, on, people, *posted) if act else None
    context: dict[str, Any] = {
        "matters": found, "offers": offers, "act": act, "form": form, "seconds": people, "second": given.get("second", ""),
        "confirming": bool(act and act.name.startswith(batch.CONFIRM)),
    }  # fmt: skip
    if request.method == "POST" and act and (form is None or form.is_valid()):
        second = next((one for one in people if one.number == request.POST.get("second")), None)
        context["outcomes"] = batch.judge(
            found, act.name, by=officer, second=second, told=form.kept() if form else {}, opinion=request.POST.get("opinion", "")[:400],
            versions=request.POST.dict(), on=on, at=clock.now(),
        )  # fmt: skip
        context["done"] = sum(one.done for one in context["outcomes"])
    return render(request, "desk/batch.html", context, status=422 if form and form.errors else 200)
