"""The gallery of components, and the reader's own choices (text size, language) as cookies."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from hengjian.ground.people.access import requires

from . import gallery as examples

YEAR = 365 * 24 * 3600


@requires("public")
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery.html", examples.context())


@requires("public")
def prefer(request: HttpRequest) -> HttpResponse:
    """Remember `text` (large or normal) and `language`, then go back to `next` on this site."""
    target = request.GET.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(target if safe else "/")
    choices = {"hj_text": request.GET.get("text", ""), settings.LANGUAGE_COOKIE_NAME: request.GET.get("language", "")}
    allowed = {"large", "normal", *dict(settings.LANGUAGES)}
    for name, value in choices.items():
        if value in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response
