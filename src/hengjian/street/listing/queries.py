"""What restricts an entity on a day, and what was answered before."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from hengjian.ground import policy
from hengjian.ground.people.models import Officer
from hengjian.street.ledger import queries as ledger
from hengjian.street.register import queries as register

from .models import Answer
from .rules import Lock, locks


def restrictions(uscc: str, on: date, act: str = "") -> list[Lock]:
    """Live restrictions of an entity on a day under the law of that day; with an act, those that touch it."""
    law = policy.current()
    kinds = {item.extra["record"] for item in law.catalogue("locks").rows}
    live = ledger.facts(on, uscc=uscc).filter(kind__in=kinds, effective__lte=on).select_related("issuer")
    return [lock for lock in locks(law, live, on) if not act or lock.holds(act, on)]


def verdict(found: list[Lock]) -> str:
    """free: nothing stands against it; weigh: whoever decides must weigh it; stop: the law refuses it."""
    effects = {lock.effect for lock in found}
    return "stop" if "stop" in effects else "weigh" if effects else "free"


def answers(officer: Officer | None) -> QuerySet[Answer]:
    """Answers about entities the officer may open, newest first."""
    seen = register.visible_to(officer).values("uscc")
    return Answer.objects.filter(uscc__in=seen).select_related("asked_by").order_by("-id")
