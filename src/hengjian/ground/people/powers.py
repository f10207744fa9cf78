"""Which powers exist, which posts carry them, and what one person may do on a day."""

from __future__ import annotations

from datetime import date
from functools import cache

from django.apps import apps
from django.db.models import F, FilteredRelation, Q

from hengjian.ground import policy

from .models import Holding, Officer

OPEN = "public"
SIGNED_IN = "signed-in"


@cache
def catalogue() -> dict[str, str]:
    """Every power and its Chinese title, as the houses declare them."""
    found: dict[str, str] = {}
    for app in apps.get_app_configs():
        found.update(getattr(app, "powers", {}))
    return dict(sorted(found.items()))


def of_post(post: str) -> frozenset[str]:
    """Powers a post carries by the pack; `*.view` stands for every power to view."""
    item = policy.current().catalogue("posts").items.get(post)
    listed = item.extra.get("powers", ()) if item else ()
    exact = {power for power in listed if not power.startswith("*")}
    endings = tuple(power[1:] for power in listed if power.startswith("*"))
    return frozenset(exact | {power for power in catalogue() if endings and power.endswith(endings)})


def of_officer(officer: Officer, on: date) -> frozenset[str]:
    """Powers of the posts an officer holds on a day."""
    held = Holding.objects.filter(Q(until=None) | Q(until__gte=on), officer=officer, since__lte=on)
    return frozenset().union(*(of_post(post) for post in held.order_by("post").values_list("post", flat=True)))


def of_user(user: int, on: date) -> tuple[Officer | None, frozenset[str]]:
    """The officer behind an account with the powers of a day, in one query: every page of the desk asks for both."""
    standing = Q(holdings__since__lte=on) & (Q(holdings__until=None) | Q(holdings__until__gte=on))
    serving = Officer.objects.select_related("agency").filter(user_id=user, active=True)
    found = list(serving.annotate(held=FilteredRelation("holdings", condition=standing), post=F("held__post")))
    powers = frozenset[str]().union(*(of_post(one.post) for one in found if one.post))
    return (found[0] if found else None), powers
