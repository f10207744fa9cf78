"""What is due when, for the unit that must act: computed for the day that is asked, so a lost night loses no reminder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer

from .models import Track

SHOWN = 50  # lines of one heading; the number beside it counts all
TITLES = {"late": _("已超期"), "today": _("今日到期"), "next": _("下一个工作日前到期"), "near": _("三个工作日内到期")}


@dataclass(slots=True)
class Bucket:
    """One heading with its tracks, the nearest first, and how many lie with each unit."""

    name: str
    rows: list[Track] = field(default_factory=list)
    units: Counter[str] = field(default_factory=Counter)

    @property
    def by_unit(self) -> list[tuple[str, int]]:
        """Units with their numbers, the most first."""
        return self.units.most_common()

    @property
    def title(self) -> str:
        return str(TITLES[self.name])


def on_day(officer: Officer, on: date) -> list[Bucket]:
    """Open matters in scope by how near their deadline is on a day."""
    calendar = policy.current().calendar
    edges = [calendar.add_working_days(on, count) for count in (1, 3)]
    found = Track.objects.filter(scopes.visible(officer), open=True, due__isnull=False, due__lte=edges[-1])
    buckets = {name: Bucket(name) for name in TITLES}
    for track in found.select_related("proceeding", "agency", "filing").order_by("due", "pk"):
        assert track.due
        name = "late" if track.due < on else "today" if track.due == on else "next" if track.due <= edges[0] else "near"
        buckets[name].rows.append(track)
        buckets[name].units[track.agency.name] += 1
    return list(buckets.values())
