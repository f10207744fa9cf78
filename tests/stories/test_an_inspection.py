"""From a team that is sent out before a holiday to a published result and the firm's answer after it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils.html import strip_tags

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Officer, User
from hengjian.ground.procedure import queries as procedures
from hengjian.ground.procedure.models import Proceeding
from hengjian.ground.warehouse import Mirror
from hengjian.street.assessment import frames
from hengjian.street.inspection import queries
from hengjian.street.inspection.models import Result, Visit
from hengjian.street.publication import services as publication
from hengjian.street.publication.models import PublicNotice
from tests import factories_inspection as make

pytestmark = pytest.mark.django_db


def signed_in(officer: Officer) -> Client:
    officer.user = officer.user or User.objects.create_user(officer.number, password="x")
    officer.save()
    client = Client()
    client.force_login(officer.user)
    return client


def text(answer) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def test_an_inspection_from_the_team_on_its_way_to_the_published_result_and_the_answer_of_the_firm(settings, tmp_path, monkeypatch):
    """Qingming and Labour Day lie between: 4–6 April and 1–5 May 2026 are no working days, 9 May is a make-up Saturday."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(frames, "mirror", lambda: Mirror(tmp_path / "warehouse"))
    with clock.frozen(make.at(2026, 4, 3, 9)):
        visit = make.visits(quota=1)[0]
        first, _second = make.team(visit)
        uscc = visit.entity.uscc
        firm = Client()
        firm.force_login(people.represent(username="firm", password="Story-2026-x", name="演示联系人", uscc=uscc).user)
        assert visit.proceeding.number not in text(firm.get("/counter/inspections/")), "a drawn list stays closed"
        page = signed_in(first).get(f"/desk/inspection/{visit.pk}/form/").content.decode()
        assert "《企业名称登记管理规定》第23条" in page
        told = {
            "token": "story-of-the-phone", "path": "done", "item_reg-name": "pass", "item_pub-annual-report": "problem",
            "note_pub-annual-report": "未按期公示2025年度年报", "codes": ["B"], "disposal": "order-correct", "method": "1", "signed_by_firm": "演示当事人",
            "arrived": "2026-04-03T09:00:00+08:00", "finished": "2026-04-03T09:40:00+08:00", "sign_firm": "M1 1L50 60", "place": "40.04,117.40,12",
        }  # fmt: skip
        assert signed_in(first).post(f"/desk/inspection/{visit.pk}/form/", told).status_code == 302
    result = Result.objects.get()
    # Nothing counts before the review: neither for the public nor for the class; the firm sees that it waits.
    with clock.frozen(make.at(2026, 4, 7, 9)):
        publication.publish_due(on=date(2026, 4, 7))
        assert not PublicNotice.objects.filter(uscc=uscc).exists()
        assert "等待审核" in text(firm.get("/counter/inspections/"))
        reviewer = make.officer("REVIEWER", "leader")
        desk = signed_in(reviewer)
        inbox = text(desk.get("/desk/"))
        assert visit.entity.name in inbox
        version = Visit.objects.get(pk=visit.pk).proceeding.version
        faces = {face.name: face.due for face in procedures.clocks_of(Visit.objects.get(pk=visit.pk).proceeding)}
        assert faces["review"] == date(2026, 4, 13), "five working days from 3 April, the holiday not counted"
        desk.post(f"/desk/inspection/{visit.pk}/review/", {"version": version})
    result.refresh_from_db()
    assert result.entry_id
    publish = queries.deadlines_of(result)[0]
    assert publish.day == date(2026, 5, 7), "twenty working days from 3 April, over Qingming and Labour Day"
    # Published, followed up, answered.
    with clock.frozen(make.at(2026, 4, 8, 9)):
        publication.publish_due(on=date(2026, 4, 8))
        [notice] = PublicNotice.objects.filter(uscc=uscc)
        assert notice.entry_seq == result.entry_id
        version = Visit.objects.get(pk=visit.pk).proceeding.version
        order = {"version": version, "disposal": "order-correct", "measure": "责令公示2025年度年报", "due": "2026-05-08"}
        signed_in(first).post(f"/desk/inspection/{visit.pk}/follow/", order)
        seen = text(firm.get("/counter/inspections/"))
        assert "责令公示2025年度年报" in seen
        assert "2026-05-07" in seen
        said = firm.post(f"/counter/ledger/{result.entry_id}/reply/", {"reply-text": "年报已于4月7日补报，欢迎复查。"})
        assert said.status_code == 302
        assert Proceeding.objects.get(kind="reply").subject == uscc
        assert "年报已于4月7日补报" in text(firm.get(f"/counter/ledger/{result.entry_id}/"))
        assert signed_in(first).get(f"/desk/inspection/{visit.pk}/record.pdf").content[:5] == b"%PDF-"
    # A second look on the make-up Saturday settles the order; the matter closes; the chain holds.
    [row] = queries.follow_ups_of(visit)
    with clock.frozen(make.at(2026, 5, 8, 9)):
        signed_in(first).post(f"/desk/inspection/follow-ups/{row.pk}/recheck/")
        again = Visit.objects.get(follow_up=row)
        make.record(again, make.clean(), token="second-look-of-the-story", at=make.at(2026, 5, 9))
        row.refresh_from_db()
        assert row.settled == date(2026, 5, 9)
        version = Visit.objects.get(pk=visit.pk).proceeding.version
        signed_in(first).post(f"/desk/inspection/{visit.pk}/close/", {"version": version, "outcome": "已改正"})
    matter = Visit.objects.get(pk=visit.pk).proceeding
    assert matter.closed
    assert procedures.first_altered(matter) is None
