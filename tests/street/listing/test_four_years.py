"""Four years on a simulated clock: no entry public, live or locking one day too long or too short; no job ends anything."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.street.ledger.writing import write
from hengjian.street.listing import counters, queries, rules
from hengjian.street.publication import queries as publication
from hengjian.street.publication import services as publishing
from hengjian.street.register.models import Entity
from tests import factories_draw
from tests import factories_listing as make

pytestmark = pytest.mark.django_db
START, MONTHS, EACH = date(2022, 1, 1), 48, 60  # some three thousand records, a third of them closed again
KINDS = (rules.ABNORMAL, rules.SERIOUS, rules.RED)


@dataclass
class Fact:
    """What the statute says of one record: from when it counts, its last day by mere time, the day it was closed."""

    seq: int
    firm: Entity
    kind: str
    decided: date
    last: date | None
    closed: date | None
    published: date
    withdrawn: date | None

    def live(self, on: date) -> bool:
        return self.decided <= on and (self.last is None or on <= self.last) and (self.closed is None or on < self.closed)

    def public(self, on: date) -> bool:
        return self.published <= on and (self.last is None or on <= self.last) and (self.withdrawn is None or on < self.withdrawn)


def at(day: date) -> datetime:
    return datetime.combine(day, time(20), SHANGHAI)


def month(n: int) -> tuple[date, date]:
    first = add_months(START, n)
    return first, add_months(START, n + 1) - timedelta(days=1)


@pytest.fixture
def years():
    """Each month some entries and some closings are written; publication runs on its last day only."""
    dice, office = random.Random("四年"), make.office()
    firms = factories_draw.city("A" * 120)
    law = policy.current().version
    facts: list[Fact] = []
    for n in range(MONTHS):
        first, last = month(n)
        drafts, made = [], []
        for _ in range(EACH):
            kind, firm = dice.choice(KINDS), dice.choice(firms)
            decided = first + timedelta(days=dice.randrange((last - first).days + 1))
            until = None
            if kind == rules.RED:
                until = decided + timedelta(days=dice.randrange(30, 700))
            elif kind == rules.SERIOUS and dice.random() < 0.5:
                until = decided + timedelta(days=dice.randrange(300, 1900))
            body = {"ground": "4"} if kind == rules.ABNORMAL else {"ground": "food.2"} if kind == rules.SERIOUS else {"list": "credit-model"}
            drafts.append(draft(firm, kind, decided, office, law, until=until, body=body))
            end = until or (add_months(decided, 36) if kind == rules.SERIOUS else None)
            made.append(Fact(0, firm, kind, decided, end, None, last, None))
        for fact, seq in zip(made, write("test", drafts, at(last)), strict=True):
            fact.seq = seq
        facts += made
        closing, ends = [], []
        for fact in dice.sample(facts, EACH // 2):
            effective = max(first, fact.decided) + timedelta(days=dice.randrange(3))
            if fact.closed is None and fact.live(effective) and effective <= last:
                fact.closed, fact.withdrawn = effective, last
                ends.append(fact)
                closing.append(draft(fact.firm, "end", effective, office, law, refers_id=fact.seq, body={"because": "移出"}))
        write("test", closing, at(last))
        publishing.publish_due(on=last)
    return office, facts


def draft(firm, kind, day, office, law, **more):
    return {
        "entity_id": firm.pk, "uscc": firm.uscc, "kind": kind, "act": "record", "issuer_id": office.agency.pk, "document": "",
        "decided": day, "effective": day, "pack_version": law, "personal": None, **more,
    }  # fmt: skip


def days(facts):
    """Days around the edges: the last ones of terms, the first without, and every tenth of the years after the last job."""
    dice = random.Random("哪些天")
    edges = {fact.last + timedelta(days=d) for fact in dice.sample([f for f in facts if f.last], 12) for d in (0, 1)}
    edges |= {fact.closed + timedelta(days=d) for fact in dice.sample([f for f in facts if f.closed], 8) for d in (-1, 0)}
    return sorted(edges | {START + timedelta(days=d) for d in range(40, 365 * 8, 160)} | {date(2024, 2, 29), date(2027, 2, 28), date(2028, 2, 29)})


def test_the_lists_the_public_site_and_the_locks_agree_with_the_statute_on_every_day(years):
    office, facts = years
    assert (len(facts), sum(f.closed is not None for f in facts) > 500) == (MONTHS * EACH, True)
    for on in days(facts):
        live = {kind: {f.seq for f in facts if f.kind == kind and f.live(on)} for kind in KINDS}
        for kind in KINDS:
            assert {e.seq for e in queries.on_lists(office.superior, on, kind)} == live[kind], (on, kind)
        public = set(publication.newest(on).values_list("entry_seq", flat=True))
        assert public == {f.seq for f in facts if f.public(on)}, on
        told = {row.code: row.count for row in counters.of(office.superior, on).by_rule}
        for item in policy.current().catalogue("locks").rows:
            if item.in_force(on):
                assert told[item.code] == expected(item, facts, on), (on, item.code)


def expected(item, facts, on):
    """Locks that must hold: the record lives, is not older than the rule, and the rule's own term is not over."""
    found = 0
    for fact in facts:
        if fact.kind != item.extra["record"] or fact.decided < item.since or not (fact.decided <= on and (fact.closed is None or on < fact.closed)):
            continue
        last, within = fact.last, item.extra.get("within")
        if within and not item.extra.get("longer"):
            three = add_months(fact.decided, 36)
            last = min(last, three) if last else three
        found += last is None or on <= last
    return found


def test_what_one_firm_is_told_is_what_the_whole_city_is_counted_by(years):
    office, _facts = years
    on = date(2024, 6, 30)
    counted = Counter(lock.code for firm in Entity.objects.order_by("pk") for lock in queries.restrictions(firm.uscc, on))
    assert counted == Counter({row.code: row.count for row in counters.of(office.superior, on).by_rule if row.count})
