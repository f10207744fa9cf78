"""The inspector base (检查人员名录库): certificates and what they qualify for, and whom each officer may not visit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from hengjian.ground.kit.calendar import add_months
from hengjian.ground.people import queries as people
from hengjian.ground.people.models import Certificate, Officer
from hengjian.street.register import queries as register

from . import frames
from .errors import NoOfficer
from .models import Recusal
from .rules import FORMER_EMPLOYER, LAST_VISIT

SOON = timedelta(days=60)  # a certificate that ends within them is to be renewed


@dataclass(frozen=True, slots=True)
class Inspector:
    """An officer as the base shows them on a day."""

    officer: Officer
    held: list[Certificate]  # in force on the day
    state: str  # able | soon | expired | none
    until: date | None  # when the last certificate ends or ended
    fields: list[str]
    ties: Counter[str]  # ground -> firms


@dataclass(frozen=True, slots=True)
class Tie:
    """Why an officer may not visit a firm. `row` is set where it was declared and can be ended."""

    uscc: str
    name: str
    ground: str
    since: date | None
    until: date | None
    row: Recusal | None


def visible_to(officer: Officer | None) -> QuerySet[Officer]:
    """Active officers in scope who hold or held a certificate, by agency and number."""
    held = Certificate.objects.order_by().values("officer")
    return people.officers_visible_to(officer).filter(active=True, pk__in=held)


def filtered(found: QuerySet[Officer], on: date, *, q: str = "", field: str = "", state: str = "", agency: str = "") -> QuerySet[Officer]:
    """Officers by name or number, agency, qualification and the state of their certificates."""
    valid = Certificate.objects.filter(since__lte=on, until__gte=on).order_by()
    if q := q.strip():
        found = found.filter(Q(name__contains=q) | Q(number__startswith=q))
    if agency:
        found = found.filter(Q(agency__code=agency))
    if field:
        # A list inside JSON: SQLite cannot ask what it contains, and certificates are few.
        found = found.filter(pk__in=[one.officer_id for one in valid if field in one.fields])
    if state == "expired":
        return found.exclude(pk__in=valid.values("officer"))
    if state in ("able", "soon"):
        lasting = valid.filter(until__gt=on + SOON).values("officer")
        found = found.filter(pk__in=valid.values("officer"))
        return found.filter(pk__in=lasting) if state == "able" else found.exclude(pk__in=lasting)
    return found


def inspectors(officers: Iterable[Officer], on: date) -> list[Inspector]:
    """The officers of one page with their state and how many firms each may not visit."""
    listed = list(officers)
    ties: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, _uscc, ground in set(frames.ties(listed, on)):
        ties[pk][ground] += 1
    return [_inspector(officer, on, ties[officer.pk]) for officer in listed]


def _inspector(officer: Officer, on: date, ties: Counter[str]) -> Inspector:
    every = list(officer.certificates.all())
    held = [one for one in every if one.since <= on <= one.until]
    last = max((one.until for one in held or every), default=None)
    state = "none" if last is None else "expired" if not held else "soon" if last <= on + SOON else "able"
    return Inspector(officer, held, state, last, sorted({field for one in held for field in one.fields}), ties)


def counts(officer: Officer | None, on: date) -> dict[str, int]:
    """How many in scope may be drawn, how many of them not for long, how many have no certificate in force."""
    found = visible_to(officer)
    return {state: filtered(found, on, state=state).count() for state in ("able", "soon", "expired")}


def one(officer: Officer | None, pk: int, *, others: bool) -> Officer:
    """The officer whose ties may be seen: oneself, and those in scope where `others`; raises NoOfficer."""
    seen = visible_to(officer).filter(pk=pk) if others else Officer.objects.none()
    wanted = seen.first() or people.officers_visible_to(officer).filter(pk=officer.pk if officer else 0).filter(pk=pk).first()
    if wanted is None:
        raise NoOfficer(gettext("没有这名检查人员，或者不在您的管辖范围内"), officer=pk)
    return wanted


def ties_of(officer: Officer, on: date) -> list[Tie]:
    """Every tie: declared ones that stand or stood, former employers, firms visited within the rotation period."""
    declared = list(Recusal.objects.filter(officer=officer).order_by("-since", "-pk"))
    went = {uscc: timezone.localdate(at) for _, uscc, at in frames.sent_lately(on).filter(officer=officer).order_by("team__pick__draw__drawn_at")}
    names = register.names_by_code([*(row.uscc for row in declared), *officer.former_employers, *went])
    found = [Tie(row.uscc, names.get(row.uscc, ""), row.ground, row.since, row.until, row) for row in declared]
    found += [Tie(uscc, names.get(uscc, ""), FORMER_EMPLOYER, None, None, None) for uscc in officer.former_employers]
    months = frames.rotation(on)
    return found + [Tie(uscc, names.get(uscc, ""), LAST_VISIT, day, add_months(day, months), None) for uscc, day in went.items()]
