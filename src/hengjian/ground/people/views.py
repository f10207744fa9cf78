"""Agencies, and everybody's own account."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import devices, queries
from .access import requires
from .language import title_in
from .models import Certificate, Holding


@requires("people.view")
def agency_list(request: HttpRequest) -> HttpResponse:
    agencies = queries.agencies_visible_to(request.officer)  # type: ignore[attr-defined]
    return render(request, "people/agency_list.html", {"agencies": agencies})


@requires("signed-in")
def account(request: HttpRequest) -> HttpResponse:
    """Posts, certificates, sessions and the second factor of whoever is asking."""
    officer, user = request.officer, request.user  # type: ignore[attr-defined]
    held = Holding.objects.filter(officer=officer).order_by("since", "pk") if officer else ()
    sessions = sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.last_seen_at, reverse=True)
    context = {
        "holdings": [(title_in("posts", holding.post), holding) for holding in held],
        "certificates": Certificate.objects.filter(officer=officer).order_by("until") if officer else (),
        "firms": queries.firms_of(user.pk),
        "sessions": [(one, devices.told(one.user_agent)) for one in sessions],
        "here": request.session.session_key,
        "second_factor": is_mfa_enabled(user),
    }
    return render(request, "people/account.html", context)


@require_POST
@requires("signed-in")
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    end_other_sessions(request, request.user)
    messages.success(request, _("其他设备上的登录已全部退出"))
    return redirect("people_account")
