"""Which powers exist, which posts carry them, and what one person may do on a day."""

from __future__ import annotations

from datetime import date
from functools import cache

from django.apps import apps
from django.db.models import Q

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
