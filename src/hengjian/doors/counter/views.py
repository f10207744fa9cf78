"""What a firm sees of itself, for a representative of that firm only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.kit import uscc as codes
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import queries as people
from hengjian.ground.people.access import requires
from hengjian.ground.people.middleware import CHOSEN_FIRM
from hengjian.ground.ui.days import asked
from hengjian.street.register import queries as register
from hengjian.street.register.models import Entity

from . import own

INSPECTED = (gettext_lazy("任务"), gettext_lazy("检查事项"), gettext_lazy("检查结果"), gettext_lazy("最迟公示"), gettext_lazy("待整改、处理"))


def _firms(request: HttpRequest) -> list[str]:
    """Credit codes of the firms this person acts for."""
    return list(people.firms_of(request.user.pk).values_list("uscc", flat=True))


def _own(request: HttpRequest, uscc: str) -> str:
    """The code, if this person acts for the firm; one answer for “no such firm” and “not yours”."""
    code = codes.normalise(uscc)
    if code not in _firms(request):
        raise NotFound(_("您没有代表这家企业办事的权限，或者没有这家企业"), uscc=uscc)
    return code


@never_cache
@requires("counter.own")
def home(request: HttpRequest) -> HttpResponse:
    """The chosen firm's file; whoever acts for several chooses first."""
    found = _firms(request)
    if len(found) > 1 and request.session.get(CHOSEN_FIRM) not in found:
        return redirect("counter:firms")
    return _page(request, request.representative.uscc, found)  # type: ignore[attr-defined]


@never_cache
@requires("counter.own")
def firm(request: HttpRequest, uscc: str) -> HttpResponse:
    """The file of one of the person's own firms."""
    return _page(request, _own(request, uscc), _firms(request))


def _page(request: HttpRequest, uscc: str, firms: list[str]) -> HttpResponse:
    entity, days = register.by_uscc(uscc), asked(request.GET, clock.today())
    context = {"uscc": uscc, "firms": firms, "asked": days, "on": days.on, "known": days.known, "replayed": days.replayed}
    context |= own.file_of(entity, days.on, days.known) if entity else {}
    return render(request, "counter/home.html", context)


@never_cache
@requires("counter.own")
def inspections(request: HttpRequest) -> HttpResponse:
    """The chosen firm's inspections: items, results, until when they are to be public, what is left to do."""
    uscc = request.representative.uscc  # type: ignore[attr-defined]
    context = {"rows": own.inspections_of(uscc), "heads": INSPECTED, **own.burden_of(uscc, clock.today())}
    return render(request, "counter/inspections.html", context)


@requires("counter.own")
def firms(request: HttpRequest) -> HttpResponse:
    """The firms this person acts for."""
    found = _firms(request)
    names = dict(Entity.objects.filter(uscc__in=found).order_by("uscc").values_list("uscc", "name"))
    rows = [(uscc, names.get(uscc, "")) for uscc in found]
    return render(request, "counter/firms.html", {"rows": rows, "chosen": request.session.get(CHOSEN_FIRM)})


@require_POST
@requires("counter.own")
def choose(request: HttpRequest, uscc: str) -> HttpResponse:
    """Act for this firm from now on in this session."""
    request.session[CHOSEN_FIRM] = _own(request, uscc)
    return redirect("counter:home")
