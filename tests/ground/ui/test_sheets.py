"""An export is never cut in silence."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.template import Context, Template
from python_calamine import CalamineWorkbook

from hengjian.ground.audit.models import Trail
from hengjian.ground.ui import sheets
from tests import factories_draw as make


def taken(most: int, rows: int, monkeypatch) -> CalamineWorkbook:
    monkeypatch.setattr(sheets, "MOST", most)
    lines = ([number, "=1+1", date(2026, 3, 2), None] for number in range(rows))
    answer = sheets.export("inbox", ["序号", "名称", "日期", "空"], lines, of=rows, by=make.officer("N-1"), subject="here", filters={"q": "", "kind": "x"})
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content))


@pytest.mark.django_db
def test_an_export_within_the_limit_is_one_sheet_of_plain_text(monkeypatch):
    book = taken(3, 3, monkeypatch)
    assert book.sheet_names == ["明细"]
    assert book.get_sheet_by_index(0).to_python()[1] == [0, "=1+1", "2026-03-02", ""]
    assert Trail.objects.get().detail == {"rows": 3, "filters": {"kind": "x"}}


@pytest.mark.django_db
def test_an_export_beyond_the_limit_says_so_in_the_file_and_in_the_audit(monkeypatch):
    book = taken(3, 1200, monkeypatch)
    assert book.sheet_names == ["明细", "未完"]
    [[told]] = book.get_sheet_by_name("未完").to_python()
    assert "共 1,200 行，本文件只有前 3 行" in told
    assert len(book.get_sheet_by_index(0).to_python()) == 4
    assert Trail.objects.get().detail == {"rows": 3, "of": 1200, "filters": {"kind": "x"}}


@pytest.mark.parametrize(("total", "says"), [(3, "导出 Excel"), (4, "导出前 3 行（共 4 行）")])
def test_the_button_says_it_before(monkeypatch, total, says):
    monkeypatch.setattr(sheets, "MOST", 3)
    button = Template("{% export_label total %}")
    assert button.render(Context({"total": total})) == says


def test_rows_beyond_a_sheet_go_on_another(monkeypatch):
    monkeypatch.setattr(sheets, "LAST_ROW", 2)
    out = io.BytesIO()
    with sheets.workbook(out) as book:
        assert sheets.fill(book, "变动主体", ["序号"], ([n] for n in range(5))) == 5
    read = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue()))
    assert [len(read.get_sheet_by_name(name).to_python()) for name in read.sheet_names] == [3, 3, 2]
