"""Four years day by day over thousands of records: what is repaired, withdrawn, restored or over is public not one day too long or short."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.street.ledger import queries as ledger
from hengjian.street.ledger import services as ledger_acts
from hengjian.street.ledger.writing import write
from hengjian.street.publication import queries as publication
from hengjian.street.publication import report
from hengjian.street.publication import services as publishing
from hengjian.street.publication.models import PublicNotice
from hengjian.street.repair import queries
from tests import factories_desk as desk
from tests import factories_repair as make

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 5)
DAYS = 4 * 365
RECORDS = 3_000
KINDS = (["03"], ["10"], ["08"], ["02"], ["01"])
DAY = timedelta(days=1)


def moment(day):
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def drafts(chance, firms, by, day, count):
    for number in range(count):
        firm, kinds = chance.choice(firms), chance.choices(KINDS, (10, 2, 1, 2, 1))[0]
        body = {"kind_of_penalty": kinds, "facts": "演示事实"} | ({"field": "food"} if chance.random() < 0.2 else {})
        yield {
            "entity_id": firm.pk, "uscc": firm.uscc, "kind": "penalty", "act": "record", "issuer_id": by.agency.pk, "decided": day - DAY * chance.randrange(3),
            "effective": day, "document": f"{day:%Y%m%d}-{number}", "fine_fen": chance.choice((100_000, 6_000_000)), "warning_only": kinds == ["01"], "body": body,
            "pack_version": "test",
        }  # fmt: skip


def test_no_record_is_public_one_day_too_long_or_too_short_also_when_repaired_or_restored():
    """The expected days are worked out here with plain arithmetic, apart from the platform's own rules."""
    chance, by = random.Random(20260105), make.office()
    firms = [desk.firm(number) for number in range(1, 41)]
    spans: dict[int, tuple[date, date]] = {}  # first and last public day by mere time; warnings have none
    months_of: dict[int, int] = {}
    gone_on: dict[int, date] = {}
    repaired: list[int] = []
    restored = set()
    left = RECORDS
    for offset in range(DAYS):
        day, busy = FIRST + DAY * offset, False
        if left and chance.random() < 0.5:
            made = list(drafts(chance, firms, by, day, min(left, chance.randrange(1, 14))))
            left -= len(made)
            for seq, draft in zip(write("test", [dict(one) for one in made], moment(day)), made, strict=True):
                months_of[seq] = months(draft)
                if months_of[seq]:
                    spans[seq] = (day, plus(day, months_of[seq]))
            busy = True
        if offset % 20 == 7:  # a firm asks: of what is open today, half is granted
            for one in queries.eligibilities(chance.choice(firms).uscc, day):
                if one.answer.verdict == "now" and chance.random() < 0.5:
                    ledger_acts.repair(by=by.first, entry=one.entry, on=day, because="信用修复", at=moment(day))
                    gone_on[one.entry.seq] = day
                    repaired.append(one.entry.seq)
                elif one.answer.verdict == "later" and chance.random() < 0.02:
                    ledger_acts.withdraw(by=by.first, entry=one.entry, on=day, because="撤销", at=moment(day))
                    gone_on[one.entry.seq] = day
            busy = True
        if offset % 130 == 97 and repaired:  # a repair turns out to be fraud
            seq = chance.choice([one for one in repaired if one not in restored])
            back = ledger_acts.restore(by=by.first, entry=ledger.entry(seq), on=day, because="虚假", at=moment(day))
            spans[back.seq], months_of[back.seq] = (day, plus(day, months_of[seq])), months_of[seq]
            restored.add(seq)
            busy = True
        if busy:
            publishing.publish_due(on=day)
        if offset % 11 == 0:
            told = set(publication.latest_notices(day).values_list("entry_seq", flat=True))
            due = {seq for seq, (first, last) in spans.items() if first <= day <= last and day < gone_on.get(seq, date.max)}
            assert told == due, day
    assert (left, len(repaired) > 100, len(restored) > 5) == (0, True, True)


def months(draft):
    """Months of publicity of a penalty; 0 for a warning, which is never public."""
    kind = draft["body"]["kind_of_penalty"][0]
    if kind == "01":
        return 0
    return 3 if kind == "02" else 36 if kind in ("08", "10") or draft["body"].get("field") == "food" else 12


def plus(day, months):
    """The same day of a later month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def test_nothing_of_a_repaired_record_stands_behind_any_public_door(client):
    by, day = make.office(), date(2026, 6, 3)
    firm = desk.firm()
    entry = make.penalty(firm, by, date(2026, 3, 2), "津蓟市监罚〔2026〕777号", body={"facts": "独一无二的事实甲乙丙"})
    other = make.penalty(firm, by, date(2026, 3, 2), "津蓟市监罚〔2026〕778号")
    desk.published(date(2026, 3, 2))
    doors = [
        f"/entity/{firm.uscc}/", "/publication/", f"/publication/?q={entry.document}", f"/publication/notices/{entry.seq}/", f"/api/publication/entities/{firm.uscc}",
        f"/api/publication/search?q={firm.name}", "/api/publication/notices", "/api/exchange/changes", "/api/exchange/withdrawn?since=2026-01-01",
        f"/publication/entities/{firm.uscc}/report.pdf", "/publication/statistics/", "/search/?q=" + firm.name,
    ]  # fmt: skip
    with clock.frozen(make.at(date(2026, 6, 2))):
        before = {door: client.get(door, follow=True) for door in doors}
    assert sum("777号" in text_of(answer) for answer in before.values()) >= 4
    ledger_acts.repair(by=by.first, entry=entry, on=day, because="信用修复", at=make.at(day))
    publishing.publish_due(on=day)
    desk.published(day)
    with clock.frozen(make.at(day)):
        for door in doors:
            said = text_of(client.get(door, follow=True))
            if entry.document not in door:  # a page repeats what was searched for
                assert "777号" not in said, door
            assert "甲乙丙" not in said, door
        assert client.get(f"/publication/notices/{entry.seq}/").status_code == 404
        printed = str(report.data(publication.public_entity(firm.uscc, day), day))
        assert ("777号" in printed, "778号" in printed) == (False, True)
        assert "778号" in text_of(client.get("/api/publication/notices"))
    assert PublicNotice.objects.get(entry_seq=other.seq).withdrawn_on is None


def text_of(answer):
    return b"".join(answer.streaming_content).decode(errors="ignore") if answer.streaming else answer.content.decode(errors="ignore")
