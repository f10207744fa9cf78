"""Decisions on paper: is a penalty due at all, which band of the fine, is a hearing open, is it a crime. No Django."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hengjian.ground.kit.money import yuan
from hengjian.ground.kit.refusals import Message, Refusal


class BadTable(Refusal):
    """Tiers that overlap, leave a gap or run backwards; the message names them."""

    code = "bad_table"


@dataclass(frozen=True, slots=True)
class Tier:
    """A band of the fine between the lawful ends: from `low` to `high`, as shares of the range."""

    code: str
    title: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Band:
    """The amounts of a tier under one provision, and why."""

    tier: Tier
    least: int
    most: int
    why: Message


def table_of(rows: Sequence[Mapping[str, Any]]) -> list[Tier]:
    """The executable table: tiers with ends, which must join without gap or overlap from 0 to 1. Raises BadTable."""
    tiers = [
        Tier(row["code"], row["title"], Fraction(str(row["low"])), Fraction(str(row["high"])))
        for row in rows if row.get("low") is not None or row.get("high") is not None
    ]  # fmt: skip
    end = Fraction(0)
    for tier in sorted(tiers, key=lambda one: (one.low, one.high)):
        if tier.high <= tier.low:
            raise BadTable("阶次“%(tier)s”的上限不大于下限", tier=tier.title)
        if tier.low < end:
            raise BadTable("阶次“%(tier)s”与前一阶次重叠（%(ends)s 与 %(begins)s）", tier=tier.title, ends=float(end), begins=float(tier.low))
        if tier.low > end:
            raise BadTable("阶次“%(tier)s”与前一阶次之间有空档（%(ends)s 与 %(begins)s）", tier=tier.title, ends=float(end), begins=float(tier.low))
        end = tier.high
    if end != 1:
        raise BadTable("阶次没有覆盖到法定上限，止于 %(ends)s", ends=float(end))
    return tiers


def band_of(tiers: Sequence[Tier], code: str, least: int, most: int) -> Band | None:
    """Amounts in fen that a tier allows between the lawful ends, both included (PEN-083); None for tiers without ends."""
    tier = next((one for one in tiers if one.code == code), None)
    if tier is None or most < least:
        return None
    low, high = (least + (most - least) * share for share in (tier.low, tier.high))
    first, last = -(-low // 1), high // 1
    why = Message(
        "法定幅度 %(least)s—%(most)s 元，“%(tier)s”取其 %(low)s—%(high)s",
        {"least": yuan(least), "most": yuan(most), "tier": tier.title, "low": f"{float(tier.low):.0%}", "high": f"{float(tier.high):.0%}"},
    )
    return Band(tier, int(first), int(last), why)


@dataclass(frozen=True, slots=True)
class Screening:
    """Whether a penalty may be left out, and by which sentence of 行政处罚法 §33."""

    answer: str  # must-not | may-not | penalise
    because: tuple[Message, ...]


def screen(*, first: bool, corrected: bool, harm: bool, listed: bool) -> Screening:
    """The no-penalty list and the rule for first breaches, before anything else (行政处罚法第33条)."""
    if listed and corrected and not harm:
        return Screening("must-not", (Message("违法行为轻微并及时改正，没有造成危害后果：不予行政处罚"),))
    if first and corrected and not harm:
        return Screening("may-not", (Message("初次违法且危害后果轻微并及时改正：可以不予行政处罚"),))
    asked = ((Message("不是首次违法"), first), (Message("没有及时改正"), corrected), (Message("造成危害后果"), not harm))
    missing = tuple(word for word, holds in asked if not holds)
    return Screening("penalise", (Message("不符合免罚和首违不罚的条件"), *missing))


def hearing_open(penalties: Sequence[str], always: Collection[str], fine: int, confiscated: int, threshold: int) -> bool:
    """Whether the party may ask for a hearing (行政处罚听证办法第5条): by a kind that `always` has one, or by an amount in
    fen, the threshold itself included."""
    return not set(always).isdisjoint(penalties) or fine >= threshold or confiscated >= threshold


def worse_than_noticed(noticed: Mapping[str, Any], decided: Mapping[str, Any]) -> Message | None:
    """A decision may not go beyond the notice: a higher amount or a new kind needs a new notice."""
    if int(decided.get("fine") or 0) > int(noticed.get("fine") or 0):
        return Message("罚款数额高于告知的数额，须重新审核并告知")
    if int(decided.get("confiscated") or 0) > int(noticed.get("confiscated") or 0):
        return Message("没收数额高于告知的数额，须重新审核并告知")
    fresh = set(decided.get("penalties") or ()) - set(noticed.get("penalties") or ())
    return Message("处罚种类超出告知的范围，须重新审核并告知") if fresh else None


def tiers_open(circumstances: Sequence[Mapping[str, Any]]) -> tuple[frozenset[str], bool]:
    """Tiers that the named circumstances allow, and whether lighter and heavier ones stand side by side.

    One listed circumstance is enough for lighter or heavier; with none the ordinary tier stands; where they conflict all of
    them are weighed, the ordinary tier among them (天津市裁量基准, 通知第三部分).
    """
    sets = [frozenset(item["tiers"]) for item in circumstances]
    if not sets:
        return frozenset(), False
    mixed = any(one.isdisjoint(other) for one in sets for other in sets)
    return frozenset().union(*sets, {"normal"} if mixed else ()), mixed


def crime_suspected(sales: int, stock: int, limits: Mapping[str, int]) -> bool:
    """Whether goods that are fake or shoddy reach the amounts from which the police take the case (fen)."""
    return sales >= limits["sales"] or stock >= limits["stock"] or (sales > 0 and sales * 3 + stock >= limits["combined"])
