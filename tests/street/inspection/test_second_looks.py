"""A second look by other teams: everything that decides it is closed before the value exists."""


from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Certificate, Officer
from hengjian.street.draw import lottery
from hengjian.street.draw.errors import BadSeed
from hengjian.street.draw.services import declare_tie
from hengjian.street.inspection import followups, queries, reinspections
from hengjian.street.inspection.errors import NothingToDraw
from hengjian.street.inspection.models import Visit
from tests import factories_inspection as make

from .test_pages import enter

pytestmark = pytest.mark.django_db


def sealed(*values):
    """A source of two departments that sealed these values, and what they reveal."""
    values = values or ("甲的数值", "乙的数值")
    parties = [{"name": name, "digest": lottery.sha256(value)} for name, value in zip(("甲", "乙"), values, strict=True)]
    return {"kind": "commit-reveal", "parties": parties}, {"reveals": list(values)}


def close(count=1, source=None, at=make.AT, by=None):
    by = by or Officer.objects.filter(number="S-1").first() or make.officer("S-1", "supervision-officer")
    on = make.AT.date()
    return reinspections.close_list(agency=make.make.bureau(), since=on, until=on, count=count, source=source or sealed()[0], by=by, at=at)


def drawn(row, evidence=None, at=make.AT):
    return reinspections.draw(row, evidence=evidence or sealed()[1], by=Officer.objects.get(number="S-1"), at=at)


def test_a_second_look_is_drawn_by_tickets_and_never_made_by_the_first_team(db):
    found = make.visits(quota=6, inspectors=8)
    for visit in found:
        make.record(visit)
    row = close(count=2)
    sent = drawn(row)
    row.refresh_from_db()
    # A stranger repeats it from the bundle alone.
    told = json.loads(json.dumps(reinspections.bundle(row)))
    assert hashlib.sha256(told["commitment"].encode()).hexdigest() == told["digest"]
    closed = json.loads(told["commitment"])
    for name in ("frame", "pool", "away"):
        assert lottery.sha256(lottery.canonical(told[name])) == closed[name]
    assert lottery.sha256(told["blind"]) == closed["blind"]
    seed = lottery.seed_of(told["digest"], "\n".join(told["evidence"]["reveals"]), told["blind"])
    tickets = sorted((lottery.ticket(seed, "reinspection", number), number) for number in told["frame"])
    assert told["chosen"] == [number for _t, number in tickets[:2]] == [queries.first_of(visit).proceeding.number for visit in sent]
    for visit in sent:
        assert not {o.pk for o in visit.officers.all()} & {o.pk for o in queries.first_of(visit).officers.all()}
    assert [v.pk for v in drawn(row, sealed("别的", "数值")[1])] == [v.pk for v in sent]


def test_nobody_chooses_the_value_of_a_second_look_after_the_list_is_closed(visit):
    make.record(visit)
    for n in range(4):
        make.officer(f"O-{n}", "inspector")
    with pytest.raises(BadSeed, match="晚于承诺"):
        close(source={"kind": "lottery", "name": "演示彩票", "issue": "1", "due": (make.AT - timedelta(hours=1)).isoformat()})
    with pytest.raises(BadSeed):
        close(source={"kind": "lottery", "name": "演示彩票"})
    row = close(source={"kind": "lottery", "name": "演示彩票", "issue": "26101", "due": (make.AT + timedelta(hours=3)).isoformat()})
    told = {"issue": "26101", "value": "3 11 17", "witness": "监督科 007"}
    with pytest.raises(BadSeed, match="以后产生"):
        drawn(row, told)
    late = make.AT + timedelta(hours=4)
    for wrong in (told | {"issue": "26102"}, told | {"witness": " "}, told | {"value": "三"}):
        with pytest.raises(BadSeed):
            drawn(row, wrong, late)
    sealed_row = close(source=sealed()[0])
    with pytest.raises(BadSeed, match="不符"):
        drawn(sealed_row, {"reveals": ["甲的数值", "乙改了主意"]})
    assert not Visit.objects.filter(reinspection__isnull=False).exists()
    assert len(drawn(row, told, late)) == 1


def test_the_first_value_that_fits_stands_even_where_no_team_can_be_sent(visit):
    """Too few officers: the refusal does not give anybody another try with another value, nor with officers who came in later."""
    make.record(visit)
    source, evidence = sealed()
    row = close(source=source)
    Certificate.objects.filter(officer__in=Officer.objects.exclude(pk__in=[o.pk for o in make.team(visit)])).delete()
    with pytest.raises(NothingToDraw):
        drawn(row, evidence)
    row.refresh_from_db()
    assert (row.value, row.drawn_at, row.visits.count()) == ("甲的数值\n乙的数值", None, 0)
    for n in range(4):
        make.officer(f"NEW-{n}", "inspector")
    with pytest.raises(NothingToDraw):
        drawn(row, sealed("x", "y")[1])
    assert reinspections.chosen(row) == [visit.proceeding.number]


def test_the_pages_of_a_second_look_lead_from_closing_to_the_comparison(client, visits):
    for visit in visits:
        make.record(visit)
    for n in range(3):
        make.officer(f"O-{n}", "inspector")
    enter(client, make.officer("S-1", "supervision-officer", agency=visits[0].proceeding.agency))
    source, evidence = sealed()
    on = make.AT.date().isoformat()
    with clock.frozen(make.AT):
        assert client.get("/desk/inspection/second-looks/").status_code == 200
        told = {"since": on, "until": on, "count": "1", "kind": "commit-reveal"}
        assert client.post("/desk/inspection/second-looks/close/", told).status_code == 422
        for letter, party in zip("ab", source["parties"], strict=True):
            told |= {f"name_{letter}": party["name"], f"digest_{letter}": party["digest"]}
        at_row = client.post("/desk/inspection/second-looks/close/", told)["Location"]
        assert client.get(at_row + "bundle.json").status_code == 409
        assert "甲揭示的数值" in client.get(at_row).content.decode()
        client.post(at_row + "draw/", dict(zip(("reveal_a", "reveal_b"), evidence["reveals"], strict=True)))
        assert "复查结果" in client.get(at_row).content.decode()
        assert client.get(at_row + "bundle.json").json()["digest"]
    client.logout()
    enter(client, make.team(visits[0])[0])
    assert client.get(at_row).status_code == 403


def test_a_second_look_is_made_by_nobody_with_a_tie_or_without_the_qualification(visit):
    make.record(visit)
    Visit.objects.filter(pk=visit.pk).update(items=["meter-use"])
    others = [make.officer(f"O-{n}", "inspector") for n in range(5)]
    for officer in others[1:]:
        officer.certificates.update(fields=["metering"])
    kin, *free = others[1:]
    declare_tie(by=kin, officer=kin, uscc=visit.entity.uscc, ground="kin", on=make.AT.date())
    on = make.AT.date()
    for number in range(6):  # whatever the value, the one with the tie and the one without the qualification stay
        source, evidence = sealed(f"{number}", "乙")
        [again] = drawn(close(source=source), evidence)
        assert set(again.officers.all()) <= set(free)
    declare_tie(by=free[0], officer=free[0], uscc=visit.entity.uscc, ground="kin", on=on)
    declare_tie(by=free[1], officer=free[1], uscc=visit.entity.uscc, ground="kin", on=on)
    with pytest.raises(NothingToDraw, match="只有 1 名"):
        drawn(close())


def test_a_second_look_is_held_against_the_visit_it_was_drawn_from_where_a_firm_was_visited_twice(visit):
    make.record(visit)
    supervisor, on = make.officer("S-1", "supervision-officer"), make.AT.date()
    for n in range(4):
        make.officer(f"O-{n}", "inspector")
    later = followups.again(visit, make.team(visit), by=supervisor, at=make.AT, due=on)
    make.record(later, token="another-visit-1")
    sent = drawn(close(count=2, by=supervisor))
    assert {queries.first_of(second) for second in sent} == {visit, later}


def test_no_more_are_drawn_than_were_made(visits):
    with pytest.raises(NothingToDraw):
        close()
