"""What a firm sees that scans the code of a visit (扫码入企): who sent whom, for what, and that it is real. No names."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires

from . import arrivals, queries, showing


@never_cache
@requires("public")
def visit(request: HttpRequest, code: str) -> HttpResponse:
    """The visit behind a code; a stranger without the code finds nothing."""
    found = queries.by_code(code)
    context = {
        "visit": found, "parts": showing.parts_of(found), "certificates": showing.certificates_of(found, clock.today()),
        "team": found.officers.count(), "result": queries.result_of(found),
        "draw": found.pick.draw if found.pick and found.pick.draw.opened_at else None,
    }  # fmt: skip
    return render(request, "inspection/public_visit.html", context)


@require_POST
@requires("public")
def arrived(request: HttpRequest, code: str) -> HttpResponse:
    """The firm confirms that officers came and showed their certificates. Said once, kept once."""
    found = queries.by_code(code)
    if queries.result_of(found) is None:
        arrivals.confirm(found, at=clock.now())
    return redirect("inspection_public:visit", code=code)
