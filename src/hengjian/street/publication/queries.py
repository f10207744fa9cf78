"""Questions to the public projection. Each asks for the day: a job that did not run shows nothing too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet

from hengjian.ground.kit import uscc as codes
from hengjian.street.register.rules import entity_of, name_key

from . import naming, rules
from .models import Projection, PublicEntity, PublicNotice
from .prepared import Prepared

FEED = ("penalty", "abnormal-list", "serious-list", "inspection", "red-list")


def shown(on: date) -> Q:
    """Published, within its term and not withdrawn on this day."""
    return (
        Q(published_on__lte=on) & (Q(until=None) | Q(until__gte=on)) & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))
    )


def public_entity(uscc: str, on: date) -> PublicEntity | None:
    """What the public sees of the entity; None where there is none."""
    return next(iter(_ENTITY.ask(uscc=codes.normalise(uscc))), None)


def notices_of(uscc: str, kind: str | None, on: date) -> QuerySet[PublicNotice]:
    """Notices of an entity shown on a day, newest decision first."""
    notices = PublicNotice.objects.filter(shown(on), uscc=uscc)
    return (notices.filter(kind=kind) if kind else notices).order_by("-decided", "-entry_seq")


MOST_ON_A_PAGE = 1000  # notices of one entity on its page


def page_of(uscc: str, on: date) -> list[PublicNotice]:
    """Notices of an entity shown on a day, newest decision first: as many as its page holds."""
    return _PAGE.ask(uscc=uscc, on=on)


_ENTITY = Prepared(lambda uscc: PublicEntity.objects.filter(uscc=uscc), uscc="uscc")
_PAGE = Prepared(lambda uscc, on: notices_of(uscc, None, on)[:MOST_ON_A_PAGE], uscc="uscc", on=date.min)


def counts(uscc: str, on: date) -> dict[str, int]:
    """Shown notices of an entity by kind; kinds with none are absent."""
    found = PublicNotice.objects.filter(shown(on), uscc=uscc).order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(found)


def latest_notices(on: date, kind: str | None = None, text: str = "") -> QuerySet[PublicNotice]:
    """All notices shown on a day, newest publication first; `text` is part of a name, a code or a
    document number.
    """
    notices = PublicNotice.objects.filter(shown(on))
    if kind:
        notices = notices.filter(kind=kind)
    if text:
        notices = notices.filter(Q(entity__in=named(text)) | Q(uscc=codes.normalise(text)) | Q(document=text))
    return notices.order_by("-published_on", "-entry_seq")


def notice(entry_seq: int, on: date) -> PublicNotice | None:
    return PublicNotice.objects.filter(shown(on), entry_seq=entry_seq).first()


def filtered(filters: Mapping[str, str]) -> QuerySet[PublicEntity]:
    """Public entities by class, district, kind and status; unknown filters are ignored."""
    wanted = {naming.MARKED[name]: value for name, value in filters.items() if name in naming.MARKED and value}
    return PublicEntity.objects.filter(**wanted).order_by("uscc")


MOST = 1000  # entities listed at once; the next thousand begin after the place the last one ends


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found, best first; rows are read a page at a time. `more`: others follow, beyond `last`."""

    keys: Sequence[int]
    more: bool = False
    last: str = ""
    size: int = 20

    @property
    def total(self) -> int:
        return len(self.keys)

    def page(self, number: int) -> list[PublicEntity]:
        keys = self.keys[(number - 1) * self.size : number * self.size]
        held = PublicEntity.objects.in_bulk(keys, field_name="entity_id")
        return [held[key] for key in keys if key in held]


def search(q: str, filters: Mapping[str, str], on: date, after: str = "") -> Search:
    """Public entities by credit code, the beginning of one, or two or more characters of a present or former name
    (width, case and brackets do not matter); without words, those the filters leave. `after`: where an earlier
    search ended.
    """
    code, key = codes.normalise(q), name_key(q)
    if not key:
        some = not q.strip() and any(filters.get(name) for name in naming.MARKED)
        return _by_code(filtered(filters), after) if some else Search(())
    if len(code) >= 6 and all(character in codes.ALPHABET for character in code):
        begun = filtered(filters).filter(uscc__gte=code, uscc__lt=code + "a")
        if (found := _by_code(begun, after)).keys:
            return found
    beyond = int(after) if after.isdecimal() and len(after) < 19 else 0
    places = naming.INDEX.places(key, MOST + 1, marks=naming.marks(filters), after=beyond)
    listed = places[:MOST]
    return Search(list(dict.fromkeys(map(entity_of, listed))), len(places) > MOST, str(listed[-1]) if listed else "")


def _by_code(entities: QuerySet[PublicEntity], after: str) -> Search:
    found = list(entities.filter(uscc__gt=after).values_list("entity_id", "uscc")[: MOST + 1])
    listed = found[:MOST]
    return Search([key for key, _uscc in listed], len(found) > MOST, listed[-1][1] if listed else "")


def named(text: str) -> list[int]:
    """Entities whose names contain the text: what lists are narrowed by."""
    return naming.INDEX.find(name_key(text), MOST)


def names_of(entities: Iterable[int]) -> dict[int, str]:
    """Public names by entity; one that is not public has none."""
    return dict(PublicEntity.objects.filter(entity__in=list(entities)).values_list("entity_id", "name"))


def names_by_code(usccs: Iterable[str]) -> dict[str, str]:
    """Public names by credit code; one that is not public has none."""
    return dict(PublicEntity.objects.filter(uscc__in=set(usccs)).values_list("uscc", "name"))


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
        found = dict(row) if row else {"version": "empty", "ledger_seq": 0, "as_of": None, "pack_version": ""}
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


def changed_after(seq: int) -> QuerySet[PublicNotice]:
    """Notices that the ledger published, corrected or closed after an entry, each once, in its latest state and in the
    order of that change: what a copy of the projection has to read again. One entry may change several.
    """
    return PublicNotice.objects.filter(changed_seq__gt=seq).order_by("changed_seq", "entry_seq")


def gone_between(first: date, last: date) -> QuerySet[PublicNotice]:
    """Notices whose first day without publicity lies between two days inclusive: closed, or their term was over."""
    day = timedelta(days=1)
    closed = Q(withdrawn_on__range=(first, last))
    before = [max(one, date.min + day) - day for one in (first, last)]  # the first day there is has none before it
    over = Q(until__range=before) & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=F("until")))
    return PublicNotice.objects.filter(closed | over).filter(~shown(last)).order_by("entry_seq")


def entities_changed_after(change: int) -> QuerySet[PublicEntity]:
    """Public entities copied after a number of change, in the order of change."""
    return PublicEntity.objects.filter(change__gt=change).order_by("change", "uscc")


def change_of(entry_seq: int, kinds: Iterable[str]) -> int | None:
    """The ledger entry that changed a notice last; None where the record was never public or is of no such kind."""
    return PublicNotice.objects.filter(entry_seq=entry_seq, kind__in=kinds).values_list("changed_seq", flat=True).first()
