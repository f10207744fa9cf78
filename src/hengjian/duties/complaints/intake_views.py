"""Taking filings in at the desk: the page of a call, and work orders from a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named

from . import filing, forms
from . import imports as work_orders
from .models import Import

SHOWN = 20


@never_cache
@requires("complaints.take")
def hotline(request: HttpRequest) -> HttpResponse:
    """One page for one call; the number and the code are read out at its end, and the page is ready for the next."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    form = forms.HotlineForm(request.POST or None, on=on)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        asked = filing.Told(
            text=told["text"], kinds=told["kinds"], channel=told["channel"], source="operator", category=told["category"], goods=told["goods"],
            amount_fen=told["amount_fen"], may_publish=told["may_publish"], may_delegate=told["may_delegate"], district=officer.agency.district,
            firm=filing.Firm(name=told["firm"], uscc=told["uscc"], address=told["place"], unfound=told["unfound"]),
            confirmed_at=clock.now() if told["phone"] and told["channel"] == "phone" else None,
        )  # fmt: skip
        try:
            made = filing.file(told=asked, who=filing.Who(told["name"], told["phone"], told["address"]), at=clock.now(), by=officer)
        except Refusal as wrong:
            form.add_error(None, str(wrong))
        else:
            said = _("已登记 %(number)s，查询码 %(code)s，请读给来电人") % {"number": made.filing.number, "code": made.code}
            messages.success(request, said)
            return redirect("complaints:hotline")
    advice = [named(item) for item in policy.current().catalogue("complaint-advice").items.values()]
    return render(request, "complaints/hotline.html", {"form": form, "advice": advice}, status=422 if form.errors else 200)


@requires("complaints.take")
def imports(request: HttpRequest) -> HttpResponse:
    """Work orders of 12345 and 12315 from a file; what was refused is told by row."""
    officer = request.officer  # type: ignore[attr-defined]
    form = forms.ImportForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        one = form.cleaned_data["file"]
        try:
            made = work_orders.take(
                source=form.cleaned_data["source"], name=one.name or "", content=one.read(), by=officer, at=clock.now()
            )
        except Refusal as wrong:
            form.add_error("file", str(wrong))
        else:
            messages.success(request, _("收到 %(a)s 行：新登记 %(b)s，已有 %(c)s，退回 %(d)s") % {
                "a": made.received, "b": made.accepted, "c": made.known, "d": len(made.refused),
            })  # fmt: skip
            return redirect("complaints:imports")
    shown = Import.objects.filter(by__agency=officer.agency).select_related("by").order_by("-pk")[:SHOWN]
    return render(request, "complaints/imports.html", {"form": form, "imports": list(shown)}, status=422 if form.errors else 200)
