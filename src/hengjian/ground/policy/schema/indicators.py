"""Indicators (指标): numerator, denominator, direction, target."""

from __future__ import annotations

from typing import Literal

from .base import Named


class Indicator(Named):
    duty: str = ""
    unit: Literal["percent", "count", "working_day", "calendar_day", "ratio", "yuan"]
    numerator: str = ""
    denominator: str = ""
    direction: Literal["up", "down", "even"] = "up"
    target: float | None = None
    lead: str = ""
    source: str = ""
