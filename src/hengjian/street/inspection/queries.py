"""Questions about visits and results."""

from __future__ import annotations

from datetime import date
from functools import cache

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from hengjian.ground import policy
from hengjian.ground.kit.text import fold
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer
from hengjian.ground.policy.clocks import Deadline
from hengjian.ground.procedure import queries as procedures
from hengjian.street.draw import queries as draws
from hengjian.street.draw.models import Draw

from .errors import NoVisit
from .models import Photo, Result, Visit
from .rules import Lists

ITEMS, RESULTS, DISPOSALS, METHODS = "inspection-items", "inspection-results", "inspection-disposals", "inspection-methods"


def _joined(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    standing = Prefetch("results", Result.objects.filter(withdrawn=None), to_attr="standing")
    events = Prefetch("proceeding__events", procedures.events())
    joined = visits.select_related("entity", "proceeding__agency", "proceeding__owner", "pick__draw__plan")
    return joined.prefetch_related("officers", standing, events)


def mine(officer: Officer | None) -> QuerySet[Visit]:
    """Visits on whose team an officer is, nearest due day first; `recorded` says whether the result is in."""
    return _listed(_on_team(officer)) if officer else Visit.objects.none()


def visible_to(officer: Officer | None) -> QuerySet[Visit]:
    """Visits of the agencies in an officer's scope, and their own; nearest due day first."""
    if officer is None:
        return Visit.objects.none()
    return _listed(_on_team(officer) | scopes.visible(officer, "proceeding__agency", "proceeding__owner"))


def _on_team(officer: Officer) -> Q:
    return Q(pk__in=Visit.officers.through.objects.filter(officer=officer).values("visit"))


def _listed(wanted: Q) -> QuerySet[Visit]:
    standing = Result.objects.filter(visit=OuterRef("pk"), withdrawn=None)
    return _joined(Visit.objects.filter(wanted).annotate(recorded=Exists(standing))).order_by("due", "pk")


def visit_of(officer: Officer | None, pk: int) -> Visit:
    """One visit as this officer may see it; raises NoVisit."""
    visit = visible_to(officer).filter(pk=pk).first()
    if visit is None:
        raise NoVisit(gettext("没有这次检查，或者不在您的管辖范围内"), visit=pk)
    return visit


def result_of(visit: Visit) -> Result | None:
    """The result that stands."""
    return Result.objects.filter(visit=visit, withdrawn=None).select_related("by", "second", "entry", "refusal").first()


def deadlines_of(result: Result) -> list[Deadline]:
    """What the result sets running: publication of every result, and acts on findings that the pack names."""
    law, day = policy.current(), timezone.localdate(result.recorded)
    listed = law.catalogue(RESULTS).items
    terms = [law.publicity("inspection").start, *(listed[code].extra.get("follows") for code in result.codes)]
    events = {"decided": day, "verified": day}
    return [law.deadline(term, events) for term in dict.fromkeys(terms) if term]


def earlier_results(visit: Visit) -> QuerySet[Result]:
    """Results that were taken back, last first."""
    return Result.objects.filter(visit=visit).exclude(withdrawn=None).select_related("by", "second").order_by("-pk")


def photos_of(visit: Visit) -> QuerySet[Photo]:
    return Photo.objects.filter(visit=visit).order_by("pk")


@cache
def _lists(version: str, items: tuple[str, ...], on: date) -> Lists:
    law = policy.current()
    results = law.catalogue(RESULTS).on(on)
    against = {code: bool(item.extra.get("negative")) for code, item in results.items()}
    return Lists(items, against, tuple(law.catalogue(DISPOSALS).on(on)), tuple(law.catalogue(METHODS).on(on)))


def lists_for(visit: Visit, on: date) -> Lists:
    """The lists that a result of this visit is held against."""
    return _lists(policy.current().version, tuple(visit.items), on)


def of_draw(draw: Draw) -> QuerySet[Visit]:
    """The visits of one draw in the order of its list."""
    return _joined(Visit.objects.filter(pick__draw=draw)).order_by("pk")


def filtered(visits: QuerySet[Visit], on: date, *, q: str = "", status: str = "", plan: str = "") -> QuerySet[Visit]:
    """Visits by name, code or number of the matter, by how far they are, and by plan."""
    if q := q.strip():
        names = Q(entity__name_folded__contains=fold(q)) | Q(entity__uscc__startswith=q.upper())
        visits = visits.filter(names | Q(proceeding__number__contains=q))
    if plan:
        visits = visits.filter(pick__draw__plan=plan)
    wanted = {
        "open": Q(recorded=False), "late": Q(recorded=False, due__lt=on),
        "recorded": Q(recorded=True, proceeding__closed=None), "closed": Q(proceeding__closed__isnull=False),
    }  # fmt: skip
    return visits.filter(wanted[status]) if status in wanted else visits


def counts(officer: Officer | None, on: date) -> dict[str, int]:
    """How many visits an officer may see are open, late, recorded and closed."""
    seen = visible_to(officer)
    return {status: filtered(seen, on, status=status).count() for status in ("open", "late", "recorded", "closed")}


def plans_of(officer: Officer | None) -> list[tuple[str, str]]:
    """Plans with visits this officer may see, newest first."""
    found = visible_to(officer).exclude(pick=None).order_by("-pick__draw__plan").values_list("pick__draw__plan", "pick__draw__plan__title")
    return [(str(pk), title) for pk, title in found.distinct()]


def unassigned(officer: Officer | None) -> list[Draw]:
    """Held draws in an officer's scope whose teams have not been sent."""
    sent = Visit.objects.filter(pick__draw=OuterRef("pk"))
    return list(draws.draws_visible_to(officer).exclude(drawn_at=None).filter(~Exists(sent), successor=None))


def photo(visit: Visit, digest: str) -> Photo:
    found = Photo.objects.filter(visit=visit, sha256=digest).first()
    if found is None:
        raise NoVisit(gettext("没有这张照片"), photo=digest[:12])
    return found
