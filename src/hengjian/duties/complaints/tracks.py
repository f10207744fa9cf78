"""What lists are selected by: state, running clock and nearest deadline of a matter, said again from its events."""

from __future__ import annotations

from datetime import date

from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Proceeding

from .models import Track


def settle(track: Track, on: date) -> Track:
    """Say the columns again. A pause still open is counted up to `on`; a page shows the clock itself."""
    matter = procedure.with_events(Proceeding.objects.filter(pk=track.proceeding_id)).get()
    task = procedure.task_of(matter, on)
    track.state, track.open, track.agency_id = task.state, matter.closed is None, matter.agency_id
    # A matter that is over has no deadline, whatever clock was left.
    track.clock, track.due = (task.clock.name, task.clock.due) if task.clock and track.open else ("", None)
    track.save(update_fields=["state", "open", "agency", "clock", "due"])
    return track


def settle_open(on: date, most: int = 100_000) -> int:
    """Say the columns of all open matters again (after a calendar was announced, or with pauses open): safe to repeat."""
    changed = 0
    for track in Track.objects.filter(open=True).order_by("pk")[:most].iterator(500):
        before = (track.state, track.clock, track.due, track.open)
        settle(track, on)
        changed += before != (track.state, track.clock, track.due, track.open)
    return changed
