"""A file goes back as the agency's own, with what is wrong marked in it, and is read again when it was corrected."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from hengjian.street.intake import annotating, services
from hengjian.street.intake.models import Correction, Row
from tests.factories_intake import MARCH, PENALTY, code, csv_bytes, deliver, penalty

pytestmark = pytest.mark.django_db


def back(delivery) -> bytes:
    return b"".join(annotating.annotated(delivery, services.path_of(delivery)))


def own_workbook() -> bytes:
    """As an office keeps it: a merged title, a formula, a note, a coloured cell, columns that begin at B, two sheets."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet, other = made.add_worksheet("一月 & 二月"), made.add_worksheet("说明")
        blue = made.add_format({"bg_color": "#0000FF", "num_format": "yyyy-mm-dd"})
        sheet.merge_range("B1:I1", "二〇二六年行政处罚")
        sheet.write_row(1, 1, PENALTY)
        sheet.write_row(2, 1, penalty(1))
        sheet.write_row(3, 1, penalty(2, 决定日期="2026-02-30", 处罚事由=""))
        sheet.write_string(3, 4, "2026-02-30", blue)
        sheet.write_comment("B4", "经办人备注")
        sheet.write_formula("K1", "=1+1")
        other.write(0, 0, "与表格无关的说明")
    return out.getvalue()


def test_a_workbook_goes_back_as_it_came_with_its_wrong_cells_marked(bureau):
    delivery = deliver(bureau, "penalty", own_workbook(), "表.xlsx")
    assert (delivery.accepted, delivery.quarantined) == (1, 1)
    data = back(delivery)
    with zipfile.ZipFile(io.BytesIO(data)) as now, zipfile.ZipFile(io.BytesIO(own_workbook())) as before:
        assert set(now.namelist()) == set(before.namelist())
        sheet, styles = now.read("xl/worksheets/sheet1.xml").decode(), now.read("xl/styles.xml").decode()
        assert now.read("xl/worksheets/sheet2.xml") == before.read("xl/worksheets/sheet2.xml")
        told, boxes = now.read("xl/comments1.xml").decode(), now.read("xl/drawings/vmlDrawing1.vml").decode()
        assert "经办人备注" in told and told.count('ref="B4"') == 1
        assert 'ref="E4"' in told and "历法上没有“2026-02-30”这一天" in told and 'ref="H4"' in told
        assert boxes.count("<x:Row>3</x:Row>") == 3
    assert "<f>1+1</f>" in sheet and "mergeCell" in sheet and "FFFDE2DF" in styles
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1][-3:] == ["行号", "退回原因", "处理办法"]
    assert rows[3][-3] == "4" and "决定日期" in rows[3][-2] and "必须填写" in rows[3][-2]
    assert rows[2][-3:] == ["", "", ""]


def test_a_sheet_without_comments_gets_them_with_everything_that_leads_to_them(bureau):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        for number in (1, 4):
            sheet = made.add_worksheet()
            sheet.write_row(0, 0, PENALTY)
            sheet.write_row(1, 0, penalty(number, 决定日期="没有"))
            sheet.write_row(2, 0, penalty(number + 1))
            sheet.write_row(3, 0, ["合计"])
    delivery = deliver(bureau, "penalty", out.getvalue(), "表.xlsx")
    with zipfile.ZipFile(io.BytesIO(back(delivery))) as now:
        types = now.read("[Content_Types].xml").decode()
        for turn in (0, 1):
            sheet, rels = now.read(f"xl/worksheets/sheet{turn + 1}.xml").decode(), now.read(f"xl/worksheets/_rels/sheet{turn + 1}.xml.rels").decode()
            told = now.read(f"xl/comments-hengjian{turn}.xml").decode()
            assert 'r:id="hengjian-vmlDrawing"' in sheet and sheet.index("<pageMargins") < sheet.index("<legacyDrawing") < sheet.index("</worksheet>")
            assert f'Target="/xl/drawings/hengjian{turn}.vml"' in rels and f'PartName="/xl/comments-hengjian{turn}.xml"' in types
            assert told.count("<comment ") == 2 and 'ref="D2"' in told and 'ref="A4"' in told and "不是一条记录" in told
        assert 'Extension="vml"' in types


def test_the_marked_workbook_corrected_is_sent_as_it_is_and_the_trace_says_what_changed(bureau):
    first = deliver(bureau, "penalty", own_workbook(), "表.xlsx")
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(back(first))) as now, zipfile.ZipFile(data, "w") as made:
        for item in now.infolist():
            text = now.read(item).replace(b"2026-02-30", b"2026-02-03") if item.filename != "xl/worksheets/sheet1.xml" else now.read(item)
            made.writestr(item, text)
    delivery, _new = services.receive(by=None, agency=bureau, kind="penalty", filename="改.xlsx", chunks=[data.getvalue()], at=MARCH, corrects=first)
    again = services.process(delivery, at=MARCH)
    assert (again.duplicate, again.quarantined) == (1, 1)  # the facts are still missing
    held = Correction.objects.get()
    assert (held.delivery_id, held.row, held.again_id) == (first.pk, 4, again.pk)
    assert held.changes == [{"heading": "决定日期", "old": "2026-02-30", "new": "2026-02-03"}]
    assert Row.objects.get(delivery=first).again_id == again.pk


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_text_file_goes_back_in_its_own_encoding_with_every_row_in_its_place(bureau, encoding):
    data = ("行政处罚统计表\n" + csv_bytes(PENALTY, [penalty(1), penalty(2, 统一社会信用代码="无"), penalty(3)]).decode()).encode(encoding)
    delivery = deliver(bureau, "penalty", data)
    rows = list(csv.reader(io.StringIO(back(delivery).decode(encoding))))
    assert rows[1] == [*PENALTY, "行号", "退回原因", "处理办法"]
    assert rows[2] == [*penalty(1), "", "", ""] and rows[4][:8] == penalty(3)
    assert rows[3][-3] == "4" and "没有填写" in rows[3][-2]
    fixed = back(delivery).decode(encoding).replace("无", code(2), 1).encode(encoding)
    again, _new = services.receive(by=None, agency=bureau, kind="penalty", filename="改.csv", chunks=[fixed], at=MARCH, corrects=delivery)
    again = services.process(again, at=MARCH)
    assert (again.accepted, again.duplicate, again.quarantined) == (1, 2, 0)
    assert not Row.objects.filter(delivery=delivery, again=None).exists()
