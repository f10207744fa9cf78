"""Every row of a department file ends in one place, and a clerk is told why it came back."""

from __future__ import annotations

import gzip
import io

import pytest
import xlsxwriter

from hengjian.ground.people.models import Agency
from hengjian.street.intake import previewing, queries, returning
from hengjian.street.intake.models import Block, Key, Row
from tests.factories_intake import MARCH, PENALTY, REGISTRATION, code, csv_bytes, deliver, penalty, registrations

pytestmark = pytest.mark.django_db


def reason(bureau: Agency, **changes: str) -> dict[str, str]:
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(**changes)]))
    assert delivery.state == "done", delivery.trouble
    assert (delivery.received, delivery.quarantined) == (1, 1)
    [row] = queries.rejected(delivery)
    return row.reasons[0]


@pytest.mark.parametrize(
    ("column", "cell", "cause", "words"),
    [
        ("统一社会信用代码", "无", "uscc-missing", "没有填写"),
        ("统一社会信用代码", code(7)[:17] + ("1" if code(7)[17] != "1" else "2"), "uscc-wrong", "第18位"),
        ("统一社会信用代码", "9112010IMA9000007X", "uscc-wrong", "第8位“I”"),
        ("决定日期", "2026-02-30", "date-impossible", "没有“2026-02-30”"),
        ("决定日期", "46056", "date-serial", "日期序号"),
        ("决定日期", "正月初八", "date-words", "不是日期"),
        ("决定日期", "2026-03-03", "date-future", "晚于报送之日"),
        ("决定日期", "", "missing", "必须填写"),
        ("处罚种类", "不予行政处罚", "no-penalty", "不予处罚"),
        ("处罚种类", "口头表扬", "unknown-code", "不在"),
        ("罚款金额（万元）", "0", "zero-penalty", "0元"),
        ("罚款金额（万元）", "五千", "not-money", "不是金额"),
        ("罚款金额（万元）", "-1", "negative", "小于零"),
    ],
)  # fmt: skip
def test_a_clerk_is_told_which_cell_is_wrong_and_what_to_do(bureau, column, cell, cause, words):
    found = reason(bureau, **{column: cell})
    assert found["code"] == cause
    assert words in found["says"]
    assert found["remedy"]


def test_a_heading_in_wan_yuan_counts_in_wan_yuan(bureau):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(), penalty(1, **{"罚款金额（万元）": "3000元"})]))
    fines = [row.data["fine_fen"] for row in queries.accepted_after(delivery, 0, 10)]
    assert fines == [500_000, 300_000]


def test_a_decision_of_this_morning_is_not_of_tomorrow(bureau):
    from datetime import UTC, datetime

    morning = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # half past seven of 3 March in Tianjin; databases keep UTC
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(决定日期="2026-03-03"), penalty(1, 决定日期="2026-03-04")]), at=morning)
    assert (delivery.accepted, delivery.quarantined) == (1, 1)


def test_an_unquoted_comma_is_named_instead_of_ten_wrong_columns(bureau):
    line = ",".join(penalty()).replace("销售超过", "销售,超过")
    delivery = deliver(bureau, "penalty", (",".join(PENALTY) + "\n" + line + "\n").encode())
    [row] = queries.rejected(delivery)
    assert [found["code"] for found in row.reasons] == ["columns-shifted"]
    assert "9格" in row.reasons[0]["says"]


def test_several_results_in_one_cell_go_back(bureau):
    head = ("主体名称", "统一社会信用代码", "文书号", "决定日期", "决定机关", "检查结果", "检查方式")
    from hengjian.ground import policy

    methods = list(policy.current().catalogue("inspection-methods").items.values())
    titles, result = "、".join(item.title for item in methods[:2]), "未发现问题"
    delivery = deliver(bureau, "inspection", csv_bytes(head, [["甲", code(1), "抽1号", "2026-01-05", "局", result, titles]]))
    [row] = queries.rejected(delivery)
    assert row.reasons[0]["code"] == "several-values"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_same_row_is_read_from_every_encoding(bureau, encoding):
    delivery = deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(2), encoding))
    assert (delivery.state, delivery.accepted) == ("done", 2)


def test_packed_files_and_tabs_are_read(bureau):
    text = "\t".join(REGISTRATION) + "\n" + "\t".join(registrations(1)[0]) + "\n"
    assert deliver(bureau, "registration", gzip.compress(text.encode())).accepted == 1


def test_a_workbook_with_a_merged_title_keeps_its_row_numbers(bureau):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 4, "二〇二六年三月登记信息报送表")
    sheet.write_row(2, 0, [f"*{heading}：" for heading in REGISTRATION])
    sheet.write_row(3, 0, registrations(1)[0])
    sheet.write_row(4, 0, ["乙", "无", "2020-01-01", "", ""])
    book.close()
    delivery = deliver(bureau, "registration", out.getvalue(), "表.xlsx")
    assert (delivery.accepted, delivery.quarantined) == (1, 1)
    assert queries.rejected(delivery).get().number == 5


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "空的"), (b"%PDF-1.7", "PDF"), ("甲,乙\n1,2\n".encode(), "表头"), ("企业名称,地区\n甲,和平\n".encode(), "统一社会信用代码")],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(bureau, data, words):
    delivery = deliver(bureau, "registration", data)
    assert delivery.state == "refused"
    assert words in delivery.trouble
    assert delivery.received == 0


def test_sending_a_file_twice_changes_nothing(bureau):
    data = csv_bytes(REGISTRATION, registrations(30))
    first = deliver(bureau, "registration", data)
    rows = queries.places(first)
    again = deliver(bureau, "registration", data, "another-name.csv")
    assert again.pk == first.pk
    assert queries.places(again) == rows == dict.fromkeys(range(2, 32), "accepted")


def test_a_row_sent_in_two_files_is_a_duplicate_and_a_changed_decision_goes_back(bureau):
    deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1)]))
    second = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1), penalty(1, **{"罚款金额（万元）": "9"}), penalty(2)]))
    assert (second.received, second.accepted, second.duplicate, second.quarantined) == (3, 1, 1, 1)
    assert queries.rejected(second).get().reasons[0]["code"] == "conflict"


def test_a_trial_run_says_the_same_and_writes_nothing(bureau, tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes(csv_bytes(PENALTY, [penalty(1), penalty(1), penalty(2, 决定日期="没有"), penalty(3)]))
    seen = previewing.preview("penalty", path, MARCH.date())
    assert (seen.received, seen.accepted, seen.duplicate, seen.quarantined) == (4, 2, 1, 1)
    assert not Row.objects.exists() and not Block.objects.exists() and not Key.objects.exists()


def test_rejected_rows_go_back_with_their_own_cells(bureau):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 决定日期="没有")]))
    [(head, rows)] = [(head, list(rows)) for head, rows in returning.rejected_tables(delivery)]
    [(row, wrong)] = rows
    assert wrong == {"决定日期"}
    assert head[1:-2] == list(PENALTY)
    assert row[:3] == ["2", "天津示例000001有限公司", code(1)]
    assert "不是日期" in row[-2]


def test_the_database_refuses_counts_that_do_not_add_up(bureau):
    from django.db import IntegrityError

    delivery = deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(1)))
    delivery.accepted += 1
    with pytest.raises(IntegrityError):
        delivery.save()
