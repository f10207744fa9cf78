"""The object base (检查对象名录库): whose firms may be drawn. The register is one source, imported lists are others.

A duty that keeps equipment, sites or practitioners itself registers a source in its AppConfig.ready:

    objects.register(Source("equipment", _("特种设备使用单位"), lambda on: owners_on(on), "equipment:device_list"))

A plan on that source is drawn only among the firms it names. Where its code is one of the pack's object-kinds, it takes
the place of the list that is imported by file. docs/how-to/bring-inspection-objects.md tells it step by step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people.language import named
from hengjian.street.register.models import Entity

from .models import Held

KINDS = "object-kinds"


@dataclass(frozen=True, slots=True)
class Source:
    """`entities(on)` gives one column: primary keys of the register's entities that have such objects on a day.

    `page` is the name of the address where the objects are kept; empty where there is none.
    """

    code: str
    title: str | Promise
    entities: Callable[[date], QuerySet[Any]]
    page: str = ""


SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source; the same code again is a programming error."""
    if SOURCES.setdefault(source.code, source) is not source:
        raise ValueError(f"two sources of objects are called {source.code}")


def imported(on: date) -> list[Any]:
    """Kinds of object (items of the pack) whose list comes by file, because no house keeps them itself."""
    return [item for code, item in policy.current().catalogue(KINDS).on(on).items() if code not in SOURCES]


def sources(on: date) -> dict[str, Source]:
    """Every source a plan may be drawn from: those of the houses, then the imported lists."""
    lists = (Source(item.code, named(item), _holders(item.code)) for item in imported(on))
    return SOURCES | {source.code: source for source in lists}


def held(kind: str, on: date) -> QuerySet[Held]:
    """Imported objects of a kind on a day, by number."""
    rows = Held.objects.filter(Q(until=None) | Q(until__gte=on), kind=kind, since__lte=on)
    return rows.select_related("entity").order_by("number", "pk")


def _holders(kind: str) -> Callable[[date], QuerySet[Any]]:
    return lambda on: held(kind, on).select_related(None).order_by().values("entity")


register(Source("register", _("全部经营主体"), lambda on: Entity.objects.order_by("pk").values("pk")))
