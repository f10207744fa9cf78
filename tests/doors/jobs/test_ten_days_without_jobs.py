"""No job counts a deadline: ten days without the job runner change none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengjian.doors.jobs import runner
from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import services as proceedings
from hengjian.street.ledger import queries as ledger_questions
from hengjian.street.ledger import services as ledger
from hengjian.street.publication import queries as publication
from hengjian.street.publication import services as publishing
from tests import factories_draw as make

pytestmark = pytest.mark.django_db
FIRST = date(2026, 2, 10)  # Spring Festival is in between
DAYS = [FIRST + timedelta(days=n) for n in range(11)]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def matter():
    inspector = people.appoint(number="J-1", name="演示检查员", agency=make.bureau(), posts=["inspector", "draw-officer"])
    return proceedings.open(
        kind="inspection", subject=make.code_of(0), agency=make.bureau(), owner=inspector, by=inspector, on=FIRST,
        body={"due": (FIRST + timedelta(days=20)).isoformat()},
    )  # fmt: skip


def deadlines(matter):
    faces = [(face.name, face.due, face.provisional) for face in procedure.clocks_of(matter)]
    terms = ("publication.penalty", "publication.withdraw")
    return faces, [policy.current().deadline(term, {"from": FIRST, "decided": FIRST}).due for term in terms]


def test_deadlines_are_the_same_with_a_runner_every_day_and_with_none_for_ten_days(matter):
    before = deadlines(matter)
    for day in DAYS:
        with clock.frozen(day):
            assert deadlines(matter) == before
    for day in DAYS:
        with clock.frozen(day):
            runner.work(once=True)
            assert deadlines(matter) == before
    assert before[0]


def test_a_notice_ends_on_its_last_day_although_no_job_ran():
    [entity] = make.city("A")
    ledger.append(
        by=None, issuer=make.bureau(), entity=entity, kind="licence", on=FIRST, until=FIRST + timedelta(days=5),
        document="津演许1号", body={"licence_name": "食品经营许可证", "until": (FIRST + timedelta(days=5)).isoformat()},
    )  # fmt: skip
    publishing.publish_entities(on=FIRST)
    publishing.publish_due(on=FIRST)
    notices = [list(publication.notices_of(entity.uscc, None, day)) for day in DAYS]
    ends = [note.until for note in notices[0]]
    for day, shown in zip(DAYS, notices, strict=True):
        assert len(shown) == sum(end is None or day <= end for end in ends)


def test_every_missed_day_gets_its_root():
    [entity] = make.city("A")
    with clock.frozen(FIRST):
        ledger.append(by=None, issuer=make.bureau(), entity=entity, kind="honour", on=FIRST, document="1")
    with clock.frozen(DAYS[1]):
        runner.work(once=True)
    with clock.frozen(DAYS[10]):
        runner.work(once=True)
    assert sorted(root.day for root in ledger_questions.roots()) == DAYS[:10]
    assert ledger.verify().whole
