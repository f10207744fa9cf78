"""Rejected rows over all deliveries, corrected with a trace; headings learnt once, confirmed, and forgotten by an act."""

from __future__ import annotations

import re

import pytest

from hengjian.ground.audit.models import Trail
from hengjian.ground.people.models import Agency
from hengjian.street.intake import learning, queries, services
from hengjian.street.intake.models import Correction, Delivery, Heading, Row
from tests.factories_intake import MARCH as MOMENT
from tests.factories_intake import PENALTY, clerk_of, code, csv_bytes, deliver, penalty
from tests.street.intake.test_pages import judged, upload

pytestmark = pytest.mark.django_db


def text_of(page) -> str:
    return re.sub(r"<[^>]+>", "", page.content.decode())


def test_rows_of_several_deliveries_are_grouped_by_kind_column_and_cause(desk, bureau):
    other = Agency.objects.create(code="120102", name="天津市河东区市场监督管理局", kind="district-bureau", district="120102")
    deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 统一社会信用代码="无"), penalty(2, 统一社会信用代码="无", 决定日期="没有")]))
    deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(3, 统一社会信用代码="无")]))
    deliver(other, "penalty", csv_bytes(PENALTY, [penalty(4, 统一社会信用代码="无")]))
    causes = queries.waiting_causes(clerk_of(bureau, "J9"))
    assert [(one["field"], one["code"], one["rows"], one["deliveries"]) for one in causes] == [("统一社会信用代码", "uscc-missing", 3, 2), ("决定日期", "date-words", 1, 1)]
    page = desk.get("/desk/intake/waiting/").content.decode()
    [link] = re.findall(r'href="(/desk/intake/waiting/penalty/uscc-missing/[^"]*)"', page)
    shown = desk.get(link)
    assert text_of(shown).count("更正重报") == 3
    assert "天津市河东区" not in text_of(shown)


def test_a_corrected_row_says_what_became_what_who_and_why_and_waits_no_longer(desk, bureau):
    first = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 统一社会信用代码="无")]))
    cells = {f"c{place}": cell for place, cell in enumerate(penalty(1))}
    assert desk.post(f"/desk/intake/{first.pk}/rows/2/", cells).status_code == 422
    desk.post(f"/desk/intake/{first.pk}/rows/2/", {**cells, "why": "漏填代码，已对照营业执照"})
    held = Correction.objects.get()
    assert (held.changes, held.why, held.by.number) == ([{"heading": "统一社会信用代码", "old": "无", "new": code(1)}], "漏填代码，已对照营业执照", "J001")
    assert queries.waiting_causes(clerk_of(bureau, "J9")) == []
    page = text_of(desk.get(f"/desk/intake/{first.pk}/rows/2/"))
    assert "漏填代码，已对照营业执照" in page and f"无 → {code(1)}" in page
    assert Trail.objects.get(action="intake.correct").detail["because"] == "漏填代码，已对照营业执照"


def test_persons_are_not_in_the_trace_and_leave_the_old_row_with_the_new_one(desk, bureau):
    head = ("企业名称", "统一社会信用代码", "法定代表人", "成立日期")
    first = deliver(bureau, "registration", csv_bytes(head, [["甲", code(1), "赵测试", "没有"]]))
    cells = {"c0": "甲", "c1": code(1), "c2": "钱测试", "c3": "2020-05-06", "why": "更正日期"}
    desk.post(f"/desk/intake/{first.pk}/rows/2/", cells)
    kept = str(list(Correction.objects.values())) + str(list(Row.objects.values())) + str(list(Trail.objects.values()))
    assert "赵测试" not in kept and "钱测试" not in kept
    assert {change["heading"] for change in Correction.objects.get().changes} == {"法定代表人", "成立日期"}


def test_rows_are_judged_again_under_what_was_learnt_since(desk, bureau):
    first = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 统一社会信用代码="无"), penalty(2, 决定日期="没有")]))
    answer = desk.post(f"/desk/intake/{first.pk}/resubmit/")
    again = Delivery.objects.order_by("-pk").first()
    assert answer.headers["Location"] == f"/desk/intake/{again.pk}/"
    assert (again.corrects_id, again.received, again.quarantined) == (first.pk, 2, 2)
    assert sum(one["rows"] for one in queries.waiting_causes(clerk_of(bureau, "J9"))) == 2
    assert desk.post(f"/desk/intake/{first.pk}/resubmit/").status_code == 409


STRANGE = [{"行政相对人名称": "对象称谓", "决定日期": "作出之日"}.get(heading, heading) for heading in PENALTY]


def test_a_heading_is_mapped_once_confirmed_with_the_file_and_remembered(desk, bureau):
    address = upload(desk, csv_bytes(STRANGE, [penalty(1)])).headers["Location"]
    page = text_of(desk.get(address))
    assert "缺少必有的列：主体名称、决定日期" in page and "对象称谓" in page
    desk.post(f"{address}headings/", {"heading": ["对象称谓", "作出之日"], "field": ["name", "decided"]})
    assert "已认定 2 个列名" in text_of(desk.get(address))
    held = Delivery.objects.get()
    assert learning.learnt_for(deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(9)]))) == {}  # not before it is confirmed
    judged(desk, type("Answer", (), {"headers": {"Location": address}}))
    held.refresh_from_db()
    assert (held.state, held.accepted, held.layout["learnt"]) == ("done", 1, {"对象称谓": "name", "作出之日": "decided"})
    assert deliver(bureau, "penalty", csv_bytes(STRANGE, [penalty(2)])).accepted == 1
    assert Trail.objects.get(action="intake.learn").detail["headings"] == {"对象称谓": "name", "作出之日": "decided"}


def test_what_one_agency_writes_is_not_known_of_another_nor_of_another_kind(desk, bureau):
    test_a_heading_is_mapped_once_confirmed_with_the_file_and_remembered(desk, bureau)
    other = Agency.objects.create(code="120102", name="天津市河东区市场监督管理局", kind="district-bureau", district="120102")
    assert deliver(other, "penalty", csv_bytes(STRANGE, [penalty(3)])).state == "refused"
    assert deliver(bureau, "licence", csv_bytes(STRANGE, [penalty(3)])).state == "refused"


def test_a_heading_is_forgotten_by_an_act_with_a_reason_and_read_files_stay(desk, bureau):
    test_a_heading_is_mapped_once_confirmed_with_the_file_and_remembered(desk, bureau)
    heading = Heading.objects.get(key="作出之日")
    assert desk.post(f"/desk/intake/headings/{heading.pk}/forget/", {"because": " "}).status_code == 422
    desk.post(f"/desk/intake/headings/{heading.pk}/forget/", {"because": "认错了"})
    assert "认错了" in text_of(desk.get("/desk/intake/headings/"))
    assert deliver(bureau, "penalty", csv_bytes(STRANGE, [penalty(5)])).state == "refused"
    assert Trail.objects.get(action="intake.forget").detail["field"] == "decided"
    again = upload(desk, csv_bytes(STRANGE, [penalty(6)])).headers["Location"]
    desk.post(f"{again}headings/", {"heading": ["作出之日"], "field": ["effective"]})
    assert Heading.objects.filter(key="作出之日", revoked_at=None).get().field == "effective"


def test_a_file_half_read_goes_on_with_the_headings_it_began_with(bureau, monkeypatch):
    monkeypatch.setattr("hengjian.street.intake.tables.RAMP", (2,))
    officer = clerk_of(bureau)
    held, _ = services.receive(by=officer, agency=bureau, kind="penalty", filename="a.csv", chunks=[csv_bytes(STRANGE, [penalty(n) for n in range(7)])], at=MOMENT, held=True)
    learning.map_headings(by=officer, delivery=held, fields={"对象称谓": "name", "作出之日": "decided"}, at=MOMENT)
    services.confirm(by=officer, delivery=held, at=MOMENT)

    def stopped(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.process(held, at=MOMENT, progress=stopped)
    held.refresh_from_db()
    assert 0 < held.received < 7
    for heading in Heading.objects.all():
        learning.forget(by=officer, heading=heading, because="试", at=MOMENT)
    assert services.process(held, at=MOMENT).accepted == 7


def test_two_headings_cannot_be_one_field_and_an_unknown_field_is_refused(desk, bureau):
    address = upload(desk, csv_bytes(STRANGE, [penalty(1)])).headers["Location"]
    assert desk.post(f"{address}headings/", {"heading": ["对象称谓", "作出之日"], "field": ["name", "name"]}).status_code == 422
    assert desk.post(f"{address}headings/", {"heading": ["对象称谓"], "field": ["no_such"]}).status_code == 422
    assert not Heading.objects.exists()
    desk.post(f"{address}headings/", {"heading": ["对象称谓"], "field": ["name"]})
    desk.post(f"{address}discard/")
    assert not Heading.objects.exists()


def test_the_marked_file_is_downloaded_with_a_line_in_the_audit(desk, bureau):
    first = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 统一社会信用代码="无")]), "二月.csv")
    assert desk.get(f"/desk/intake/{first.pk}/returned/").status_code == 405
    other = Agency.objects.create(code="120102", name="天津市河东区市场监督管理局", kind="district-bureau", district="120102")
    theirs = deliver(other, "penalty", csv_bytes(PENALTY, [penalty(2, 统一社会信用代码="无")]))
    assert desk.post(f"/desk/intake/{theirs.pk}/returned/", {"reason": "退回更正"}).status_code == 404
    assert desk.post(f"/desk/intake/{first.pk}/returned/").status_code == 422
    answer = desk.post(f"/desk/intake/{first.pk}/returned/", {"reason": "退回更正"})
    assert "退回原因" in b"".join(answer.streaming_content).decode("utf-8-sig")
    assert Trail.objects.get(action="export.rejected").detail["form"] == "annotated"




def test_a_row_that_is_no_record_is_let_go_with_a_reason_and_waits_no_longer(desk, bureau):
    first = deliver(bureau, "penalty", csv_bytes([*PENALTY, "经办人证件号"], [[*penalty(1, 处罚种类="不予处罚"), "某号"], [*penalty(2, 处罚种类="不予处罚"), "某号"]]))
    assert desk.post(f"/desk/intake/{first.pk}/rows/2/let-go/", {"why": " "}).status_code == 422
    desk.post(f"/desk/intake/{first.pk}/rows/2/let-go/", {"why": "不予处罚决定，另行公示"})
    assert "不予处罚决定，另行公示" in text_of(desk.get(f"/desk/intake/{first.pk}/rows/2/"))
    [cause] = queries.waiting_causes(clerk_of(bureau, "J9"))
    assert cause["rows"] == 1
    desk.post("/desk/intake/waiting/penalty/no-penalty/let-go/", {"field": "处罚种类", "why": "误报"})
    first.refresh_from_db()
    assert (queries.waiting_causes(clerk_of(bureau, "J8")), first.received, first.quarantined) == ([], 2, 2)
    assert not any("某号" in (row.raw or ()) for row in Row.objects.all())
    assert desk.post("/desk/intake/waiting/penalty/no-penalty/let-go/", {"field": "处罚种类", "why": "误报"}).status_code == 302
