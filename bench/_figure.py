"""One measured figure, and the bound or peer it was measured beside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value over bound; `aim` says in words what is wanted, `ok` whether this run reached it."""

    name: str
    value: float
    unit: str
    bound_name: str
    bound: float | None
    ratio: float | None
    aim: str
    ok: bool
