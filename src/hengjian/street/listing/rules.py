"""Which locks follow from a record and until when; what the statute tests before a listing. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hengjian.ground.kit.refusals import Message
from hengjian.ground.policy import Law

ABNORMAL, SERIOUS, RED = "abnormal-list", "serious-list", "red-list"  # kinds of record that are entries on a list


@dataclass(frozen=True, slots=True)
class Lock:
    """One live restriction. `opens`: the first day without it by mere time; None: until its record is closed.

    `matter`: of the department that laid it, where it does not follow from the law alone.
    """

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
    matter: int | None = None
    domain: str = ""
    by: str = ""

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
        opens, provisional = _opens(law, told, record)
        yield Lock(
            item.code, item.title, item.title_en, tuple(told["acts"]), told["effect"], told["basis"],
            told["confidence"], record.effective, opens, provisional, record,
        )  # fmt: skip


def _opens(law: Law, told: Mapping[str, Any], record: Any) -> tuple[date | None, bool]:
    """The day after the record's own last day, or after the term of the law, whichever comes first; a lock marked
    `longer` follows a stated last day also where it comes later (法定限制期长于三年).
    """
    last, provisional, within = record.until, False, told.get("within")
    if within and not (last and told.get("longer")):
        deadline = law.deadline(within, {law.term(within).start or "": record.decided})
        if last is None or deadline.day < last:
            last, provisional = deadline.day, deadline.provisional
    return (last and last + timedelta(days=1)), provisional


def listed_on(record: Any) -> date:
    """The day the times of an entry count from: of its decision, or of its restoration after a repair got by fraud."""
    found: date = record.effective if record.act == "restore" else record.decided
    return found


def last_day(law: Law, record: Any) -> date | None:
    """Last day of an entry on a list: the one it states, or that of the law; None: until it is closed."""
    if record.until or record.kind != SERIOUS:
        stated: date | None = record.until
        return stated
    return serious_end(law, listed_on(record), str(record.body.get("ground", "")), None)


def serious_end(law: Law, listed: date, ground: str, banned_until: date | None) -> date:
    """Three years, or the length its ground has; a ban by law that lasts longer carries the listing with it (§21)."""
    item = law.catalogue("serious-grounds").items.get(ground)
    term = str(item.extra.get("term") or "lists.expiry") if item else "lists.expiry"
    end = law.deadline(term, {law.term(term).start or "": listed}).day
    return max(end, banned_until) if banned_until else end


def unreachable(law: Law, body: Mapping[str, Any], on: date) -> Message | None:
    """Nobody found on a visit, or two letters with the lawful gap between them that nobody took (§9)."""
    if body.get("visited"):
        return Message("实地核查日期不能晚于今天") if str(body["visited"]) > on.isoformat() else None
    one, two = (date.fromisoformat(str(body[name])) if body.get(name) else None for name in ("letter_one", "letter_two"))
    if one is None or two is None:
        return Message("请写明实地核查日期，或者两次专用信函的寄出日期")
    first = law.deadline("lists.unreachable-test.gap-min", {"first_letter_sent": one}).day
    last = law.deadline("lists.unreachable-test.gap-max", {"first_letter_sent": one}).day
    if not first <= two <= last or two > on:
        return Message("第二次信函应在 %(first)s 至 %(last)s 之间寄出", {"first": first.isoformat(), "last": last.isoformat()})
    return None


def serious_test(said: Mapping[str, Any]) -> Message | None:
    """All three conditions and a heavier penalty; not where the absence of intent is proved (§2, §12)."""
    if said.get("no_intent"):
        return Message("有证据足以证明没有主观故意的，不列入")
    asked = (("vile", "性质恶劣"), ("grave", "情节严重"), ("harmful", "社会危害较大"))
    missing = "、".join(title for name, title in asked if not said.get(name))
    if missing:
        return Message("不具备列入的要件：%(missing)s", {"missing": missing})
    return None if said.get("heavy") else Message("没有受到较重行政处罚")


@dataclass(frozen=True, slots=True)
class Reminding:
    """What a party is told of its listing before it comes: from which day on, and of which day."""

    kind: str  # three-years | may-apply | ends
    since: date
    day: date
    basis: str
    confidence: str


def remindings(law: Law, record: Any) -> list[Reminding]:
    """Reminders that follow from an entry on a list, in order of their days."""
    if record.kind == ABNORMAL:
        day = law.deadline("lists.abnormal-three-years", {"listed": record.decided}).day
        due = law.deadline("lists.3-year-reminder", {"three_years_listed": day})
        return [Reminding("three-years", due.day, day, due.basis, due.confidence)]
    if record.kind != SERIOUS:
        return []
    apply = law.deadline("lists.serious.apply", {"listed": record.decided})
    end = last_day(law, record)
    found = [Reminding("may-apply", apply.day, apply.day, apply.basis, apply.confidence)]
    if end:
        due = law.deadline("lists.serious-end-reminder", {"listing_ends": end})
        found.append(Reminding("ends", due.day, end, due.basis, due.confidence))
    return found
