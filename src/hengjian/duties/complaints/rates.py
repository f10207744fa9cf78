"""The rates of a period by unit, each with numerator, denominator and the matters behind it; and how long things took.

Names and definitions: packs/tianjin/indicators/complaint-service.yaml. A matter belongs to the period in which it was due;
one that was due and is still open counts as late, so that a rate cannot be bettered by leaving things lie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from hengjian.ground import policy
from hengjian.ground.people.models import Agency

from .models import CallBack, Disclosure, Measured

# Indicator of the pack → the clock that measures it, by kind of track.
ON_TIME = {
    "initial-check-on-time": ("complaint", "accept"),
    "completion-on-time": ("complaint", "mediate"),
    "report-verify-on-time": ("report", "verify"),
    "odr-on-time": ("odr", "settle"),
}
SOLVED = ("agreed",)
# 撤回而未和解的不计；依其余情形终止的为未达成。 The grounds bear the numbers of the law in force when the matter was received.
UNSOLVED = Q(outcome__startswith="told:") & ~Q(outcome="told:1")
ODR_SOLVED, ODR_FAILED = ("settled", "kept", "broken"), ("failed", "expired")
ENDED = Q(clock=Measured.ENDED)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, as it stands on a day."""

    since: date
    until: date
    on: date

    @property
    def over(self) -> bool:
        return self.on > self.until


@dataclass(frozen=True, slots=True)
class Rate:
    """One indicator of one unit. `rate` is None where there is nothing to count: no matter is not a good mark."""

    id: str
    numerator: int
    denominator: int

    @property
    def rate(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def percent(self) -> str:
        return f"{100 * self.numerator / self.denominator:.2f}%" if self.denominator else "—"

    @property
    def full(self) -> bool:
        """Whether every matter was in time."""
        return self.numerator == self.denominator > 0


@dataclass(frozen=True, slots=True)
class Spread:
    """Calendar days that a clock took, open ones as old as they are: never an average, which hides the late."""

    count: int
    median: int
    p90: int
    worst: float  # mean of the slowest tenth
    longest: int


@dataclass(slots=True)
class Unit:
    """One agency with its rates in the order of `names`."""

    agency: Agency
    rates: dict[str, Rate] = field(default_factory=dict)
    spread: dict[str, Spread] = field(default_factory=dict)

    @property
    def late(self) -> int:
        return sum(rate.denominator - rate.numerator for name, rate in self.rates.items() if name in ON_TIME)

    @property
    def worst(self) -> float:
        """The lowest of its rates on time; 2 where nothing was due."""
        found = [rate.rate for name, rate in self.rates.items() if name in ON_TIME and rate.rate is not None]
        return min(found, default=2.0)


def names() -> list[str]:
    """Ids of the indicators that are counted here, in the order of the pages."""
    return [
        *ON_TIME, "mediation-success", "complaint-to-case", "odr-settlement", "source-resolution", "publication-rate", "satisfaction",
    ]  # fmt: skip


def due_in(period: Period, name: str) -> QuerySet[Measured]:
    """The matters an on-time indicator counts: due in the period, and over: met, or past their day."""
    kind, clock = ON_TIME[name]
    due = Measured.objects.filter(clock=clock, track__kind=kind, due__range=(period.since, period.until))
    return due.filter(Q(met__lte=period.on) | Q(due__lt=period.on))


def late_in(period: Period, name: str) -> QuerySet[Measured]:
    """Of these, the ones that were not in time."""
    return due_in(period, name).filter(Q(met=None) | Q(met__gt=F("due")) | Q(met__gt=period.on))


def units(period: Period, agencies: Sequence[Agency]) -> list[Unit]:
    """Every unit with its rates, the worst first: a good neighbour hides nobody."""
    found = {agency.pk: Unit(agency) for agency in agencies}
    counted: dict[str, dict[int, tuple[int, int]]] = {}
    for name in ON_TIME:
        in_time = Q(met__lte=F("due")) & Q(met__lte=period.on)
        counted[name] = _by_unit(due_in(period, name).filter(track__agency__in=found), in_time)
    ended = Measured.objects.filter(ENDED, met__range=(period.since, min(period.until, period.on)), track__agency__in=found)
    complaints, odr = ended.filter(track__kind="complaint"), ended.filter(track__kind="odr")
    counted["mediation-success"] = _by_unit(complaints.filter(Q(outcome__in=SOLVED) | UNSOLVED), Q(outcome__in=SOLVED))
    counted["complaint-to-case"] = _by_unit(complaints, Q(track__lead__isnull=False))
    counted["odr-settlement"] = _by_unit(odr.filter(outcome__in=(*ODR_SOLVED, *ODR_FAILED)), Q(outcome__in=ODR_SOLVED))
    counted["source-resolution"] = _source(odr, period, found)
    counted["publication-rate"] = _published(period, found)
    counted["satisfaction"] = _satisfied(period, found)
    for name in names():
        for pk, unit in found.items():
            unit.rates[name] = Rate(name, *counted[name].get(pk, (0, 0)))
    for name in ON_TIME:
        for pk, spread in _spreads(period, name, found).items():
            found[pk].spread[name] = spread
    return sorted(found.values(), key=lambda unit: (unit.worst, -unit.late, unit.agency.code))


def whole(units: Sequence[Unit]) -> dict[str, Rate]:
    """All units together, from their sums."""
    return {
        name: Rate(name, sum(u.rates[name].numerator for u in units), sum(u.rates[name].denominator for u in units)) for name in names()
    }


def recovered(period: Period, agencies: Iterable[int]) -> int:
    """Fen that consumers got back in matters that ended in the period (挽回经济损失)."""
    ended = Measured.objects.filter(ENDED, met__range=(period.since, min(period.until, period.on)), track__agency__in=list(agencies))
    return ended.aggregate(sum=Sum("recovered_fen"))["sum"] or 0


def target(name: str, year: int) -> float | None:
    """What the plan asks of an indicator in a year, as a share; the four rates are to be complete."""
    told = {goal.year: goal.value for goal in policy.current().indicator(name).targets}
    value = told.get(year)
    return float(value) / 100 if value is not None else None


def _by_unit(measures: QuerySet[Measured], good: Q) -> dict[int, tuple[int, int]]:
    rows = measures.order_by().values("track__agency").annotate(good=Count("pk", filter=good), of=Count("pk"))
    return {row["track__agency"]: (row["good"], row["of"]) for row in rows}


def _source(odr: QuerySet[Measured], period: Period, found: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Settled with the firm, among these and the complaints received."""
    settled = _by_unit(odr.filter(outcome__in=ODR_SOLVED), Q())
    until = min(period.until, period.on)
    received = _by_unit(
        Measured.objects.filter(ENDED, track__kind="complaint", began__range=(period.since, until), track__agency__in=list(found)), Q()
    )
    keys = {*settled, *received}
    return {key: (settled.get(key, (0, 0))[1], settled.get(key, (0, 0))[1] + received.get(key, (0, 0))[1]) for key in keys}


def _published(period: Period, found: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Published among those that were to be: no ground against it, and their day had come."""
    due = Disclosure.objects.filter(closed__range=(period.since, period.until), held="", track__agency__in=list(found))
    rows = due.order_by().values("track__agency").annotate(good=Count("pk", filter=Q(since__lte=period.on)), of=Count("pk"))
    return {row["track__agency"]: (row["good"], row["of"]) for row in rows}


def _satisfied(period: Period, found: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Satisfied among those who were reached."""
    asked = CallBack.objects.filter(on__range=(period.since, min(period.until, period.on)), track__agency__in=list(found))
    rows = (
        asked.exclude(answer="unreached").order_by().values("track__agency")
        .annotate(good=Count("pk", filter=Q(answer="satisfied")), of=Count("pk"))
    )  # fmt: skip
    return {row["track__agency"]: (row["good"], row["of"]) for row in rows}


def _spreads(period: Period, name: str, found: Iterable[int]) -> dict[int, Spread]:
    days: dict[int, list[int]] = defaultdict(list)
    rows = due_in(period, name).filter(track__agency__in=list(found)).values_list("track__agency", "began", "met")
    for agency, began, met in rows.iterator():
        days[agency].append(((met if met and met <= period.on else period.on) - began).days)
    return {agency: spread(taken) for agency, taken in days.items()}


def spread(days: Iterable[int]) -> Spread:
    """How a list of days is distributed; at least one."""
    ordered = sorted(days)
    count = len(ordered)
    slowest = ordered[-max(1, count // 10) :]
    return Spread(
        count, ordered[(count - 1) // 2], ordered[min(count - 1, -(-count * 9 // 10) - 1)], sum(slowest) / len(slowest), ordered[-1]
    )
