"""Five data scopes over every page of the desk: an officer never meets what lies outside."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from hengjian.ground.audit import record
from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Certificate
from tests import factories_desk as desk
from tests import factories_draw as make
from tests import factories_intake as files

pytestmark = pytest.mark.django_db
SCOPES = ("own", "unit", "below", "district", "city", "custom")


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(desk.ON):
        yield


@pytest.fixture
def city():
    """Two districts; in the first a bureau with an office below it. Each unit has an officer, a matter, a file."""
    here = desk.agency("120119", "120119")
    office = desk.agency("120119-01", "120119", parent=here)
    there = desk.agency("120101", "120101")
    found = {}
    for number, unit in enumerate((here, office, there)):
        officer = make.officer(f"Z-{number}", agency=unit)
        firm = desk.firm(number, district=unit.district, name=f"天津界限{unit.code}有限公司")
        matter = desk.matter(officer, subject=firm.uscc, title=f"事项{unit.code}")
        bad = files.csv_bytes(files.REGISTRATION, [[firm.name, "无", "2020-05-06", "和平", f"地址{number}"]])
        files.deliver(unit, "registration", bad)
        record("test.act", f"line:{unit.code}", by=officer)
        found[unit.code] = (unit, officer, firm, matter)
    return found


def matters_seen(client) -> set[str]:
    return {task.proceeding.agency.code for task, _title, _href in client.get("/desk/overview/matters/?all").context["rows"]}


def lines_seen(client) -> set[str]:
    return {line.subject for line in client.get("/desk/audit/").context["page"] if line.action == "test.act"}


def officers_seen(client) -> set[str]:
    return {row["one"].number for row in client.get("/desk/officers/").context["rows"]}


def firms_seen(client, city) -> set[str]:
    return {code for code, (_u, _o, firm, _m) in city.items() if client.get(f"/desk/entities/{firm.uscc}/").status_code == 200}


def filing_seen(client) -> set[str]:
    return {row["agency__code"] for row in client.get("/desk/overview/").context["filing"]}


@pytest.mark.parametrize(
    ("scope", "units", "districts"),
    [
        ("own", set(), {"120119"}),
        ("unit", {"120119"}, {"120119"}),
        ("below", {"120119", "120119-01"}, {"120119"}),
        ("district", {"120119", "120119-01"}, {"120119"}),
        ("city", {"120119", "120119-01", "120101"}, {"120119", "120101"}),
        ("custom", {"120119", "120101"}, {"120119", "120101"}),
    ],
)
def test_each_scope_shows_its_units_and_no_other(client, city, scope, units, districts):
    leader = desk.signed_in(client, "leader", scope=scope, at=city["120119"][0])
    if scope == "custom":
        people.set_scope(officer=leader, scope="custom", units=[city["120101"][0]])
    people_of = {city[code][1].number for code in units}
    assert matters_seen(client) == units
    assert lines_seen(client) == {f"line:{code}" for code in units}
    assert officers_seen(client) == people_of | {leader.number}
    assert {city[code][2].district for code in firms_seen(client, city)} == districts
    assert filing_seen(client) == (units or {"120119"})


@pytest.mark.parametrize("scope", SCOPES)
def test_no_page_names_what_lies_outside_the_scope(client, city, scope):
    leader = desk.signed_in(client, "leader", scope=scope, at=city["120119"][0])
    there, officer, firm, matter = city["120101"]
    assert leader.agency != there
    pages = [
        "/desk/", "/desk/done/", f"/desk/find/?q={quote('界限')}", "/desk/overview/", "/desk/overview/matters/?all",
        "/desk/overview/matters/?all&unit=120101", "/desk/audit/", "/desk/audit/?who=Z-2", "/desk/officers/", "/desk/people/",
    ]  # fmt: skip
    seen = "".join(client.get(page).content.decode() for page in pages).replace("<mark>", "").replace("</mark>", "")
    outside = [firm.name, matter.number, officer.number + "<", f"line:{there.code}"]
    assert [word for word in outside if (word in seen) != (scope == "city")] == []
    status = 200 if scope == "city" else 404
    assert client.get(f"/desk/entities/{firm.uscc}/").status_code == status
    assert client.get(f"/desk/officers/{officer.number}/").status_code == status


@pytest.mark.parametrize(
    ("address", "posts"),
    [
        ("/desk/find/?q=x", {"inspector", "leader", "auditor", "case-officer"}),
        ("/desk/overview/", {"leader", "auditor"}),
        ("/desk/overview/matters/", {"leader", "auditor"}),
        ("/desk/audit/", {"leader", "auditor", "administrator"}),
        ("/desk/audit.xlsx", {"leader", "auditor", "administrator"}),
        ("/desk/officers/", {"leader", "auditor", "administrator"}),
        ("/desk/people/", {"leader", "auditor", "administrator"}),
        ("/desk/inbox.xlsx", {"filing-clerk", "inspector", "leader", "auditor", "administrator", "case-officer"}),
    ],
)
def test_a_page_opens_for_the_posts_that_carry_its_power_only(client, address, posts):
    for number, post in enumerate(("filing-clerk", "inspector", "leader", "auditor", "administrator", "case-officer")):
        desk.signed_in(client, post, username=f"user{number}")
        assert (client.get(address).status_code == 200) == (post in posts), post


def test_a_post_that_ended_yesterday_opens_nothing(client):
    officer = desk.signed_in(client, "leader")
    holding = officer.holdings.get()
    people.end_post(holding=holding, until=desk.ON)
    assert client.get("/desk/overview/").status_code == 200
    with clock.frozen(desk.ON.replace(day=3)):
        assert client.get("/desk/overview/").status_code == 403


def test_certificates_are_listed_by_how_soon_they_end(client):
    desk.signed_in(client, "administrator", scope="city")
    for number, until in (("C-1", desk.ON.replace(day=20)), ("C-2", desk.ON.replace(year=2029))):
        officer = make.officer(number, certified=False)
        Certificate.objects.create(officer=officer, number=f"证{number}", since=desk.ON.replace(year=2024), until=until)
    rows = client.get("/desk/officers/?expiring=1").context["rows"]
    assert [row["one"].number for row in rows] == ["C-1"]
