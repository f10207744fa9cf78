"""What every statistic is made of: groups with their counts, kept while the public projection stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hengjian.ground.kit import digests

from . import queries

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Line:
    """One group: how many in all, and how many of each column of its statistic."""

    key: str
    title: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


L = TypeVar("L", bound="Line")


def kept(name: str, asked: Sequence[Any], make: Callable[[], list[L]]) -> list[L]:
    """The groups of a question, counted once for a projection, a question and a language."""
    whole = [queries.projection()["version"], *asked, get_language()]
    key = f"{name}:{digests.sha256(digests.canonical(whole))}"
    found: list[L] | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, HOUR)
    return found


def sums(found: Sequence[Line], width: int) -> tuple[str, str, tuple[int, ...]]:
    """Key, title and counts of all groups together."""
    return "", _("合计"), tuple(sum(line.counts[place] for line in found) for place in range(width))


def of_month(field: str, key: str) -> Q:
    """Records of a month written `2026-03`; of no month where it is none."""
    year, _dash, month = key.partition("-")
    real = year.isdecimal() and len(year) == 4 and month.isdecimal() and 1 <= int(month) <= 12
    return Q(**{f"{field}__year": int(year), f"{field}__month": int(month)}) if real else Q(pk=None)
