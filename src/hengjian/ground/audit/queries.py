"""Questions about the trail."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from hengjian.ground.kit import clock
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer

from .models import Seal, Trail

# Somebody looked at what concerns a natural person.
SEEN = Q(action__startswith="personal.") | Q(action__in=("entity.open", "complaints.read", "complaints.read_person"))
EXPORTED = "export."  # beginning of every action that took data out


def visible_to(officer: Officer | None) -> QuerySet[Trail]:
    """Lines of officers within scope; a city-wide auditor also sees what systems and firms did. Last first."""
    lines = Trail.objects.select_related("officer__agency").order_by("-pk")
    if officer is None:
        return lines.none()
    if officer.scope == "city":
        return lines
    return lines.filter(scopes.visible(officer, "officer__agency", "officer"))


def narrowed(
    lines: QuerySet[Trail], *, who: str = "", action: str = "", subject: str = "", topic: str = "",
    since: date | None = None, until: date | None = None,
) -> QuerySet[Trail]:
    """`topic`: seen | exported. `who` is part of a number or name; `action` its beginning; `subject` part of it."""  # fmt: skip
    if topic == "seen":
        lines = lines.filter(SEEN)
    elif topic == "exported":
        lines = lines.filter(action__startswith=EXPORTED)
    if who:
        lines = lines.filter(Q(actor__icontains=who) | Q(officer__name__contains=who))
    if action:
        lines = lines.filter(action__startswith=action)
    if subject:
        lines = lines.filter(subject__icontains=subject)
    if since:
        lines = lines.filter(at__gte=_start(since))
    if until:
        lines = lines.filter(at__lt=_start(until + timedelta(days=1)))
    return lines


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def last_seal() -> Seal | None:
    return Seal.objects.order_by("-last").first()
