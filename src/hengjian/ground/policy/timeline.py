"""Readings over time: no overlap, no silent gap; and how an overlay lies over them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from hengjian.ground.kit.calendar import DAY

from .errors import Mistake
from .schema.terms import Reading, Term

REFINES = {"readings", "note", "checked_on"}  # what an overlay may say about a term of the pack below

if TYPE_CHECKING:
    from .reading import Entry


def close_readings(entry: Entry, mistakes: list[Mistake]) -> Term:
    """Give every reading its last day; refuse disorder, overlaps and gaps."""
    term: Term = entry.model
    closed: list[Reading] = []
    for number, reading in enumerate(term.readings):
        after = term.readings[number + 1] if number + 1 < len(term.readings) else None
        until = reading.until
        if until is not None and until < reading.since:
            mistakes.append(
                entry.mistake(
                    ("readings", number, "until"),
                    '"until" is before "since"',
                    "The last day may not come before the first",
                )
            )
        if after is not None:
            if after.since <= reading.since:
                mistakes.append(
                    entry.mistake(
                        ("readings", number + 1, "since"),
                        "readings are not in order of time",
                        "Put the earlier reading first",
                    )
                )
            elif until is not None and until >= after.since:
                mistakes.append(
                    entry.mistake(
                        ("readings", number, "until"),
                        f"overlaps the reading from {after.since}",
                        f"End it on {after.since - DAY}",
                    )
                )
            elif until is not None and until < after.since - DAY and not after.transition:
                mistakes.append(
                    entry.mistake(
                        ("readings", number, "until"),
                        f"no reading from {until + DAY} to {after.since - DAY}",
                        'End it the day before the next, or explain the gap in "transition"',
                    )
                )
            until = until or after.since - DAY
        closed.append(reading.model_copy(update={"until": until}))
    return term.model_copy(update={"readings": closed})


def lay_over(base: Entry, over: Entry, mistakes: list[Mistake]) -> Entry:
    """An overlay may refine a term that leaves discretion, inside its bound. Anything else is refused."""
    if over.section != "terms":
        mistakes.append(
            over.mistake(
                (), f'"{over.id}" is already set by {base.pack}', "An overlay adds ids of its own; it does not replace"
            )
        )
        return base
    term: Term = base.model
    if not term.discretion:
        mistakes.append(
            over.mistake(
                (), f'"{over.id}" leaves no discretion', "Only a term marked `discretion: true` can be refined"
            )
        )
        return base
    if more := sorted(set(over.raw) - REFINES):
        mistakes.append(
            over.mistake((more[0],), f'"{more[0]}" is not an overlay\'s to set', "An overlay gives `readings` of its own, nothing else")
        )
    readings = list(term.readings)
    for number, reading in enumerate(over.model.readings):
        _value_only(reading, over, number, mistakes)
        _within(term, reading, over, number, mistakes)
        readings = _cut(readings, reading)
    base.model = term.model_copy(update={"readings": readings})
    return base


def _value_only(reading: Reading, over: Entry, number: int, mistakes: list[Mistake]) -> None:
    """More time by an extension, a pause or a later start would widen the power as a longer limit does."""
    for key in ("from", "pauses", "extension"):
        if over.raw["readings"][number].get(key) is not None:
            mistakes.append(
                over.mistake(
                    ("readings", number, key), f'an overlay may not change "{key}"', "Leave it as the national term has it"
                )
            )


def _within(term: Term, reading: Reading, over: Entry, number: int, mistakes: list[Mistake]) -> None:
    if reading.since < term.readings[0].since:
        first = term.readings[0].since
        mistakes.append(
            over.mistake(
                ("readings", number, "since"), f"begins before the national reading of {first}", f"Begin on {first} or later"
            )
        )
    for below in term.readings:
        if not _meet(below, reading) or term.bound is None:
            continue
        wide = _more(reading.value, below.value) if term.bound == "max" else _more(below.value, reading.value)
        other_unit = reading.unit not in (None, below.unit or term.unit)
        if wide or other_unit:
            word = "最多" if term.bound == "max" else "至少"
            mistakes.append(
                over.mistake(
                    ("readings", number, "value"),
                    f"{reading.value} goes beyond the national reading ({word}{below.value})",
                    "An overlay may refine, never widen",
                )
            )


def _more(left: Any, right: Any) -> bool:
    try:
        return bool(left > right)
    except TypeError:
        return True


def _meet(left: Reading, right: Reading) -> bool:
    end = date.max
    return left.since <= (right.until or end) and right.since <= (left.until or end)


def _cut(readings: list[Reading], over: Reading) -> list[Reading]:
    """The time line with `over` laid on top: what it covers is cut away."""
    kept: list[Reading] = [over]
    for reading in readings:
        if not _meet(reading, over):
            kept.append(reading)
            continue
        if reading.since < over.since:
            kept.append(reading.model_copy(update={"until": over.since - DAY}))
        if over.until is not None and (reading.until is None or reading.until > over.until):
            kept.append(reading.model_copy(update={"since": over.until + DAY}))
    return sorted(kept, key=lambda reading: reading.since)
