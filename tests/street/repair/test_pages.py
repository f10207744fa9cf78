"""What a firm and an officer see: the answer explained, one form, papers; and what neither may see of the other."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import printing
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Paper
from hengjian.street.ledger import queries as ledger
from hengjian.street.repair import figures, queries
from hengjian.street.repair import printing as letters
from hengjian.street.repair.models import Application
from tests import factories_casework as cases
from tests import factories_desk as desk
from tests import factories_listing as lists
from tests import factories_repair as make

pytestmark = pytest.mark.django_db
MARCH, JUNE = date(2026, 3, 2), date(2026, 6, 3)


@pytest.fixture
def entry(by):
    return make.penalty(desk.firm(), by, MARCH)


def representative(client, uscc, name="agent"):
    client.force_login(people.represent(username=name, password="long-enough-word", name="演示办事人", uscc=uscc).user)


def file(name="证明.txt"):
    return SimpleUploadedFile(name, "已缴清".encode(), "text/plain")


def test_a_firm_reads_the_sum_asks_follows_and_fetches_its_papers(client, entry, by):
    representative(client, entry.uscc)
    with clock.frozen(make.at(date(2026, 6, 2))):
        assert "2026-06-03 起可以申请" in client.get("/counter/repair/").content.decode()
        told = client.get(f"/counter/repair/records/{entry.seq}/").content.decode()
        assert "第107号" in told
        assert "2026-06-02" in told
        assert client.get(f"/counter/repair/apply/?entry={entry.seq}").status_code == 302
    with clock.frozen(make.at(JUNE)):
        form = client.get(f"/counter/repair/apply/?entry={entry.seq}").content.decode()
        assert "三年内不得再申请" in form
        half = client.post("/counter/repair/apply/", {"entry": entry.seq, "file-performed": file(), "send": "yes"})
        assert half.status_code == 422
        assert not Application.objects.exists()
        whole = {"entry": entry.seq, "file-performed": file(), "file-corrected": file("照片.txt"), "commit": "on", "send": "yes"}
        assert client.post("/counter/repair/apply/", whole).status_code == 302
        matter = Application.objects.get().proceeding
        page = client.get(f"/counter/repair/matters/{matter.pk}/").content.decode()
        assert "已收到" in page
        pdf = client.get(f"/counter/repair/matters/{matter.pk}/application.pdf")
        assert pdf.content.startswith(b"%PDF")
    make.do(matter, "ask", date(2026, 6, 4), by.first, missing="缺少银行盖章的凭证")
    with clock.frozen(make.at(date(2026, 6, 5))):
        assert "缺少银行盖章的凭证" in client.get(f"/counter/repair/matters/{matter.pk}/").content.decode()
        paper = Paper.objects.get(proceeding=matter)
        assert client.get(f"/counter/repair/matters/{matter.pk}/papers/{paper.pk}/").content.startswith(b"%PDF")
        client.post(f"/counter/repair/matters/{matter.pk}/supply/", {"file-performed": file("盖章凭证.txt"), "said": "已补"})
        assert procedure.state_of(make.again(matter)) == "received"
        kept = matter.attachments.order_by("position").first()
        assert client.get(f"/counter/repair/matters/{matter.pk}/files/{kept.sha256}/").status_code == 200
        assert client.post(f"/counter/repair/matters/{matter.pk}/retract/").status_code == 302
    assert procedure.state_of(make.again(matter)) == "retracted"


def test_another_firm_and_a_stranger_see_nothing_of_it(client, entry, by):
    matter = make.asked(entry, JUNE)
    for address in (f"matters/{matter.pk}/", f"matters/{matter.pk}/application.pdf", f"records/{entry.seq}/"):
        assert client.get(f"/counter/repair/{address}").status_code in (302, 403)
    representative(client, desk.firm(2).uscc)
    with clock.frozen(make.at(JUNE)):
        for address in (f"matters/{matter.pk}/", f"matters/{matter.pk}/application.pdf", f"records/{entry.seq}/"):
            assert client.get(f"/counter/repair/{address}").status_code == 404
        assert client.post(f"/counter/repair/matters/{matter.pk}/retract/").status_code == 404
        assert client.get("/desk/repair/").status_code == 403


def test_an_officer_works_from_the_inbox_and_the_agent_stands_apart(client, entry, by):
    officer = desk.signed_in(client, "repair-officer", scope="unit", at=by.agency)
    with clock.frozen(make.at(JUNE)):
        told = {"entry": entry.seq, "agent_name": "演示代理", "agent_phone": "13800138000", "commit": "on", "send": "yes", "file-authority": file("授权.txt")}
        assert client.post(f"/desk/repair/window/{entry.uscc}/", told).status_code == 302
        matter = Application.objects.get().proceeding
        assert (matter.owner, Application.objects.get().channel) == (officer, "window")
        assert {one.role: one.name for one in matter.parties.order_by("position")} == {"applicant": entry.entity.name, "agent": "演示代理"}
        assert "演示代理" not in str([event.body for event in matter.events.order_by("position")])
        assert matter.number in client.get("/desk/").content.decode()
        page = client.get(f"/desk/matters/{matter.pk}/").content.decode()
        assert "修复资格" in page
        assert "未提交" in page
        make.accepted(matter, JUNE, by)
        assert client.get(f"/desk/matters/{matter.pk}/acts/verify/").url == f"/desk/repair/matters/{matter.pk}/verify/"
        form = client.get(f"/desk/repair/matters/{matter.pk}/verify/").content.decode()
        assert 'value="not-listed" id="met-not-listed" checked' in form
        version = make.again(matter).version
        body = {"version": version, "met": make.ALL, "method": "site", "verified": "现场查看属实", "evidence": file("现场.txt")}
        assert client.post(f"/desk/repair/matters/{matter.pk}/verify/", body).status_code == 302
        said = make.again(matter).events.get(act="verify").body
        assert (said["method"], sorted(said["met"]), len(said["files"])) == ("site", sorted(make.ALL), 1)
        for address in ("/desk/repair/?tab=all", "/desk/repair/matters.xlsx?tab=all", "/desk/repair/statistics/", f"/desk/repair/entities/{entry.uscc}/?on=2026-06-02"):
            assert client.get(address).status_code == 200
        assert client.get(f"/desk/repair/entities/{entry.uscc}/?on=never").status_code == 422


def test_an_officer_of_another_district_sees_no_application(client, entry, by):
    matter = make.asked(entry, JUNE)
    desk.signed_in(client, "repair-officer", scope="unit", at=desk.agency("120101", "120101"))
    with clock.frozen(make.at(JUNE)):
        assert matter.number not in client.get("/desk/repair/?tab=all").content.decode()
        assert client.get(f"/desk/repair/matters/{matter.pk}/application.pdf").status_code == 404
        assert client.post(f"/desk/repair/matters/{matter.pk}/question/", {"facts": "疑"}).status_code == 404


def test_the_guide_goes_out_with_the_decision_and_names_the_days(settings):
    office = cases.office()
    case = cases.noticed(office, date(2026, 3, 2))
    cases.decided(office, case, date(2026, 3, 10))
    guide = Paper.objects.get(proceeding=case.proceeding, form="repair-form.00")
    decision = Paper.objects.get(proceeding=case.proceeding, form="penalty-form.45")
    assert (guide.event, guide.on) == (decision.event, decision.on)
    told = printing.data_of(cases.again(case.proceeding), guide)
    assert told["facts"][0] == ["所随文书", decision.number]
    rows = dict(tuple(row) for section in told["sections"] for row in section["rows"])
    assert (rows["适用情形"], rows["最迟公示日"]) == ("从轻、减轻的较低数额罚款，期满自动停止公示", "2026-04-08")
    assert letters.sections_of(queries.policy.current(), "penalty", {"kind_of_penalty": ["03"], "fine_fen": 6_000_000}, date(2026, 3, 10))[0]["rows"][2] == [
        "最早可申请之日", "不晚于 2026-07-09（一般失信信息最短公示期，《市场监督管理信用修复管理办法》）"
    ]  # fmt: skip


def test_a_listing_decided_here_ends_with_its_repair(by):
    office = lists.office()
    matter = lists.listed(office, MARCH, date(2026, 3, 10))
    entry = lists.entry_of(matter)
    make.publication.publish_due(on=date(2026, 3, 10))
    asked = make.asked(entry, date(2026, 3, 16), files={"cause-removed": [make.TEXT]})
    Officer.objects.filter(number__startswith="R-").update(scope="city")
    by.first.refresh_from_db()
    by.leader.refresh_from_db()
    make.granted(asked, date(2026, 3, 17), by, met=["cause-removed"], act="accept-list")
    assert ledger.closing_of(entry).kind == "repair"
    assert procedure.state_of(lists.again(matter)) == "removed"
    assert lists.again(matter).events.get(act="removed-by-repair").body["repair"] == asked.number


def test_figures_count_what_was_received_granted_and_refused_and_the_days_it_took(entry, by):
    other = make.penalty(entry.entity, by, MARCH, "津蓟市监罚〔2026〕2号")
    make.granted(make.asked(entry, JUNE), date(2026, 6, 8), by)
    refused = make.asked(other, JUNE)
    make.approved(refused, "refuse-entry", date(2026, 6, 9), by, refusal="not-performed", reasons="未缴清")
    told = figures.of(queries.applications(), date(2026, 6, 1), date(2026, 6, 30))
    assert (told.received, told.granted, told.declined, told.accepted, told.open) == (2, 1, 1, 1, 0)
    assert (sorted(told.accept.days), told.accept.kept, told.accept.late) == ([3, 4], 0, 2)
    assert (told.decide.days, told.decide.share, told.share) == ([0], "100.0%", "100.0%")
    assert told.grounds == [("义务未履行完毕", 1)]
    assert figures.of(queries.applications(), date(2026, 7, 1), date(2026, 7, 31)).received == 0


def test_pages_are_read_in_english(client, entry, by):
    make.asked(entry, JUNE)
    officer = desk.signed_in(client, "repair-officer", scope="city")
    client.cookies["django_language"] = "en"
    with clock.frozen(make.at(JUNE)):
        page = client.get(f"/desk/repair/entities/{entry.uscc}/").content.decode()
    assert "Ordinary penalty" in page
    assert "The shortest publicity has passed" in page
    assert Officer.objects.get(pk=officer.pk).active
