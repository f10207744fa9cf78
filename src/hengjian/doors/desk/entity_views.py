"""One entity through every stop, and the protected data behind a record, shown for a reason that is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.ui.days import asked
from hengjian.ground.ui.pages import address
from hengjian.ground.ui.reasons import WhyShown
from hengjian.street.ledger import queries as ledger
from hengjian.street.publication import standing
from hengjian.street.register import queries as register

from .asking import officer_of
from .dossier import dossier


@never_cache
@requires("register.view")
def entity(request: HttpRequest, uscc: str) -> HttpResponse:
    """The entity as it is, or as it was on one day as known on another."""
    officer, today = officer_of(request), clock.today()
    found = register.entity_for(officer, uscc)
    days = asked(request.GET, today)
    if found.kind == "individual":  # an individual business is a natural person's own
        audit.record("entity.open", f"entity:{found.uscc}", by=officer)
    powers: frozenset[str] = request.powers  # type: ignore[attr-defined]
    context = dossier(found, officer=officer, powers=powers, on=days.on, known=days.known) | {
        "asked": days, "on": days.on, "known": days.known, "replayed": days.replayed,
        "public_page": address("portal:entity", found.uscc),
    }  # fmt: skip
    return render(request, "desk/entity.html", context)


@never_cache
@requires("desk.personal")
def personal(request: HttpRequest, uscc: str, seq: int) -> HttpResponse:
    """Protected data of natural persons behind a record; who looked, and why, is kept first."""
    officer = officer_of(request)
    found = register.entity_for(officer, uscc)
    entry = ledger.entry(seq)
    if entry is None or entry.entity_id != found.pk or entry.personal_digest is None:
        raise NotFound(_("这条记录没有受保护的自然人信息"), seq=seq)
    form, shown = WhyShown(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        audit.record("personal.show", f"entry:{seq}", by=officer, uscc=found.uscc, reason=reason)
        titles = policy.current().record(entry.kind).fields
        shown = [(named(titles.get(name)) or name, value) for name, value in (entry.personal.data or {}).items()]
    context = {"entity": found, "entry": entry, "title": standing.title_of(entry.kind, found.kind), "form": form, "shown": shown}
    return render(request, "desk/personal.html", context)
