"""A calendar is announced: running deadlines move by themselves, and their owners are told once."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from hengjian.ground import policy
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.models import User
from hengjian.ground.procedure import queries, recounting, services
from hengjian.ground.procedure.models import CalendarRead, Proceeding, Shifted

from .test_services import bureau, first, lead_pack, officer, second  # noqa: F401

pytestmark = pytest.mark.django_db
AT = datetime(2025, 11, 4, 12, tzinfo=SHANGHAI)  # the day the notice for 2026 came out


@pytest.fixture
def before_the_notice(lead_pack):  # noqa: F811
    known = policy.current().calendar_of(range(2007, 2026))
    return CalendarRead.objects.create(calendar=recounting._written(known), at=AT)


def lead(by, on):
    return services.open(by=by, kind="probe-lead", agency=by.agency, subject="x", on=on)


def test_a_deadline_across_new_year_moves_and_the_owner_is_told(before_the_notice, first):  # noqa: F811
    across = lead(first, date(2025, 12, 11))  # 15 working days; 2 January turned out to be off, Sunday 4 January worked
    lead(first, date(2025, 10, 20))  # over before the year ends: nobody is troubled
    [told] = recounting.recount(AT)
    assert (told.proceeding_id, told.before, told.after) == (across.pk, date(2026, 1, 2), date(2026, 1, 4))
    [face] = queries.clocks_of(Proceeding.objects.get(pk=across.pk))
    assert face.due == told.after


def test_the_same_calendar_tells_nobody_twice(before_the_notice, first):  # noqa: F811
    lead(first, date(2025, 12, 15))
    assert len(recounting.recount(AT)) == 1
    assert recounting.recount(AT) == []
    assert Shifted.objects.count() == 1


def test_the_first_look_only_remembers_the_calendar(lead_pack, first):  # noqa: F811
    lead(first, date(2025, 12, 15))
    assert recounting.recount(AT) == []
    assert CalendarRead.objects.count() == 1


def test_a_settled_matter_is_left_alone(before_the_notice, first):  # noqa: F811
    matter = lead(first, date(2025, 12, 15))
    services.act(matter, "file", by=first, on=date(2025, 12, 16), expected_version=matter.version)
    assert recounting.recount(AT) == []


def test_the_owner_takes_note_and_nobody_else_can(before_the_notice, first, second):  # noqa: F811
    lead(first, date(2025, 12, 15))
    [told] = recounting.recount(AT)
    shift = Shifted.objects.get(proceeding=told.proceeding_id)
    with pytest.raises(NotFound):
        recounting.note(shift.pk, by=second, at=AT)
    recounting.note(shift.pk, by=first, at=AT)
    recounting.note(shift.pk, by=first, at=datetime(2025, 12, 1, tzinfo=SHANGHAI))
    shift.refresh_from_db()
    assert (shift.seen_by, shift.seen_at) == (first, AT)


def test_a_changed_deadline_waits_in_the_inbox_until_noted(before_the_notice, first, client):  # noqa: F811
    first.user = User.objects.create_user("shift-owner", password="x")
    first.save()
    lead(first, date(2025, 12, 11))
    [told] = recounting.recount(AT)
    client.force_login(first.user)
    assert "2026-01-02 → 2026-01-04" in client.get("/desk/").content.decode()
    assert "2026-01-04" in client.get("/desk/shifts/").content.decode()
    shift = Shifted.objects.get(proceeding=told.proceeding_id)
    assert client.post(f"/desk/shifts/{shift.pk}/noted/").status_code == 302
    assert "2026-01-02 → 2026-01-04" not in client.get("/desk/").content.decode()
