"""Officers are changed by an administrator who has just proved who they are; every change is in the audit."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground.audit.models import Trail
from hengjian.ground.people.models import Officer
from tests import factories_desk as desk
from tests import factories_draw as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make.officer("G-1", certified=False)


@pytest.fixture
def administrator(client):
    found = desk.signed_in(client, "administrator", scope="city")
    client.post("/reauthenticate/", {"password": "long-enough-word"})
    return found


ADDRESS = "/desk/officers/G-1/change/"


def test_without_a_fresh_password_nothing_is_changed(client, clerk):
    desk.signed_in(client, "administrator", scope="city")
    for answer in (client.get(ADDRESS), client.post(ADDRESS, {"act": "retire"})):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/reauthenticate/")
    clerk.refresh_from_db()
    assert clerk.active


def test_a_post_is_given_and_taken_back_and_both_are_told(client, clerk, administrator):
    client.post(ADDRESS, {"act": "post", "post": "inspector", "since": "2026-03-02"})
    holding = clerk.holdings.get()
    assert (holding.post, holding.until) == ("inspector", None)
    client.post(ADDRESS, {"act": "end-post", "holding": holding.pk})
    holding.refresh_from_db()
    assert holding.until is not None
    lines = Trail.objects.filter(subject="officer:G-1").order_by("pk")
    assert [(line.action, line.officer) for line in lines] == [("people.post", administrator), ("people.end-post", administrator)]


def test_nobody_gives_a_post_or_a_wider_scope_to_themselves(client, administrator):
    own = f"/desk/officers/{administrator.number}/change/"
    assert client.post(own, {"act": "post", "post": "leader", "since": "2026-03-02"}).status_code == 403
    assert client.post(own, {"act": "scope", "scope": "unit"}).status_code == 403
    assert [holding.post for holding in administrator.holdings.all()] == ["administrator"]
    assert not Trail.objects.filter(action__startswith="people.").exists()


def test_the_same_post_is_not_given_twice(client, clerk, administrator):
    asked = {"act": "post", "post": "inspector", "since": "2026-03-02"}
    assert client.post(ADDRESS, asked).status_code == 302
    assert client.post(ADDRESS, asked).status_code >= 400
    assert clerk.holdings.count() == 1


def test_a_certificate_is_registered_with_its_fields(client, clerk, administrator):
    client.post(ADDRESS, {"act": "certificate", "number": "津01", "fields_text": "食品、特种设备", "since": "2026-01-01", "until": "2030-12-31"})
    paper = clerk.certificates.get()
    assert (paper.number, paper.fields, paper.until) == ("津01", ["食品", "特种设备"], date(2030, 12, 31))


def test_a_certificate_that_ends_before_it_begins_is_refused_at_its_field(client, clerk, administrator):
    page = client.post(ADDRESS, {"act": "certificate", "number": "津01", "since": "2026-01-02", "until": "2026-01-01"})
    assert page.context["forms"]["certificate"].errors["until"]
    assert not clerk.certificates.exists()


def test_the_number_of_a_colleagues_certificate_is_not_taken_over(client, clerk, administrator):
    other = make.officer("G-2")
    page = client.post(ADDRESS, {"act": "certificate", "number": "证G-2", "since": "2026-01-01", "until": "2027-01-01"})
    assert page.status_code != 302
    assert other.certificates.get().number == "证G-2"


def test_scope_and_service_are_changed(client, clerk, administrator):
    there = desk.agency("120101", "120101")
    client.post(ADDRESS, {"act": "scope", "scope": "custom", "units": [there.pk]})
    client.post(ADDRESS, {"act": "retire"})
    found = Officer.objects.get(number="G-1")
    assert (found.scope, list(found.scope_units.all()), found.active) == ("custom", [there], False)


def test_whoever_may_only_look_changes_nothing(client, clerk):
    desk.signed_in(client, "leader", scope="city")
    client.post("/reauthenticate/", {"password": "long-enough-word"})
    assert client.post(ADDRESS, {"act": "retire"}).status_code == 403


def test_the_page_of_another_officer_keeps_the_name_of_who_is_signed_in(client, clerk, administrator):
    page = client.get("/desk/officers/G-1/")
    assert page.context["officer"] == administrator
    assert f"<b>{administrator.name}</b>" in page.content.decode()


def test_the_audit_says_in_words_what_was_done_and_leads_to_it(client, clerk, administrator):
    client.post(ADDRESS, {"act": "post", "post": "inspector", "since": "2026-03-02"})
    page = client.get("/desk/audit/?action=people.post")
    [told] = page.context["rows"]
    assert (told.action, told.subject, told.href) == ("任命岗位", "人员 G-1", "/desk/officers/G-1/")
    assert ("岗位", "检查人员") in told.details


def test_a_refused_page_names_the_power_in_words(client):
    desk.signed_in(client, "filing-clerk")
    page = client.get("/desk/audit/")
    assert page.status_code == 403
    assert "查看审计记录" in page.content.decode()
    assert "audit.view" not in page.content.decode()


def test_a_post_that_begins_later_is_not_held_yet(client, clerk, administrator):
    client.post(ADDRESS, {"act": "post", "post": "inspector", "since": "2099-01-01"})
    assert client.get("/desk/officers/G-1/").context["posts"] == []


def test_a_data_scope_is_said_in_words(client, clerk, administrator):
    client.post(ADDRESS, {"act": "scope", "scope": "district"})
    [told] = client.get("/desk/audit/?action=people.scope").context["rows"]
    assert ("数据范围", "本区") in told.details
    assert "本区" in client.get("/desk/officers/G-1/").content.decode()
