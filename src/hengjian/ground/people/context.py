"""What every page knows: whether this is a demonstration, who is asking, and which day it is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from hengjian.ground.kit import clock


def platform(request: HttpRequest) -> dict[str, object]:
    return {
        "DEMO": settings.DEMO,
        "officer": getattr(request, "officer", None),
        "representative": getattr(request, "representative", None),
        "own_layout": _layout_of(request),
        "powers": getattr(request, "powers", frozenset()),
        "today": clock.today(),
        "q": request.GET.get("q", "")[:60],  # the search box of every layout keeps what was asked
    }


def _layout_of(request: HttpRequest) -> str:
    """The frame of account pages: the desk, the counter for who acts for a firm, the public frame before signing in."""
    if getattr(request, "representative", None):
        return "ui/counter.html"
    user = getattr(request, "user", None)
    return "ui/desk.html" if user and user.is_authenticated else "ui/portal.html"
