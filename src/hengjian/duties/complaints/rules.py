"""Decisions of complaints that can be computed on paper."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from hengjian.ground.kit.refusals import Message


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of reward: a share of the fine, never less than a floor (yuan)."""

    percent: float
    floor_yuan: int


def reward_fen(grade: Grade, fine_fen: int, cap_yuan: int) -> int:
    """What a report of this grade earns: a share of fine and confiscation, no less than the floor, no more than the cap."""
    share = round(fine_fen * grade.percent / 100)
    return min(max(share, grade.floor_yuan * 100), cap_yuan * 100)


@dataclass(frozen=True, slots=True)
class Habits:
    """What one contact did in the window: complaints, firms, names that used it. First-time consumers have one of each."""

    filings: int
    firms: int
    names: int


@dataclass(frozen=True, slots=True)
class Declared:
    """The published thresholds that point at a claimant."""

    filings: int
    firms: int
    shared: int


@dataclass(frozen=True, slots=True)
class Signal:
    """A code of the list `non-consumer-factors`, and the counts behind it."""

    code: str
    why: Message


def signals(habits: Habits, declared: Declared) -> list[Signal]:
    """What asks for a person's review. Nothing here decides, and one filing alone never gives a signal."""
    if habits.filings <= 1:
        return []
    found = []
    if habits.filings >= declared.filings and habits.firms >= declared.firms:
        why = Message("观察期内投诉 %(filings)s 件，涉及 %(firms)s 户（提示线：%(a)s 件、%(b)s 户）", {
            "filings": habits.filings, "firms": habits.firms, "a": declared.filings, "b": declared.firms,
        })  # fmt: skip
        found.append(Signal("mass-complaints", why))
    if habits.names >= declared.shared:
        why = Message("同一联系方式用过 %(names)s 个姓名（提示线：%(c)s 个）", {"names": habits.names, "c": declared.shared})
        found.append(Signal("shared-contact", why))
    return found


def proved(challenge: str, answer: str, bits: int) -> bool:
    """Whether an answer to a challenge took the work that was asked: SHA-256 with so many leading zero bits."""
    if not answer.isdecimal() or len(answer) > 12:
        return False
    digest = hashlib.sha256(f"{challenge}:{answer}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - bits) == 0


def pressed(positions: Sequence[str]) -> int:
    """How often a filing was sent on or back (ping-pong): every way but the first distribution."""
    return sum(way != "dispatch" for way in positions)
