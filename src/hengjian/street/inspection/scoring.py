"""A score that may order visits, and what it has to be compared with. No database, no clock, no Django.

The score is a logistic regression with a penalty: seven numbers a person can read, nothing about who inspected. Whether
it is worth having is told by `backtest.py`, always beside a one-line rule and a random order. See docs/algorithms/risk.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
STEPS = 50


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of features counted in standard deviations from their mean; the first is the constant."""

    names: tuple[str, ...]
    weights: Numbers
    mean: Numbers
    scale: Numbers

    def score(self, features: Numbers) -> Numbers:
        """The chance of a finding."""
        told: Numbers = 1 / (1 + np.exp(-np.clip(self.weights[0] + (features - self.mean) / self.scale @ self.weights[1:], -30, 30)))
        return told


def fit(names: Sequence[str], features: Numbers, found: Flags, *, penalty: float = 1.0) -> Model:
    """Newton's method on the penalised likelihood: one answer, the same on every machine, no random start."""
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    rows = np.column_stack([np.ones(len(features)), (features - mean) / scale])
    ridge = np.full(rows.shape[1], penalty)
    ridge[0] = 0.0
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (found - chance) - ridge * weights
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge + 1e-9)
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-9:
            break
    return Model(tuple(names), weights, mean, scale)


def auc(score: Numbers, found: Flags) -> float | None:
    """How often a visit with a finding has the higher score than one without; equal scores count half."""
    hits, misses = int(found.sum()), int((~found).sum())
    if not hits or not misses:
        return None
    _values, place, count = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[found].sum() - hits * (hits + 1) / 2) / (hits * misses))


def days_gained(score: Numbers, found: Flags, day: Numbers, window: Numbers) -> float | None:
    """How many days sooner, on average, the findings would have been made had the visits of each window been made on the
    same days in the order of the score; equal scores keep their order, so that a constant gains nothing.
    """
    if not found.any():
        return None
    reordered = np.empty(len(day))
    reordered[np.lexsort((day, -score, window))] = day[np.lexsort((day, window))]
    return float((day - reordered)[found].mean())


def hits_in_first(score: Numbers, found: Flags, window: Numbers, portion: float) -> float | None:
    """Share of all findings among the highest-scored portion of each window's visits; equal scores share it evenly."""
    if not found.any():
        return None
    return sum(_first(score[window == one], found[window == one], portion) for one in np.unique(window)) / int(found.sum())


def _first(score: Numbers, found: Flags, portion: float) -> float:
    wanted = len(score) * portion
    edge = np.sort(score)[::-1][min(int(wanted), len(score) - 1)]
    sure, tied = score > edge, score == edge
    return float(found[sure].sum() + (wanted - sure.sum()) / tied.sum() * found[tied].sum())
