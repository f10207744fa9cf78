"""Persons in rows that were sent back: hidden from everybody by default, opened for a reason, corrected without being read."""

from __future__ import annotations

import csv
import io

import pytest

from hengjian.ground.audit.models import Trail
from hengjian.ground.people.models import Holding
from hengjian.street.intake import queries
from hengjian.street.intake.models import Correction, Delivery, Row
from hengjian.street.intake.rules import HIDDEN
from tests.factories_intake import PENALTY, clerk_of, code, csv_bytes, deliver, penalty
from tests.street.intake.test_pages import judged, upload

pytestmark = pytest.mark.django_db
HEAD = ("企业名称", "统一社会信用代码", "法定代表人", "成立日期", "联系人备注")
PERSON, NOTE, PHONE = "赵拟测", "欧阳拟测", "13912345678"
REASON = {"reason": "核对原件"}


@pytest.fixture
def sent(bureau) -> Delivery:
    """One row with a date nobody can read, a person under a protected and under an unknown heading."""
    return deliver(bureau, "registration", csv_bytes(HEAD, [["甲", code(1), PERSON, "没有", f"{NOTE} {PHONE}"]]))


def body(answer) -> str:
    return b"".join(answer).decode("utf-8-sig", "replace")


def test_no_page_list_or_answer_names_a_person_of_a_rejected_row_and_each_says_what_is_wrong(desk, sent):
    at = f"/desk/intake/{sent.pk}/"
    places = (at, f"{at}rows/2/", f"{at}rejected.csv", "/desk/intake/waiting/registration/date-words/?field=成立日期", f"/api/intake/deliveries/{sent.pk}/rejected")
    for place in places:
        whole = body(desk.get(place))
        assert "没有" in whole and HIDDEN in whole, place
        assert not [value for value in (PERSON, NOTE, PHONE) if value in whole], place
    assert not Trail.objects.filter(action="personal.row").exists()


def test_what_a_file_not_yet_confirmed_holds_is_hidden_too(desk):
    address = upload(desk, csv_bytes(HEAD, [["甲", code(1), PERSON, "没有", NOTE], ["乙", code(2), PERSON, "2020-01-02", PHONE]]), kind="registration").headers["Location"]
    whole = body(desk.get(address))
    assert "没有" in whole and HIDDEN in whole
    assert not [value for value in (PERSON, NOTE, PHONE) if value in whole]


def test_a_row_is_opened_for_a_reason_that_is_kept_by_its_agency_and_by_whoever_may_look_behind_records(desk, client, bureau, sent):
    place = f"/desk/intake/{sent.pk}/rows/2/shown/"
    assert desk.get(place).status_code == 405
    assert desk.post(place, {"reason": " "}).status_code == 422
    assert PERSON in body(desk.post(place, REASON))
    held = Trail.objects.get(action="personal.row")
    assert (held.subject, held.detail) == (f"delivery:{sent.pk}", {"row": 2, "reason": "核对原件"})
    other = clerk_of(bureau, "J2", "auditor")  # sees deliveries, may not look behind records
    client.force_login(other.user)
    assert client.post(place, REASON).status_code == 403
    assert "记录事由并查看" not in body(client.get(f"/desk/intake/{sent.pk}/rows/2/"))
    Holding.objects.create(officer=other, post="inspector", since=other.holdings.get().since)
    assert PERSON in body(client.post(place, REASON))


def test_raw_rows_leave_for_a_reason_to_the_agency_that_sent_them_alone(desk, client, bureau, sent):
    for name in ("rejected.csv", "rejected.xlsx"):
        assert desk.post(f"/desk/intake/{sent.pk}/{name}").status_code == 422
    assert PERSON in body(desk.post(f"/desk/intake/{sent.pk}/rejected.csv", REASON))
    api = f"/api/intake/deliveries/{sent.pk}/rejected"
    assert desk.post(api, {"reason": "无"}, content_type="application/json").status_code == 422
    assert desk.post(api, REASON, content_type="application/json").json()[0]["cells"]["法定代表人"] == PERSON
    desk.get(f"/desk/intake/{sent.pk}/rejected.csv")
    kept = [(line.detail["form"], line.detail["whole"], line.detail.get("reason")) for line in Trail.objects.filter(action="export.rejected").order_by("pk")]
    assert kept == [("csv", True, "核对原件"), ("api", True, "核对原件"), ("csv", False, None)]
    client.force_login(clerk_of(bureau, "J2", "supervision-officer").user)
    assert client.post(f"/desk/intake/{sent.pk}/rejected.csv", REASON).status_code == 403


def test_a_row_is_corrected_without_reading_the_person_who_goes_on_with_it(desk, sent):
    cells = {"c0": "甲", "c1": code(1), "c2": "", "c3": "2020-05-06", "c4": ""}
    desk.post(f"/desk/intake/{sent.pk}/rows/2/", {**cells, "kept": ["2", "4"], "why": "补录日期"})
    again = Delivery.objects.order_by("-pk").first()
    assert (again.accepted, again.corrects_id) == (1, sent.pk)
    [row] = queries.accepted_rows(again, [2])
    assert row.personal == {"representative": PERSON}
    assert [change["heading"] for change in Correction.objects.get().changes] == ["成立日期"]
    assert PERSON not in str(list(Row.objects.values())) and NOTE not in str(list(Row.objects.values()))


def test_a_list_downloaded_with_hidden_cells_is_corrected_and_sent_as_it_is(desk, sent):
    data = body(desk.get(f"/desk/intake/{sent.pk}/rejected.csv")).replace("没有", "2020-05-06", 1)
    assert list(csv.reader(io.StringIO(data)))[1][3] == HIDDEN
    judged(desk, upload(desk, data.encode(), kind="registration", corrects=sent.pk))
    again = Delivery.objects.order_by("-pk").first()
    [row] = queries.accepted_rows(again, [2])
    assert row.personal == {"representative": PERSON}


def test_a_hidden_cell_sent_without_the_row_it_came_from_says_nothing(bureau):
    lone = deliver(bureau, "registration", csv_bytes(HEAD, [["甲", code(1), HIDDEN, "2020-05-06", HIDDEN]]))
    assert [row.personal for row in queries.accepted_rows(lone, [2])] in ([{}], [None])


def test_where_columns_are_displaced_nothing_of_the_row_is_shown(desk, bureau):
    torn = csv_bytes(PENALTY, [[PERSON, *penalty(1)]])  # one cell too many
    moved = csv_bytes(PENALTY, [[*penalty(1)[-1:], *penalty(1)[:2], PERSON, "120101199003078123", *penalty(1)[5:]]])
    for data in (torn, moved):
        sent = deliver(bureau, "penalty", data)
        assert sent.quarantined == 1
        for place in (f"/desk/intake/{sent.pk}/", f"/desk/intake/{sent.pk}/rows/2/", f"/desk/intake/{sent.pk}/rejected.csv", f"/api/intake/deliveries/{sent.pk}/rejected"):
            whole = body(desk.get(place))
            assert not [value for value in (PERSON, "120101199003078123", "销售超过保质期的食品") if value in whole], place
        assert PERSON in body(desk.post(f"/desk/intake/{sent.pk}/rows/2/shown/", REASON))
    first = Delivery.objects.order_by("pk").first()
    blank = {f"c{place}": "" for place in range(len(PENALTY))} | {"kept": [str(place) for place in range(len(PENALTY))], "why": "照旧"}
    assert desk.post(f"/desk/intake/{first.pk}/rows/2/", blank).status_code == 422  # nothing is guessed back into its column


def test_a_person_named_where_the_code_is_missing_or_a_number_is_typed_is_hidden_and_a_firm_is_not(desk, bureau):
    rows = [penalty(1, 行政相对人名称=PERSON, 统一社会信用代码="120101199003078123"), penalty(2, 统一社会信用代码="无"), penalty(3, 决定日期=PERSON)]
    sent = deliver(bureau, "penalty", csv_bytes(PENALTY, rows))
    whole = body(desk.get(f"/desk/intake/{sent.pk}/"))
    assert PERSON not in whole and "199003078123" not in whole
    assert "天津示例000002有限公司" in whole


def test_an_amount_or_a_day_in_words_is_no_name(desk, bureau):
    sent = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, **{"罚款金额（万元）": "三万元"}), penalty(2, 决定日期="三月五日")]))
    whole = body(desk.get(f"/desk/intake/{sent.pk}/"))
    assert "“三万元”不是金额" in whole and "“三月五日”不是日期" in whole
