"""The object base (检查对象名录库): whose firms may be drawn. The register is one source; a duty adds its own.

A duty that keeps equipment, sites or practitioners registers a source in its AppConfig.ready:

    objects.register(Source("equipment", _("特种设备使用单位"), lambda on: owners_on(on)))

A plan on that source is drawn only among the firms it names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hengjian.street.register.models import Entity


@dataclass(frozen=True, slots=True)
class Source:
    """`entities(on)` gives one column: primary keys of the register's entities that have such objects on a day."""

    code: str
    title: str | Promise
    entities: Callable[[date], QuerySet[Any]]


SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source; the same code again is a programming error."""
    if SOURCES.setdefault(source.code, source) is not source:
        raise ValueError(f"two sources of objects are called {source.code}")


register(Source("register", _("全部经营主体"), lambda on: Entity.objects.order_by("pk").values("pk")))
