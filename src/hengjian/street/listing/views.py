"""What restricts a firm, on which record and until when; and what was answered to whom."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.street.register import queries as register

from . import queries


@require_GET
@requires("listing.view")
def restrictions(request: HttpRequest) -> HttpResponse:
    officer, asked = request.officer, request.GET.get("uscc", "").strip()  # type: ignore[attr-defined]
    entity = register.entity_for(officer, asked) if asked else None
    law, on = policy.current(), clock.today()
    return render(
        request,
        "listing/restrictions.html",
        {
            "asked": asked,
            "entity": entity,
            "locks": queries.restrictions(entity.uscc, on) if entity else [],
            "answers": (queries.answers(officer).filter(uscc=entity.uscc) if entity else queries.answers(officer))[:30],
            "acts": {code: named(item) for code, item in law.catalogue("guarded-acts").items.items()},
            "rules": [item for item in law.catalogue("locks").rows if item.in_force(on)],
        },
    )
