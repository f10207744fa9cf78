"""What a random sample says of those nobody visited: rates with their uncertainty, from the published probabilities.

No database, no clock, no Django. Formulas and why they are these: docs/algorithms/risk.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

Z = 1.959963984540054  # 95 %
FAR, SELDOM, THIN = 3.0, 0.05, 0.8  # standard deviations, chance, coverage: from where on a page says so
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One row for every pick that was to be visited: those drawn, and the reserves called up, in ticket order.

    `stratum` numbers the strata of all draws, `size` is how many firms the stratum of the row held, `probability` the
    published chance of the row, corrected for reserves. `seen`: its result is in. `found`: it speaks against the firm.
    """

    stratum: npt.NDArray[np.int64]
    size: Numbers
    probability: Numbers
    seen: Flags
    found: Flags

    def __len__(self) -> int:
        return len(self.stratum)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The share of firms against which an inspection would speak, if all of them were inspected."""

    picked: int  # picks of the domain that were to be visited
    seen: int
    found: int
    rate: float | None  # Hájek; None when nothing was seen
    low: float | None
    high: float | None
    error: float | None  # standard error of the rate
    firms: float  # estimated number of firms in the domain
    against: float  # Horvitz–Thompson: estimated number of firms with a finding, as far as results are in
    against_error: float

    @property
    def coverage(self) -> float | None:
        """Share of the picks whose result is in."""
        return self.seen / self.picked if self.picked else None

    @property
    def thin(self) -> bool:
        """Whether so many results are still missing that they may change the rate."""
        return self.coverage is not None and self.coverage < THIN


def with_reserves(probability: float, drawn: int, called: int) -> float:
    """Tickets order a whole stratum at random, so drawn and called-up picks together are one larger sample of it."""
    return min(1.0, probability * (drawn + called) / drawn) if drawn else probability


def estimate(sample: Sample, domain: Flags | None = None) -> Estimate:
    """One domain of the frame: all of it, a district, a sector, a class."""
    within = np.ones(len(sample), dtype=bool) if domain is None else domain
    inside = within & sample.seen
    weight = 1 / sample.probability
    seen, found = int(inside.sum()), int((inside & sample.found).sum())
    against = float(weight[inside & sample.found].sum())
    against_error = sqrt(_variance(sample, weight * (inside & sample.found)))
    firms = float(weight[within].sum())
    if not seen:
        return Estimate(int(within.sum()), 0, 0, None, None, None, None, firms, against, against_error)
    base = float(weight[inside].sum())
    rate = against / base
    variance = _variance(sample, weight * inside * (sample.found - rate) / base)
    low, high = interval(rate, variance, seen, float((1 - sample.probability[inside]).mean()))
    return Estimate(int(within.sum()), seen, found, rate, low, high, sqrt(variance), firms, against, against_error)


def _variance(sample: Sample, shares: Numbers) -> float:
    """Variance of Σ shares under simple random sampling without replacement in each stratum.

    A stratum with one pick shows no spread; all of these are put together, which errs on the wide side.
    """
    _names, place, count = np.unique(sample.stratum, return_inverse=True, return_counts=True)
    alone = count[place] == 1
    if alone.any():
        place = np.where(alone, len(count), place)
        count = np.bincount(place, minlength=len(count) + 1)
    mean = np.bincount(place, weights=shares, minlength=len(count)) / np.maximum(count, 1)
    left_out = 1 - sample.probability if alone.any() else np.maximum(0, 1 - count[place] / sample.size)
    spread = np.bincount(place, weights=left_out * (shares - mean[place]) ** 2, minlength=len(count))
    factor = np.where(count > 1, count / np.maximum(count - 1, 1), 1.0)
    return float((factor * spread).sum())


def interval(rate: float, variance: float, seen: int, unseen_share: float) -> tuple[float, float]:
    """Wilson's interval with the number of firms a simple sample would need to be as exact as this one.

    It stays between 0 and 1 and does not shrink to nothing when no finding, or nothing else, was seen.
    """
    if unseen_share <= 0:  # everybody was visited
        return rate, rate
    simple = seen / unseen_share
    effective = min(rate * (1 - rate) / variance, simple * 4) if variance > 0 else simple
    centre = (rate + Z * Z / (2 * effective)) / (1 + Z * Z / effective)
    half = Z / (1 + Z * Z / effective) * sqrt(rate * (1 - rate) / effective + Z * Z / (4 * effective * effective))
    return 0.0 if rate == 0 else max(0.0, centre - half), 1.0 if rate == 1 else min(1.0, centre + half)


def share(found: int, of: int) -> tuple[float, float, float] | None:
    """A plain share of visits with its interval: what chosen visits found tells of those visits alone."""
    if not of:
        return None
    rate = found / of
    return rate, *interval(rate, 0 if found in (0, of) else rate * (1 - rate) / of, of, 1.0)


@dataclass(frozen=True, slots=True)
class Effect:
    """One inspector's findings against what the strata visited would let expect."""

    officer: int
    visits: int
    found: int
    expected: float
    z: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Whether inspectors differ by more than chance: the sum of squared z, and how often shuffled teams reach it."""

    effects: tuple[Effect, ...]
    statistic: float
    chance: float

    @property
    def differ(self) -> bool:
        """Whether chance alone seldom makes inspectors differ so much."""
        return self.chance <= SELDOM


def inspectors(found: Flags, stratum: npt.NDArray[np.int64], teams: Sequence[Sequence[int]], *, seed: int = 1, shuffles: int = 999) -> Spread:
    """Teams are drawn by lot, so within a stratum every assignment of teams to firms was equally likely: the findings are
    shuffled within strata, and what is left of the difference is chance.
    """
    officers = sorted({one for team in teams for one in team})
    if not len(found) or len(officers) < 2:
        return Spread((), 0.0, 1.0)
    at = {officer: place for place, officer in enumerate(officers)}
    went = np.zeros((len(officers), len(found)))
    for row, team in enumerate(teams):
        for one in team:
            went[at[one], row] = 1
    _names, place = np.unique(stratum, return_inverse=True)
    mean = np.bincount(place, weights=found) / np.bincount(place)
    expected, noise = went @ mean[place], went @ (mean * (1 - mean))[place]
    scale = np.sqrt(np.where(noise > 0, noise, np.inf))
    z = (went @ found - expected) / scale
    statistic, chance = float((z * z).sum()), np.random.default_rng(seed)
    reached, order = 0, np.argsort(place, kind="stable")
    for _ in range(shuffles):
        shuffled = np.empty(len(found))
        shuffled[order] = found[np.lexsort((chance.random(len(found)), place))]
        again = (went @ shuffled - expected) / scale
        reached += float((again * again).sum()) >= statistic - 1e-9
    effects = (
        Effect(officer, int(went[n].sum()), int(went[n] @ found), float(expected[n]), float(z[n])) for n, officer in enumerate(officers)
    )
    return Spread(tuple(sorted(effects, key=lambda each: -abs(each.z))), statistic, (1 + reached) / (1 + shuffles))


@dataclass(frozen=True, slots=True)
class Parity:
    """Whether an area was visited as often as its share of the frames says."""

    expected: float
    picked: int
    z: float

    @property
    def far(self) -> bool:
        """Whether somebody should look."""
        return abs(self.z) > FAR


def parity(picked: int, shares: Sequence[tuple[int, int, int]]) -> Parity:
    """`shares`: of each stratum how many were picked, how many firms it holds, how many of them lie in the area."""
    expected = sum(taken * inside / size for taken, size, inside in shares if size)
    noise = sum(
        taken * inside / size * (1 - inside / size) * (size - taken) / (size - 1) for taken, size, inside in shares if size > 1
    )
    return Parity(expected, picked, (picked - expected) / sqrt(noise) if noise > 0 else 0.0)
