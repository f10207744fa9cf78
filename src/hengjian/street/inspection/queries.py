"""Questions about visits and results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from hengjian.ground import policy
from hengjian.ground.kit.text import fold
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.policy.clocks import Deadline
from hengjian.ground.procedure import queries as procedures
from hengjian.ground.procedure.models import Proceeding
from hengjian.ground.procedure.rules import OPEN
from hengjian.street.draw import queries as draws
from hengjian.street.draw.models import Draw

from .errors import NoVisit
from .models import Draft, FollowUp, Photo, Reinspection, Result, Visit
from .rules import CASE, KIND, Lists

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
    return _joined(Visit.objects.filter(wanted).annotate(recorded=Exists(standing))).order_by("due", F("turn").asc(nulls_last=True), "pk")


def with_recorded(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Visits of every agency with `recorded`, for what the platform works out by itself."""
    return visits.annotate(recorded=Exists(Result.objects.filter(visit=OuterRef("pk"), withdrawn=None)))


def visit_of(officer: Officer | None, pk: int) -> Visit:
    """One visit as this officer may see it, or one whose findings were handed over to an agency of theirs; raises NoVisit."""
    visit = visible_to(officer).filter(pk=pk).first() or _handed_over(officer, pk)
    if visit is None:
        raise NoVisit(gettext("没有这次检查，或者不在您的管辖范围内"), visit=pk)
    return visit


def _handed_over(officer: Officer | None, pk: int) -> Visit | None:
    theirs = FollowUp.objects.filter(visit=pk, to__in=scopes.agencies_of(officer))
    return _listed(Q(pk=pk)).filter(Exists(theirs)).first() if officer else None


def of_matter(proceeding: Proceeding) -> Visit:
    """The visit that a matter of this kind is about."""
    visit = Visit.objects.select_related("entity").get(proceeding=proceeding)
    visit.proceeding = proceeding
    return visit


def result_of(visit: Visit) -> Result | None:
    """The result that stands."""
    return Result.objects.filter(visit=visit, withdrawn=None).select_related("by", "second", "entry", "refusal", "reviewed_by").first()


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
    return list(draws.draws_led_by(officer).exclude(drawn_at=None).filter(~Exists(sent), successor=None))


def photo(visit: Visit, digest: str) -> Photo:
    found = Photo.objects.filter(visit=visit, sha256=digest).first()
    if found is None:
        raise NoVisit(gettext("没有这张照片"), photo=digest[:12])
    return found


# Drafts, follow-ups, second looks, replies ---------------------------------------------------------


def has_result(visit: Visit, token: str) -> bool:
    """Whether a device's result is in already."""
    return Result.objects.filter(visit=visit, token=token).exists()


def head_draft(visit: Visit) -> Draft | None:
    """The draft that stands: the one with the highest version."""
    return Draft.objects.filter(visit=visit, version__isnull=False).select_related("by").order_by("-version").first()


def drafts_of(visit: Visit) -> QuerySet[Draft]:
    """Every draft a device ever sent, last first; those without a version were kept beside."""
    return Draft.objects.filter(visit=visit).select_related("by").order_by("-pk")


def follow_ups_of(visit: Visit) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(visit=visit).select_related("to", "by", "received_by").prefetch_related("rechecks__proceeding").order_by("pk")


def follow_up(officer: Officer | None, pk: int) -> FollowUp:
    """A follow-up of a visit in scope, or one handed over to an agency in scope; raises NoVisit."""
    seen = Q(visit__in=visible_to(officer).values("pk")) | Q(to__in=scopes.agencies_of(officer))
    found = FollowUp.objects.filter(seen, pk=pk).select_related("visit__proceeding__agency", "visit__entity", "to").first()
    if found is None:
        raise NoVisit(gettext("没有这项后续处理，或者不在您的管辖范围内"), visit=pk)
    return found


def handed_to(officer: Officer | None) -> QuerySet[FollowUp]:
    """Matters handed over to the agencies of an officer that nobody has taken over or answered yet, nearest day first.

    Leads of casework are answered by casework itself."""
    waiting = FollowUp.objects.filter(to__in=scopes.agencies_of(officer), settled=None).exclude(disposal=CASE)
    return waiting.select_related("visit__proceeding__agency", "visit__entity", "to").order_by("due", "pk")


def made_between(agency: Agency, since: date, until: date) -> QuerySet[Visit]:
    """First visits of an agency and those below it whose standing result was recorded between two days, both included."""
    start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (since, until + timedelta(days=1)))
    below = Q(proceeding__agency=agency) | Q(proceeding__agency__path__startswith=f"{agency.path}/")
    standing = Result.objects.filter(visit=OuterRef("pk"), withdrawn=None, recorded__gte=start, recorded__lt=end)
    return Visit.objects.filter(below, Exists(standing), reinspection=None).select_related("proceeding").order_by("pk")


def by_numbers(numbers: Sequence[str]) -> list[Visit]:
    """Visits by the numbers of their matters, in the given order."""
    found = Visit.objects.filter(proceeding__kind=KIND, proceeding__number__in=numbers)
    held = {visit.proceeding.number: visit for visit in found.select_related("entity", "proceeding__agency").prefetch_related("officers")}
    return [held[number] for number in numbers]


def reinspections(officer: Officer | None) -> QuerySet[Reinspection]:
    """Second looks of the agencies in scope, newest first."""
    found = Reinspection.objects.filter(scopes.visible(officer, "agency", "by")).select_related("agency", "by")
    return found.order_by("-closed_at", "-pk")


def first_of(visit: Visit) -> Visit | None:
    """The visit that a second look looks at: its number was noted when the second look was opened."""
    opened = visit.proceeding.events.filter(act=OPEN).values_list("body", flat=True).first() or {}
    return next(iter(by_numbers([opened["first"]])), None) if "first" in opened else None


def of_firm(uscc: str) -> QuerySet[Visit]:
    """Inspections a firm knows of: it was told, the team came, or the result is in. Drawn lists stay closed until then."""
    told = Q(confirmed__isnull=False) | Q(arrived__isnull=False) | Q(recorded=True) | Q(proceeding__events__act="notify")
    standing = Result.objects.filter(visit=OuterRef("pk"), withdrawn=None)
    visits = Visit.objects.filter(entity__uscc=uscc).annotate(recorded=Exists(standing)).filter(told).distinct()
    return _joined(visits).prefetch_related("follow_ups__to").order_by("-pk")


def by_code(code: str) -> Visit:
    """The visit behind a QR code, for anybody who holds the code; raises NoVisit."""
    found = _joined(Visit.objects.filter(code=code)).first()
    if found is None:
        raise NoVisit(gettext("没有这个检查码，请核对后重新输入；对来人身份有疑问的，可以拒绝检查并拨打 12315"))
    return found
