"""Visits as the plausibility rules read them, and the doubts they raise (检查真实性提示)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from hengjian.ground import policy
from hengjian.ground.people.models import Officer

from . import plausibility, queries
from .models import Photo, Result, Visit
from .plausibility import Doubt, Limits, Made

MOST = 20_000  # visits of one look; a longer period says how many it leaves out


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw: how many visits the period holds, how many of them were read, the doubts with their visits."""

    held: int
    read: int
    doubts: list[tuple[Doubt, list[Visit]]]

    @property
    def left_out(self) -> int:
        return self.held - self.read


def look(officer: Officer, since: date, until: date, on: date) -> Look:
    """Doubts about the visits recorded between two days, the last ones first where there are more than one look reads."""
    found = made(officer, since, until)
    held = found.count()
    visits = list(found.order_by("-pk")[:MOST])
    known = {visit.pk: visit for visit in visits}
    told = [(doubt, [known[key] for key in doubt.visits if key in known]) for doubt in doubts(visits, on)]
    return Look(held, len(visits), told)


def limits(on: date) -> Limits:
    law = policy.current()
    speed, shortest, share, visits = (
        law.term(f"inspection.plausible.{name}").on(on).value for name in ("speed", "shortest", "pair-share", "pair-visits")
    )
    return Limits(float(str(speed)), float(str(shortest)), float(str(share)), int(str(visits)))


def made(officer: Officer, since: date, until: date) -> QuerySet[Visit]:
    """Visits in an officer's scope whose standing result was recorded between two days, both included."""
    start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (since, until + timedelta(days=1)))
    keys = Result.objects.filter(withdrawn=None, recorded__gte=start, recorded__lt=end).values("visit")
    return queries.visible_to(officer).filter(pk__in=keys)


def doubts(visits: Iterable[Visit], on: date) -> list[Doubt]:
    """What these visits say that can hardly be true, by the readings of the pack on a day."""
    told = list(visits)
    photos: dict[int, list[str]] = {}
    keys = [visit.pk for visit in told]
    for start in range(0, len(keys), 500):
        for visit, digest in Photo.objects.filter(visit__in=keys[start : start + 500]).order_by("pk").values_list("visit", "sha256"):
            photos.setdefault(visit, []).append(digest)
    return plausibility.doubts([_read(visit, photos.get(visit.pk, [])) for visit in told], limits(on))


def _read(visit: Visit, photos: list[str]) -> Made:
    """An officer is told by name and number: two of one name are not one who was at two places at once."""
    result: Result = visit.standing[0]  # type: ignore[attr-defined]
    return Made(
        visit=visit.pk, officers=tuple(f"{officer.name}（{officer.number}）" for officer in visit.officers.all()), path=result.path, arrived=visit.arrived,
        finished=result.finished, place=visit.place, left=result.place, photos=tuple(photos),
    )  # fmt: skip
