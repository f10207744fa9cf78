"""The team works from a phone, the bureau from the desk; what is recorded becomes public by the pack's rule."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people.models import User
from hengjian.street.inspection import queries
from hengjian.street.inspection.models import Photo, Result, Visit
from hengjian.street.publication import services as publication
from hengjian.street.publication.models import PublicNotice
from tests import factories_inspection as make

from .test_rules import JPEG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day():
    with clock.frozen(make.AT):
        yield


def enter(client, officer):
    user = officer.user or User.objects.create_user(officer.number, password="x")
    officer.user = user
    officer.save()
    client.force_login(user)
    return officer


@pytest.fixture
def inspector(client, visit):
    return enter(client, make.team(visit)[0])


def form(visit, **more):
    fields = {
        "token": "token-of-the-phone", "path": "done", "item_reg-name": "pass", "item_pub-annual-report": "pass", "codes": ["1"],
        "disposal": "none", "method": "1", "signed_by_firm": "演示当事人",
    }  # fmt: skip
    return {**fields, **more}


def at(visit, rest=""):
    return f"/desk/inspection/{visit.pk}/{rest}"


def test_an_officer_sees_the_visits_of_the_own_team_only(client, inspector, visits):
    page = client.get("/desk/inspection/").content.decode()
    for each in visits:
        assert (f'data-visit="{each.pk}"' in page) == (inspector in each.officers.all())


def test_the_form_holds_every_item_of_the_visit(client, inspector, visit):
    page = client.get(at(visit, "form/")).content.decode()
    assert "企业名称规范使用情况" in page
    assert "年度报告公示信息" in page


def test_a_result_sent_from_the_form_is_recorded_and_shown(client, inspector, visit):
    answer = client.post(at(visit, "form/"), form(visit))
    assert answer["Location"] == at(visit)
    assert "未发现问题" in client.get(at(visit)).content.decode()
    assert client.get(at(visit, "form/"))["Location"] == at(visit)


def test_a_script_may_send_the_same_result_again(client, inspector, visit):
    for _ in range(2):
        answer = client.post(at(visit, "form/"), form(visit), headers={"Accept": "application/json"})
        assert answer.json() == {"location": at(visit)}
    assert Result.objects.count() == 1


def test_what_is_missing_stands_beside_the_form_and_nothing_typed_is_lost(client, inspector, visit):
    answer = client.post(at(visit, "form/"), form(visit, **{"item_reg-name": "problem", "note_reg-name": "牌匾名称与执照不符"}))
    assert answer.status_code == 422
    assert "牌匾名称与执照不符" in answer.content.decode()
    said = client.post(at(visit, "form/"), form(visit, disposal=""), headers={"Accept": "application/json"}).json()
    assert said["facts"]["fields"] == {"disposal": "请选择后续处理"}


def test_a_picture_is_kept_once_under_its_digest_and_given_out_as_a_download(client, inspector, visit):
    for _ in range(2):
        upload = SimpleUploadedFile("a.jpg", JPEG, content_type="image/jpeg")
        said = client.post(at(visit, "photos/"), {"photo": upload, "item": "reg-name"}).json()
    assert Photo.objects.count() == 1
    client.post(at(visit, "form/"), form(visit, photos=[said["sha256"]]))
    got = client.get(at(visit, f"photos/{said['sha256']}/download/"))
    assert (b"".join(got.streaming_content), got["Content-Type"]) == (JPEG, "image/jpeg")
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"


def test_a_page_that_calls_itself_a_picture_is_refused(client, inspector, visit):
    upload = SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    answer = client.post(at(visit, "photos/"), {"photo": upload}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["title"]) == (422, "bad_photo")


def test_a_result_names_only_pictures_that_arrived(client, inspector, visit):
    answer = client.post(at(visit, "form/"), form(visit, photos=["0" * 64]), headers={"Accept": "application/json"})
    assert answer.json()["facts"]["fields"] == {"photos": "有 1 张照片尚未上传"}


def test_an_inspector_of_another_team_is_refused_by_page_and_api(client, visit):
    enter(client, make.officer("I-99", "inspector"))
    answer = client.post(at(visit, "form/"), form(visit), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["title"]) == (403, "not_on_team")
    assert client.get("/api/inspection/visits").json() == []


def send(client, visit, headers=None, **more):
    body = {
        "token": "token-of-the-device", "path": "done", "disposal": "none", "codes": ["1"], "signed_by_firm": "演示当事人",
        "answers": [{"item": item, "answer": "pass"} for item in make.ITEMS],
    }  # fmt: skip
    return client.post(f"/api/inspection/visits/{visit.pk}/result", json.dumps({**body, **more}), content_type="application/json", headers=headers)


def test_the_api_lists_my_visits_and_takes_a_result_once(client, inspector, visit):
    mine = client.get("/api/inspection/visits?recorded=false").json()
    assert visit.pk in [each["id"] for each in mine]
    first, again = send(client, visit), send(client, visit)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, first.json())
    other = send(client, visit, token="another-token")
    assert (other.status_code, other.json()["title"]) == (409, "already_recorded")


def test_another_site_cannot_record_a_result_with_the_cookie_of_an_officer(inspector, visit):
    """A page elsewhere makes the browser send the session, but it cannot read our token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(inspector.user)
    assert client.get("/api/inspection/visits").status_code == 200
    refused = send(client, visit)
    assert (refused.status_code, refused.json()["title"], Result.objects.count()) == (403, "not_allowed", 0)
    client.get(at(visit, "form/"))
    token = client.cookies["csrftoken"].value
    assert send(client, visit, headers={"X-CSRFToken": token}).status_code == 200


def test_the_api_says_field_by_field_what_is_wrong(client, inspector, visit):
    answer = send(client, visit, answers=[])
    assert (answer.status_code, answer.json()["title"]) == (422, "bad_finding")
    assert answer.json()["facts"]["fields"]["item:reg-name"] == "请逐项选择：未见问题、发现问题或不适用"
    strange = send(client, visit, codes=["Z"]).json()["facts"]["fields"]
    assert strange["codes"] == "结果代码“Z”不在当日有效的代码表中"


def test_signatures_places_and_pictures_come_from_other_devices_too(client, inspector, visit):
    kept = client.post(f"/api/inspection/visits/{visit.pk}/photos", {"photo": SimpleUploadedFile("a.jpg", JPEG, "image/jpeg"), "lat": "39.1", "lon": "117.2"})
    assert kept.status_code == 200, kept.content
    place, left = {"lat": 39.1, "lon": 117.2, "accuracy": 12}, {"lat": 39.10012345, "lon": 117.2}
    told = {"arrived": "2026-03-02T01:30:00Z", "finished": "2026-03-02T01:55:00Z", "place": place, "left": left}
    bad = send(client, visit, signatures={"firm": "M1 1<script>"})
    assert bad.status_code == 422
    assert send(client, visit, **told, signatures={"firm": "M1 1L50 60", "second": "M5 5L8 8"}, photos=[kept.json()["sha256"]]).status_code == 200
    result = Result.objects.get()
    visit.refresh_from_db()
    assert (visit.place, result.place) == (place, {"lat": 39.10012, "lon": 117.2, "accuracy": 0})
    assert (result.signatures, result.photos) == ({"firm": "M1 1L50 60", "second": "M5 5L8 8"}, [kept.json()["sha256"]])


def test_a_leader_sees_what_is_late_and_takes_the_list_home(client, visits, leader):
    """One is recorded, one late, one still has time."""
    enter(client, leader)
    make.record(visits[0])
    Visit.objects.exclude(pk=visits[2].pk).update(due=date(2026, 3, 2))
    with clock.frozen(make.at(2026, 3, 9)):
        page = client.get("/desk/inspection/all/?status=late").content.decode()
        book = client.get("/desk/inspection/all/download/?status=late").content
    assert [visit.entity.uscc in page for visit in visits] == [False, True, False]
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()) == 2
    assert Trail.objects.filter(action="export.inspection").get().detail["rows"] == 1


def test_a_visit_is_found_by_name_and_by_code(client, visit, leader):
    assert visit in queries.filtered(queries.visible_to(leader), make.AT.date(), q=visit.entity.name)
    assert not queries.filtered(queries.visible_to(leader), make.AT.date(), q="没有这个名称")
    assert list(queries.filtered(queries.visible_to(leader), make.AT.date(), q=visit.entity.uscc)) == [visit]


def test_a_draw_officer_sends_the_teams_from_the_list(client):
    draw = make.drawn()
    operator = enter(client, draw.operator)
    assert draw.plan.title in client.get("/desk/inspection/all/").content.decode()
    client.post(f"/desk/inspection/draws/{draw.slug}/assign/")
    assert queries.visible_to(operator).count() == 3
    assert queries.unassigned(operator) == []


def test_a_leader_reviews_and_takes_back_through_the_page(client, visit, leader):
    make.record(visit)
    enter(client, leader)
    version = Visit.objects.get(pk=visit.pk).proceeding.version
    client.post(at(visit, "review/"), {"version": version})
    assert "已审核" in client.get(at(visit)).content.decode()
    client.post(at(visit, "take-back/"), {"reason": "认错了门牌"})
    page = client.get(at(visit)).content.decode()
    assert "认错了门牌" in page
    assert queries.result_of(visit) is None


def test_a_case_officer_sees_no_button_that_is_not_theirs(client, visit):
    make.record(visit)
    enter(client, make.officer("C-1", "case-officer"))
    page = client.get(at(visit)).content.decode()
    assert "take-back" not in page
    assert client.post(at(visit, "take-back/"), {"reason": "x"}).status_code == 403


def test_a_result_is_public_within_twenty_working_days_of_the_decision(visit):
    """Decided on Monday 2 March 2026: the twentieth working day is Monday 30 March."""
    make.record(visit, make.breach())
    publication.publish_due(on=date(2026, 3, 5))
    notice = PublicNotice.objects.get(uscc=visit.entity.uscc)
    assert (notice.kind, notice.published_on, notice.due) == ("inspection", date(2026, 3, 5), date(2026, 3, 30))
    assert notice.body["result"] == ["未按规定公示应当公示的信息"]


def test_a_negative_result_is_public_for_three_months_and_a_good_one_without_end(visits):
    make.record(visits[0], make.breach())
    make.record(visits[1])
    publication.publish_due(on=date(2026, 3, 5))
    ends = {notice.uscc: notice.until for notice in PublicNotice.objects.all()}
    assert ends == {visits[0].entity.uscc: date(2026, 6, 5), visits[1].entity.uscc: None}


def test_a_refusal_is_public_once_as_the_result_of_the_inspection(visit):
    make.record(visit, make.refused())
    publication.publish_due(on=date(2026, 3, 5))
    [notice] = PublicNotice.objects.filter(uscc=visit.entity.uscc)
    assert notice.body["result"] == ["不配合检查情节严重"]
    assert "见证" not in str(notice.body)


def test_a_result_that_was_taken_back_is_no_longer_public(visit, leader):
    from hengjian.street.inspection import services

    make.record(visit, make.refused())
    publication.publish_due(on=date(2026, 3, 3))
    services.take_back(visit, reason="认错了门牌", by=leader, at=make.at(2026, 3, 4))
    publication.publish_due(on=date(2026, 3, 4))
    assert PublicNotice.objects.get().withdrawn_on == date(2026, 3, 4)


def test_a_refusal_told_by_another_system_names_its_witness(client, inspector, visit):
    told = {"path": "refused", "answers": [], "codes": [], "signed_by_firm": "", "note": "拒绝检查"}
    without = send(client, visit, **told)
    assert without.status_code == 422 and "witness" in without.json()["facts"]["fields"]
    named = send(client, visit, **told, witness="街道办事处 演示人员")
    assert named.status_code == 200


def test_a_moment_told_by_another_system_names_its_zone(client, inspector, visit):
    bare = send(client, visit, arrived="2026-03-02T09:30:00")
    assert (bare.status_code, "arrived" in bare.content.decode()) == (422, True)
    assert send(client, visit, arrived="2026-03-02T01:30:00Z").status_code == 200
    visit.refresh_from_db()
    assert visit.arrived == make.at(2026, 3, 2, 9) + timedelta(minutes=30)


def test_the_worker_of_the_phone_is_told_where_static_files_lie(client, inspector, settings):
    settings.STATIC_URL = "/files/of/the/city/"
    script = client.get("/desk/inspection/worker.js").content.decode()
    assert script.startswith('const STATIC_AT = "/files/of/the/city/";')
    assert "/static/" not in script
