"""Signing in: the right password opens the desk, a post opens its pages and no others."""

from datetime import date

import pytest

from hengjian.doors.demo import accounts
from hengjian.doors.demo.logins import PASSWORD
from hengjian.ground.people import services


@pytest.fixture
def officers(db):
    services.establish_agencies()
    accounts.open_accounts(date(2026, 3, 2))


def test_a_leader_signs_in_and_sees_the_agencies_of_the_district_and_no_others(officers, client):
    answer = client.post("/login/", {"login": "demo-leader", "password": PASSWORD})
    assert answer.status_code == 302
    page = client.get("/desk/people/").content.decode()
    assert "蓟州区市场监督管理局" in page
    assert "和平区市场监督管理局" not in page


def test_a_wrong_password_opens_nothing(officers, client):
    assert client.post("/login/", {"login": "demo-leader", "password": "wrong"}).status_code == 200
    assert client.get("/desk/people/").status_code == 302


def test_a_post_without_the_power_is_refused_with_a_page(officers, client):
    client.post("/login/", {"login": "demo-filing", "password": PASSWORD})
    assert client.get("/desk/people/").status_code == 403


def test_appointing_twice_makes_one_officer(officers):
    from hengjian.ground.people.models import Agency, Officer

    before = Officer.objects.count()
    test_unit = Agency.objects.get(code="120119")
    services.appoint(number="DEMO-LEADER", name="演示负责人", agency=test_unit, posts=["leader"], username="demo-leader")
    assert Officer.objects.count() == before
