"""Questions to the public projection. Each asks for the day: a job that did not run shows nothing too long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from hengjian.ground.kit import uscc as codes
from hengjian.ground.kit.text import fold
from hengjian.street.register.models import FormerName

from . import rules
from .models import Projection, PublicEntity, PublicNotice

FEED = ("penalty", "abnormal-list", "serious-list", "inspection")


def shown(on: date) -> Q:
    """Published, within its term and not withdrawn on this day."""
    return (
        Q(published_on__lte=on) & (Q(until=None) | Q(until__gte=on)) & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))
    )


def public_entity(uscc: str, on: date) -> PublicEntity | None:
    """What the public sees of the entity; None where there is none."""
    return PublicEntity.objects.filter(uscc=codes.normalise(uscc)).first()


def notices_of(uscc: str, kind: str | None, on: date) -> QuerySet[PublicNotice]:
    """Notices of an entity shown on a day, newest decision first."""
    notices = PublicNotice.objects.filter(shown(on), uscc=uscc)
    return (notices.filter(kind=kind) if kind else notices).order_by("-decided", "-entry_seq")


def counts(uscc: str, on: date) -> dict[str, int]:
    """Shown notices of an entity by kind; kinds with none are absent."""
    found = PublicNotice.objects.filter(shown(on), uscc=uscc).order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(found)


def latest_notices(on: date, kind: str | None = None, text: str = "") -> QuerySet[PublicNotice]:
    """All notices shown on a day, newest publication first; `text` is part of a name, a code or a document number."""
    notices = PublicNotice.objects.filter(shown(on))
    if kind:
        notices = notices.filter(kind=kind)
    if text:
        notices = notices.filter(Q(name__contains=text) | Q(uscc=codes.normalise(text)) | Q(document__contains=text))
    return notices.order_by("-published_on", "-entry_seq")


def notice(entry_seq: int, on: date) -> PublicNotice | None:
    return PublicNotice.objects.filter(shown(on), entry_seq=entry_seq).first()


def filtered(filters: Mapping[str, str]) -> QuerySet[PublicEntity]:
    """Public entities by class, district, kind and status; unknown filters are ignored."""
    known = {"class": "class_code", "district": "district", "kind": "kind", "status": "status"}
    return PublicEntity.objects.filter(**{known[k]: v for k, v in filters.items() if k in known and v}).order_by("uscc")


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found; rows are read a page at a time."""

    entities: QuerySet[PublicEntity]
    size: int = 20

    @property
    def total(self) -> int:
        return self.entities.count()

    def page(self, number: int) -> QuerySet[PublicEntity]:
        return self.entities[(number - 1) * self.size : number * self.size]


def search(q: str, filters: Mapping[str, str], on: date) -> Search:
    """Public entities by credit code, name or former name (folded: width, case and brackets do not matter)."""
    code, folded = codes.normalise(q), fold(q)
    if not folded:
        return Search(PublicEntity.objects.none())
    if codes.is_valid(code):
        return Search(filtered(filters).filter(uscc=code))
    former = FormerName.objects.filter(name_folded__contains=folded).values("entity_id")
    matches = Q(entity__name_folded__contains=folded) | Q(entity_id__in=former)
    return Search(filtered(filters).filter(matches))


def totals() -> dict[str, int]:
    """Public entities by class; the empty class is “not classified”."""
    return dict(PublicEntity.objects.order_by().values_list("class_code").annotate(n=Count("pk")))


def notice_totals(on: date) -> dict[str, int]:
    """Shown notices by kind."""
    return dict(PublicNotice.objects.filter(shown(on)).order_by().values_list("kind").annotate(n=Count("pk")))


def projection() -> dict[str, Any]:
    """`version`, `ledger_seq`, `as_of` of the projection; asked at most once a second in a process."""
    found: dict[str, Any] | None = cache.get("publication.projection")
    if found is None:
        row = Projection.objects.values("version", "ledger_seq", "as_of", "pack_version").first()
        found = row or {"version": "empty", "ledger_seq": 0, "as_of": None, "pack_version": ""}
        cache.set("publication.projection", found, 1)
    return found


def data_as_of() -> date | None:
    """数据截至: the last day for which the projection was made."""
    day: date | None = projection()["as_of"]
    return day


def newest(on: date, kind: str | None = None) -> QuerySet[PublicNotice]:
    """Notices shown on a day in the order of the ledger, newest first: the order of feeds."""
    notices = PublicNotice.objects.filter(shown(on))
    return (notices.filter(kind=kind) if kind else notices).order_by("-entry_seq")


def ending_from(on: date) -> QuerySet[PublicNotice]:
    """Shown notices that have a last day, the nearest first."""
    return PublicNotice.objects.filter(shown(on), until__isnull=False).order_by("until", "entry_seq")


def all_notices(uscc: str) -> QuerySet[PublicNotice]:
    """Every notice an entity ever had, also those no longer shown. For officers only."""
    return PublicNotice.objects.filter(uscc=uscc).order_by("-decided", "-entry_seq")


def is_shown(notice: PublicNotice, on: date) -> bool:
    return rules.shown(notice.published_on, notice.until, notice.withdrawn_on, on)
