"""The score on a bureau's own visits: tried, put to use inside strata, and reported every quarter.

It says who of a stratum's drawn firms is visited first, never who is visited. A part of every stratum keeps the order of the lot.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit, policy
from hengjian.ground.people.models import Officer
from hengjian.street.draw import lottery
from hengjian.street.draw.models import Draw
from hengjian.street.ledger import queries as ledger

from . import auditing, backtest, chance, queries
from .errors import NoScore
from .models import Ordering, Result, RiskReport, Visit

SHARE = "inspection.random-arm"
DAY = 24 * 3600


def least_random(on: date) -> float:
    """Percent of visits that stay random, whatever a score says (随机对照的最低比例)."""
    return float(str(policy.current().term(SHARE).on(on).value))


# Own visits as the backtest reads them -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class History:
    """Visits with a standing result, in time order, and what only the audit asks."""

    visits: backtest.Visits
    district: list[str]
    stratum: Any
    teams: list[list[int]]
    first: date


def history(seen: QuerySet[Visit]) -> History | None:
    """None while there are too few to learn from."""
    columns = ("pk", "entity", "pick__draw", "pick__stratum", "entity__district")
    visits = {pk: rest for pk, *rest in seen.filter(recorded=True).order_by("pk").values_list(*columns)}
    results = chance.results(visits)
    if len(results) < backtest.ENOUGH:
        return None
    teams: dict[int, list[int]] = defaultdict(list)
    for visit, officer in Visit.officers.through.objects.filter(visit__in=list(results)).order_by("pk").values_list("visit", "officer"):
        teams[visit].append(officer)
    rows = sorted((results[pk][2], visits[pk][0], pk) for pk in results)
    keys = [pk for _on, _entity, pk in rows]
    day = np.array([on.toordinal() for on, *_rest in rows], dtype=float)
    strata = {name: n for n, name in enumerate(sorted({(visits[pk][1], visits[pk][2]) for pk in keys if visits[pk][1]}))}
    told = backtest.Visits(
        firm=np.array([entity for _on, entity, _pk in rows]), day=day - day[0],
        found=np.array([results[pk][1] for pk in keys], dtype=bool), inspector=np.array([next(iter(teams[pk]), 0) for pk in keys]),
        kind=None, arm=np.array([visits[pk][1] is not None for pk in keys], dtype=bool), first=rows[0][0].isoformat(), columns={},
    )  # fmt: skip
    stratum = np.array([strata.get((visits[pk][1], visits[pk][2]), -1) for pk in keys])
    return History(told, [visits[pk][3] or "" for pk in keys], stratum, [teams[pk] for pk in keys], rows[0][0])


def trial(officer: Officer | None) -> backtest.Trial | None:
    """The score tried on all visits in scope with a result; None while there are too few. Computed once for each state of
    the results, not for each look.
    """
    if officer is None:
        return None
    state = Result.objects.aggregate(last=Max("pk"), taken=Count("pk", filter=~Q(withdrawn=None)))
    key = f"risk-trial-{officer.pk}-{state['last']}-{state['taken']}-{ledger.settled_seq(patience=0)}-{policy.current().version}-{backtest.WINDOW}"
    kept: tuple[backtest.Trial | None] | None = cache.get(key)
    if kept is None:
        kept = (_tried(history(queries.visible_to(officer))),)
        cache.set(key, kept, DAY)
    return kept[0]


def _tried(held: History | None) -> backtest.Trial | None:
    try:
        return backtest.run(held.visits) if held else None
    except backtest.BadInspections:
        return None


# Who is visited first ------------------------------------------------------------------------------------


@transaction.atomic
def order_by_score(draw: Draw, *, by: Officer, at: datetime) -> Ordering:
    """Put the visits of a draw in order inside their strata (按评分排先后). A part by lot keeps the order of the lot.

    Both parts and the order of the lot hang on the seed of the draw, which nobody chose. Done once. Raises NoScore.
    """
    draw = Draw.objects.select_for_update(of=("self",)).select_related("plan__agency").get(pk=draw.pk)
    if known := Ordering.objects.filter(draw=draw).first():
        return known
    visits = list(Visit.objects.filter(pick__draw=draw).select_related("pick").order_by("pk"))
    held, judged = history(queries.visible_to(by)), trial(by)
    if held is None or judged is None:
        raise NoScore(_("有结果的检查还太少，不能用评分排先后"), least=backtest.ENOUGH)
    if not visits or draw.seed == "":
        raise NoScore(_("检查组还没有派发，不能排先后"), draw=draw.slug)
    on = timezone.localdate(at)
    model, scores, rule = backtest.score(held.visits, [visit.entity_id for visit in visits], float((on - held.first).days))
    share = least_random(on)
    for stratum in sorted({visit.pick.stratum for visit in visits if visit.pick}):
        _put(draw.seed, [(visit, float(scores[n])) for n, visit in enumerate(visits) if visit.pick and visit.pick.stratum == stratum], share)
    Visit.objects.bulk_update(visits, ["turn", "by_score"], batch_size=200)
    weights = dict(zip(model.names, (round(float(each), 4) for each in model.weights[1:]), strict=True))
    ways = {way.name: way.auc for way in judged.ways}
    made = Ordering.objects.create(draw=draw, by=by, at=at, share=share, learnt=len(held.visits.day), weights=weights, ways=ways, rule_first=int((rule > 0).sum()))
    audit.record("inspection.order", f"draw:{draw.slug}", by=by, visits=len(visits), share=share)
    return made


def _put(seed: str, stratum: Sequence[tuple[Visit, float]], share: float) -> None:
    """Everybody gets a place by lot; those of the random part keep it, the others share theirs out by score."""
    lot = {visit.pk: n for n, (visit, _score) in enumerate(sorted(stratum, key=lambda each: lottery.ticket(seed, "turn", _uscc(each[0]))), start=1)}
    drawn = sorted(stratum, key=lambda each: lottery.ticket(seed, "random arm", _uscc(each[0])))
    kept = {visit.pk for visit, _score in drawn[: math.ceil(len(stratum) * share / 100)]}
    places = iter(sorted(lot[visit.pk] for visit, _score in stratum if visit.pk not in kept))
    for visit, _score in sorted(stratum, key=lambda each: (-each[1], lot[each[0].pk])):
        visit.by_score = visit.pk not in kept
        visit.turn = next(places) if visit.by_score else lot[visit.pk]


def _uscc(visit: Visit) -> str:
    return visit.pick.uscc if visit.pick else ""


# Every quarter -------------------------------------------------------------------------------------------


def quarter_before(on: date) -> tuple[date, date]:
    """First and last day of the last quarter that is over."""
    first = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
    last = first - timedelta(days=1)
    return date(last.year, 3 * ((last.month - 1) // 3) + 1, 1), last


@transaction.atomic
def report_quarter(*, on: date, at: datetime) -> RiskReport | None:
    """The report of the last quarter that is over, made once; None where it holds no result or there is too little to learn from."""
    since, until = quarter_before(on)
    if known := RiskReport.objects.filter(since=since).first():
        return known
    day = {"recorded__date__lte": until, "withdrawn": None}
    seen = Visit.objects.filter(pk__in=Result.objects.filter(**day).values("visit"))
    held = history(queries.with_recorded(seen))
    if held is None or not Result.objects.filter(recorded__date__gte=since, **day).exists():
        return None
    cut = float((since - held.first).days)
    body = auditing.audit(held.visits, cut, district=held.district, stratum=held.stratum, teams=held.teams, least=least_random(until))
    body["ordered"] = _ordered(since, until)
    return RiskReport.objects.create(since=since, until=until, made=at, ledger_seq=ledger.settled_seq(), body=body)


def _ordered(since: date, until: date) -> dict[str, list[int]]:
    """Draws put in order: of the first half of each arm's visits, how many there were and how many had a finding."""
    told = {"score": [0, 0], "random": [0, 0]}
    rows = Visit.objects.filter(turn__isnull=False, results__withdrawn=None, results__recorded__date__range=(since, until))
    every = list(rows.order_by("pick__draw", "pick__stratum", "turn").values_list("pk", "pick__draw", "pick__stratum", "by_score"))
    results = chance.results([pk for pk, *_rest in every])
    arms: dict[tuple[int, str, bool], list[int]] = defaultdict(list)
    for pk, draw, stratum, by_score in every:
        arms[draw, stratum, bool(by_score)].append(pk)
    for (_draw, _stratum, by_score), keys in arms.items():
        half = keys[: math.ceil(len(keys) / 2)]
        arm = told["score" if by_score else "random"]
        arm[0] += len(half)
        arm[1] += sum(results[pk][1] for pk in half if pk in results)
    return told
