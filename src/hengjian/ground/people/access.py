"""Deny by default: every view and endpoint names the power it needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit.refusals import NotAllowed

from .powers import OPEN, SIGNED_IN

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def may(request: HttpRequest, power: str) -> bool:
    """Whether the person asking holds this power today."""
    if power == OPEN:
        return True
    if not request.user.is_authenticated:
        return False
    return power == SIGNED_IN or power in request.powers  # type: ignore[attr-defined]


def requires(power: str) -> Callable[[View], View]:
    """Let a view run only for holders of `power`; strangers are sent to sign in, others refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if may(request, power):
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?next={quote(request.get_full_path())}")
            raise NotAllowed(_("您的岗位没有这项权限"), power=power)

        guarded.power = power  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def power(name: str) -> Callable[[HttpRequest], object]:
    """The same promise for an API endpoint: `@router.get(..., auth=power("ledger.view"))`."""

    def check(request: HttpRequest) -> object:
        if may(request, name):
            _refuse_forgery(request)
            return name
        if request.user.is_authenticated:
            raise NotAllowed(_("您的岗位没有这项权限"), power=name)
        return None

    check.power = name  # type: ignore[attr-defined]
    return check


def _refuse_forgery(request: HttpRequest) -> None:
    """An endpoint that changes something by a session's cookie needs the token that only our own pages can read."""
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    guard.process_request(request)
    if guard.process_view(request, lambda _request: HttpResponse(), (), {}) is not None:
        raise NotAllowed(_("请求缺少防伪令牌：请在请求头 X-CSRFToken 中带上 Cookie 中的 csrftoken"), power="csrf")
