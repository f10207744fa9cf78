"""One page serves every matter: where it stands, what may be done, each act on a page of its own."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Holding
from hengjian.ground.procedure import parties, printing, queries, services
from hengjian.ground.procedure.models import Paper, Proceeding
from tests import factories_desk as desk
from tests.ground.procedure.test_kernel import probe  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(date(2026, 3, 2)):
        yield


@pytest.fixture
def officer(client, probe):  # noqa: F811
    return desk.signed_in(client, "inspector")


@pytest.fixture
def matter(officer):
    at = datetime(2026, 3, 2, 9, tzinfo=clock.SHANGHAI)
    return services.open(by=officer, kind="probe", agency=officer.agency, subject=desk.firm().uscc, title="演示事项", on=desk.ON, at=at)


def again(matter):
    return Proceeding.objects.get(pk=matter.pk)


def post(client, matter, path, **data):
    return client.post(f"/desk/matters/{matter.pk}/{path}", {"version": again(matter).version, **data})


def test_the_page_says_what_may_be_done_and_what_must_come_first(client, matter):
    text = client.get(f"/desk/matters/{matter.pk}/").content.decode()
    assert "须先登记当事人" in text
    assert "截止 2026-06-01" in text
    assert "天津演示1有限公司" in text
    assert "中止" in text


def test_a_matter_is_worked_page_by_page_and_nothing_is_typed_twice(client, matter, officer):
    post(client, matter, "parties/", role="party", name="天津演示1有限公司")
    page = client.get(f"/desk/matters/{matter.pk}/acts/notify/")
    assert 'name="facts"' in page.content.decode()
    done = post(client, matter, "acts/notify/", facts="演示事实", when="2026-03-02")
    assert done.status_code == 302
    assert queries.state_of(again(matter)) == "noticed"
    assert "演示事实" in client.get(f"/desk/matters/{matter.pk}/acts/reply/").content.decode()


def test_a_form_that_does_not_hold_is_shown_again_with_the_reason(client, matter):
    post(client, matter, "parties/", role="party", name="天津演示1有限公司")
    page = post(client, matter, "acts/notify/", facts="", when="昨天")
    assert page.status_code == 422
    assert queries.state_of(again(matter)) == "begun"


def test_money_is_typed_in_yuan_and_kept_in_fen_and_another_confirms(client, matter, officer):
    post(client, matter, "parties/", role="party", name="天津演示1有限公司")
    post(client, matter, "acts/notify/", facts="演示事实", when="2026-03-02")
    post(client, matter, "acts/discuss/")
    with clock.frozen(date(2026, 3, 10)):
        assert post(client, matter, "acts/decide/", fine="0.5万元").status_code == 302
        assert "待批准" in client.get("/desk/").content.decode()
        desk.signed_in(client, "leader", username="leader")
        assert matter.number in client.get("/desk/").content.decode()
        assert "5,000 元" in client.get(f"/desk/matters/{matter.pk}/").content.decode()
        post(client, matter, "proposals/decide/", confirm="", words="同意")
    closed = again(matter)
    assert (closed.closed, closed.events.last().body["fine"]) == (date(2026, 3, 10), 500_000)


def test_a_file_comes_back_as_a_download(client, matter):
    upload = SimpleUploadedFile("说明.txt", "演示".encode())
    client.post(f"/desk/matters/{matter.pk}/files/", {"version": 1, "files": upload})
    kept = matter.attachments.get()
    page = client.get(f"/desk/matters/{matter.pk}/files/{kept.sha256}/")
    assert page["Content-Disposition"].startswith("attachment")
    assert b"".join(page.streaming_content).decode() == "演示"


def test_what_lies_outside_the_scope_is_not_there(client, matter):
    elsewhere = desk.agency("Z-9")
    desk.signed_in(client, "inspector", username="stranger", at=elsewhere, scope="unit")
    assert client.get(f"/desk/matters/{matter.pk}/").status_code == 404
    assert post(client, matter, "acts/stop/", why="x").status_code == 404


def test_a_paper_names_the_parties_of_its_moment_in_chinese_whoever_prints_it(matter, officer):
    def now():
        found = again(matter)
        return {"by": officer, "on": desk.ON, "expected_version": found.version}

    before = parties.join(again(matter), role="party", who=parties.Person(name="演示甲"), **now())
    body = {"facts": "演示事实", "when": "2026-03-02"}
    event = services.act(again(matter), "notify", body=body, **now())
    parties.leave(before, reason="变更当事人", **now())
    parties.join(again(matter), role="party", who=parties.Person(name="演示乙"), **now())
    issued = Paper.objects.select_related("event__by", "event__second").get(event=event)
    with translation.override("en"):
        told = printing.data_of(again(matter), issued)
    assert [party["name"] for party in told["parties"]] == ["演示甲"]
    assert [label for label, _text in told["rows"]] == ["案卷编号", "事实", "送达日期"]


@pytest.mark.parametrize(
    ("data", "status"), [({"id_number": "1" * 31}, 422), ({"phone": "1" * 41}, 422), ({"name": "甲" * 201}, 422), ({"represents": "甲"}, 404)]
)
def test_a_party_with_a_value_no_column_holds_is_refused_on_every_database(client, matter, data, status):
    page = post(client, matter, "parties/", **({"role": "party", "name": "演示甲"} | data))
    assert page.status_code == status
    assert not matter.parties.exists()


def test_an_inspection_is_still_worked_on_its_own_page(client, officer):
    from tests import factories_inspection as inspected

    [visit] = inspected.visits(quota=1)
    member = inspected.team(visit)[0]
    member.user = officer.user
    officer.user = None
    officer.save(update_fields=["user"])
    member.save(update_fields=["user"])
    assert client.get(f"/desk/matters/{visit.proceeding_id}/")["Location"] == f"/desk/inspection/{visit.pk}/"
    for act in ("notify", "arrive", "record"):
        assert post(client, visit.proceeding, f"acts/{act}/", method="电话", arrived="9:00")["Location"] == f"/desk/inspection/{visit.pk}/"
    assert again(visit.proceeding).version == 1


def test_the_procedure_is_drawn_from_its_definition(client, officer):
    text = client.get("/desk/procedures/probe/").content.decode()
    assert "<svg" in text
    assert "告知" in text


def test_a_leader_supervises_and_the_inbox_puts_it_first(client, matter, officer):
    leader = desk.signed_in(client, "leader", username="leader")
    Holding.objects.create(officer=leader, post="inspector")
    post(client, matter, "staff/", what="supervise", words="群众反映集中", due="2026-03-31")
    client.force_login(officer.user)
    desk.matter(officer, due=date(2026, 3, 3))
    page = client.get("/desk/")
    assert [line.number for line in page.context["page"].object_list][0] == matter.number




def test_the_scope_alone_opens_no_matter(client, matter, officer):
    """A complaint officer of the same bureau, in whose scope the matter lies, holds no power over its kind."""
    colleague = desk.signed_in(client, "complaint-officer", scope="below", username="colleague", at=officer.agency)
    assert queries.visible_to(colleague).filter(pk=matter.pk).exists()
    for path in ("", "acts/notify/"):
        assert client.get(f"/desk/matters/{matter.pk}/{path}").status_code == 404
    matter.helpers.add(colleague)
    assert client.get(f"/desk/matters/{matter.pk}/").status_code == 200


def test_who_may_view_what_the_house_does_may_read_its_matters(client, matter, officer):
    desk.signed_in(client, "auditor", scope="below", username="reader", at=officer.agency)
    assert client.get(f"/desk/matters/{matter.pk}/").status_code == 200


def test_a_party_leaves_with_a_reason_and_stays_on_record(client, matter):
    post(client, matter, "parties/", role="party", name="天津演示1有限公司")
    [party] = parties.of(matter)
    page = client.get(f"/desk/matters/{matter.pk}/").content.decode()
    assert f'name="leave" value="{party.position}"' in page
    assert post(client, matter, "parties/", leave=party.position).status_code in (409, 422)
    assert post(client, matter, "parties/", leave=party.position, reason="登记有误").status_code == 302
    assert not parties.of(matter).exists()
    assert "登记有误" in client.get(f"/desk/matters/{matter.pk}/").content.decode()
