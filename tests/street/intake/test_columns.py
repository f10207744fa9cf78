"""Columns are judged as their cells would be one by one, and blocks give back what was put into them."""

from __future__ import annotations

import random
from datetime import date

import pytest

from hengjian.ground import policy
from hengjian.ground.kit import digests
from hengjian.street.intake import blocks, cells, queries, services
from hengjian.street.intake.contract import lay
from hengjian.street.intake.judging import judge
from hengjian.street.intake.keys import content_of, natural_of
from hengjian.street.intake.models import Key
from hengjian.street.intake.rules import Reason
from hengjian.street.intake.tables import of_lines
from tests.factories_intake import PENALTY, REGISTRATION, csv_bytes, deliver, penalty, registrations

ODD = ["无", "", "2026-02-30", "2031-01-01", "2026-3-2", "二〇二六年一月五日", " 天津甲\n乙公司 ", '引"号\\线公司字号长', "'前撇号的名称很长", "5", "0",
       "91120101MA9000007X", "甲乙", "\x07控制字符在名称里面", "罚款、警告", "口头表扬"]  # fmt: skip


def lines(count: int) -> list[tuple[int, list[str]]]:
    dice = random.Random(7)
    rows = [penalty(number) for number in range(count)]
    for row in rows:
        if dice.random() < 0.5:
            row[dice.randrange(len(row))] = dice.choice(ODD)
    return list(enumerate(rows, start=2))


def test_a_column_says_what_its_cells_say_one_by_one(monkeypatch):
    contract, _ = lay("penalty", policy.current(), [(1, list(PENALTY))])
    found = []
    for few in (0, 10**9):  # never one by one where it can be helped; always one by one
        monkeypatch.setattr(cells, "FEW", few)
        judged = judge(of_lines(contract, lines(400)), date(2026, 3, 2))
        found.append((judged.data, judged.natural.tolist(), judged.content.tolist(), judged.rejected))
    assert found[0] == found[1]
    assert 100 < len(found[0][0]) < 400


def test_a_record_put_together_from_columns_is_the_canonical_one():
    contract, _ = lay("registration", policy.current(), [(1, [*REGISTRATION, "法定代表人", "状态"])])
    row = [*registrations(1)[0], '张"三', "从未见过的状态"]
    judged = judge(of_lines(contract, [(2, row)]), date(2026, 3, 2))
    import json

    record, personal = json.loads(judged.data[0]), json.loads(judged.personal[0])
    assert judged.data[0] == digests.canonical(record)
    assert (record["unrecognised"], personal) == ({"status": "从未见过的状态"}, {"representative": '张"三'})
    assert judged.content[0] == content_of("registration", record, personal)
    assert judged.natural[0] == natural_of("registration", ["uscc"], record)


@pytest.mark.parametrize("numbers", [[], [2], [2, 3, 4, 9, 11, 12]])
def test_row_numbers_come_back_from_their_runs(numbers):
    import numpy as np

    assert blocks.numbers_in(blocks.runs(np.array(numbers, dtype=np.int64))).tolist() == numbers


@pytest.mark.django_db
def test_rows_sent_back_and_taken_again_are_read_in_their_order(bureau):
    delivery = deliver(bureau, "registration", csv_bytes((*REGISTRATION, "法定代表人"), [[*row, "张三"] for row in registrations(6)]))
    services.send_back(delivery, {3: Reason("unknown-entity", "", "", "没有", "核对"), 5: Reason("unknown-entity", "", "", "没有", "核对")})
    delivery.refresh_from_db()
    assert (delivery.accepted, delivery.quarantined, Key.objects.count()) == (4, 2, 4)
    assert [row.number for row in queries.accepted_after(delivery, 2, 10)] == [4, 6, 7]
    assert services.take_again(delivery, [3]) == 1
    again = queries.accepted_after(delivery, 0, 3)
    assert [row.number for row in again] == [2, 3, 4]
    assert [row.personal for row in again] == [{"representative": "张三"}] * 3
    services.forget_personal(delivery, 7)
    assert [row.personal for row in queries.accepted_after(delivery, 0, 3)] == [None] * 3
    assert queries.places(delivery) == {2: "accepted", 3: "accepted", 4: "accepted", 5: "quarantined", 6: "accepted", 7: "accepted"}


@pytest.mark.django_db
def test_a_row_whose_record_came_by_another_file_meanwhile_is_not_taken_twice(bureau):
    first = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1)]))
    services.send_back(first, {2: Reason("unknown-entity", "", "", "没有", "核对")})
    second = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(2), penalty(1)]))
    assert second.accepted == 2
    assert services.take_again(first, [2]) == 0


@pytest.mark.django_db
def test_a_row_with_too_few_cells_goes_back_whatever_is_missing(bureau):
    head = ",".join(PENALTY)
    for kept in (7, 3):
        line = ",".join(penalty(kept)[:kept])
        delivery = deliver(bureau, "penalty", f"{head}\n{line}\n".encode())
        [row] = queries.rejected(delivery)
        assert [found["code"] for found in row.reasons] == ["columns-shifted"]
        assert f"只有{kept}格" in row.reasons[0]["says"]


@pytest.mark.django_db
def test_blank_lines_and_blank_cells_too_many_are_no_rows_and_no_fault(bureau):
    head, first, second = ",".join(PENALTY) + ",,", ",".join(penalty(1)) + ",,,", ",".join(penalty(2)) + ",,"
    delivery = deliver(bureau, "penalty", f"统计表\n{head}\n{first}\n\n,,,,,,,,,\n{second}\n".encode())
    assert queries.places(delivery) == {3: "accepted", 6: "accepted"}


@pytest.mark.django_db
def test_a_quotation_mark_without_its_partner_loses_no_row_before_it(bureau):
    rows = "".join(",".join(penalty(number)) + "\n" for number in range(5))
    delivery = deliver(bureau, "penalty", (",".join(PENALTY) + "\n" + rows + '"天津,' + ",".join(penalty(9)) + "\n").encode())
    assert (delivery.state, delivery.accepted, delivery.quarantined) == ("done", 5, 1)


@pytest.mark.django_db
def test_two_tables_in_one_sheet_and_dates_as_numbers_and_words(bureau):
    import io

    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, other = book.add_worksheet("一月"), book.add_worksheet("二月")
        sheet.write(0, 0, "行政处罚统计表")
        sheet.write_row(1, 0, PENALTY)
        sheet.write_row(2, 0, penalty(1))
        sheet.write(2, 3, 46056)  # 2026-02-03 as the workbook counts days
        sheet.write(4, 0, "第二部分")
        sheet.write_row(5, 0, PENALTY)
        sheet.write_row(6, 0, penalty(2, 决定日期="二〇二六年二月三日"))
        other.write_row(0, 0, PENALTY)
        other.write_row(1, 0, penalty(3, 决定日期="不知道"))
    delivery = deliver(bureau, "penalty", out.getvalue(), "表.xlsx")
    assert queries.places(delivery) == {3: "accepted", 7: "accepted", 9: "quarantined"}
    assert [row.data["decided"] for row in queries.accepted_after(delivery, 0, 9)] == ["2026-02-03"] * 2
    assert [len(table["headings"]) for table in delivery.layout["tables"]] == [8, 8]


@pytest.mark.django_db
def test_a_decision_not_to_punish_is_known_by_its_number(bureau):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 决定文书号="津和市监不罚〔2026〕3号")]))
    assert queries.rejected(delivery).get().reasons[0]["code"] == "no-penalty"
