"""Tasks (任务): what a policy paper asks of whom, and by when."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from .base import Basis, Named


class Task(Named):
    """One measure of a policy paper. `lead` answers for it, `with` takes part. `basis` names the place in the paper."""

    basis: Basis
    lead: list[str] = Field(min_length=1)
    partners: list[str] = Field([], alias="with")
    since: date | None = None
    due: date | None = None
    every: Literal["year", "quarter", "month"] | None = None
    by: str = Field("", pattern=r"^(\d\d-\d\d)?$")
    indicators: list[str] = []

    @model_validator(mode="after")
    def _has_a_deadline(self) -> Task:
        if self.due is None and self.every is None:
            raise ValueError('a task needs "due", or "every" where it comes back')
        if self.by and self.every != "year":
            raise ValueError('a task with "by" comes back every year; write every: year')
        if self.since and self.due and self.due < self.since:
            raise ValueError("a task cannot be due before it begins")
        return self

    def next_due(self, on: date) -> date | None:
        """The next day by which it must be done, seen from `on`; the last one where all are past."""
        if self.every is None:
            return self.due
        ends = _ends(self.every, self.by, on)
        return min(ends, self.due) if self.due else ends


def _ends(every: str, by: str, on: date) -> date:
    if by:
        month, day = (int(part) for part in by.split("-"))
        this = date(on.year, month, day)
        return this if on <= this else date(on.year + 1, month, day)
    span = {"year": 12, "quarter": 3, "month": 1}[every]
    first = on.year * 12 + (on.month - 1) // span * span + span
    return date.fromordinal(date(first // 12, first % 12 + 1, 1).toordinal() - 1)
