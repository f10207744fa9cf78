"""What a firm sees of itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hengjian.ground.people.access import requires
from hengjian.street.register import queries as register


@requires("counter.own")
def home(request: HttpRequest) -> HttpResponse:
    """The firm's own file."""
    uscc = request.representative.uscc  # type: ignore[attr-defined]
    return render(request, "counter/home.html", {"entity": register.by_uscc(uscc), "uscc": uscc})
