"""Which locks follow from a record and until when. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hengjian.ground.policy import Law


@dataclass(frozen=True, slots=True)
class Lock:
    """One live restriction. `opens`: the first day without it by mere time; None: until its record is closed."""

    code: str
    title: str
    title_en: str
    acts: tuple[str, ...]
    effect: str  # stop | weigh
    basis: str
    confidence: str
    since: date
    opens: date | None
    provisional: bool
    record: Any

    def holds(self, act: str, on: date) -> bool:
        return act in self.acts and self.since <= on and (self.opens is None or on < self.opens)


def locks(law: Law, records: Iterable[Any], on: date) -> list[Lock]:
    """Locks that hold on a day because of these records, which must be live on it, in the order of the pack."""
    held = list(records)
    found = (lock for item in law.catalogue("locks").rows if item.in_force(on) for lock in _of(law, item, held))
    return [lock for lock in found if lock.opens is None or on < lock.opens]


def _of(law: Law, item: Any, records: Iterable[Any]) -> Iterator[Lock]:
    told = item.extra
    for record in records:
        # A burden is not laid on a record older than the rule that brings it.
        if record.kind != told["record"] or (item.since and record.decided < item.since):
            continue
        opens, provisional = _opens(law, told.get("within"), record)
        yield Lock(
            item.code, item.title, item.title_en, tuple(told["acts"]), told["effect"], told["basis"],
            told["confidence"], record.effective, opens, provisional, record,
        )  # fmt: skip


def _opens(law: Law, within: str | None, record: Any) -> tuple[date | None, bool]:
    """The day after the record's own last day, or after the term of the law, whichever comes first."""
    last, provisional = record.until, False
    if within:
        deadline = law.deadline(within, {law.term(within).start or "": record.decided})
        if last is None or deadline.day < last:
            last, provisional = deadline.day, deadline.provisional
    return (last and last + timedelta(days=1)), provisional
