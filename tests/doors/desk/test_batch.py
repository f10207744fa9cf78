"""One act over several matters chosen from the list: each is judged alone."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.procedure import queries
from hengjian.street.register.models import Entity
from tests import factories_casework as make
from tests import factories_desk as desk

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(ON):
        yield


@pytest.fixture
def leads(client):
    officer = desk.signed_in(client, "case-officer")
    office = make.Office(officer.agency, officer, officer, officer, officer)
    return [make.lead(office, ON, desk.firm(n)) for n in (1, 2, 3)]


def asked(leads, **more):
    return {"matter": [lead.pk for lead in leads], **{f"version-{lead.pk}": make.again(lead).version for lead in leads}, **more}


SCREEN = {"act": "screen", "first_violation": "yes", "corrected": "no", "harm": "yes", "screened": "不在免罚清单内"}


def test_the_list_offers_the_acts_that_its_chosen_matters_share(client, leads):
    assert "批量办理所选" in client.get("/desk/casework/?show=leads").content.decode()
    page = client.get("/desk/batch/", asked(leads)).content.decode()
    assert "其中 3 件现在可以办理" in page
    assert 'value="screen"' in page
    assert 'value="file"' not in page  # not before it was screened and verified


def test_each_matter_is_judged_alone(client, leads):
    desk.penalty(Entity.objects.get(uscc=leads[1].subject), issuer=leads[0].agency, on=date(2026, 1, 5))  # not the first breach of this one
    told = asked(leads, **SCREEN)
    told[f"version-{leads[2].pk}"] = 7  # somebody worked on it meanwhile
    page = client.post("/desk/batch/", told).content.decode()
    assert "3 件中办成 1 件" in page
    assert "不能记为首次违法" in page
    assert "刚刚有人办理过" in page
    assert [make.again(lead).version for lead in leads] == [2, 1, 1]
    assert [queries.first_altered(make.again(lead)) for lead in leads] == [None] * 3


def test_a_missing_field_is_asked_for_before_any_matter_is_touched(client, leads):
    page = client.post("/desk/batch/", asked(leads, **(SCREEN | {"screened": ""})))
    assert page.status_code == 422
    assert [make.again(lead).version for lead in leads] == [1, 1, 1]


def test_a_leader_confirms_what_was_proposed_in_several_and_never_a_matter_of_another_bureau(client, leads):
    office = make.office(leads[0].agency)
    for lead in leads[:2]:
        make.propose(lead, "extend", ON, office.first, reason="调取外地记录")
    other = desk.agency("Z-1")
    stranger = make.lead(make.Office(other, *[make.officer("S-1", "case-officer", other)] * 4), ON, desk.firm(9))
    desk.signed_in(client, "leader", username="leader", at=leads[0].agency)
    page = client.post("/desk/batch/", asked([*leads, stranger], act="confirm.extend", opinion="同意")).content.decode()
    assert "3 件中办成 2 件" in page
    assert stranger.number not in page
    assert [queries.done(make.again(lead).events.last()).act for lead in leads] == ["extend", "extend", "open"]
