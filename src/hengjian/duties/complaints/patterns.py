"""Seeing patterns in filings: texts that tell the same, and places where more is filed than volume explains.

No database, no clock, no Django. What the figures mean: docs/algorithms/complaints.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, lgamma, log

import numpy as np
import numpy.typing as npt

from hengjian.ground.kit.text import fold

BANDS, ROWS = 12, 3  # texts that share 70 % of their pairs meet in one of the bands with a chance of 99 %
Codes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Told:
    """What grouping needs of one filing. `firm` is a credit code or a folded name, empty where nobody was named."""

    key: int
    received: date
    text: str
    firm: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Filings that belong together, the earliest first. `copied`: their texts are the same or nearly so."""

    keys: tuple[int, ...]
    copied: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit in which more was filed lately than its own past and the volume of all units explain."""

    key: str
    seen: int  # filings of the unit in the window
    before: int  # filings of the unit in the time it is held against
    expected: float  # filings the window would hold, had the unit grown as all others did
    chance: float  # of seeing so many or more if nothing had changed

    @property
    def times(self) -> float:
        """How many times the expected number."""
        return self.seen / self.expected if self.expected else float("inf")


def bare(text: str) -> str:
    """What of a text is compared: folded, figures set aside (amounts and order numbers differ where all else was copied)."""
    return "".join(sign for sign in fold(text) if not sign.isdigit())


def pairs(text: str) -> frozenset[str]:
    """Neighbouring characters of a bare text: Chinese has no blanks to split at."""
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard: shared pairs among all pairs; 0 where one text says nothing."""
    return len(one & other) / len(one | other) if one and other else 0.0


def near(texts: Sequence[str], least: float) -> list[tuple[int, int]]:
    """Places of bare texts alike at least so much. Candidates meet in a band of their MinHash signatures; each is then
    compared exactly, so nothing is called alike that is not; a pair at the edge is missed once in a hundred times."""
    filled = [place for place, text in enumerate(texts) if len(text) > 1]
    signed = _signatures([texts[place] for place in filled])
    found: set[tuple[int, int]] = set()
    for band in range(BANDS):
        for places in _same(np.ascontiguousarray(signed[:, band * ROWS : (band + 1) * ROWS])):
            first = filled[places[0]]  # a bucket of copies is a chain, not all its pairs
            for before, after in zip(places, places[1:], strict=False):
                found.update({(filled[before], filled[after]), (first, filled[after])})
    return sorted((a, b) for a, b in found if a != b and alike(pairs(texts[a]), pairs(texts[b])) >= least)


def grouped(told: Sequence[Told], *, copied: float, event: float, days: int) -> list[Group]:
    """Filings of one event or one text.

    Two belong together when their texts share `copied` of their pairs, or when they name one firm, lie no more than `days`
    apart, and share their category or `event` of their pairs. Filings that stand alone are left out.
    """
    texts = [bare(one.text) for one in told]
    parents = list(range(len(told)))
    links = near(texts, copied)
    marked = {place for link in links for place in link}
    for a, b in links:
        _join(parents, a, b)
    for places in _by_firm(told).values():
        places.sort(key=lambda place: (told[place].received, told[place].key))
        for position, a in enumerate(places):
            for b in places[position + 1 :]:
                if (told[b].received - told[a].received).days > days:
                    break
                same = bool(told[a].category) and told[a].category == told[b].category
                if same or alike(pairs(texts[a]), pairs(texts[b])) >= event:
                    _join(parents, a, b)
                    break  # the next one is joined in its turn
    return _groups(told, parents, marked)


def spots(recent: Mapping[str, int], past: Mapping[str, int], *, least: int, falsely: float) -> list[Spot]:
    """Units that stand out, the least likely first.

    A unit with n filings in both times together would have put each into the window with the share that all units put
    there: growth of the whole volume is thus no reason to stand out. The chance is the upper tail of that binomial; of the
    units named, no more than `falsely` are expected to be named by accident (Benjamini and Hochberg). `least`: filings in
    the window below which nobody is named.
    """
    inside, outside = sum(recent.values()), sum(past.values())
    if not inside or not outside:
        return []
    found = []
    for key in sorted({*recent, *past}):
        seen, before = recent.get(key, 0), past.get(key, 0)
        # The unit itself is left out of the volume it is held against: a large one would hide its own growth.
        of, rest = inside - seen, outside - before
        share = of / (of + rest) if of and rest else inside / (inside + outside)
        expected = before * share / (1 - share)
        found.append(Spot(key, seen, before, expected, at_least(seen, seen + before, share)))
    found.sort(key=lambda spot: (spot.chance, spot.key))
    last = max((place for place, spot in enumerate(found, 1) if spot.chance <= falsely * place / len(found)), default=0)
    return [spot for spot in found[:last] if spot.seen >= least]


def at_least(successes: int, trials: int, share: float) -> float:
    """The chance of so many successes or more."""
    if successes <= 0:
        return 1.0
    if not 0 < share < 1:
        return float(share >= 1)
    odds = log(share) - log(1 - share)
    term = lgamma(trials + 1) - lgamma(successes + 1) - lgamma(trials - successes + 1)
    term += successes * log(share) + (trials - successes) * log(1 - share)
    total, top = 0.0, term
    for count in range(successes, trials + 1):
        total += exp(term - top)
        if count < trials:
            term += log(trials - count) - log(count + 1) + odds
            if term < top - 40 and count > trials * share:
                break
    return min(1.0, exp(top + log(total)))


def risks(text: str, words: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Words of danger in a text by the risk they point at (风险词)."""
    folded = fold(text)
    found = {risk: [word for word in said if fold(word) in folded] for risk, said in words.items()}
    return {risk: said for risk, said in found.items() if said}


def _signatures(texts: Sequence[str]) -> Codes:
    """MinHash: for each of BANDS × ROWS orders of all pairs, the first pair that a text holds. Shape (texts, BANDS × ROWS)."""
    signed = np.empty((len(texts), BANDS * ROWS), dtype=np.uint64)
    if not len(texts):
        return signed
    signs = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    ends = np.cumsum([len(text) for text in texts])
    whole = np.delete((signs[:-1] << np.uint64(32)) | signs[1:], ends[:-1] - 1)  # no pair reaches into the next text
    starts = np.concatenate(([0], (ends - np.arange(1, len(texts) + 1))[:-1]))
    scattered = (whole ^ (whole >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    # Fixed: the same filings are grouped the same way on every machine.
    drawn = np.random.default_rng(20260415).integers(1, 1 << 63, size=(BANDS * ROWS, 2), dtype=np.uint64)
    for place, (factor, shift) in enumerate(drawn):
        signed[:, place] = np.minimum.reduceat((scattered * (factor | np.uint64(1)) + shift) >> np.uint64(31), starts)
    return signed


def _same(part: Codes) -> list[list[int]]:
    """Rows that are equal, in lists of two or more."""
    if not len(part):
        return []
    whole = part.view(np.dtype((np.void, part.dtype.itemsize * part.shape[1]))).ravel()
    order = np.argsort(whole, kind="stable")
    ends = np.flatnonzero(np.append(whole[order][1:] != whole[order][:-1], True)) + 1
    return [list(map(int, places)) for places in np.split(order, ends[:-1]) if len(places) > 1]


def _by_firm(told: Sequence[Told]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, one in enumerate(told):
        if one.firm:
            found.setdefault(one.firm, []).append(place)
    return found


def _root(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place


def _join(parents: list[int], one: int, other: int) -> None:
    a, b = _root(parents, one), _root(parents, other)
    parents[max(a, b)] = min(a, b)


def _groups(told: Sequence[Told], parents: list[int], marked: set[int]) -> list[Group]:
    members: dict[int, list[int]] = {}
    for place in range(len(told)):
        members.setdefault(_root(parents, place), []).append(place)
    found = []
    for places in members.values():
        if len(places) > 1:
            places.sort(key=lambda place: (told[place].received, told[place].key))
            found.append(Group(tuple(told[place].key for place in places), all(place in marked for place in places)))
    return sorted(found, key=lambda group: (-len(group.keys), group.keys))
