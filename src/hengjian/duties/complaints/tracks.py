"""What lists are selected by: state, running clock and nearest deadline of a matter, said again from its events."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Proceeding, Shifted

from .models import Track

PAUSED = ("testing", "stopped")


def settle(track: Track, on: date) -> Track:
    """Say the columns again. A pause still open is counted up to `on`; a page shows the clock itself."""
    matter = procedure.with_events(Proceeding.objects.filter(pk=track.proceeding_id)).get()
    task = procedure.task_of(matter, on)
    track.state, track.open, track.agency_id = task.state, matter.closed is None, matter.agency_id
    # A matter that is over has no deadline, whatever clock was left.
    track.clock, track.due = (task.clock.name, task.clock.due) if task.clock and track.open else ("", None)
    track.save(update_fields=["state", "open", "agency", "clock", "due"])
    return track


def settle_moved(on: date) -> int:
    """Say the columns again of open matters whose deadline moves without an act: a pause is open, or an announced calendar
    moved it. Safe to repeat."""
    moved = Q(state__in=PAUSED) | Exists(Shifted.objects.filter(proceeding=OuterRef("proceeding"), seen_at=None))
    changed = 0
    for track in Track.objects.filter(moved, open=True).order_by("pk").iterator(500):
        before = track.due
        changed += settle(track, on).due != before
    return changed
