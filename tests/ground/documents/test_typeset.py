"""A document is set the same way every time, and never shows an empty box for a character."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader

from hengjian.ground.documents import typeset
from hengjian.ground.kit.refusals import Invalid

DAY = date(2026, 11, 24)


def report(name: str = "天津津沽食品有限公司") -> dict[str, object]:
    address = "http://localhost/verify/AAAA-BBBB-CCCC-DDDD"
    return {
        "title": "企业信用信息公示报告",
        "platform": "天津市市场监管",
        "name": name,
        "uscc": "91120101MA05XXXX7Q",
        "as_of": DAY,
        "class_title": "警示",
        "basic": [["名称", name], ["住所", "示范路12号 #let x = *1*"]],
        "reasons": ["一年内受到行政处罚一次"],
        "sections": [{"title": "行政处罚", "notices": [{"rows": [["文书号", "津市监罚〔2026〕1号"]]}]}],
        "verification": {"code": "AAAA-BBBB-CCCC-DDDD", "address": address, "qr": typeset.qr_svg(address)},
    }


def text_of(pdf: bytes) -> str:
    """Without blanks: typst sets a thin space between Chinese and figures."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_same_data_gives_the_same_bytes():
    assert typeset.render("credit-report", report(), on=DAY) == typeset.render("credit-report", report(), on=DAY)


def test_the_text_can_be_read_out_of_the_pdf_and_data_is_never_taken_for_markup():
    text = text_of(typeset.render("credit-report", report(), on=DAY))
    assert "津市监罚〔2026〕1号" in text
    assert "#letx=*1*" in text
    assert "第1页共1页" in text


def test_rare_characters_of_names_are_drawn():
    assert typeset.missing_characters("喆堃玥镕珺赟頔祎翀淼") == ()


def test_a_character_the_font_lacks_is_named_by_its_code_and_reported():
    sheet = typeset.sheet("credit-report", report("天津𠮷祥食品店"), on=DAY)
    assert sheet.missing == ("𠮷",)
    assert "〔U+20BB7〕" in text_of(sheet.pdf)


def test_a_template_nobody_wrote_is_refused():
    with pytest.raises(typeset.NoTemplate):
        typeset.template("no-such-letter")


def test_a_template_without_a_title_names_its_file_and_line(tmp_path):
    path = tmp_path / "letter.typ"
    path.write_text("= 决定书")
    with pytest.raises(Invalid, match=r"letter\.typ:1"):
        typeset.read_template(path)


def test_a_template_with_a_mistake_says_which(tmp_path, monkeypatch):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "broken.typ").write_text("---\ntitle: 坏模板\n---\n#nothing-like-this()")
    monkeypatch.setenv("HENGJIAN_PACKS", str(tmp_path))
    with pytest.raises(typeset.BadTemplate, match="nothing-like-this"):
        typeset.render("broken", {}, on=DAY)
