"""Policy (法律参数): law as data, asked by every house and cited by every answer.

In:   packs/cn, packs/tianjin (HENGJIAN_PACKS names others)
Out:  terms, catalogues, record kinds, rules, procedures, calendar, deadlines
Law:  every entry carries its own
Read: loader.load, then law.Law, then clocks.compute
"""

from __future__ import annotations

from datetime import date

from .clocks import Deadline, Step
from .errors import BadPack, MissingEvent, Mistake, NotInForce, UnknownRule, WrongPause
from .law import AsOf, Found, Law, Place
from .loader import current, load, reload, roots
from .recount import Running, Shift, shifts

__all__ = [
    "AsOf", "BadPack", "Deadline", "Found", "Law", "Mistake", "MissingEvent", "NotInForce", "Place",
    "Running", "Shift", "Step", "UnknownRule", "WrongPause", "at", "current", "load", "reload", "roots", "shifts",
]  # fmt: skip


def at(day: date) -> AsOf:
    """The current law as of `day`."""
    return current().at(day)
