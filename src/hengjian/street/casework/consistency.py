"""Like cases alike (类案同罚): which decided cases are nearest, where a fine stands among them, and whether it is far off.

No Django, no clock. The measure is explained in docs/algorithms/consistency.md. Amounts are in fen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from math import log, log10
from statistics import median

FLOOR = 0.15  # a spread below some sixteen percent is taken for that: equal fines would make any other one far off
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千\d]+条")


@dataclass(frozen=True, slots=True)
class Features:
    """What one case is compared by. Unknown amounts are None."""

    article: str
    ground: str = ""
    person: bool = False
    kind: str = ""
    size: int | None = None
    penalties: frozenset[str] = frozenset()
    circumstances: frozenset[str] = frozenset()
    sales: int | None = None
    decided: date | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided case: its features, its fine, and what it is called."""

    features: Features
    fine: int
    ref: str = ""
    agency: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a fine stands among the nearest cases."""

    nearest: tuple[Decided, ...]
    percentile: int | None
    middle: int | None
    score: float | None  # distance from the middle, in robust deviations of the logarithm
    outlier: bool


def article_key(text: str) -> str:
    """The law and the article of a provision as officers write it: paragraphs and items do not part like cases."""
    plain = re.sub(r"[\s《》“”]", "", unicodedata.normalize("NFKC", text)).removeprefix("中华人民共和国")
    found = _ARTICLE.search(plain)
    return plain[: found.end()][:80] if found else plain[:80]


def size_of(capital: int | None) -> int | None:
    """Size by registered capital: the power of ten in yuan."""
    return int(log10(max(1, capital // 100))) if capital is not None else None


def distance(one: Features, other: Features) -> float:
    """How unlike two cases under one article are; 0 for alike. What is unknown of either counts half."""
    return (
        2.0 * _apart(one.circumstances - {"none"}, other.circumstances - {"none"})
        + 2.0 * (one.ground != other.ground)
        + 1.0 * (one.kind != other.kind)
        + 1.0 * _apart(one.penalties, other.penalties)
        + 1.0 * (0.5 if one.size is None or other.size is None else min(1.0, abs(one.size - other.size) / 4))
        + 1.0 * (0.5 if one.sales is None or other.sales is None else min(1.0, abs(log10((one.sales + 1) / (other.sales + 1))) / 2))
        + 0.5 * (0.5 if one.decided is None or other.decided is None else min(1.0, abs((one.decided - other.decided).days) / 1096))
    )


def _apart(one: Collection[str], other: Collection[str]) -> float:
    both = set(one) | set(other)
    return 1 - len(set(one) & set(other)) / len(both) if both else 0.0


def standing(proposed: Features, fine: int, decided: Sequence[Decided], *, neighbours: int, least: int, far: float) -> Standing:
    """The nearest cases of the same article and kind of party, the percentile of the fine among them, and whether it is far off.

    Below `least` cases nothing is said of far or near: a few cases make no practice.
    """
    alike = [one for one in decided if one.features.article == proposed.article and one.features.person == proposed.person]
    near = sorted(alike, key=lambda one: (distance(proposed, one.features), one.ref))[:neighbours]
    if not near:
        return Standing((), None, None, None, False)
    fines = [one.fine for one in near]
    below, same = sum(each < fine for each in fines), sum(each == fine for each in fines)
    percentile = round(100 * (below + same / 2) / len(fines))
    if len(near) < least:
        return Standing(tuple(near), percentile, int(median(fines)), None, False)
    score = robust_score(fine, fines)
    return Standing(tuple(near), percentile, int(median(fines)), score, score > far)


def robust_score(fine: int, fines: Sequence[int]) -> float:
    """Distance of the logarithm from the median, in scaled median absolute deviations: a single odd case does not move it."""
    logs = [log(max(1, each)) for each in fines]
    middle = median(logs)
    spread = max(FLOOR, 1.4826 * median(abs(each - middle) for each in logs))
    return abs(log(max(1, fine)) - middle) / spread


@dataclass(frozen=True, slots=True)
class Practice:
    """All fines of one article in a period."""

    article: str
    count: int
    middle: int
    low: int  # a tenth lies below
    high: int  # a tenth lies above
    far: tuple[Decided, ...]

    @property
    def spread(self) -> float:
        """How many times the high fine is the low one."""
        return self.high / max(1, self.low)


def practices(decided: Sequence[Decided], *, least: int, far: float) -> list[Practice]:
    """Every article with its fines; those far off where there are enough cases. The widest spread first."""
    groups: dict[str, list[Decided]] = {}
    for one in decided:
        groups.setdefault(one.features.article, []).append(one)
    found = []
    for article, cases in groups.items():
        fines = sorted(one.fine for one in cases)
        odd = tuple(one for one in cases if robust_score(one.fine, fines) > far) if len(cases) >= least else ()
        found.append(Practice(article, len(cases), int(median(fines)), fines[len(fines) // 10], fines[-1 - len(fines) // 10], odd))
    return sorted(found, key=lambda one: (-one.spread, one.article))
