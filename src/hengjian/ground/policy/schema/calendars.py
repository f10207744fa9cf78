"""Calendars (工作日历): one file per year, from the State Council's notice."""

from __future__ import annotations

from datetime import date

from .base import Named, Strict


class Holiday(Strict):
    """A holiday: first and last day off, and the weekend days worked instead."""

    name: str
    since: date
    until: date
    worked: list[date] = []


class CalendarYear(Named):
    """A year as announced; `announced: false` marks a year without a notice."""

    year: int
    announced: bool = True
    number: str = ""
    notices: list[str] = []
    holidays: list[Holiday] = []
