"""The 56 statutory forms: each has its layout, an act that issues it, and prints with and without what it asks for."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace

import pytest

from hengjian.ground import documents, policy
from hengjian.ground.policy.schema.documents import Document
from hengjian.ground.procedure import printing
from hengjian.ground.procedure.models import Paper
from tests import factories_casework as make

LAW = policy.current()
FORMS: list[Document] = [LAW.document(f"penalty-form.{n:02}") for n in range(1, 57)]
KINDS = ("lead", "penalty", "penalty-simple")
ISSUED = {form for kind in KINDS for act in LAW.procedure(kind).acts.values() for form in act.documents}
ON = date(2026, 3, 2)
CODED = {
    2: "指定", 3: "交办", 4: "案移", 5: "涉罪移", 6: "物移", 13: "询通", 15: "限提", 16: "辨鉴通", 17: "协查", 18: "协扣", 19: "先登", 20: "解登",
    21: "强制", 22: "延强", 23: "解强", 26: "托管", 28: "先处告", 30: "检鉴委", 31: "检鉴期", 32: "检鉴结", 33: "责改", 34: "责退", 37: "罚告",
    39: "听通", 44: "当罚", 45: "处罚", 46: "不罚", 47: "延分通", 48: "罚催", 49: "执申", 51: "罚送告",
}  # fmt: skip


def test_numbered_forms_have_the_words_of_the_sample_and_the_others_no_number():
    assert {one.form: one.code for one in FORMS if one.number} == CODED


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.id)
def test_every_form_is_issued_by_an_act_and_has_its_own_layout(form):
    assert form.id in ISSUED
    assert form.layout is not None


def places(form: Document) -> set[str]:
    text = str(form.layout.model_dump(exclude_unset=True))
    return {name.partition("|")[0] for name in re.findall(r"\{([a-z][a-z_:0-9-]*(?:\|[^{}]*)?)\}", text)}


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.id)
def test_every_place_of_a_form_is_a_field_a_clock_or_something_the_platform_knows(form):
    issuing = [LAW.procedure(kind) for kind in KINDS if any(form.id in act.documents for act in LAW.procedure(kind).acts.values())]
    fields = {name for one in issuing for name in one.fields}
    clocks = {name for one in issuing for name in one.clocks}
    for place in places(form):
        kind, _, rest = place.partition(":")
        known = {"due": rest in clocks, "no": rest.isdecimal() and 1 <= int(rest) <= 56, "last": rest in fields}
        assert known.get(kind, hasattr(printing._Form, f"of_{place}") or place in fields), place


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.id)
def test_every_form_prints_empty(form, monkeypatch):
    shown = printing._Form.__new__(printing._Form)
    shown.document, shown.event, shown.said, shown.earlier, shown.people, shown.upto = form, SimpleNamespace(body={}, by=None, second=None, act="x", position=1), {}, [], [], []
    shown.one = SimpleNamespace(on=ON, number="", voided=None)
    monkeypatch.setattr(printing._Form, "place", lambda self, name: "")
    monkeypatch.setattr(printing._Form, "data_of_remedies", lambda self: ["可以申请行政复议"])
    layout = form.layout
    data = {"agency": "演示市场监督管理局", "title": form.title, "number": "", "on": "2026年3月2日", "void": "", "kind": layout.kind, "to": shown.filled(layout.to)}
    pdf = documents.render(printing.PAPER, data | {"parts": [shown.part(one) for one in layout.parts]}, on=ON)
    assert pdf.startswith(b"%PDF-")


@pytest.mark.django_db
def test_the_decision_says_facts_article_band_remedies_and_prints():
    office = make.office()
    case = make.noticed(office, ON)
    make.do(case.proceeding, "hear-statement", ON, office.first, office.second, statement="请求从轻", accepted="已经从轻")
    make.decided(office, case, date(2026, 3, 10))
    paper = Paper.objects.select_related("event__by", "event__second").get(proceeding=case.proceeding, form="penalty-form.45")
    told = printing.data_of(make.again(case.proceeding), paper)
    text = str(told)
    for words in ("销售超过保质期", "食品安全法第一百二十四条", "请求从轻", "50,000 元—65,000 元", "行政复议", "行政诉讼", "演示1有限公司", "法律包"):
        assert words in text, words
    assert documents.render(printing.PAPER, told, on=paper.on).startswith(b"%PDF-")


@pytest.mark.django_db
def test_what_is_asked_anew_each_time_is_printed_only_where_this_act_told_it():
    office = make.office()
    case = make.filed(office, ON)
    told = {"place": "仓库", "record": "甲", "rights_told": True}
    make.do(case.proceeding, "inspect", ON, office.first, office.second, **told)
    make.do(case.proceeding, "collect", ON, office.first, office.second, evidence="physical", item="样品", proves="事实", custodian="演示K-1")
    sheet = Paper.objects.select_related("event__by", "event__second").get(proceeding=case.proceeding, form="penalty-form.11")
    assert "仓库" not in str(printing.data_of(make.again(case.proceeding), sheet)["parts"])
    record = Paper.objects.select_related("event__by", "event__second").get(proceeding=case.proceeding, form="penalty-form.09")
    shown = str(printing.data_of(make.again(case.proceeding), record)["parts"])
    assert "仓库" in shown
    assert "ZF-K-1" in shown  # the number of the certificate
