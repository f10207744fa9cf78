"""待办: what waits for one officer, statutory deadline first."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from python_calamine import CalamineWorkbook

from hengjian.doors.desk import inbox
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import services as acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.ground.warehouse import Mirror
from hengjian.street.assessment import frames
from hengjian.street.draw import services as draws
from tests import factories_casework as cases
from tests import factories_desk as desk
from tests import factories_draw as make
from tests import factories_inspection as inspected
from tests import factories_intake as files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(desk.ON):
        yield


def rows(page) -> list[inbox.Waiting]:
    return list(page.context["page"].object_list)


def test_the_nearest_statutory_deadline_comes_first_and_shows_its_sum(client):
    officer = desk.signed_in(client, "inspector")
    firm = desk.firm()
    later = desk.matter(officer, subject=firm.uscc, due=date(2026, 3, 31))
    sooner = desk.matter(officer, subject=firm.uscc, due=date(2026, 3, 5))
    page = client.get("/desk/")
    assert [line.number for line in rows(page)] == [sooner.number, later.number]
    text = page.content.decode()
    assert firm.name in text
    assert "截止 2026-03-05" in text
    assert "剩 3 天" in text
    assert procedure.clocks_of(sooner)[0].steps[0] in text


def test_what_has_no_statutory_deadline_comes_last(client):
    officer = desk.signed_in(client, "draw-officer")
    make.city("A" * 10)
    draws.file_plan(by=officer, agency=make.bureau(), title="计划", items=["reg-name"], mode="green-only", on=make.ON)
    desk.matter(officer, title="检查")
    assert [line.title for line in rows(client.get("/desk/"))] == ["检查", "计划"]


def test_the_colleagues_matter_is_not_in_my_inbox(client):
    desk.matter(make.officer("C-1"))
    desk.signed_in(client, "inspector")
    assert rows(client.get("/desk/")) == []


def test_filters_leave_what_they_say(client):
    officer = desk.signed_in(client, "inspector")
    desk.matter(officer, due=date(2026, 3, 1), title="超期的检查")
    desk.matter(officer, title="按期的检查")
    late = client.get("/desk/?urgency=late")
    assert [line.title for line in rows(late)] == ["超期的检查"]
    assert late.context["counts"]["late"] == 1
    assert [line.title for line in rows(client.get("/desk/?text=按期"))] == ["按期的检查"]
    assert rows(client.get("/desk/?kind=draw")) == []


def test_a_delivery_with_rows_sent_back_waits_for_the_clerk_of_that_agency(client):
    clerk = desk.signed_in(client, "filing-clerk", scope="unit")
    bad = files.csv_bytes(files.REGISTRATION, [["天津示例有限公司", "无", "2020-05-06", "和平", "天津市和平区示例路1号"]])
    delivery = files.deliver(clerk.agency, "registration", bad)
    files.deliver(desk.agency("120101", "120101"), "registration", bad + b"\n")
    assert delivery.quarantined == 1
    [line] = rows(client.get("/desk/"))
    assert (line.kind, line.number, line.left) == ("intake", f"#{delivery.pk}", None)


def test_a_draw_waits_for_its_next_step_with_whoever_may_hold_it(client):
    make.city("A" * 60 + "B" * 40)
    for n in range(4):
        make.officer(f"D-{n}")
    officer = desk.signed_in(client, "draw-officer")
    plan = draws.file_plan(
        by=officer, agency=make.bureau(), title="第一季度抽查", items=["reg-name"], mode="by-grade", on=make.ON,
        odds={"A": "1/20", "B": "1/10"}, districts=["120119"],
    )  # fmt: skip
    [line] = rows(client.get("/desk/"))
    assert (line.number, line.stage) == (f"#{plan.pk}", "待冻结名录")
    frozen = draws.freeze(by=officer, plan=plan, at=make.AT)
    [line] = rows(client.get("/desk/"))
    assert (line.kind, line.number, line.stage) == ("draw", frozen.slug, "待公布承诺")
    assert line.href.endswith(f"{frozen.slug}/")


@pytest.fixture
def own_files(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(frames, "mirror", lambda: Mirror(tmp_path / "warehouse"))


def test_a_held_draw_waits_for_sending_out_its_teams(client, own_files):
    inspected.drawn(entities="A" * 12, inspectors=2, quota=1)
    desk.signed_in(client, "leader")
    [line] = rows(client.get("/desk/"))
    assert (line.kind, line.stage) == ("inspection", "待派发检查组")
    assert client.get(line.href).status_code == 200


def test_a_visit_waits_for_its_team_then_its_result_for_a_reviewer_until_it_is_reviewed(client, own_files):
    [visit] = inspected.visits(entities="A" * 12, inspectors=2, quota=1)
    leader = desk.signed_in(client, "leader")
    assert rows(client.get("/desk/")) == []
    inspected.recorded(visit)
    [line] = rows(client.get("/desk/"))
    assert (line.stage, line.name, line.href) == ("待审核结果", visit.entity.name, f"/desk/inspection/{visit.pk}/")
    matter = Proceeding.objects.get(pk=visit.proceeding_id)
    acts.act(matter, "review", by=leader, on=desk.ON, expected_version=matter.version)
    assert rows(client.get("/desk/")) == []


def test_records_not_yet_public_wait_with_the_day_the_law_sets(client):
    desk.signed_in(client, "supervision-officer", scope="city")
    desk.penalty(desk.firm(), issuer=make.bureau())
    [line] = rows(client.get("/desk/"))
    assert line.kind == "publication"
    assert line.deadline.due > date(2026, 2, 3)
    assert line.left == (line.deadline.due - desk.ON).days


def test_what_was_done_is_listed_last_first(client):
    officer = desk.signed_in(client, "inspector")
    first = desk.matter(officer, title="第一件")
    page = client.get("/desk/done/")
    assert first.number in page.content.decode()
    assert client.get("/desk/").context["done"] == 1


def test_an_export_holds_the_filtered_rows_and_leaves_a_line_in_the_audit(client):
    officer = desk.signed_in(client, "inspector")
    desk.matter(officer, title="=1+1")
    desk.matter(officer, title="其他")
    answer = client.get("/desk/inbox.xlsx?text=1%2B1")
    [head, row] = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert (head[1], row[1]) == ("事项", "=1+1")
    line = Trail.objects.get(action="export.inbox")
    assert (line.officer, line.detail["rows"], line.detail["filters"]) == (officer, 1, {"text": "1+1"})


def test_the_inbox_costs_the_same_for_one_matter_and_for_thirty(client, django_assert_max_num_queries):
    officer = desk.signed_in(client, "draw-officer")
    for number in range(30):
        desk.matter(officer, subject=desk.firm(number).uscc)
    with django_assert_max_num_queries(12):
        client.get("/desk/")


def test_a_result_that_waits_for_the_reviewer_says_so_to_who_recorded_it(client):
    officer = desk.signed_in(client, "inspector")
    other = people.appoint(number="S-1", name="演示乙", agency=make.bureau(), posts=["inspector"])
    matter = desk.matter(officer, title="检查")
    assert [line.stage for line in rows(client.get("/desk/"))] == ["已派发"]
    acts.act(matter, "record", by=officer, second=other, expected_version=matter.version, on=desk.ON, body={"path": "done", "codes": ["1"], "disposal": "none"})
    assert [line.stage for line in rows(client.get("/desk/"))] == ["已录入，待审核通过"]


def test_results_already_reviewed_do_not_hide_one_that_still_waits(client, own_files, monkeypatch):
    monkeypatch.setattr(inbox, "MOST", 1)
    first, second = inspected.visits(entities="A" * 12, inspectors=2, quota=2)
    leader = desk.signed_in(client, "leader")
    for visit in (first, second):
        inspected.recorded(visit)
    matter = Proceeding.objects.get(pk=first.proceeding_id)
    acts.act(matter, "review", by=leader, on=desk.ON, expected_version=matter.version)
    assert [line.number for line in rows(client.get("/desk/"))] == [second.proceeding.number]


def test_every_matter_is_a_link_and_its_page_opens_for_its_owner_whatever_powers_they_hold(client, own_files):
    [visit] = inspected.visits(entities="A" * 12, inspectors=2, quota=1)
    clerk = desk.signed_in(client, "filing-clerk")
    Proceeding.objects.filter(pk=visit.proceeding_id).update(owner=clerk)
    [line] = rows(client.get("/desk/"))
    assert (line.number, line.href) == (visit.proceeding.number, f"/desk/matters/{visit.proceeding_id}/")
    assert client.get(line.href).status_code == 200


def test_a_fine_a_party_owes_is_shown_apart_and_is_nobodys_overdue_item_at_the_office(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    office = cases.office()
    case = cases.noticed(office, date(2026, 3, 2))
    cases.decided(office, case, date(2026, 3, 10))
    cases.do(case.proceeding, "serve", date(2026, 3, 10), office.first, office.second, mode="direct", served_on="2026-03-10")
    user = get_user_model().objects.create_user("owes", password="x")
    type(office.first).objects.filter(pk=office.first.pk).update(user=user)
    client.force_login(user)
    with clock.frozen(date(2026, 6, 1)):  # the fifteen days to pay were over on 25 March
        page = client.get("/desk/")
        [line] = [line for line in rows(page) if line.number == case.proceeding.number]
        assert (line.theirs.of, line.theirs.due, line.theirs.name) == ("party", date(2026, 3, 25), "payment")
        assert (line.left is None or line.left >= 0, page.context["counts"]["late"]) == (True, 0)
        assert "当事人的期限：" in page.content.decode()
        assert "当事人的期限" in client.get(f"/desk/matters/{case.proceeding_id}/").content.decode()


def test_a_firm_of_another_district_is_named_and_not_linked(client):
    """Who works on a matter reads it whole; the file of its firm opens to the districts of the reader."""
    officer = desk.signed_in(client, "inspector")
    here, there = desk.firm(1), desk.firm(2, district="120101")
    one, other = (desk.matter(officer, subject=firm.uscc) for firm in (here, there))
    text = client.get("/desk/").content.decode()
    assert there.name in text and here.name in text
    linked = re.findall(r'href="(/desk/entities/[^"]+)"', text)
    linked += [link for each in (one, other) for link in re.findall(r'href="(/desk/entities/[^"]+)"', client.get(f"/desk/matters/{each.pk}/").content.decode())]
    assert set(linked) == {f"/desk/entities/{here.uscc}/"}
    assert client.get(linked[0]).status_code == 200


def test_the_menu_marks_supervision_on_its_own_pages(client):
    desk.signed_in(client, "leader")
    marked = re.compile(r'href="([^"]+)" aria-current="page"')
    for page in ("oversight/", "wall/", "consistency/", "reviews/"):
        assert marked.findall(client.get(f"/desk/casework/{page}").content.decode())[:1] == ["/desk/casework/oversight/"], page
    assert marked.findall(client.get("/desk/casework/").content.decode())[:1] == ["/desk/casework/"]
