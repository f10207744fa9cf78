"""Figures over the records that are public on a day: by month of decision, by district, by issuer; each figure has its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground.kit.calendar import add_months
from hengjian.ground.people.language import title_in

from . import figures, queries
from .figures import Line
from .models import PublicNotice
from .printing import TITLES

DIMENSIONS = {"month": gettext_lazy("按作出月份"), "district": gettext_lazy("按区"), "issuer": gettext_lazy("按作出机关")}
KINDS = tuple(TITLES)
MONTHS, ISSUERS = 24, 40
GROUPS = {"month": TruncMonth("decided"), "district": F("entity__district"), "issuer": F("issuer")}


def lines(by: str, district: str, on: date) -> list[Line]:
    """Groups of a dimension, months last first, issuers by number; kept while the projection stays."""
    return figures.kept("records", [on, by, district], lambda: _count(by, _grouped(by, district, on)))


def whole(found: Sequence[Line]) -> Line:
    """All groups together."""
    return Line(*figures.sums(found, len(KINDS)))


def rows(by: str, key: str, district: str, kind: str, on: date) -> QuerySet[PublicNotice]:
    """The records behind one figure, last decision first; `kind` empty: of every kind."""
    found = _grouped(by, district, on)
    if by == "month":
        found = found.filter(figures.of_month("decided", key))
    elif by == "district":
        found = found.filter(entity__district=key or None)
    else:
        found = found.filter(issuer=key)
    return (found.filter(kind=kind) if kind else found).order_by("-decided", "-entry_seq")


def title_of(by: str, key: str) -> str:
    """The title of one group."""
    return (title_in("districts", key) if by == "district" else key) or _("无法判明")


def _grouped(by: str, district: str, on: date) -> QuerySet[PublicNotice]:
    """The records that are counted: figures and the rows behind them are of the same ones."""
    found = PublicNotice.objects.filter(queries.shown(on), kind__in=KINDS)
    if district:
        found = found.filter(entity__district=district)
    return found.filter(decided__gte=add_months(on.replace(day=1), 1 - MONTHS)) if by == "month" else found


def _count(by: str, found: QuerySet[PublicNotice]) -> list[Line]:
    counted: dict[str, Counter[str]] = {}
    for raw, kind, n in found.order_by().annotate(group=GROUPS[by]).values_list("group", "kind").annotate(n=Count("pk")):
        counted.setdefault(f"{raw:%Y-%m}" if by == "month" else raw or "", Counter())[kind] += n
    told = [Line(key, title_of(by, key), tuple(counts[kind] for kind in KINDS)) for key, counts in counted.items()]
    if by == "issuer":
        return sorted(told, key=lambda line: (-line.total, line.key))[:ISSUERS]
    return sorted(told, key=lambda line: line.key, reverse=by == "month")


def chart(found: Sequence[Line]) -> list[tuple[Any, list[int]]]:
    """For each kind that occurs its title and its counts, group by group."""
    return [(TITLES[kind], [line.counts[place] for line in found]) for place, kind in enumerate(KINDS) if any(line.counts[place] for line in found)]
