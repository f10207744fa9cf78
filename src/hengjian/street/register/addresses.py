"""Many entities at one address (一址多照): pointed out for a look, never found to be wrong. Hosted addresses are told apart.

Compared is the address as it is registered, to the letter: an address that was written in two ways is two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from hengjian.ground import policy
from hengjian.ground.people.models import Officer

from .models import Entity
from .queries import visible_to

LIVE = ("1", "7", "")  # in business, dormant, not told


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many live entities are registered at an address; `hosted`: the word that says that many may be."""

    address: str
    count: int
    hosted: str
    pointed_out: bool


def limit(on: date) -> int:
    """From how many entities on an address is pointed out."""
    return int(policy.current().at(on).number("registration.shared-address"))


def hosted(address: str) -> str:
    """The word by which an address says that it hosts many; empty where it does not."""
    return next((item.title for item in policy.current().catalogue("hosted-addresses").rows if item.title in address), "")


def at(address: str) -> QuerySet[Entity]:
    """Live entities registered at exactly this address."""
    return Entity.objects.filter(address=address, status__in=LIVE)


def crowd_of(entity: Entity, on: date) -> Crowd | None:
    """How crowded the address of an entity is; None where it is there alone, or no address was told."""
    if not entity.address:
        return None
    count, word = at(entity.address).count(), hosted(entity.address)
    return Crowd(entity.address, count, word, count >= limit(on) and not word) if count > 1 else None


def crowds(officer: Officer | None, on: date) -> QuerySet[Any, Any]:
    """Addresses within an officer's scope with so many live entities that they are pointed out or would be, the most crowded first."""
    seen = visible_to(officer).filter(status__in=LIVE).exclude(address="").order_by()
    return seen.values("address").annotate(n=Count("pk")).filter(n__gte=limit(on)).order_by("-n", "address")


def words() -> Q:
    """Hosted addresses, as a condition."""
    found = Q(pk__in=[])
    for item in policy.current().catalogue("hosted-addresses").rows:
        found |= Q(address__contains=item.title)
    return found
