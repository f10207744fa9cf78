"""Indicators (指标): numerator, denominator, direction, where it stood, where it must be and by when."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from .base import Basis, Named, Strict

Unit = Literal[
    "percent", "count", "ten_thousand", "per_ten_thousand", "per_thousand", "batch", "working_day", "calendar_day",
    "ratio", "yuan",
]  # fmt: skip


class Baseline(Strict):
    """Where the indicator stood when the target was set."""

    year: int
    value: float | int


class Target(Strict):
    """What must be reached by the end of a year."""

    year: int
    value: float | int
    bound: Literal["at_least", "at_most", "exactly"] = "at_least"
    basis: Basis | None = None

    def met(self, value: float) -> bool:
        return {"at_least": value >= self.value, "at_most": value <= self.value, "exactly": value == self.value}[self.bound]


class Indicator(Named):
    """A quantity that is watched. `binding` marks 约束性 targets, the others are 预期性."""

    duty: str = ""
    area: str = ""
    unit: Unit
    numerator: str
    numerator_en: str = ""
    denominator: str = ""
    denominator_en: str = ""
    direction: Literal["up", "down", "even"] = "up"
    binding: bool = False
    baseline: Baseline | None = None
    targets: list[Target] = []
    lead: list[str] = []

    @model_validator(mode="after")
    def _hangs_together(self) -> Indicator:
        if self.unit in ("percent", "ratio", "per_ten_thousand", "per_thousand") and not self.denominator:
            raise ValueError('a share needs "denominator": what the numerator is divided by')
        years = [target.year for target in self.targets]
        if years != sorted(set(years)):
            raise ValueError("a year may have one target, earlier years first")
        return self

    def target(self, year: int) -> Target | None:
        """The target that counts in a year: the first due in or after it."""
        return next((target for target in self.targets if target.year >= year), None)
