"""The firm's own entries on the lists and restrictions: what, why, until when, how to get out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.ground.ui.pages import address
from hengjian.street.ledger import queries as ledger
from hengjian.street.register import queries as register

from . import queries, rules, services
from .models import Reminder

HEADS = {
    "locks": (gettext_lazy("约束"), gettext_lazy("事项"), gettext_lazy("依据"), gettext_lazy("所据记录"), gettext_lazy("解除")),
    "objections": (gettext_lazy("编号"), gettext_lazy("针对"), gettext_lazy("环节"), gettext_lazy("期限")),
}  # fmt: skip


def _uscc(request: HttpRequest) -> str:
    return str(request.representative.uscc)  # type: ignore[attr-defined]


@never_cache
@requires("counter.own")
def own(request: HttpRequest) -> HttpResponse:
    """Everything that stands against the firm, or for it, today."""
    uscc, on = _uscc(request), clock.today()
    law = policy.current()
    listed = queries.live_listings(uscc, on)
    matters = Proceeding.objects.filter(kind__in=queries.KINDS, subject=uscc, closed=None)
    objections = Proceeding.objects.filter(kind=queries.OBJECTION, subject=uscc)
    context = {
        "heads": HEADS, "entity": register.by_uscc(uscc), "listed": [_told(one) for one in listed], "locks": queries.restrictions(uscc, on),
        "acts": {code: named(item) for code, item in law.catalogue("guarded-acts").items.items()},
        "coming": [_coming(one) for one in procedure.with_events(matters) if one.kind != "red-list"],
        "objections": [procedure.task_of(one, on) for one in procedure.with_events(objections)[:20]],
        "repair": address("repair-counter:records") or address("assessment-counter:way-back"),
    }  # fmt: skip
    return render(request, "listing/own.html", context)


def _told(listed: queries.Listed) -> dict[str, Any]:
    """An entry as the firm reads it."""
    entry = listed.entry
    reminded = Reminder.objects.filter(entry=entry.seq).order_by("-on").first()
    item = policy.current().catalogue(queries.CATALOGUES[entry.kind]).items.get(listed.ground)
    return {
        "listed": listed, "may_object": entry.kind == rules.ABNORMAL, "reminded": reminded, "red": entry.kind == rules.RED,
        "way": _way(listed, item), "basis": str(item.extra.get("article", "")) if item and "§" in str(item.extra.get("article", "")) else "",
    }  # fmt: skip


def _way(listed: queries.Listed, item: Any) -> str:
    """What has to be done to get off the list, in one sentence."""
    if listed.kind == rules.SERIOUS:
        return _("列入满一年（%(day)s）起，已履行处罚、消除影响且未再受较重处罚的，可以申请提前移出；到期自动移出，不须申请。") % {"day": listed.apply_from.isoformat()}
    acts = procedure.definition("abnormal-list").acts
    done = _("、").join(named(acts[name]) for name in (item.extra["performed"] if item else ()))
    return _("改正后随时可以申请移出（%(done)s），不须等待。") % {"done": done}


def _coming(matter: Proceeding) -> dict[str, Any]:
    """A matter that may lead to a listing: the firm was told, and may still speak."""
    task = procedure.task_of(matter, clock.today())
    told = {event.act for event in queries.done(matter)} & {"notify", "notice"}
    return {"title": named(procedure.definition(matter.kind)), "task": task, "told": bool(told)}


@require_POST
@requires("counter.own")
def object_to(request: HttpRequest, seq: int) -> HttpResponse:
    """Object to an entry on the abnormal list or to a mark."""
    uscc, on = _uscc(request), clock.today()
    entry = ledger.entry(seq)
    if entry is None or entry.uscc != uscc:
        raise NotFound(_("本企业没有这条列入记录"), seq=seq)
    try:
        services.object_to(
            uscc=uscc, entry=entry, text=request.POST.get("text", ""), public_since=None, actor=request.user.get_username(), on=on, at=clock.now()
        )
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("异议已提交，作出决定的机关将在规定期限内决定是否受理"))
    return redirect("listing-counter:own")
