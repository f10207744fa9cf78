"""The law over time: what changes on which day, and how two days differ. Read from since and until of every entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hengjian.ground.kit.calendar import DAY

from .errors import NotInForce
from .law import Law
from .schema import Reading, Term


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says at one time: a value with its unit, or a plain word."""

    value: Any
    unit: str = ""
    basis: str = ""
    confidence: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "unit": self.unit, "basis": self.basis, "confidence": self.confidence}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `begins`, `changes` or `ends` on a day (or, between two days, at some day in between)."""

    day: date | None
    kind: str
    section: str
    id: str
    title: str
    before: Said | None
    after: Said | None
    transition: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "day": self.day and self.day.isoformat(), "kind": self.kind, "section": self.section, "id": self.id,
            "title": self.title, "before": self.before and self.before.as_json(),
            "after": self.after and self.after.as_json(), "transition": self.transition,
        }  # fmt: skip


def changelog(law: Law, since: date | None = None, until: date | None = None) -> list[Change]:
    """Every change of the loaded packs, earliest first; both days inclusive."""
    found = [change for part in (_terms(law), _spans(law), _codes(law)) for change in part]
    kept = [c for c in found if c.day and (since is None or c.day >= since) and (until is None or c.day <= until)]
    return sorted(kept, key=lambda change: (change.day, change.section, change.id))


def _said(term: Term, reading: Reading | None) -> Said | None:
    if reading is None:
        return None
    return Said(reading.value, reading.unit or term.unit, reading.basis, reading.confidence)


def _terms(law: Law) -> Iterator[Change]:
    for key, term in law.sections.get("terms", {}).items():
        before: Reading | None = None
        for reading in term.readings:
            if before and before.until and before.until + DAY < reading.since:
                yield Change(before.until + DAY, "ends", "terms", key, term.title, _said(term, before), None)
                before = None
            kind = "changes" if before else "begins"
            yield Change(
                reading.since, kind, "terms", key, term.title, _said(term, before), _said(term, reading), reading.transition
            )
            before = reading
        if before and before.until:
            yield Change(before.until + DAY, "ends", "terms", key, term.title, _said(term, before), None)


def _spans(law: Law) -> Iterator[Change]:
    for section in ("sources", "rules"):
        for key, entry in law.sections.get(section, {}).items():
            said = Said(getattr(entry, "number", "") or entry.title, "", getattr(entry, "basis", None) or key)
            if entry.since:
                yield Change(entry.since, "begins", section, key, entry.title, None, said)
            if entry.until:
                yield Change(entry.until + DAY, "ends", section, key, entry.title, said, None)


def _codes(law: Law) -> Iterator[Change]:
    for key, catalogue in law.sections.get("catalogues", {}).items():
        for row in catalogue.rows:
            said, title = Said(row.code, "", catalogue.basis or ""), f"{catalogue.title}：{row.title}"
            if row.since:
                yield Change(row.since, "begins", "catalogues", key, title, None, said)
            if row.until:
                yield Change(row.until + DAY, "ends", "catalogues", key, title, said, None)


def between(law: Law, before: date, after: date) -> list[Change]:
    """How the law in force on one day differs from that of another: only what is different, not every step."""
    found = []
    for key, term in law.sections.get("terms", {}).items():
        old, new = _on(term, before), _on(term, after)
        if _content(old) != _content(new):
            kind = "changes" if old and new else "begins" if new else "ends"
            note = new.transition if new else ""
            found.append(Change(None, kind, "terms", key, term.title, _said(term, old), _said(term, new), note))
    first, last = min(before, after) + DAY, max(before, after)
    others = [change for change in changelog(law, first, last) if change.section != "terms"]
    found += others if before <= after else [_back(change) for change in others]
    return sorted(found, key=lambda change: (change.section != "terms", change.section, change.id))


def _back(change: Change) -> Change:
    """The same change seen from the later day."""
    kind = {"begins": "ends", "ends": "begins"}[change.kind]
    return replace(change, kind=kind, before=change.after, after=change.before)


def _on(term: Term, day: date) -> Reading | None:
    try:
        return term.on(day)
    except NotInForce:
        return None


def _content(reading: Reading | None) -> tuple[Any, ...] | None:
    if reading is None:
        return None
    return (str(reading.value), reading.unit, reading.basis, reading.start, str(reading.pauses), reading.extension)
