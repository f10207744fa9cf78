"""Online settlement: at the counter firms join, answer and leave; at the desk units are seen with how they answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.kit.money import yuan
from hengjian.ground.kit.personal import mask_numbers
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.people import scopes
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.register import queries as register
from hengjian.street.register.models import Entity

from . import forms, odr, queries
from .models import OdrUnit

SHOWN = 200


def _uscc(request: HttpRequest) -> str:
    return str(request.representative.uscc)  # type: ignore[attr-defined]


def _entity(request: HttpRequest) -> Entity:
    found = register.by_uscc(_uscc(request))
    if found is None:
        raise NotFound(_("登记库里没有本企业"))
    return found


def _membership(uscc: str) -> OdrUnit | None:
    return OdrUnit.objects.filter(entity__uscc=uscc, left=None).select_related("proceeding").first()


@never_cache
@requires("counter.own")
def own(request: HttpRequest) -> HttpResponse:
    """What consumers have with the firm, nearest deadline first; how it answers; joining and leaving."""
    return _own(request, forms.JoinForm())


def _own(request: HttpRequest, form: forms.JoinForm, status: int = 200) -> HttpResponse:
    uscc, on = _uscc(request), clock.today()
    context = {
        "lines": queries.lines(odr.of_firm(uscc), on), "unit": _membership(uscc), "did": odr.performance(uscc), "form": form,
        "offered": odr.offered(),
    }  # fmt: skip
    return render(request, "complaints/odr_own.html", context, status=status)


@require_POST
@requires("counter.own")
def join(request: HttpRequest) -> HttpResponse:
    """Ask to become a unit."""
    form = forms.JoinForm(request.POST)
    if not form.is_valid():
        return _own(request, form, 422)
    try:
        odr.apply(entity=_entity(request), actor=request.user.get_username(), on=clock.today(), at=clock.now(), **form.cleaned_data)
    except Refusal as wrong:
        form.add_error(None, str(wrong))
        return _own(request, form, 422)
    messages.success(request, _("已申请，市场监管部门审核后生效"))
    return redirect("complaints-counter:odr")


@require_POST
@requires("counter.own")
def leave(request: HttpRequest) -> HttpResponse:
    """Leave."""
    unit = _membership(_uscc(request))
    if unit is None:
        raise NotFound(_("本企业没有入驻"))
    odr.leave(unit, actor=request.user.get_username(), on=clock.today(), at=clock.now())
    messages.success(request, _("已退出；没有办完的纠纷转为投诉"))
    return redirect("complaints-counter:odr")


@never_cache
@requires("counter.own")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One dispute: what the consumer asks for, without their number or address, and the answer."""
    track, on = odr.one_of_firm(_uscc(request), pk), clock.today()
    open_ = track.open and track.state in ("negotiating", "answered")
    form = forms.AnswerForm(request.POST or None, on=on)
    if request.method == "POST" and open_ and form.is_valid():
        try:
            odr.answer(track, body=form.body(), actor=request.user.get_username(), on=on, at=clock.now())
        except Refusal as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("已答复消费者"))
            return redirect("complaints-counter:one", pk)
    context = {
        "line": queries.lines([track], on)[0], "filing": track.filing, "text": mask_numbers(track.filing.text), "form": form, "open": open_,
        "answers": _answers(track.proceeding),
    }  # fmt: skip
    return render(request, "complaints/odr_one.html", context, status=422 if form.errors else 200)


def _answers(matter: Proceeding) -> list[dict[str, Any]]:
    found = Event.objects.filter(proceeding=matter, act="answer").order_by("-position")
    return [{"on": event.on, **event.body} for event in found]


@requires("complaints.view")
def units(request: HttpRequest) -> HttpResponse:
    """Units in scope, each with how it answered: counts with denominators."""
    officer, on = request.officer, clock.today()  # type: ignore[attr-defined]
    seen = Proceeding.objects.filter(scopes.visible(officer), kind="odr-unit")
    found = OdrUnit.objects.filter(proceeding__in=seen).select_related("entity", "proceeding").order_by("left", "-applied", "pk")[:SHOWN]
    definition = procedure.definition("odr-unit") if odr.offered() else None
    matters = {one.pk: one for one in procedure.with_events(Proceeding.objects.filter(pk__in=[unit.proceeding_id for unit in found]))}
    rows = [
        (unit, named(definition.states[procedure.state_of(matters[unit.proceeding_id])]) if definition else "", did, yuan(did.recovered_fen))
        for unit in found
        for did in (odr.performance(unit.entity.uscc),)
    ]
    return render(request, "complaints/units.html", {"rows": rows, "on": on})
