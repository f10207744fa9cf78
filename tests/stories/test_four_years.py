"""Four years and twenty thousand records under a simulated clock: nothing is public one day too long or too short, no
restriction outlives its cause, and ten days without jobs move no last day.

The statutes are read a second time here, in plain Python and from the days alone: what the platform shows is held against it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.conf import settings

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.street.ledger import writing
from hengjian.street.listing import queries as listing
from hengjian.street.publication import queries as publication
from hengjian.street.publication import services
from hengjian.street.publication.models import PublicNotice
from hengjian.street.register.models import Entity
from tests import factories_draw as make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FIRST, LAST = date(2023, 1, 3), date(2026, 11, 27)  # the first working day of 2023 to a Friday whose deadlines are announced
A_DAY, FIRMS = 14, 1500
OUTAGE = {date(2026, 2, 10) + timedelta(days=n) for n in range(10)}  # over Spring Festival
ONE_YEAR = date(2025, 12, 25)  # Order 107: ordinary penalties one year instead of three, inspections that found a problem three months
DAY = timedelta(days=1)
SERIAL = count(1)


@dataclass(slots=True)
class Record:
    """One record as it was filed, and what became of it."""

    kind: str
    entity: int
    decided: date
    recorded: date
    body: dict[str, Any] = field(default_factory=dict)
    fine_fen: int | None = None
    gone: date | None = None  # first day on which it is withdrawn, repaired or ended
    seq: int = 0


def months(day: date, number: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    first_after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + (day.day - 1) * DAY, first_after - DAY)


def twenty_working_days(day: date) -> date:
    """公示期限: the day of the decision is not counted."""
    calendar, left = policy.current().calendar, 20
    while left:
        day += DAY
        left -= calendar.is_working_day(day)
    return day


def span(record: Record, published: date) -> tuple[date, date | None] | None:
    """First and last public day by the statutes, before anything was withdrawn; None where it is never public."""
    start = min(published, twenty_working_days(record.decided))  # an authority that is late does not prolong it
    new = published >= ONE_YEAR
    if record.kind == "penalty":
        kinds, tier = set(record.body["kind_of_penalty"]), record.body.get("tier")
        if kinds == {"01"} or record.body.get("procedure") == "summary":
            return None
        # A fine nobody told is not a small one.
        small = kinds <= {"01", "02", "03"} and tier in ("light", "reduced") and record.fine_fen is not None and record.fine_fen <= 5_000_000
        if kinds <= {"01", "02"} or small:
            return published, months(start, 3)
        grave = bool(kinds & {"07", "08", "09", "10", "11", "12"}) or record.body.get("field") in ("food", "drugs")
        return published, months(start, 36 if grave or not new else 12)
    if record.kind == "serious-list":
        return published, months(record.decided, 36)
    if record.kind == "inspection" and record.body["result"] != "1" and new:
        return published, months(start, 3)
    return published, None


def somebody(chance: random.Random, day: date) -> Record:
    """A record of some kind that reaches us some days after its decision."""
    decided = day - timedelta(days=chance.choice((0, 1, 3, 10, 30, 60)))
    kind = chance.choices(("penalty", "abnormal-list", "serious-list", "inspection"), (60, 15, 5, 20))[0]
    body: dict[str, Any] = {}
    fine = None
    if kind == "penalty":
        body = {"kind_of_penalty": chance.choice([["01"], ["02"], ["03"], ["01", "03"], ["03", "04"], ["03", "08"], ["10"], ["12"], ["06"]])}
        body |= {"facts": "销售超过保质期的食品", "ground": "演示事由"}
        body |= {"tier": chance.choice(["light", "reduced", "normal", "heavy"])} if chance.random() < 0.8 else {}
        body |= {"field": chance.choice(["food", "drugs", "other"])} if chance.random() < 0.4 else {}
        body |= {"procedure": chance.choice(["ordinary", "summary"])} if chance.random() < 0.3 else {}
        fine = chance.choice([None, 100_00, 49_999_00, 50_000_00, 50_000_01, 1_000_000_00])
    elif kind == "inspection":
        body = {"result": chance.choice(["1", "2", "6", "8"]), "plan": "演示计划", "method": "onsite"}
    elif kind == "abnormal-list":
        body = {"ground": "1"}
    else:
        body = {"ground": "1"}
    return Record(kind, chance.randrange(FIRMS), decided, day, body, fine)


def written(day: date, records: list[Record], closing: list[tuple[str, Record, date]], firms: list[Entity], bureau: Any) -> None:
    """What one day brings to the ledger, in one batch; each closing names the entry it closes."""
    at = datetime(day.year, day.month, day.day, 10, tzinfo=clock.SHANGHAI)
    version = policy.current().version

    def draft(kind: str, act: str, firm: Entity, decided: date, **more: Any) -> dict[str, Any]:
        return {
            "entity_id": firm.pk, "uscc": firm.uscc, "kind": kind, "act": act, "issuer_id": bureau.pk, "document": f"演示〔{decided.year}〕{next(SERIAL)}号",
            "decided": decided, "effective": decided, "pack_version": version, "body": {}, **more,
        }  # fmt: skip

    drafts = [draft(r.kind, "record", firms[r.entity], r.decided, body=r.body, fine_fen=r.fine_fen) for r in records]
    drafts += [
        draft(kind, kind, firms[r.entity], day, effective=effective, refers_id=r.seq, body={"because": "演示"}) for kind, r, effective in closing
    ]
    for record, seq in zip(records, writing.write("story", drafts, at), strict=False):
        record.seq = seq


def test_no_record_is_public_and_no_firm_locked_one_day_too_long_or_too_short_in_four_years():
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        pytest.skip("read once, on SQLite: the same statements run on PostgreSQL in the tests of the house")
    chance = random.Random(20260415)
    bureau = make.bureau()
    Entity.objects.bulk_create(
        Entity(
            uscc=make.code_of(n), name=f"天津演示{n}有限公司", name_folded=f"天津演示{n}有限公司", kind="enterprise", status="1", district="120119",
            updated_at=datetime(2023, 1, 1, tzinfo=clock.SHANGHAI),
        )
        for n in range(FIRMS)
    )  # fmt: skip
    firms = list(Entity.objects.order_by("pk"))
    records: list[Record] = []
    published: dict[int, date] = {}
    to_come: dict[date, list[tuple[str, Record, date]]] = {}
    looked: list[tuple[date, set[int]]] = []
    day, waiting = FIRST, []
    while day <= LAST:
        fresh = [somebody(chance, day) for _n in range(A_DAY + (day.weekday() == 0))]
        for record in fresh:
            if chance.random() < 0.3:
                later = day + timedelta(days=chance.randrange(1, 900))
                kind = chance.choice(("withdrawal", "end")) if record.kind in ("abnormal-list", "inspection") else chance.choice(("withdrawal", "repair"))
                to_come.setdefault(later, []).append((kind, record, later + timedelta(days=chance.choice((0, 0, 0, 5)))))
        closing = to_come.get(day, [])
        written(day, fresh, closing, firms, bureau)
        for _kind, record, effective in closing:
            record.gone = effective  # recorded on the day; hidden from the later of both
        records += fresh
        waiting += fresh
        if day not in OUTAGE:  # the job of the day; without it nothing new is shown, and nothing is shown longer
            services.publish_due(on=day)
            published |= dict.fromkeys((record.seq for record in waiting), day)
            waiting = []
            if day.day in (3, 25) or day == LAST:
                looked.append((day, set(PublicNotice.objects.filter(publication.shown(day)).values_list("entry_seq", flat=True))))
        day += DAY
    assert len(records) >= 20_000

    expected: dict[int, tuple[date, date]] = {}
    for record in records:
        found = span(record, published[record.seq])
        if found is None:
            continue
        since, until = found
        last = min(until or date.max, record.gone - DAY if record.gone else date.max)
        if last >= since:  # a term that was over, or an end that came, before it could be shown: it never was
            expected[record.seq] = (since, last)
    shown = {}
    for seq, since, until, withdrawn in PublicNotice.objects.values_list("entry_seq", "published_on", "until", "withdrawn_on"):
        last = min(until or date.max, withdrawn - DAY if withdrawn else date.max)
        if last >= since:
            shown[seq] = (since, last)
    wrong = [(seq, expected.get(seq), shown.get(seq)) for seq in {*expected, *shown} if expected.get(seq) != shown.get(seq)]
    by_seq = {record.seq: record for record in records}
    assert not wrong, [(by_seq[seq], told, found) for seq, told, found in wrong[:5]]
    assert len(expected) >= 12_000

    # What strangers saw on the day itself was just what the statutes give for that day, without what came later.
    for day, seen in looked:
        lawful = {seq for seq, (since, last) in expected.items() if since <= day <= last}
        assert seen == lawful, day

    # Restrictions follow from live records alone: none on a day on which its cause has ended.
    causes: dict[str, list[Record]] = {}
    for record in records:
        if record.kind == "serious-list":
            causes.setdefault(firms[record.entity].uscc, []).append(record)
    asked = 0
    for uscc in sorted(causes)[:60]:
        for record in causes[uscc]:
            edges = [record.decided, months(record.decided, 36), months(record.decided, 36) + DAY]
            edges += [record.gone - DAY, record.gone] if record.gone else []
            for day in edges:
                held = {lock.record.seq for lock in listing.restrictions(uscc, day) if lock.record.kind == "serious-list"}
                for cause in causes[uscc]:
                    last = min(months(cause.decided, 36), cause.gone - DAY if cause.gone else date.max)
                    if cause.decided <= day <= last:
                        continue
                    assert cause.seq not in held, (uscc, day, cause)
                    asked += 1
    assert asked >= 60
