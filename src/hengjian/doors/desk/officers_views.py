"""Officers, their posts, data scopes and certificates. Every change is a line of the audit, made by somebody who
has just proved again who they are.
"""

from __future__ import annotations

from datetime import date, timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hengjian.ground import audit
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotAllowed, NotFound
from hengjian.ground.people import queries, scopes, services
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import title_in
from hengjian.ground.people.models import Officer

from . import forms
from .asking import officer_of

OTHERS_GIVE = ("post", "scope")  # nobody widens what they may do or see by themselves
EXPIRING = 60  # calendar days before the end of a certificate from which it is marked


def _of(request: HttpRequest, number: str) -> Officer:
    found: Officer | None = queries.officers_visible_to(officer_of(request)).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这名人员，或者不在您的数据范围内"), number=number)
    return found


def _row(officer: Officer, on: date) -> dict[str, object]:
    held = [h for h in officer.holdings.all() if h.since <= on and (h.until is None or h.until >= on)]
    papers = list(officer.certificates.all())
    return {
        "one": officer,
        "posts": [title_in("posts", holding.post) for holding in held],
        "certificates": papers,
        "in_force": any(paper.since <= on <= paper.until for paper in papers),
    }


@requires("people.view")
def officers(request: HttpRequest) -> HttpResponse:
    """Officers in scope; `?expiring` leaves those whose last certificate ends soon or has ended."""
    on, text, agency = clock.today(), request.GET.get("text", "").strip()[:40], request.GET.get("agency", "")[:20]
    found = queries.officers_visible_to(officer_of(request))
    if text:
        found = found.filter(Q(name__contains=text) | Q(number__icontains=text))
    if agency:
        found = found.filter(agency__code=agency)
    if expiring := "expiring" in request.GET:
        later = on + timedelta(days=EXPIRING)
        found = found.filter(certificates__isnull=False).exclude(certificates__until__gt=later).distinct()
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    context = {
        "page": page, "rows": [_row(officer, on) for officer in page], "text": text, "expiring": expiring,
        "agency": agency, "days": EXPIRING,
    }  # fmt: skip
    return render(request, "desk/officers.html", context)


@requires("people.view")
def officer(request: HttpRequest, number: str) -> HttpResponse:
    """One officer: posts, scope, certificates."""
    found, on = _of(request, number), clock.today()
    holdings = [(title_in("posts", holding.post), holding) for holding in found.holdings.all()]
    context = {"holdings": holdings, "scope": scopes.TITLES.get(found.scope, found.scope), "on": on} | _row(found, on)
    return render(request, "desk/officer.html", context)


@requires("people.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Change posts, scope, certificates or service of one officer."""
    by, found, on = officer_of(request), _of(request, number), clock.today()
    asked = request.POST.get("act", "")
    bound = {
        "post": forms.GivePost(request.POST if asked == "post" else None, initial={"since": on}),
        "scope": forms.Scope(request.POST if asked == "scope" else None, initial={"scope": found.scope, "units": found.scope_units.all()}),
        "certificate": forms.Paper(request.POST if asked == "certificate" else None),
    }  # fmt: skip
    form = bound.get(asked)
    if request.method == "POST" and (form is None or form.is_valid()):
        _do(asked, form.cleaned_data if form else {}, request, found, by, on)
        messages.success(request, _("已保存，并记入审计"))
        return redirect("desk:officer_change", found.number)
    current = [holding for holding in found.holdings.all() if holding.until is None or holding.until >= on]
    holdings = [(title_in("posts", h.post), h) for h in current]
    context = {"one": found, "forms": bound, "holdings": holdings, "papers": _row(found, on)["certificates"], "on": on}
    return render(request, "desk/officer_change.html", context)


@transaction.atomic
def _do(act: str, asked: dict[str, object], request: HttpRequest, found: Officer, by: Officer, on: date) -> None:
    if found == by and act in OTHERS_GIVE:
        raise NotAllowed(_("自己的岗位和数据范围须由另一名管理员办理"), power="people.manage")
    match act:
        case "post":
            services.assign_post(officer=found, **asked)  # type: ignore[arg-type]
        case "end-post":
            holding = next((h for h in found.holdings.all() if str(h.pk) == request.POST.get("holding")), None)
            if holding is None:
                raise NotFound(_("没有这项任职"))
            services.end_post(holding=holding, until=on)
            asked = {"post": holding.post, "until": on}
        case "scope":
            services.set_scope(officer=found, **asked)  # type: ignore[arg-type]
            asked = {"scope": found.scope, "units": [unit.code for unit in found.scope_units.order_by("code")]}
        case "certificate":
            services.certify(officer=found, **asked)  # type: ignore[arg-type]
        case "retire" | "return":
            services.set_active(officer=found, active=act == "return")
        case _:
            raise NotFound(_("没有这个操作"), act=act)
    audit.record(f"people.{act}", f"officer:{found.number}", by=by, **{k: str(v) for k, v in asked.items()})
