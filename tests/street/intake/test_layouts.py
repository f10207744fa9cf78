"""Workbooks as offices lay them out: tables side by side, narrow above wide, merged titles; what cannot be told is not guessed."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from hengjian.street.intake import queries
from tests.factories_intake import PENALTY, csv_bytes, deliver, penalty

pytestmark = pytest.mark.django_db


def book(*sheets) -> bytes:
    """A workbook; each sheet is a list of (row, column, cells)."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        for lines in sheets:
            sheet = made.add_worksheet()
            for row, column, cells in lines:
                sheet.write_row(row, column, cells)
    return out.getvalue()


def documents(delivery) -> list[str]:
    return [row.data["document"] for row in queries.accepted_after(delivery, 0, 99)]


def one(number: int, **changes: str) -> list[str]:
    return penalty(number, **changes)


def numbers(delivery) -> list[int]:
    return [int(document.split("〕")[1].removesuffix("号")) for document in documents(delivery)]


def test_two_tables_side_by_side_are_two_tables_under_one_merged_title(bureau):
    wide = len(PENALTY) + 1
    sheet = [(0, 0, ["二〇二六年二月行政处罚统计表"]), (2, 0, PENALTY), (2, wide, PENALTY), (3, 0, one(1)), (3, wide, one(3)),
             (4, 0, one(2)), (4, wide, one(4, 决定日期="没有"))]  # fmt: skip
    delivery = deliver(bureau, "penalty", book(sheet, [(0, 0, PENALTY), (1, 0, one(5))]), "表.xlsx")
    assert (delivery.received, delivery.accepted, numbers(delivery)) == (5, 4, [1, 2, 3, 5])
    [row] = queries.rejected(delivery)
    assert queries.place_of(delivery, row.number) == ("Sheet1", 5, wide)
    assert queries.place_of(delivery, queries.accepted_after(delivery, 0, 9)[-1].number) == ("Sheet2", 2, 0)


def test_tables_that_touch_are_cut_where_the_headings_begin_anew(bureau):
    sheet = [(0, 0, [*PENALTY, *PENALTY]), (1, 0, [*one(1), *one(2)]), (2, 0, one(3))]
    assert numbers(deliver(bureau, "penalty", book(sheet), "表.xlsx")) == [1, 3, 2]


def test_a_blank_column_inside_one_table_does_not_cut_it(bureau):
    sheet = [(0, 0, PENALTY[:3]), (0, 4, PENALTY[3:]), (1, 0, one(1)[:3]), (1, 4, one(1)[3:])]
    assert numbers(deliver(bureau, "penalty", book(sheet), "表.xlsx")) == [1]


def test_a_heading_that_comes_twice_in_one_table_does_not_cut_it(bureau):
    sheet = [(0, 0, [*PENALTY, "行政相对人名称", "备注"]), (1, 0, [*one(1), "天津示例", "无"])]
    assert numbers(deliver(bureau, "penalty", book(sheet), "表.xlsx")) == [1]


def test_a_narrow_table_above_a_wide_one_is_read(bureau):
    wide = [*PENALTY, "生效日期", "处罚依据", "备注"]
    sheet = [(0, 0, PENALTY), (1, 0, one(1)), (3, 0, wide), (4, 0, [*one(2), "2026-02-04", "示例法第一条", "注"]), (6, 0, PENALTY), (7, 0, one(3))]
    delivery = deliver(bureau, "penalty", book(sheet), "表.xlsx")
    assert (numbers(delivery), delivery.quarantined) == ([1, 2, 3], 0)


def test_rows_sent_back_from_tables_of_different_width_come_back_whole_and_are_read_again(bureau):
    from hengjian.street.intake import returning

    wide = [*PENALTY, "生效日期", "处罚依据"]
    sheet = [(0, 0, PENALTY), (1, 0, one(1, 决定日期="没有")), (3, 0, wide), (4, 0, [*one(2, 统一社会信用代码="无"), "2026-02-04", "示例法第一条"])]
    first = deliver(bureau, "penalty", book(sheet), "表.xlsx")
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(returning.rejected_xlsx(first))).get_sheet_by_index(0).to_python()
    assert any("示例法第一条" in row for row in rows)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        target = made.add_worksheet()
        for number, row in enumerate(rows):
            target.write_row(number, 0, ["2026-02-03" if cell == "没有" else one(2)[1] if cell == "无" else cell for cell in row])
    again = deliver(bureau, "penalty", out.getvalue(), "改.xlsx")
    assert (again.accepted, again.quarantined, again.trouble) == (2, 0, "")
    assert queries.accepted_after(again, 0, 9)[-1].data["article"] == "示例法第一条"


@pytest.mark.parametrize("cell", ["5000、3000", "5000,3000", "50,00", "5000元以下", "约5000元", "5000余元", "5000 3000", "5000元、没收3件"])
def test_an_amount_that_cannot_be_told_is_not_guessed(bureau, cell):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, **{"罚款金额（万元）": cell})]))
    assert [reason["code"] for reason in queries.rejected(delivery).get().reasons] == ["not-money"]


@pytest.mark.parametrize(
    ("cell", "fen"),
    [("0.5", 500_000), ("5000元", 500_000), ("5,000元", 500_000), ("0.5万元", 500_000), ("2千万元", 2_000_000_000), ("人民币5000元整", 500_000), ("１万元", 1_000_000)],
)
def test_an_amount_says_its_unit_or_has_that_of_its_heading(bureau, cell, fen):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, **{"罚款金额（万元）": cell})]))
    assert [row.data["fine_fen"] for row in queries.accepted_after(delivery, 0, 9)] == [fen]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"罚款金额（万元）": "0元"}, "zero-penalty"), ({"罚款金额（万元）": "0.00"}, "zero-penalty"), ({"处罚种类": "不予行政处罚"}, "no-penalty"),
     ({"处罚种类": "免予处罚"}, "no-penalty"), ({"决定文书号": "津和市监不予罚〔2026〕3号"}, "no-penalty")],
)  # fmt: skip
def test_a_penalty_of_nothing_is_recognised_as_what_it_is(bureau, changes, code):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, **changes)]))
    assert [reason["code"] for reason in queries.rejected(delivery).get().reasons] == [code]


@pytest.mark.parametrize(("content", "accepted"), [("决定不予行政处罚", 0), ("免予处罚", 0), ("罚款人民币五千元", 1)])
def test_the_content_of_a_decision_not_to_punish_is_no_penalty(bureau, content, accepted):
    assert deliver(bureau, "penalty", csv_bytes([*PENALTY, "处罚内容"], [[*penalty(1), content]])).accepted == accepted


def test_a_warning_with_a_fine_of_nothing_is_a_warning(bureau):
    assert deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 处罚种类="警告", **{"罚款金额（万元）": "0"})])).accepted == 1


@pytest.mark.parametrize(("heading", "cell"), [("统一社会信用代码", "91120101MA9000001W、91120101MA9000002U"), ("决定日期", "2026-01-05、2026-02-03")])
def test_two_of_what_there_can_be_one_of_go_back(bureau, heading, cell):
    assert deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, **{heading: cell})])).quarantined == 1


def test_several_kinds_of_penalty_in_one_cell_are_several(bureau):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 处罚种类="警告、罚款")]))
    assert len(queries.accepted_after(delivery, 0, 9)[0].data["kind_of_penalty"]) == 2


def told(bureau, number: int, *more: tuple[str, str]) -> dict[str, str]:
    """The record of a penalty whose columns for the facts are these."""
    head = [heading for heading in PENALTY if heading != "处罚事由"]
    cells = [cell for heading, cell in zip(PENALTY, penalty(number), strict=True) if heading != "处罚事由"]
    delivery = deliver(bureau, "penalty", csv_bytes([*head, *(heading for heading, _ in more)], [[*cells, *(cell for _, cell in more)]]))
    [row] = queries.accepted_after(delivery, 0, 9)
    return {name: row.data[name] for name in ("facts", "breach") if name in row.data}


def test_the_kind_of_breach_and_its_facts_are_told_apart_in_whatever_order_the_double_publicity_file_has_them(bureau):
    kind, facts = ("违法行为类型", "经营超过保质期的食品"), ("违法事实", "2026年1月5日查见过期糕点12件")
    assert told(bureau, 1, kind, facts) == told(bureau, 2, facts, kind) == {"facts": facts[1], "breach": kind[1]}


def test_where_only_the_kind_of_breach_is_told_it_is_the_facts(bureau):
    assert told(bureau, 1, ("违法行为类型", "经营超过保质期的食品")) == {"facts": "经营超过保质期的食品"}
