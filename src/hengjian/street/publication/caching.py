"""Whole public pages, kept until the projection changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from hengjian.ground.kit import clock, digests

from . import queries

DAY = 86_400
View = Callable[..., HttpResponse]


def cached_by_projection(view: View) -> View:
    """Serve a stranger's GET from memory while projection, day, language and the
    reader's choices (cookies) are the same. The day is part of the key, so nothing outlives its last public day.
    Pages that set a cookie (a CSRF token, a session) are never kept.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.method != "GET" or known or "HX-Request" in request.headers:
            return view(request, *args, **kwargs)
        version = queries.projection()["version"]
        choices = sorted(item for item in request.COOKIES.items() if item[0] != settings.CSRF_COOKIE_NAME)
        asked = [version, clock.today(), get_language(), request.get_host(), request.get_full_path(), choices]
        key = f"page:{digests.sha256(digests.canonical(asked))}"
        kept: tuple[bytes, str] | None = cache.get(key)
        if kept:
            return HttpResponse(kept[0], content_type=kept[1])
        response = view(request, *args, **kwargs)
        tokens = request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or response.cookies
        if response.status_code == 200 and not tokens and not response.streaming:
            cache.set(key, (response.content, response.headers["Content-Type"]), DAY)
        return response

    return answer
