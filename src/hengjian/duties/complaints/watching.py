"""What a night does for the pages on many filings. Every page works without it; it only shows things sooner."""

from __future__ import annotations

from datetime import date

from . import disclosing, measuring, sorting, spotting


def look(on: date) -> tuple[int, int, int, int]:
    """Measure, propose, search, announce; returns how many of each. Safe to repeat."""
    return measuring.refresh(), sorting.propose(), spotting.search(on), disclosing.prepare(on)
