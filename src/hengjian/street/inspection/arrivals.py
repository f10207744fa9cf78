"""Arriving: the team shows its certificates and the code of the visit; the firm may confirm by scanning it (扫码入企)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hengjian.ground import audit
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as procedures
from hengjian.ground.procedure import services as procedure

from .models import Visit

BEFORE = ("assigned", "notified")  # states in which a team can still arrive


@transaction.atomic
def arrive(visit: Visit, *, arrived: datetime, place: Mapping[str, float], by: Officer, at: datetime) -> Visit:
    """Note that the team arrived and showed its certificates (到场亮证). The first arrival stands; the caller knows the team.

    The device's clock may be wrong: a moment after ours counts as ours.
    """
    visit = Visit.objects.select_for_update(of=("self",)).select_related("proceeding__agency").get(pk=visit.pk)
    if visit.arrived or procedures.state_of(visit.proceeding) not in BEFORE:
        return visit
    visit.arrived, visit.place = min(arrived, at), dict(place)
    body = {"arrived": timezone.localtime(visit.arrived).isoformat(timespec="seconds"), "place": told(place)}
    version = visit.proceeding.version
    procedure.act(visit.proceeding, "arrive", by=by, on=timezone.localdate(at), at=at, expected_version=version, body=body)
    visit.save(update_fields=["arrived", "place"])
    return visit


def told(place: Mapping[str, float]) -> str:
    """A place in words: degrees and how exact they are."""
    return f"{place['lat']:.5f}, {place['lon']:.5f} ±{place['accuracy']:.0f} m" if place else ""


@transaction.atomic
def confirm(visit: Visit, *, at: datetime) -> bool:
    """The firm confirms, from the page behind the code, that officers came (确认到场); whether this was the first time."""
    first = bool(Visit.objects.filter(pk=visit.pk, confirmed=None).update(confirmed=at))
    if first:
        audit.record("inspection.confirm_arrival", f"visit:{visit.proceeding.number}", actor="firm")
    return first
