"""Whether the absence of records means anything: none, not supplied by anybody, or a source silent since a day.

For pages that show what an entity has: an empty block alone would be read as a clean record.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache

from hengjian.street.publication import queries as publication

from . import queries
from .models import Alarm

KEPT = 300  # seconds: a source that falls silent, or is heard again, is told within minutes


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the sources of one kind of record. `silent`: agencies that stopped filing, with their last day."""

    supplied: bool
    silent: tuple[tuple[str, date], ...] = ()


def states(on: date) -> dict[str, State]:
    """Kinds of record of which absence says nothing, or little; all others are as supplied as they ever are."""
    key = f"filing-sources:{on}:{publication.projection()['version']}"
    found: dict[str, State] | None = cache.get(key)
    if found is None:
        found = _states(on)
        cache.set(key, found, KEPT)
    return found


def _states(on: date) -> dict[str, State]:
    silent: dict[str, list[tuple[str, date]]] = defaultdict(list)
    for alarm in Alarm.objects.filter(over=None).select_related("agency").order_by("last", "agency__code"):
        silent[alarm.kind].append((alarm.agency.name, alarm.last))
    shown = publication.notice_totals(on)
    missing = {kind: State(False) for kind in queries.unfiled() if not shown.get(kind)}
    return missing | {kind: State(True, tuple(agencies)) for kind, agencies in silent.items()}
