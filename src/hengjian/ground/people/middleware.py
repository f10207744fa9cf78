"""Puts the person asking on the request, and turns refusals into pages or problem documents."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Invalid, Refusal

from . import errors, queries
from .models import Officer, Representative
from .powers import of_user

CHOSEN_FIRM = "people.firm"  # session key: the credit code chosen at the counter
Handler = Callable[[HttpRequest], HttpResponse]


def _standing(request: HttpRequest) -> tuple[Officer | None, frozenset[str]]:
    """The officer and what the officer may do today."""
    return of_user(request.user.pk, clock.today()) if request.user.is_authenticated else (None, frozenset())


def _officer(request: HttpRequest) -> Officer | None:
    return request.standing[0]  # type: ignore[attr-defined,no-any-return]


def _representative(request: HttpRequest) -> Representative | None:
    """For which firm the person acts now: the one chosen in this session, or the only one."""
    if not request.user.is_authenticated or request.officer:  # type: ignore[attr-defined]
        return None  # an officer does not act for firms
    firms = queries.firms_of(request.user.pk)
    chosen = request.session.get(CHOSEN_FIRM)
    return next((firm for firm in firms if firm.uscc == chosen), firms[0] if firms else None)


def _powers(request: HttpRequest) -> frozenset[str]:
    if request.officer:  # type: ignore[attr-defined]
        return request.standing[1]  # type: ignore[attr-defined,no-any-return]
    return frozenset({"counter.own"} if request.representative else ())  # type: ignore[attr-defined]


class WhoIsAsking:
    """`request.officer`, `request.representative` (either may be None) and `request.powers`, read when first used."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.__class__ = _asking(request.__class__)
        return self.get_response(request)


def _asking(base: type[HttpRequest]) -> type[HttpRequest]:
    """The request's own class with cached properties: None stays None, which a lazy proxy would hide."""
    known = _CLASSES.get(base)
    if known is None:
        members: dict[str, cached_property[object]] = {"officer": cached_property(_officer), "representative": cached_property(_representative)}
        members |= {"standing": cached_property(_standing), "powers": cached_property(_powers)}
        known = _CLASSES[base] = type(base.__name__, (base,), members)
        for name, member in members.items():
            member.__set_name__(known, name)
    return known


_CLASSES: dict[type[HttpRequest], type[HttpRequest]] = {}


class Refusals:
    """A `Refusal` raised anywhere below a page becomes a page that says what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            return errors.not_found(request)
        # PostgreSQL text holds no NUL; SQLite would take it. Both databases answer alike.
        if "%00" in request.META.get("QUERY_STRING", ""):
            return errors.refusal(request, Invalid(_("查询中有不能使用的字符（NUL）；请删去后再查")))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.refusal(request, exception) if isinstance(exception, Refusal) else None
