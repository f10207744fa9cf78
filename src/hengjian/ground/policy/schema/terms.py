"""Terms (期限与数值): dated numbers and time limits."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from hengjian.ground.policy.errors import NotInForce

from .base import Basis, Confidence, Named, Strict

Clock = Literal["minute", "hour", "working_day", "calendar_day", "month", "year"]
Unit = Literal[
    "minute", "hour", "working_day", "calendar_day", "month", "year",
    "count", "percent", "fen", "yuan", "person", "second", "date", "month_day", "list", "ratio", "flag",
]  # fmt: skip
CLOCKS = ("minute", "hour", "working_day", "calendar_day", "month", "year")


class Extension(Strict):
    """How far a limit may be extended and who must approve. No `value`: the law leaves the length open."""

    value: int | None = None
    unit: Clock | None = None
    approval: str
    note: str = ""
    note_en: str = ""


class Reading(Strict):
    """The value in force from `since` to `until` (both inclusive)."""

    since: date
    until: date | None = None
    value: int | float | str | list[Any]
    unit: Unit | None = None
    basis: Basis
    confidence: Confidence
    start: str | None = Field(None, alias="from")
    transition: str = ""
    transition_en: str = ""
    alias: str | None = None
    pauses: list[str] | None = None
    extension: Extension | None = None
    note: str = ""
    note_en: str = ""


class Term(Named):
    """A limit with its readings over time. Ask `on(date)`.

    `law_date` names the event whose date chooses the reading (default: the event the clock starts with).
    `direction: before` counts back from the event: the answer is the last lawful day. It stays where it falls,
    unless the law moves it to the working day before (`roll: back`). `roll: false` is a span that ends by itself.
    `bound: max` lets an overlay only lower the value, `min` only raise it; `discretion` allows the overlay at all.
    """

    duty: str
    start: str | None = Field(None, alias="from")
    law_date: str | None = None
    unit: Unit
    direction: Literal["after", "before"] = "after"
    roll: bool | Literal["back"] = True
    recurring: bool = False
    pauses: list[str] = []
    extension: Extension | None = None
    bound: Literal["max", "min"] | None = None
    discretion: bool = False
    readings: list[Reading] = Field(min_length=1)

    @model_validator(mode="after")
    def _clock_has_a_start(self) -> Term:
        if (
            self.unit in CLOCKS
            and self.start is None
            and not self.recurring
            and all(r.start is None for r in self.readings)
        ):
            if self.duty != "retention":
                raise ValueError('a time limit needs "from": the event it is counted from')
        return self

    @model_validator(mode="after")
    def _extensions_count_as_the_limit_does(self) -> Term:
        for reading in self.readings:
            extension, unit = reading.extension or self.extension, reading.unit or self.unit
            if extension and (extension.unit or unit) != unit and {extension.unit, unit} & {"hour", "minute"}:
                raise ValueError("an extension of hours is given in hours, one of days, months or years never in hours")
        return self

    @model_validator(mode="after")
    def _starts_are_real(self) -> Term:
        if self.discretion and self.bound is None:
            raise ValueError('"discretion" needs "bound": max or min, the side an overlay may not pass')
        if self.roll == "back" and self.direction == "after":
            raise ValueError('"roll: back" is for limits that count back; say "direction: before" or leave it out')
        if "occurred" in {self.start, self.law_date, *(reading.start for reading in self.readings)}:
            raise ValueError('"from: occurred" names no event; name what the law counts from, e.g. received or decided')
        return self

    def on(self, day: date) -> Reading:
        """The reading in force on `day`; raises NotInForce where the law had none."""
        for reading in reversed(self.readings):
            if reading.since <= day and (reading.until is None or day <= reading.until):
                return self._whole(reading)
        raise NotInForce("“%(title)s”在%(on)s没有有效规定", title=self.title, rule=self.id, on=day)

    @property
    def from_(self) -> str:
        """The event the clock starts with."""
        return self.start or next((reading.start for reading in self.readings if reading.start), None) or "from"

    @property
    def latest(self) -> Reading:
        return self._whole(self.readings[-1])

    def _whole(self, reading: Reading) -> Reading:
        filled = {
            "unit": reading.unit or self.unit,
            "start": reading.start or self.start,
            "pauses": self.pauses if reading.pauses is None else reading.pauses,
            "extension": reading.extension or self.extension,
        }
        return reading.model_copy(update=filled)
