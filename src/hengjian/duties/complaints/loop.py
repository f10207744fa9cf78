"""五级循环联动: how filings pass between nation, province, city, county and office, and how long each level keeps them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer

from .models import Dispatch
from .rates import Period

LEVELS = (_("国家、省级平台"), _("市级"), _("区级"), _("所级"))


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the loop in a period."""

    title: str
    received: int  # filings that came to it
    passed: int  # that it sent on
    returned: int  # that it sent back
    hours: float | None  # median time until it sent one on or back
    longest: float | None


def levels(officer: Officer, period: Period) -> list[Level]:
    """Every level with what passed through it. A filing that came back counts again: going to and fro is what this shows."""
    seen = scopes.visible(officer, "receiver") | scopes.visible(officer, "sender")
    in_period = Q(filing__dispatches__on__range=(period.since, min(period.until, period.on)))
    rows = (
        Dispatch.objects.filter(seen, in_period).distinct().select_related("receiver", "sender").order_by("filing", "position")
    )  # fmt: skip
    by_filing: dict[int, list[Dispatch]] = defaultdict(list)
    for row in rows:
        by_filing[row.filing_id].append(row)
    received, passed, returned = [0] * len(LEVELS), [0] * len(LEVELS), [0] * len(LEVELS)
    kept: list[list[float]] = [[] for _level in LEVELS]
    for dispatches in by_filing.values():
        if dispatches[0].sender_id is None:  # it came down from a platform above the city
            received[0] += 1
            passed[0] += 1
        for row, after in zip(dispatches, [*dispatches[1:], None], strict=True):
            level = _level(row.receiver.path)
            received[level] += 1
            if after is not None and after.sender_id == row.receiver_id:
                (returned if after.way == "return" else passed)[level] += 1
                kept[level].append(_hours(row.at, after.at))
    return [
        Level(str(LEVELS[n]), received[n], passed[n], returned[n], _median(kept[n]), max(kept[n], default=None)) for n in range(len(LEVELS))
    ]


def _level(path: str) -> int:
    """The depth of an agency in the tree: the city stands at the root here, national and provincial platforms above it."""
    return min(path.strip("/").count("/") + 1, len(LEVELS) - 1)


def _hours(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 3600


def _median(values: list[float]) -> float | None:
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None
