"""Rows for estimates: what was drawn and sent out, what was found, and what lies beside it. Questions to the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.people.language import title_in
from hengjian.ground.people.models import Officer
from hengjian.ground.ui import looks
from hengjian.street.draw import frames
from hengjian.street.draw import queries as draws
from hengjian.street.draw.models import Draw, Joined, Pick

from . import estimates, queries
from .estimates import Estimate, Flags, Parity, Sample, Spread
from .models import Result, Visit

SIDES = ("district", "sector", "class")
CHOSEN = Q(pick=None, follow_up=None, reinspection=None)  # a second look follows from a first; nobody chose the firm
CITY = 20  # draws whose frames are counted by district; older ones tell little of today's register


@dataclass(frozen=True, slots=True)
class Row:
    """One pick that was to be visited."""

    draw: int
    stratum: str
    probability: float
    uscc: str
    name: str
    district: str
    sector: str
    visit: int | None
    seen: bool
    found: bool
    on: date | None
    reserve: bool

    def side(self, by: str) -> str:
        return {"district": self.district, "sector": self.sector, "class": self.stratum}[by]


@dataclass(frozen=True)
class Arm:
    """The random arm: picks of the draws sent out, with their results."""

    draws: tuple[Draw, ...]
    rows: tuple[Row, ...]
    chosen: tuple[int, int]  # visits outside every draw: with a result, with a finding

    @cached_property
    def sample(self) -> Sample:
        strata = {key: place for place, key in enumerate(sorted({(row.draw, row.stratum) for row in self.rows}))}
        size = {draw.pk: draw.strata for draw in self.draws}
        return Sample(
            np.array([strata[row.draw, row.stratum] for row in self.rows], dtype=np.int64),
            np.array([float(size[row.draw][row.stratum]["size"]) for row in self.rows]),
            np.array([row.probability for row in self.rows]),
            _flags(row.seen for row in self.rows),
            _flags(row.found for row in self.rows),
        )

    @cached_property
    def whole(self) -> Estimate:
        return estimates.estimate(self.sample)

    def by(self, side: str) -> list[tuple[str, str, Estimate]]:
        """Code, title and estimate of every district, sector or class, most firms first."""
        codes = np.array([row.side(side) for row in self.rows])
        found = [(code, title_of(side, code), estimates.estimate(self.sample, codes == code)) for code in sorted(set(codes.tolist()))]
        return sorted(found, key=lambda each: (-each[2].firms, each[0]))


def title_of(side: str, code: str) -> str:
    if not code:
        return _("未能判定")
    if side == "class":
        return str(looks.of_class(code).label) if len(code) > 1 else _("%(grade)s 类") % {"grade": code}
    return title_in("districts" if side == "district" else "industries", code)


def arm(officer: Officer | None, *, since: date, until: date, plan: str = "") -> Arm:
    """Draws in scope that were held in the period and whose teams were sent out."""
    held = draws.draws_visible_to(officer)
    return _arm(held.filter(plan=plan) if plan.isdecimal() else held, queries.visible_to(officer), since, until)


def of_all(*, since: date, until: date) -> Arm:
    """The same of every agency: for the command line."""
    return _arm(Draw.objects.select_related("plan__agency"), Visit.objects.all(), since, until)


def _arm(held: QuerySet[Draw], visits: QuerySet[Visit], since: date, until: date) -> Arm:
    sent = Visit.objects.filter(pick__isnull=False).values("pick__draw")
    chosen = tuple(held.filter(drawn_at__date__gte=since, drawn_at__date__lte=until, pk__in=sent).order_by("drawn_at", "pk"))
    return Arm(chosen, tuple(_rows(chosen)), _chosen(visits.filter(CHOSEN, assigned__gte=since, assigned__lte=until)))


def _rows(held: Iterable[Draw]) -> Iterable[Row]:
    keys = [draw.pk for draw in held]
    visits = dict(Visit.objects.filter(pick__draw__in=keys).order_by("pk").values_list("pick", "pk"))
    together = dict(Joined.objects.filter(pick__draw__in=keys).order_by("pk").values_list("pick", "lead"))
    leads = dict(Visit.objects.filter(pick__in=together.values()).order_by("pk").values_list("pick", "pk"))
    went = {**visits, **{pick: leads[lead] for pick, lead in together.items() if lead in leads}}
    told = results(went.values())
    columns = ("pk", "draw", "stratum", "probability", "reserve", "uscc", "entity__name", "entity__district", "entity__industry")
    picks = list(Pick.objects.filter(draw__in=keys).order_by("draw", "stratum", "rank").values_list(*columns))
    drawn = Counter((pick[1], pick[2]) for pick in picks if not pick[4])
    called = Counter((pick[1], pick[2]) for pick in picks if pick[4] and pick[0] in went)
    sections = _sections()
    for pk, draw, stratum, probability, reserve, uscc, name, district, industry in picks:
        if reserve and pk not in went:
            continue
        visit = went.get(pk)
        seen, found, on = told.get(visit or 0, (False, False, None))
        chance = estimates.with_reserves(float(Fraction(probability)), drawn[draw, stratum], called[draw, stratum])
        sector = sections.get((industry or "")[:1]) or sections.get((industry or "")[:2], "")
        yield Row(draw, stratum, chance, uscc, name, district or "", sector, visit, seen, found, on, reserve)


def _sections() -> dict[str, str]:
    """Section letter of a letter, and of the two digits of a division: registers write either."""
    items = policy.current().catalogue("industries").items.values()
    return {item.code: item.parent or item.code for item in items}


def results(visits: Iterable[int]) -> dict[int, tuple[bool, bool, date]]:
    """By visit: that it has a result, whether it speaks against the firm by the list of its day, and the day."""
    law, found, negative = policy.current(), dict[int, tuple[bool, bool, date]](), dict[date, frozenset[str]]()
    held = Result.objects.filter(visit__in=list(visits), withdrawn=None).order_by("pk")
    for visit, recorded, codes in held.values_list("visit", "recorded", "codes"):
        day = timezone.localdate(recorded)
        if day not in negative:
            listed = law.catalogue(queries.RESULTS).on(day)
            negative[day] = frozenset(code for code, item in listed.items() if item.extra.get("negative"))
        found[visit] = (True, bool(negative[day] & set(codes)), day)
    return found


def _chosen(visits: QuerySet[Visit]) -> tuple[int, int]:
    """Visits outside every draw that have a result, and those with a finding: they were sent where something was expected."""
    told = results(visits.order_by("pk").values_list("pk", flat=True))
    return len(told), sum(found for _seen, found, _on in told.values())


def spread(found: Arm) -> tuple[Spread, dict[int, Officer]]:
    """Inspectors against what the strata they visited would let expect."""
    seen = [row for row in found.rows if row.seen]
    teams: dict[int | None, list[int]] = defaultdict(list)
    through = Visit.officers.through.objects.filter(visit__in=[row.visit for row in seen]).order_by("pk")
    for visit, officer in through.values_list("visit", "officer"):
        teams[visit].append(officer)
    told = estimates.inspectors(
        np.array([row.found for row in seen], dtype=bool), found.sample.stratum[found.sample.seen], [teams[row.visit] for row in seen]
    )
    return told, Officer.objects.in_bulk([effect.officer for effect in told.effects])


def parities(found: Arm) -> list[tuple[str, str, Parity]]:
    """Picks of each district against its share of the strata in the register of today, farthest from it first."""
    picked: Counter[tuple[int, str]] = Counter((row.draw, row.stratum) for row in found.rows)
    shares = defaultdict(list)
    for draw in found.draws[-CITY:]:
        on = timezone.localdate(draw.frozen_at)
        counted = frames.eligible(draw.plan, on).order_by().values_list("class_code", "entity__district").annotate(n=Count("pk"))
        inside = {(stratum, district or ""): n for stratum, district, n in counted}
        for stratum in draw.strata:
            size = sum(n for (name, _district), n in inside.items() if name == stratum)
            for (name, district), n in inside.items():
                if name == stratum:
                    shares[district].append((picked[draw.pk, stratum], size, n))
    recent = {draw.pk for draw in found.draws[-CITY:]}
    got = Counter(row.district for row in found.rows if row.draw in recent)
    told = [(code, title_of("district", code), estimates.parity(got[code], shares[code])) for code in sorted(shares)]
    return sorted(told, key=lambda each: -abs(each[2].z))


def _flags(values: Iterable[bool]) -> Flags:
    return np.array(list(values), dtype=bool)
