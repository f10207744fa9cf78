"""What visits say about themselves that can hardly be true. A doubt is a reason to look, never a finding.

No database, no clock. Thresholds come from the pack (packs/cn/terms/inspection-plausibility.yaml).
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .rules import DONE

TRAVEL, SHORT, REUSED, PAIR, UNSEEN = "travel", "short", "reused", "pair", "unseen"
KINDS = (TRAVEL, SHORT, REUSED, PAIR, UNSEEN)
EARTH = 6371.0  # km


@dataclass(frozen=True, slots=True)
class Made:
    """One visit that was made, as its device told it."""

    visit: int
    officers: tuple[str, ...]
    path: str
    arrived: datetime | None = None
    finished: datetime | None = None
    place: Mapping[str, float] = field(default_factory=dict)  # on arriving
    left: Mapping[str, float] = field(default_factory=dict)  # on finishing
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Readings of the pack for one day."""

    speed: float  # km/h
    shortest: float  # seconds
    pair_share: float  # percent
    pair_visits: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to look at: what kind, which visits, who, and the numbers that say so."""

    kind: str
    visits: tuple[int, ...]
    officers: tuple[str, ...]
    facts: Mapping[str, float | str]


def doubts(visits: Sequence[Made], limits: Limits) -> list[Doubt]:
    """Every doubt these visits raise, kind by kind, in a stable order."""
    found = itertools.chain(
        _travel(visits, limits), _short(visits, limits), _reused(visits), _pairs(visits, limits), _unseen(visits)
    )
    return sorted(found, key=lambda doubt: (KINDS.index(doubt.kind), doubt.visits, doubt.officers))


def kilometres(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The straight way between two places, less what both devices could not tell."""
    lat1, lon1, lat2, lon2 = map(math.radians, (one["lat"], one["lon"], other["lat"], other["lon"]))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    unsure = (one.get("accuracy", 0) + other.get("accuracy", 0)) / 1000
    return max(0.0, 2 * EARTH * math.asin(math.sqrt(half)) - unsure)


def _travel(visits: Iterable[Made], limits: Limits) -> Iterator[Doubt]:
    """From the end of one visit of an officer to the next faster than anybody drives; or both at once."""
    by_officer: dict[str, list[Made]] = defaultdict(list)
    for made in visits:
        if made.arrived and made.place:
            for officer in made.officers:
                by_officer[officer].append(made)
    told: dict[tuple[int, int], tuple[set[str], dict[str, float | str]]] = {}
    for officer, theirs in by_officer.items():
        for one, other in itertools.pairwise(sorted(theirs, key=lambda made: (made.arrived, made.visit))):
            start, end = one.finished or one.arrived, other.arrived
            assert start is not None
            assert end is not None
            way = kilometres(one.left or one.place, other.place)
            hours = (end - start).total_seconds() / 3600
            if way > limits.speed * max(hours, 0) and way >= 1:
                facts: dict[str, float | str] = {"km": round(way, 1), "minutes": round(hours * 60)}
                told.setdefault((one.visit, other.visit), (set(), facts))[0].add(officer)
    for pair, (officers, facts) in told.items():
        yield Doubt(TRAVEL, pair, tuple(sorted(officers)), facts)


def _short(visits: Iterable[Made], limits: Limits) -> Iterator[Doubt]:
    for made in visits:
        if made.path == DONE and made.arrived and made.finished:
            seconds = (made.finished - made.arrived).total_seconds()
            if seconds < limits.shortest:
                yield Doubt(SHORT, (made.visit,), made.officers, {"seconds": round(seconds)})


def _reused(visits: Iterable[Made]) -> Iterator[Doubt]:
    """The same picture at more than one visit: its digest says so."""
    seen: dict[str, list[Made]] = defaultdict(list)
    for made in visits:
        for digest in dict.fromkeys(made.photos):
            seen[digest].append(made)
    for digest, where in seen.items():
        if len(where) > 1:
            officers = tuple(sorted({officer for made in where for officer in made.officers}))
            yield Doubt(REUSED, tuple(sorted(made.visit for made in where)), officers, {"digest": digest})


def _pairs(visits: Iterable[Made], limits: Limits) -> Iterator[Doubt]:
    """Two who meet far more often than lots would have it: share of the visits of the one who has fewer."""
    visits = list(visits)
    alone = Counter(officer for made in visits for officer in made.officers)
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for made in visits:
        for pair in itertools.combinations(sorted(made.officers), 2):
            together[pair].append(made.visit)
    if len(alone) <= 2:
        return  # where there are two in all, they have to go together
    for pair, met in together.items():
        fewest = min(alone[officer] for officer in pair)
        share = 100 * len(met) / fewest
        if fewest >= limits.pair_visits and share >= limits.pair_share:
            facts = {"met": len(met), "of": fewest, "share": round(share), "expected": round(100 / (len(alone) - 1))}
            yield Doubt(PAIR, tuple(sorted(met)), pair, facts)


def _unseen(visits: Iterable[Made]) -> Iterator[Doubt]:
    """Refused or not found, without a place and without a picture that shows somebody was there."""
    for made in visits:
        if made.path != DONE and not made.place and not made.left and not made.photos:
            yield Doubt(UNSEEN, (made.visit,), made.officers, {})
