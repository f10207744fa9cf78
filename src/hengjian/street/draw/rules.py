"""What a plan means in numbers. No Django. The draw itself is lottery.py; the protocol docs/algorithms/draw.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from .errors import BadSeed
from .lottery import PROTOCOL, Infeasible, canonical, shares

FORMER_EMPLOYER, LAST_VISIT = "former-employer", "last-visit"  # grounds for recusal that the system finds by itself


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum of the frame with how many it gives on average."""

    name: str
    size: int
    expected: Fraction

    @property
    def probability(self) -> Fraction:
        """Chance of each entity of the stratum (被抽查概率)."""
        return self.expected / self.size


@dataclass(frozen=True, slots=True)
class Department:
    """A department of a plan: how many of its officers go to each visit, and what they must be qualified for."""

    agency: str
    size: int
    fields: tuple[str, ...]


def stratify(sizes: Mapping[str, int], odds: Mapping[str, str], total: int | None) -> list[Stratum]:
    """Expected numbers whose chances sum to the number drawn exactly; raises Infeasible in the officer's words.

    Nobody on the list has a chance of zero: whoever may not be drawn does not belong on it.
    """
    missing = sorted(set(sizes) - set(odds))
    if missing:
        raise Infeasible("没有给出这些类别的抽查比例：%(strata)s", strata="、".join(missing))
    if none := sorted(s for s in sizes if not 0 < Fraction(odds[s]) <= 1):
        raise Infeasible("抽查比例应大于 0、不超过 100%%：%(strata)s；不抽查的类别请从范围中去掉", strata="、".join(none))
    if total is not None and total < 1:
        raise Infeasible("抽取户数至少为 1")
    return [Stratum(name, sizes[name], expected) for name, expected in shares(sizes, odds, total).items()]


def drawn(strata: Iterable[Stratum]) -> int:
    """How many are drawn in all."""
    return int(sum((s.expected for s in strata), Fraction(0)))


def recorded(strata: Iterable[Stratum]) -> dict[str, dict[str, Any]]:
    """Strata as rules.json and the draw keep them."""
    return {s.name: {"size": s.size, "expected": str(s.expected)} for s in strata}


def chance(stratum: Mapping[str, Any]) -> Fraction:
    """The published chance of an entity of a recorded stratum, of either protocol."""
    return Fraction(stratum.get("expected", stratum.get("quota"))) / int(stratum["size"])


def rules_text(
    *, plan: Mapping[str, Any], departments: Sequence[Department], strata: Sequence[Stratum], odds: Mapping[str, str], total: int | None
) -> str:
    """rules.json: everything besides frame, pool and recusals that decides the draw."""
    return canonical(
        {
            "protocol": PROTOCOL,
            "title": plan["title"],
            "agency": plan["agency"],
            "law": plan["law"],
            "mode": plan["mode"],
            "items": plan["items"],
            "odds": {s.name: odds[s.name] for s in strata},
            "total": total,
            "quota": drawn(strata),
            "reserve": plan["reserve"],
            "strata": recorded(strata),
            "team": [{"agency": d.agency, "size": d.size, "fields": sorted(d.fields)} for d in departments],
        }
    )


def check_source(source: Mapping[str, Any], at: datetime) -> None:
    """Whether an announced seed source can be one: nobody may know its value at the time of the commitment."""
    kind = source.get("kind")
    if kind == "commit-reveal":
        digests = [party["digest"] for party in source["parties"]]
        if len(digests) != 2 or len(set(digests)) != 2:
            raise BadSeed("应由两个部门各封存一个不同的数值")
        if any(len(digest) != 64 or set(digest) - set("0123456789abcdef") for digest in digests):
            raise BadSeed("封存摘要应为 64 位十六进制 SHA-256")
    elif kind in ("beacon", "lottery"):
        if datetime.fromisoformat(source["due"]) <= at:
            raise BadSeed("公开数值的产生时间必须晚于承诺时间")
    else:
        raise BadSeed("不认识的种子来源：%(kind)s", kind=kind)


def lottery_value(typed: str) -> str:
    """Winning numbers as they are announced: digits, one blank between groups."""
    groups = typed.replace(",", " ").replace("、", " ").replace("+", " ").split()
    if not groups or not all(group.isascii() and group.isdigit() for group in groups):
        raise BadSeed("开奖号码只能是数字,各号码之间用空格分开")
    return " ".join(groups)
