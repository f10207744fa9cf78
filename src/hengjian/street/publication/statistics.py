"""Figures over all public entities, grouped in one query each; the rows behind every figure can be listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.people.language import named
from hengjian.street.register.telling import KINDS

from . import figures
from .models import PublicEntity

DIMENSIONS = {
    "district": gettext_lazy("按区"),
    "street": gettext_lazy("按街道（镇）"),
    "sector": gettext_lazy("按行业门类"),
    "size": gettext_lazy("按注册资本"),
    "kind": gettext_lazy("按主体类型"),
    "month": gettext_lazy("按成立月份"),
}
NARROWED = ("district", "kind")
CLASSES = ("green", "yellow", "red", "black", "")
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Line(figures.Line):
    """One group: how many entities, and how many of each class in the order of CLASSES."""

    @property
    def share(self) -> str:
        """Of the classified entities, the share that is not 良好."""
        classified = self.total - self.counts[-1]
        return f"{100 * (classified - self.counts[0]) / classified:.2f}%" if classified else "—"


def lines(by: str, narrowed: Mapping[str, str], on: date) -> list[Line]:
    """Groups of a dimension among public entities narrowed by district and kind; kept while the projection stays."""
    chosen = [narrowed.get(name, "") for name in NARROWED]
    return figures.kept("statistics", [on, by, *chosen], lambda: _count(by, _grouped(by, narrowed, on)))


def whole(found: Sequence[Line]) -> Line:
    """All groups together."""
    return Line(*figures.sums(found, len(CLASSES)))


def rows(by: str, key: str, narrowed: Mapping[str, str], class_code: str | None, on: date) -> QuerySet[PublicEntity]:
    """The entities behind one figure, by code. `class_code` None: of every class."""
    found = _grouped(by, narrowed, on).filter(_within(by, key))
    return (found if class_code is None else found.filter(class_code=class_code)).order_by("uscc")


def title_of(by: str, key: str) -> str:
    """The title of one group."""
    return _titles(by).get(key) or key or _("无法判明")


def _grouped(by: str, narrowed: Mapping[str, str], on: date) -> QuerySet[PublicEntity]:
    """The entities that are counted, each with its group: figures and the rows behind them are of the same ones."""
    chosen = {name: narrowed[name] for name in NARROWED if narrowed.get(name)}
    entities = PublicEntity.objects.filter(**chosen).annotate(group=_expression(by))
    if by == "month":
        entities = entities.filter(established__gte=add_months(on.replace(day=1), 1 - MONTHS), established__lte=on)
    return entities


def _count(by: str, entities: QuerySet[PublicEntity]) -> list[Line]:
    counted: dict[str, Counter[str]] = {}
    for raw, class_code, n in entities.order_by().values_list("group", "class_code").annotate(n=Count("pk")):
        counted.setdefault(_key(by, raw), Counter())[class_code] += n
    titles = _titles(by)
    found = [
        Line(key, titles.get(key) or key or _("无法判明"), tuple(counts[code] for code in CLASSES))
        for key, counts in counted.items()
    ]
    order = {key: place for place, key in enumerate(titles)}
    return sorted(found, key=lambda line: (not line.key, order.get(line.key, len(order)), line.key))


def _expression(by: str) -> Any:
    if by == "size":
        bands = policy.current().catalogue("capital-bands").rows
        whens = [When(capital_fen__lt=band.extra["below_yuan"] * 100, then=Value(band.code)) for band in bands[:-1]]
        none = When(capital_fen=None, then=Value(bands[0].code))
        foreign = When(~Q(capital_currency="CNY"), then=Value(""))  # without a rate of exchange it lies in no band
        return Case(none, foreign, *whens, default=Value(bands[-1].code), output_field=CharField())
    fields = {"street": F("entity__street"), "sector": F("industry"), "month": TruncMonth("established")}
    return fields.get(by, F(by))


def _key(by: str, raw: Any) -> str:
    if by == "sector":
        return _section(raw or "")
    return f"{raw:%Y-%m}" if by == "month" and raw else raw or ""


def _section(industry: str) -> str:
    """The section (门类) a code of GB/T 4754 lies in; empty where it is none."""
    items = policy.current().catalogue("industries").items
    code = industry.lstrip("ABCDEFGHIJKLMNOPQRST")[:2] if industry[:1].isalpha() and len(industry) > 1 else industry[:2]
    item = items.get(code)
    return (item.parent or item.code) if item else ""


def _within(by: str, key: str) -> Q:
    if by == "sector":
        held = PublicEntity.objects.order_by().values_list("industry", flat=True).distinct()
        return Q(industry__in=[code for code in held if _section(code) == key])
    if by == "month":
        return figures.of_month("established", key)
    return Q(group=key)


def _titles(by: str) -> dict[str, str]:
    law = policy.current()
    if by == "kind":
        return {code: str(title) for code, title in KINDS.items()}
    catalogue = {"district": "districts", "street": "streets", "sector": "industries", "size": "capital-bands"}.get(by)
    return {code: named(item) for code, item in law.catalogue(catalogue).items.items()} if catalogue else {}
