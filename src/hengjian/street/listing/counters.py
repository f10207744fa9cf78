"""Counters of restrictions: how many are live, by rule and by field; that each has a live cause; whether they did anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from hengjian.ground import policy
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer
from hengjian.street.ledger import queries as ledger

from . import queries, rules
from .models import Answer, Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """How many live restrictions stand under one rule or in one field."""

    code: str
    item: Any
    count: int


@dataclass(frozen=True, slots=True)
class Told:
    """Restrictions on a day. `laid`: by departments, held by their own days, the cause alive. `released_with_cause`: open
    because the record ended first. `without_cause`: held without a live record; it must be 0.
    """

    on: date
    by_rule: list[Row]
    by_domain: list[Row]
    laid: int
    released_with_cause: int
    without_cause: int
    answers: int
    stopped: int
    weighed: int
    reported: int
    effective: int

    @property
    def live(self) -> int:
        return sum(row.count for row in self.by_rule) + self.laid


def of(officer: Officer | None, on: date) -> Told:
    """Counters of a day over entities in an officer's scope; without an officer, over all of them."""
    law = policy.current()
    laid, released = _laid(officer, on)
    domains = Counter(lock.domain for lock in laid)
    live = {entry.seq for entry in ledger.facts(on).filter(pk__in={lock.record.seq for lock in laid}, effective__lte=on)}
    asked = queries.answers(officer) if officer else Answer.objects.order_by()
    verdicts = dict(asked.order_by().values_list("verdict").annotate(n=Count("pk")))
    outcomes = dict(Outcome.objects.filter(answer__in=asked.order_by().values("pk")).order_by().values_list("result").annotate(n=Count("pk")))
    counts = {code for code, item in law.catalogue("restriction-results").items.items() if item.extra.get("counts")}
    return Told(
        on, _by_rule(officer, on), [Row(code, item, domains[code]) for code, item in law.catalogue("restriction-domains").items.items()],
        len(laid), released, sum(lock.record.seq not in live for lock in laid), sum(verdicts.values()), verdicts.get("stop", 0),
        verdicts.get("weigh", 0), sum(outcomes.values()), sum(n for code, n in outcomes.items() if code in counts),
    )  # fmt: skip


def _laid(officer: Officer | None, on: date) -> tuple[list[rules.Lock], int]:
    """Locks of departments that hold, and how many are open only because the record behind them ended."""
    rows = queries.held(on).select_related("entity")
    districts = scopes.districts_of(officer) if officer else None
    if districts is not None:
        rows = rows.filter(entity__district__in=districts)
    held = list(rows)
    firms = {row.entity.uscc for row in held}
    locks = [lock for uscc in sorted(firms) for lock in queries.restrictions(uscc, on) if lock.matter]
    return locks, len(held) - len(locks)


def _by_rule(officer: Officer | None, on: date) -> list[Row]:
    """Live locks by the rule of the pack they follow from: counted from the live records, as the locks are."""
    law = policy.current()
    found = Counter[str]()
    kinds = {item.extra["record"] for item in law.catalogue("locks").rows if item.in_force(on)}
    records = ledger.of_lists(on) if kinds <= set(ledger.LISTS) else ledger.facts(on)
    live = records.filter(kind__in=kinds, effective__lte=on)
    districts = scopes.districts_of(officer) if officer else None
    if districts is not None:
        live = live.filter(entity__district__in=districts)
    columns = live.order_by().values_list("kind", "decided", "effective", "until").annotate(n=Count("pk"))
    for kind, decided, effective, until, count in columns:
        for lock in rules.locks(law, [_Fact(kind, decided, effective, until)], on):
            found[lock.code] += count
    return [Row(item.code, item, found[item.code]) for item in law.catalogue("locks").rows if item.in_force(on)]


@dataclass(frozen=True, slots=True)
class _Fact:
    """What a rule asks of a record: its kind and its days."""

    kind: str
    decided: date
    effective: date
    until: date | None
