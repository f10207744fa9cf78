"""Finding an entry among a thousand: by words, duty, section and how well it is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hengjian.ground import policy
from hengjian.ground.kit.text import fold
from hengjian.ground.policy import Law
from hengjian.ground.policy.inquiry import OPEN, claims, weakest
from hengjian.ground.policy.schema import Task

from .words import SECTIONS


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as lists show it."""

    section: str
    id: str
    title: str
    title_en: str
    duty: str
    detail: str
    basis: str
    confidence: str
    folded: str

    @property
    def open(self) -> bool:
        return self.confidence in OPEN


def confidence_of(entry: object) -> str:
    """The weakest of an entry's parts: a rule is known as well as its least known value."""
    return weakest(claim.confidence for claim in claims("", entry))


@lru_cache(maxsize=2)
def _lines(digest: str) -> tuple[Line, ...]:
    return tuple(_read(policy.current()))


def lines(law: Law) -> tuple[Line, ...]:
    """Every entry of the packs in use; read once for each state of them."""
    return _lines(law.digest)


def _read(law: Law) -> Iterator[Line]:
    for section, entries in law.sections.items():
        for key, entry in entries.items():
            title, english = getattr(entry, "title", "") or key, getattr(entry, "title_en", "")
            readings = getattr(entry, "readings", None)
            basis = readings[-1].basis if readings else getattr(entry, "basis", None) or getattr(entry, "number", "") or ""
            aliases = [*(getattr(entry, "aliases", None) or ()), *(r.alias for r in readings or () if r.alias)]
            inside = [row.title for row in getattr(entry, "rows", ())]
            words = fold(" ".join([key, title, english, basis, *aliases, *inside, getattr(entry, "note", "") or "", getattr(entry, "says", ""), _detail(entry)]))
            yield Line(section, key, title, english, getattr(entry, "duty", "") or "", _detail(entry), basis, confidence_of(entry), words)


def _detail(entry: object) -> str:
    """What a list shows where an entry has no duty: who answers for a task and by when, the area of an indicator."""
    if isinstance(entry, Task):
        return "、".join(entry.lead) + (f" {entry.due}" if entry.due else "")
    return getattr(entry, "area", "") or ""


def search(law: Law, *, words: str = "", duty: str = "", section: str = "", confidence: str = "") -> list[Line]:
    """Entries that hold every word; an exact id or alias comes first."""
    wanted = [fold(word) for word in words.split()]
    found = [
        line
        for line in lines(law)
        if (not duty or line.duty == duty)
        and (not section or line.section == section)
        and (not confidence or line.confidence == confidence or (confidence == "open" and line.open))
        and all(word in line.folded for word in wanted)
    ]
    exact = law.aliases.get(words.strip())
    best = (exact.section, exact.id) if exact else None
    order = list(SECTIONS)
    return sorted(found, key=lambda line: ((line.section, line.id) != best, not _named(line, wanted), order.index(line.section)))


def _named(line: Line, wanted: list[str]) -> bool:
    return any(word in fold(line.title) for word in wanted)
