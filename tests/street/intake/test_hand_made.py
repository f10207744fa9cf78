"""Text files as people make them by hand: several tables in one, totals and signatures below, headings of their own."""

from __future__ import annotations

import pytest

from hengjian.street.intake import annotating, queries, readers, services
from hengjian.street.intake.previewing import preview
from tests.factories_intake import MARCH, PENALTY, csv_bytes, deliver, penalty

pytestmark = pytest.mark.django_db
SHORT = [*PENALTY[:6][::-1], *PENALTY[6:]]  # the same columns in another order


def numbers(delivery) -> list[int]:
    return [int(row.data["document"].split("〕")[1].removesuffix("号")) for row in queries.accepted_after(delivery, 0, 99)]


def turned(number: int, **changes: str) -> list[str]:
    told = dict(zip(PENALTY, penalty(number, **changes), strict=True))
    return [told[heading] for heading in SHORT]


def reasons(delivery) -> dict[int, list[str]]:
    return {row.number: [reason["code"] for reason in row.reasons] for row in queries.rejected(delivery)}


def test_tables_below_one_another_in_a_text_file_are_each_read_under_their_own_headings(bureau):
    rows = [PENALTY, penalty(1), penalty(2), ["二、续表"], SHORT, turned(3), turned(4, 决定日期="没有")]
    delivery = deliver(bureau, "penalty", csv_bytes(["一、罚款", *[""] * 3], rows))
    assert (numbers(delivery), reasons(delivery)) == ([1, 2, 3], {8: ["date-words"]})
    assert queries.layout_at(delivery, 8)["headings"] == SHORT


def test_tables_side_by_side_in_a_text_file_lose_no_row(bureau):
    rows = [[*penalty(1), "", *penalty(3)], [*penalty(2), "", *penalty(4, 决定日期="没有")], penalty(5)]
    delivery = deliver(bureau, "penalty", csv_bytes([*PENALTY, "", *PENALTY], rows))
    assert (delivery.received, numbers(delivery)) == (5, [1, 2, 5, 3])
    [row] = queries.rejected(delivery)
    assert queries.place_of(delivery, row.number) == ("", 3, len(PENALTY) + 1)
    back = b"".join(annotating.annotated(delivery, services.path_of(delivery))).decode("utf-8-sig").splitlines()
    assert "没有" in back[2] and back[2].endswith("请写成 2024-01-05 的样子")


def test_a_sentence_that_names_the_code_begins_no_table(bureau):
    rows = [penalty(1, 处罚事由="未公示统一社会信用代码"), penalty(2, 处罚事由="统一社会信用代码")]
    assert numbers(deliver(bureau, "penalty", csv_bytes(PENALTY, rows))) == [1, 2]


def test_commas_inside_sentences_do_not_decide_how_lines_are_cut():
    lines = ["甲,乙,丙", "1,a，b,x", "2,c，d,y", "二、", "甲,乙", "1,a，b", "2,c，d"]
    assert readers._delimiter([f"{line}\r\n" for line in lines]) == ","


def test_the_facts_are_what_the_column_of_facts_says_not_the_kind_of_breach(bureau):
    headings = ["违法行为类型", *PENALTY]
    delivery = deliver(bureau, "penalty", csv_bytes(headings, [["价格类", *penalty(1, 处罚事由="未明码标价")]]))
    assert (queries.accepted_after(delivery, 0, 9)[0].data["facts"], delivery.layout["fields"]["违法行为类型"]) == ("未明码标价", "breach")


def test_totals_and_signatures_below_a_table_are_told_so(bureau):
    rows = [penalty(1), ["合计", *[""] * (len(PENALTY) - 2), "0.5"], ["填表人：某某", "", "审核人：某某"], ["说明：金额单位为万元"]]
    assert set(map(tuple, reasons(deliver(bureau, "penalty", csv_bytes(PENALTY, rows))).values())) == {("no-record",)}


def test_a_record_whose_name_begins_like_a_total_is_a_record(bureau):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 行政相对人名称="合计咨询有限公司", 决定日期="没有")]))
    assert reasons(delivery) == {2: ["date-words"]}


def test_a_row_with_one_cell_too_many_is_shifted_though_its_last_cell_is_blank(bureau):
    torn = penalty(1)
    torn = [*torn[:3], "前半", *torn[3:-1], ""]
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [torn, penalty(2)]))
    assert reasons(delivery) == {2: ["columns-shifted"]}


@pytest.mark.parametrize(
    ("content", "fine", "told"),
    [("罚款5000元；对其余行为不予行政处罚", "0.5", []), ("不予行政处罚", "0.5", ["contradiction"]), ("免于行政处罚", "", ["no-penalty"]), ("不予以处罚", "0", ["no-penalty"])],
)
def test_what_is_partly_spared_is_still_a_penalty(bureau, content, fine, told):
    delivery = deliver(bureau, "penalty", csv_bytes([*PENALTY, "处罚内容"], [[*penalty(1, **{"罚款金额（万元）": fine}), content]]))
    assert reasons(delivery).get(2, []) == told


def test_a_code_whose_zero_a_spreadsheet_took_is_the_code(bureau):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 处罚种类="3")]))
    assert queries.accepted_after(delivery, 0, 9)[0].data["kind_of_penalty"] == ["03"]


@pytest.mark.parametrize(("cell", "says"), [("2026年2月", "只有年月，没有日"), ("2026年2月3号", "")])
def test_a_month_is_no_day_and_said_so(bureau, cell, says):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 决定日期=cell)]))
    assert (says in queries.rejected(delivery).get().reasons[0]["says"]) if says else delivery.accepted == 1


def test_a_sum_of_nothing_marks_the_cell_under_the_heading_of_the_file(bureau):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, **{"罚款金额（万元）": "0"})]))
    assert queries.rejected(delivery).get().reasons[0]["field"] == "罚款金额（万元）"


def test_a_web_page_named_like_a_workbook_is_told_what_to_do(bureau):
    with pytest.raises(readers.UnsupportedFile, match="另存为 .xlsx"):
        readers.sniff(b"\xef\xbb\xbf<HTML><body><table><tr><td>")


def test_of_headings_nobody_knows_it_is_asked_what_they_mean(bureau, tmp_path):
    path = tmp_path / "own.csv"
    path.write_bytes(csv_bytes(["二〇二六年处罚", "", ""], [["企业全称", "机构代码证号", "处罚日"], ["某公司", "91120101MA00000019", "2026-02-03"]]))
    with pytest.raises(services.Refusal) as refused:
        preview("penalty", path, MARCH.date())
    assert refused.value.facts["unknown"] == ["企业全称", "机构代码证号", "处罚日"]


def test_every_look_at_a_long_file_gets_on_however_long_it_takes_to_find_the_place(bureau, monkeypatch):
    monkeypatch.setattr("hengjian.street.intake.tables.RAMP", (2, 2))
    delivery, _ = services.receive(by=None, agency=bureau, kind="penalty", filename="长.csv", chunks=[csv_bytes(PENALTY, [penalty(n) for n in range(8)])], at=MARCH)
    seen = []
    while delivery.state != "done" and len(seen) < 9:
        services.process(delivery, at=MARCH, seconds=-1)
        seen.append(delivery.received)
    assert seen == [2, 4, 6, 8]
