"""What was sent back or told otherwise comes in again whole: amounts, persons, standing facts, former facts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hengjian.street.intake import correcting, queries, services
from hengjian.street.intake.models import Block, Delivery, Row
from hengjian.street.ledger import queries as ledger
from hengjian.street.ledger import services as entered
from hengjian.street.register import queries as register
from hengjian.street.register import services as registered
from hengjian.street.register.models import Entity, Person
from tests.factories_intake import (
    MARCH,
    PENALTY,
    REGISTRATION,
    clerk_of,
    code,
    csv_bytes,
    deliver,
    penalty,
    registrations,
)

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
JUNE = datetime(2026, 6, 4, 2, 0, tzinfo=UTC)
INVESTOR = ("企业名称", "统一社会信用代码", "股东序号", "股东姓名或名称", "股东统一社会信用代码", "认缴出资额(万元)", "成为股东日期", "退出日期")


def tell(bureau, rows, head=REGISTRATION, kind="registration", at=MARCH) -> Delivery:
    delivery = deliver(bureau, kind, csv_bytes(head, rows), at=at)
    registered.absorb(delivery)
    return delivery


def test_a_row_the_ledger_sent_back_keeps_its_fine_when_it_is_sent_again(bureau):
    head = [*PENALTY, "是否仅警告", "适用程序", "没收金额"]
    first = deliver(bureau, "penalty", csv_bytes(head, [[*penalty(1), "否", "普通程序", "12.34"]]))
    entered.absorb(first, at=MARCH)
    row = Row.objects.get()
    assert row.reasons[0]["code"] == "unknown-entity"
    tell(bureau, [registrations(3)[2]])  # another firm: the doubt stays
    cells = list(row.raw)
    assert cells == [*penalty(1), "否", "普通程序", "12.34"]
    cells[0], cells[1] = registrations(3)[2][0], code(2)
    again = correcting.send_again(by=clerk_of(bureau), delivery=first, number=2, cells=cells, why="代码写错", at=MARCH)
    entered.absorb(again, at=MARCH)
    [entry] = ledger.entries_of(code(2))
    assert (entry.fine_fen, entry.confiscated_fen, entry.warning_only) == (500_000, 1234, False)


def test_a_corrected_row_is_not_taken_a_second_time_when_its_doubt_dissolves(bureau):
    tell(bureau, registrations(2))
    first = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 行政相对人名称="更名后的示例公司")]))
    entered.absorb(first, at=MARCH)
    correcting.send_again(by=clerk_of(bureau), delivery=first, number=2, cells=penalty(1), why="名称写错", at=MARCH)
    row = [*registrations(2)[1]]
    row[0] = "更名后的示例公司"
    tell(bureau, [row], at=MAY)
    entered.catch_up(MAY)
    assert ledger.entries_of(code(1)).count() == 1


def test_a_registration_returned_and_corrected_is_accepted(bureau):
    rows = registrations(2)
    rows[1] = [*rows[0][:4], "天津市和平区样例路9号"]  # the same firm twice, told differently
    first = tell(bureau, rows)
    assert (first.accepted, first.quarantined) == (1, 1)
    again = correcting.send_again(by=clerk_of(bureau), delivery=first, number=3, cells=rows[1], why="以本行为准", at=MAY)
    assert (again.accepted, again.quarantined) == (1, 0)
    registered.absorb(again)
    assert Entity.objects.get().address == "天津市和平区样例路9号"


def test_a_firm_that_goes_back_to_what_it_was_is_no_duplicate(bureau):
    old = registrations(1)[0]
    new = [*old]
    new[0] = "天津改名有限公司"
    for turn, (row, at) in enumerate(((old, MARCH), (new, MAY), (old, JUNE))):
        delivery = tell(bureau, [row, *registrations(2, start=10 * turn + 10)], at=at)
        assert (delivery.accepted, delivery.duplicate) == (3, 0)
    assert Entity.objects.get(uscc=code(0)).name == old[0]
    third = tell(bureau, [old, *registrations(1, start=90)], at=JUNE)
    assert (third.accepted, third.duplicate) == (1, 1)  # nothing new about it


def test_what_a_contribution_became_is_taken_and_an_investor_that_sold_holds_no_more(bureau):
    tell(bureau, registrations(3))
    row = [registrations(1)[0][0], code(0), "1", registrations(2)[1][0], code(1), "60", "2020-05-06", ""]
    tell(bureau, [row], INVESTOR, "investor")
    raised, sold = [*row], [*row]
    raised[5], sold[5], sold[7] = "80", "80", "2026-05-01"
    assert tell(bureau, [raised], INVESTOR, "investor", MAY).accepted == 1
    assert [tie.subscribed_fen for tie in register.ties_of(code(0), "investor")] == [80_000_000]
    assert [tie.uscc for tie in register.tied_to(code(1), on=MAY.date())] == [code(0)]
    tell(bureau, [sold], INVESTOR, "investor", JUNE)
    assert register.tied_to(code(1), on=JUNE.date()) == []
    assert len(register.tied_to(code(1), on=MARCH.date())) == 1
    buyer = [*row]
    buyer[3], buyer[4], buyer[6] = registrations(3)[2][0], code(2), "2026-05-01"
    tell(bureau, [buyer], INVESTOR, "investor", datetime(2026, 7, 1, tzinfo=UTC))
    assert register.tied_to(code(1)) == []
    assert [tie.uscc for tie in register.tied_to(code(2))] == [code(0)]


def test_a_contribution_in_another_currency_is_not_yuan(client, bureau):
    tell(bureau, registrations(1))
    row = [registrations(1)[0][0], code(0), "1", "外方股东", "", "20(万美元)", "2020-05-06", ""]
    tell(bureau, [row], INVESTOR, "investor")
    [tie] = register.ties_of(code(0), "investor")
    assert (tie.subscribed_fen, tie.subscribed_currency) == (20_000_000, "USD")


def test_an_undone_merger_stands_until_it_was_undone_and_can_be_made_again(bureau):
    from datetime import date

    from hengjian.street.register import history

    tell(bureau, registrations(2))
    one, two = Entity.objects.order_by("uscc")
    officer = clerk_of(bureau)
    held = history.unite(by=officer, kind="merger", before=one, after=two, on=date(2026, 3, 2), basis="合并协议", at=MARCH)
    history.part(by=officer, succession=held, on=date(2026, 5, 4), because="登记错了", at=MAY)
    at = lambda day, known=None: [bool(found.reversed_on) for found in register.successions_of(one, on=day, known=known)]  # noqa: E731
    assert at(date(2026, 4, 1)) == [False]
    assert at(date(2026, 6, 1), known=date(2026, 4, 1)) == [False]
    assert at(date(2026, 6, 1)) == [True]
    history.unite(by=officer, kind="merger", before=one, after=two, on=date(2026, 6, 1), basis="重新签订", at=JUNE)
    assert len(register.successions_of(one)) == 2


def test_persons_leave_intake_although_the_last_rows_of_a_chunk_are_duplicates(bureau):
    head = (*REGISTRATION, "法定代表人")
    rows = [[*row, "赵测试"] for row in registrations(3)]
    delivery = tell(bureau, [*rows, rows[0], rows[1]], head)
    assert delivery.duplicate == 2
    assert Person.objects.count() == 3
    assert not Block.objects.filter(personal__isnull=False).exists()


def test_a_serious_listing_ends_on_the_day_the_file_names(bureau):
    tell(bureau, registrations(1))
    head = ("主体名称", "统一社会信用代码", "文书号", "列入日期", "列入机关", "列入原因", "期满日期")
    delivery = deliver(bureau, "serious-list", csv_bytes(head, [[registrations(1)[0][0], code(0), "列1号", "2026-02-03", "局", "示例", "2029-02-03"]]))
    entered.absorb(delivery, at=MARCH)
    [entry] = ledger.entries_of(code(0))
    assert str(entry.until) == "2029-02-03"


def test_every_row_stays_in_one_place_after_being_sent_again(bureau):
    first = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 决定日期="没有"), penalty(2)]))
    correcting.send_again(by=clerk_of(bureau), delivery=first, number=2, cells=penalty(1), why="补日期", at=MARCH)
    first.refresh_from_db()
    assert queries.places(first) == {2: "quarantined", 3: "accepted"}
    assert (first.received, first.accepted, first.quarantined) == (2, 1, 1)
    assert services.take_again(first, [2]) == 0
