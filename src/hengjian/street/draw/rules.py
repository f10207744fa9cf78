"""What a plan means in numbers. No Django. The draw itself is lottery.py; the protocol docs/algorithms/draw.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from .lottery import PROTOCOL, canonical, quotas_by_odds, quotas_by_total


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum of the frame with what is taken from it."""

    name: str
    size: int
    quota: int
    reserve: int

    @property
    def probability(self) -> Fraction:
        """Chance of each entity of the stratum (被抽查概率)."""
        return Fraction(self.quota, self.size)


def stratify(sizes: Mapping[str, int], odds: Mapping[str, str], total: int | None, reserve_share: str) -> list[Stratum]:
    """Exact quotas whose inclusion probabilities sum to the number drawn; raises ValueError in the officer's words."""
    missing = sorted(set(sizes) - set(odds))
    if missing:
        raise ValueError(f"没有给出这些类别的抽查比例：{'、'.join(missing)}")
    if any(not 0 <= Fraction(odds[s]) <= 1 for s in sizes):
        raise ValueError("抽查比例应在 0 与 100% 之间")
    quotas = quotas_by_odds(sizes, odds) if total is None else quotas_by_total(sizes, odds, total)
    share = Fraction(reserve_share)
    made = []
    for name, quota in sorted(quotas.items()):
        wanted = -((-quota * share.numerator) // share.denominator)
        made.append(Stratum(name, sizes[name], quota, min(sizes[name] - quota, wanted)))
    return made


def recorded(strata: Iterable[Stratum]) -> dict[str, dict[str, int]]:
    """Strata as rules.json and the draw keep them."""
    return {s.name: {"size": s.size, "quota": s.quota, "reserve": s.reserve} for s in strata}


def rules_text(
    *, plan: Mapping[str, Any], strata: Sequence[Stratum], odds: Mapping[str, str], total: int | None
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
            "strata": recorded(strata),
            "team": {"size": plan["team_size"], "fields": sorted(plan["fields"])},
        }
    )


def check_source(source: Mapping[str, Any], at: datetime) -> None:
    """Whether an announced seed source can be one: nobody may know its value at the time of the commitment."""
    kind = source.get("kind")
    if kind == "commit-reveal":
        digests = [party["digest"] for party in source["parties"]]
        if len(digests) != 2 or len(set(digests)) != 2:
            raise ValueError("应由两个部门各封存一个不同的数值")
        if any(len(digest) != 64 or set(digest) - set("0123456789abcdef") for digest in digests):
            raise ValueError("封存摘要应为 64 位十六进制 SHA-256")
    elif kind in ("beacon", "lottery"):
        if datetime.fromisoformat(source["due"]) <= at:
            raise ValueError("公开数值的产生时间必须晚于承诺时间")
    else:
        raise ValueError(f"不认识的种子来源：{kind}")


def lottery_value(typed: str) -> str:
    """Winning numbers as they are announced: digits, one blank between groups."""
    groups = typed.replace(",", " ").replace("、", " ").replace("+", " ").split()
    if not groups or not all(group.isascii() and group.isdigit() for group in groups):
        raise ValueError("开奖号码只能是数字,各号码之间用空格分开")
    return " ".join(groups)
