"""Navigation is declared by houses: an AppConfig may list `desk_pages` and `public_pages`."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Page:
    """One line of a navigation. `power` empty means everybody; `order` sorts, `group` is a heading.

    `covers`: beginning of further addresses that belong to it, for instance the details behind a search.
    """

    url: str
    title: str | _StrPromise
    icon: str
    power: str = ""
    order: int = 50
    group: str | _StrPromise = ""
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    title: str | _StrPromise
    icon: str
    group: str | _StrPromise
    here: bool


def _declared(kind: str) -> list[Page]:
    """In order; the pages of a group stand together where its first one does, whichever houses they come from."""
    found = [page for app in apps.get_app_configs() for page in getattr(app, kind, ())]
    found.sort(key=lambda page: page.order)
    first = {page.group: place for place, page in reversed(list(enumerate(found))) if page.group}
    return sorted(found, key=lambda page: first.get(page.group, found.index(page)))


def links(kind: str, request: HttpRequest | None) -> list[Link]:
    """Pages this person may open, in order. The page with the longest matching address is `here`."""
    powers: frozenset[str] = getattr(request, "powers", frozenset())
    open_pages = _reachable(kind, powers)
    path = request.path if request else ""
    reached = [(start, href) for href, page in open_pages for start in (href, *page.covers) if _covers(start, path)]
    here = max(reached, key=lambda one: len(one[0]), default=("", ""))[1]
    return [Link(href, page.title, page.icon, page.group, href == here) for href, page in open_pages]


@lru_cache(maxsize=500)  # addresses do not change while the platform runs; sets of powers are few
def _reachable(kind: str, powers: frozenset[str]) -> tuple[tuple[str, Page], ...]:
    found = []
    for page in _declared(kind):
        if page.power and page.power not in powers:
            continue
        with suppress(NoReverseMatch):  # the house stands but has no such page yet
            found.append((reverse(page.url), page))
    return tuple(found)


def _covers(href: str, path: str) -> bool:
    return path == href or (href not in ("/", "/desk/", "/counter/") and path.startswith(href))


def address(name: str, *args: object) -> str:
    """The page with this name, or nothing where the house brings none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
