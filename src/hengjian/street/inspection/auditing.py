"""A risk score held to account, quarter by quarter: random arm, drift, calibration, areas, inspectors, feedback.

No database, no clock, no Django. Formulas and why they are these: docs/algorithms/risk.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import backtest, estimates
from .backtest import Visits
from .scoring import Flags, Numbers, auc, fit

BINS = 5
QUARTER = 92  # days
LEAST = 20  # visits of the quarter below which a score is not judged
SHIFTED = 0.25  # population stability index from which the score meets other firms than it learnt from
TINY = 1e-4


def audit(
    visits: Visits, cut: float, *, district: Sequence[str], stratum: Any, teams: Sequence[Sequence[int]], least: float
) -> dict[str, Any]:
    """What the quarter that begins on day `cut` says. `least` percent of its visits have to be drawn at random.

    `stratum` tells the strata of drawn visits apart (-1: not drawn); `teams` holds who went.
    """
    now = visits.day >= cut
    told: dict[str, Any] = {"arms": _arms(visits.arm[now], visits.found[now], least), "score": None}
    told["inspectors"] = _inspectors(visits.found, stratum, teams, now & visits.arm)
    known = backtest.features(visits)
    later = visits.day[known.row] >= cut
    found = visits.found[known.row]
    told["feedback"] = _feedback(known.plain[later], int(now.sum()))
    enough = later.sum() >= LEAST and (~later).sum() >= backtest.ENOUGH and len(set(found[~later])) == 2
    if not enough:
        return told
    plain, full = known.plain, np.column_stack([known.plain, known.inspector])
    model = fit(backtest.NAMES, plain[~later], found[~later])
    with_people = fit((*backtest.NAMES, "inspector"), full[~later], found[~later])
    last = ~later & (visits.day[known.row] >= cut - QUARTER)  # firms are known better and better: a quarter is held against the last
    last = last if last.sum() >= LEAST else ~later
    score, before = model.score(plain[later]), model.score(plain[last])
    drawn = visits.arm[known.row[later]]
    rule = plain[later][:, backtest.NAMES.index(backtest.RULE)]
    told["score"] = {
        "learnt": int((~later).sum()), "judged": int(later.sum()),
        "auc": auc(score, found[later]), "rule": auc(rule, found[later]), "with_inspectors": auc(with_people.score(full[later]), found[later]),
        "auc_drawn": auc(score[drawn], found[later][drawn]), "rule_drawn": auc(rule[drawn], found[later][drawn]), "drawn": int(drawn.sum()),
        "drift": {"shift": shift(before, score), "rate_before": float(found[last].mean()), "rate_now": float(found[later].mean())},
        "calibration": calibration(score, found[later]),
        "areas": _areas(score, found[later], [district[row] for row in known.row[later]]),
    }  # fmt: skip
    return told


def _arms(drawn: Flags, found: Flags, least: float) -> dict[str, Any]:
    share = 100 * float(drawn.mean()) if len(drawn) else 0.0
    hits = {name: [int(arm.sum()), int(found[arm].sum())] for name, arm in (("drawn", drawn), ("chosen", ~drawn))}
    return hits | {"share": share, "least": least, "short": bool(len(drawn)) and share < least}


def _inspectors(found: Flags, stratum: Any, teams: Sequence[Sequence[int]], which: Flags) -> dict[str, Any]:
    rows = np.flatnonzero(which)
    spread = estimates.inspectors(found[rows], np.asarray(stratum)[rows], [teams[int(row)] for row in rows])
    return {"visits": len(rows), "chance": spread.chance, "differ": spread.differ}


def _feedback(rows: Numbers, visits: int) -> dict[str, Any]:
    """Whether the same firms are visited again and again: what is never looked at is never learnt."""
    if not len(rows):
        return {"visits": visits, "firms": 0, "new": 0.0, "again": 0.0}
    counted, never = (rows[:, backtest.NAMES.index(name)] for name in ("visits", "never_visited"))
    return {"visits": visits, "firms": len(rows), "new": float(never.mean()), "again": float((counted >= 3).mean())}


def shift(before: Numbers, now: Numbers) -> float:
    """Population stability index over the deciles of the score among the earlier visits."""
    edges = np.unique(np.quantile(before, np.linspace(0, 1, 11)[1:-1]))
    old, new = (np.bincount(np.searchsorted(edges, each), minlength=len(edges) + 1) / len(each) for each in (before, now))
    old, new = np.maximum(old, TINY), np.maximum(new, TINY)
    return float(((new - old) * np.log(new / old)).sum())


def calibration(score: Numbers, found: Flags) -> list[dict[str, Any]]:
    """What was foretold and what was found, in fifths of the score."""
    parts = np.array_split(np.argsort(score, kind="stable"), BINS)
    return [
        {"visits": len(part), "foretold": float(score[part].mean()), "found": float(found[part].mean()), "z": _z(score[part], found[part])}
        for part in parts if len(part)
    ]  # fmt: skip


def _areas(score: Numbers, found: Flags, district: Sequence[str]) -> list[dict[str, Any]]:
    """Areas where more or less was found than foretold, farthest first: there the score is unfair to somebody."""
    names = np.array(district)
    told = [
        {"code": str(name), "visits": int(at.sum()), "foretold": float(score[at].mean()), "found": float(found[at].mean()), "z": _z(score[at], found[at])}
        for name in sorted(set(district)) for at in (names == name,)
    ]  # fmt: skip
    return sorted(told, key=lambda each: -abs(float(each["z"])))


def _z(score: Numbers, found: Flags) -> float:
    noise = float((score * (1 - score)).sum())
    return float((found.sum() - score.sum()) / noise**0.5) if noise > 0 else 0.0
