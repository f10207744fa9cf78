"""Examples (算例): worked cases a lawyer can write. They are tests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import model_validator

from .base import Basis, Strict, Title


class Expected(Strict):
    """What the law answers. Only what is written is compared."""

    due: date | datetime | None = None
    provisional: bool | None = None
    because: Basis | None = None
    value: Any = None
    refused: str | None = None
    reasons: list[str] | None = None


class Example(Strict):
    """What is asked, what is given and what the law answers.

    `rule`: a term; events → due, or `on` → value. `ruleset`: facts → class and reasons. `publicity`: a record →
    excluded, ends, because. `way`: a record of that kind, on a day → way back, apply, ends.
    """

    name: Title
    rule: str | None = None
    ruleset: str | None = None
    given: dict[str, Any] = {}
    publicity: str | None = None
    way: str | None = None
    record: dict[str, Any] = {}
    facts: list[dict[str, Any]] = []
    on: date | None = None
    known: date | None = None
    law_on: date | None = None
    expect: dict[str, Any]
    note: str = ""

    @model_validator(mode="after")
    def _one_question(self) -> Example:
        if sum(asked is not None for asked in (self.rule, self.ruleset, self.publicity, self.way)) != 1:
            raise ValueError("an example asks one thing: rule, ruleset, publicity or way")
        if self.way is not None and self.on is None:
            raise ValueError('a way back is asked for a day: add "on"')
        return self
