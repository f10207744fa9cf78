"""Examples (算例): worked cases a lawyer can write. They are tests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

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
    """`rule` (a term: events → due; or `on` → value) or `ruleset` (facts → class)."""

    name: Title
    rule: str | None = None
    ruleset: str | None = None
    given: dict[str, Any] = {}
    facts: list[dict[str, Any]] = []
    on: date | None = None
    known: date | None = None
    law_on: date | None = None
    expect: dict[str, Any]
    note: str = ""
