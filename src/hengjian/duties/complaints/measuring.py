"""Says every clock of every track as the events have it, so that rates are sums over rows and not a walk over matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from hengjian.ground import policy
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import rules
from hengjian.ground.procedure.models import Proceeding

from .models import Measured, Track

BATCH = 500


def stale() -> QuerySet[Track]:
    """Tracks with an event that is not measured yet, and open ones measured under another edition of the law or calendar."""
    said = Measured.objects.filter(track=OuterRef("pk"), version=OuterRef("proceeding__version"))
    today = said.filter(Q(law=policy.current().version) | Q(track__proceeding__closed__isnull=False))
    return Track.objects.filter(~Exists(today)).order_by("pk")


def refresh(limit: int | None = None) -> int:
    """Measure what is stale; returns how many tracks. Cut off anywhere, the rest is stale still."""
    found = stale().values_list("pk", flat=True)
    waiting = list(found if limit is None else found[:limit])
    for start in range(0, len(waiting), BATCH):
        _measure(waiting[start : start + BATCH])
    return len(waiting)


@transaction.atomic
def _measure(keys: Sequence[int]) -> None:
    # Two that measure at once wait for each other here; the second says the same again.
    tracks = list(Track.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    matters = procedure.with_events(Proceeding.objects.filter(pk__in=[track.proceeding_id for track in tracks]))
    by_pk = {matter.pk: matter for matter in matters}
    law = policy.current().version
    # All are said anew: a clock that an undone act had started is gone from the events, and from here.
    Measured.objects.filter(track__in=keys).delete()
    Measured.objects.bulk_create(row for track in tracks for row in _rows(track, by_pk[track.proceeding_id], law))


def _rows(track: Track, matter: Proceeding, law: str) -> Iterator[Measured]:
    faces = {face.name: face for face in procedure.clocks_of(matter)}
    for name, face in faces.items():
        yield Measured(
            track=track, clock=name, began=face.began, due=face.due, met=face.stopped, version=matter.version, law=law,
        )  # fmt: skip
    said = rules.said(procedure.events_of(matter))
    yield Measured(
        track=track, clock=Measured.ENDED, began=matter.opened, met=matter.closed, recovered_fen=said.get("recovered"),
        outcome=_outcome(matter, said) if matter.closed else "", version=matter.version, law=law,
    )  # fmt: skip


def _outcome(matter: Proceeding, said: Mapping[str, Any]) -> str:
    """The state a matter ended in, with the ground that was given on the way: `told:3`."""
    ground = said.get("ground") or said.get("refusal") or ""
    state = rules.state_of(procedure.definition(matter.kind), procedure.events_of(matter))
    return f"{state}:{ground}" if ground else state
