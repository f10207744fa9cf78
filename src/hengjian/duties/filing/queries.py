"""Questions about filing: what each source brought in a month, whether it is silent, what re-checking found."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.intake import queries as intake
from hengjian.street.intake.blocks import Accepted
from hengjian.street.intake.models import Delivery

from . import rules
from .models import Alarm, Pick, Report, Sample

Source = tuple[int, str]  # agency, kind


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def deliveries(since: date, until: date, known: datetime | None = None) -> list[Delivery]:
    """Everything filed within these days, judged by a moment, with its tally: one query."""
    found = Delivery.objects.filter(received_at__gte=start_of(since), received_at__lt=start_of(until + rules.DAY), received__gt=0)
    if known is not None:
        found = found.filter(finished_at__lte=known)
    return list(found.select_related("agency").only("agency__code", "agency__name", "agency__district", "kind", "received_at", "tally").order_by("agency__code", "kind", "pk"))


def filing_days(upto: date, known: datetime | None = None) -> dict[Source, list[date]]:
    """The days on which each source filed anything, up to a day, earliest first; `known`: judged by then."""
    found = Delivery.objects.filter(received__gt=0, received_at__lt=start_of(upto) + rules.DAY)
    if known is not None:
        found = found.filter(finished_at__lte=known)
    told: dict[Source, list[date]] = defaultdict(list)
    rows = found.annotate(day=TruncDate("received_at", tzinfo=SHANGHAI)).order_by("day")
    for agency, kind, day in rows.values_list("agency", "kind", "day").distinct():
        told[agency, kind].append(day)
    return told


def rechecked(month: date, known: datetime | None = None) -> dict[Source, dict[str, int]]:
    """What the samples of a month found, by source, as far as results were in."""
    counted = Pick.objects.filter(sample__month=month)
    within = Q() if known is None else Q(at__lte=known)
    if known is not None:
        counted = counted.filter(sample__at__lte=known)
    rows: Any = counted.order_by().values("sample__agency", "sample__kind", "sample__frame").annotate(
        size=Count("pk"), right=Count("pk", filter=within & Q(outcome="right")), wrong=Count("pk", filter=within & Q(outcome="wrong")),
        unknown=Count("pk", filter=within & Q(outcome="unknown")),
    )  # fmt: skip
    return {(row.pop("sample__agency"), row.pop("sample__kind")): {"frame": row.pop("sample__frame"), **row} for row in rows}


def agencies_of(officer: Officer | None) -> set[str]:
    """Codes of the agencies whose filing an officer sees."""
    return set(scopes.agencies_of(officer).values_list("code", flat=True))


def sources_of(officer: Officer | None, month: date) -> QuerySet[Delivery]:
    """Deliveries an officer sees of a month, newest first."""
    return intake.visible_to(officer).filter(received_at__gte=start_of(month), received_at__lt=start_of(rules.after(month)), received__gt=0)


def agency_for(officer: Officer | None, code: str) -> Agency:
    found = scopes.agencies_of(officer).filter(code=code).first()
    if found is None:
        raise NotFound(_("没有这个机关，或者不在您的数据范围内"))
    return found


def samples_of(officer: Officer | None) -> QuerySet[Sample]:
    return Sample.objects.filter(scopes.visible(officer)).select_related("agency", "by").order_by("-month", "agency__code", "kind")


def sample_for(officer: Officer | None, pk: int) -> Sample:
    found = samples_of(officer).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这个样本，或者不在您的数据范围内"))
    return found


def sample_of(agency: Agency, kind: str, month: date) -> Sample | None:
    return Sample.objects.filter(agency=agency, kind=kind, month=month).first()


def picks_of(sample: Sample) -> QuerySet[Pick]:
    return Pick.objects.filter(sample=sample).select_related("delivery", "by").order_by("position")


def pick_of(sample: Sample, position: int) -> Pick:
    found = picks_of(sample).filter(position=position).first()
    if found is None:
        raise NotFound(_("样本里没有这一条"))
    return found


def record_behind(pick: Pick) -> Accepted | None:
    """The accepted row itself; None where a later stop sent it back meanwhile."""
    return next(iter(intake.accepted_rows(pick.delivery, [pick.number])), None)


def frame(agency: Agency, kind: str, month: date) -> list[tuple[int, Any]]:
    """Accepted rows of a source and month: numbers by delivery, in the order they were filed."""
    found = Delivery.objects.filter(agency=agency, kind=kind, state="done", received_at__gte=start_of(month), received_at__lt=start_of(rules.after(month)))
    return intake.accepted_numbers(found.order_by("received_at", "pk").values_list("pk", flat=True))


def open_alarms(officer: Officer | None) -> QuerySet[Alarm]:
    return Alarm.objects.filter(scopes.visible(officer), over=None).select_related("agency").order_by("last", "agency__code", "kind")


def frozen(month: date) -> Report | None:
    return Report.objects.filter(month=month).first()


def reports() -> QuerySet[Report]:
    return Report.objects.select_related("by").order_by("-month")


def first_month() -> date | None:
    """The first month anything was filed in."""
    first = Delivery.objects.order_by("received_at").values_list("received_at", flat=True).first()
    return rules.month_of(first.astimezone(SHANGHAI).date()) if first else None


def months(today: date) -> list[date]:
    """Months that can be asked for, newest first, at most three years."""
    first, month = first_month() or today, rules.month_of(today)
    found: list[date] = []
    while month >= rules.month_of(first) and len(found) < 36:
        found.append(month)
        month = rules.month_of(month - rules.DAY)
    return found or [rules.month_of(today)]


def unfiled() -> list[str]:
    """Kinds that no agency has ever filed: nothing supplied is not nothing to report."""
    told = set(Delivery.objects.filter(received__gt=0).order_by().values_list("kind", flat=True).distinct())
    return [kind for kind in policy.current().records if kind not in told]




def names_of(agencies: set[int]) -> dict[int, tuple[str, str]]:
    """Code and name of each of these agencies."""
    return {pk: (code, name) for pk, code, name in Agency.objects.filter(pk__in=agencies).order_by().values_list("pk", "code", "name")}


def districts_of(officer: Officer | None) -> set[str]:
    """Districts of the agencies whose filing an officer sees."""
    return set(scopes.agencies_of(officer).exclude(district="").values_list("district", flat=True))
