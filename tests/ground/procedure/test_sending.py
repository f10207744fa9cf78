"""A matter sent to another agency (移送、分送、退回): its number, its record and its clocks go with it."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground.procedure import queries, services, staffing
from hengjian.ground.procedure.models import Proceeding
from tests import factories_casework as make
from tests import factories_desk as desk

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture
def lead():
    here = make.office()
    there = desk.agency("120116-scjg", "120116")
    matter = services.open(
        by=here.first, kind="lead", agency=here.agency, subject="", on=DAY, body={"source": "other", "facts": "演示"}, at=make.at(DAY)
    )
    return here, there, matter


def sent(matter, to, by=None, on=DAY):
    found = make.again(matter)
    return staffing.send(found, by=by, to=to, reason="不属于本机关管辖", on=on, expected_version=found.version, at=make.at(on))


def test_a_matter_sent_five_times_keeps_its_number_its_chain_and_its_clock(lead):
    here, there, matter = lead
    before = queries.clocks_of(matter, DAY)[0].due
    for turn in range(5):
        sent(matter, there if turn % 2 == 0 else here.agency, on=date(2026, 3, 3 + turn))
    now = queries.with_events(Proceeding.objects.filter(pk=matter.pk)).get()
    assert (now.number, now.agency) == (matter.number, there)
    assert queries.first_altered(now) is None
    assert queries.clocks_of(now, DAY)[0].due == before


def test_what_was_sent_away_is_seen_where_it_lies_and_owned_by_nobody(lead):
    here, there, matter = lead
    stranger = make.officer("T-1", "case-officer", there)
    sent(matter, there)
    assert queries.visible_to(stranger).filter(pk=matter.pk).exists()
    assert not queries.visible_to(here.first).filter(pk=matter.pk).exists()
    found = make.again(matter)
    staffing.take(found, by=stranger, on=DAY, expected_version=found.version, at=make.at(DAY))
    assert make.again(matter).owner == stranger
    with pytest.raises(services.WrongState):
        staffing.take(make.again(matter), by=stranger, on=DAY, expected_version=found.version, at=make.at(DAY))


def test_the_next_number_of_either_agency_is_not_disturbed(lead):
    here, there, matter = lead
    sent(matter, there)
    own = services.open(by=None, kind="lead", agency=there, subject="", on=DAY, body={"source": "other", "facts": "演示"}, at=make.at(DAY))
    assert (own.serial, matter.serial) == (1, 1)
    sent(own, here.agency)
    assert make.again(own).agency == here.agency


def test_a_closed_matter_stays_where_it_is(lead):
    here, there, matter = lead
    Proceeding.objects.filter(pk=matter.pk).update(closed=DAY)
    with pytest.raises(services.WrongState):
        sent(matter, there)
