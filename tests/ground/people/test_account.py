"""Everybody sees where they are signed in and can sign out everywhere else."""

from __future__ import annotations

import pytest
from django.test import Client

from hengjian.ground import policy
from hengjian.ground.people import powers, services
from hengjian.ground.people.models import Representative, User
from tests import factories_draw as make

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-word"


def sign_in() -> Client:
    client = Client()
    answer = client.post("/login/", {"login": "somebody", "password": PASSWORD}, HTTP_USER_AGENT="probe", REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 302
    return client


@pytest.fixture
def somebody():
    services.appoint(
        number="N-1", name="演示人员", agency=make.bureau(), posts=["inspector"], username="somebody", password=PASSWORD
    )
    return User.objects.get(username="somebody")


def test_sessions_are_listed_and_the_others_can_be_ended(somebody):
    here, there = sign_in(), sign_in()
    assert len(here.get("/account/").context["sessions"]) == 2
    here.post("/account/sessions/end/")
    assert there.get("/account/").status_code == 302
    assert len(here.get("/account/").context["sessions"]) == 1


def test_ending_sessions_needs_a_post(somebody):
    assert sign_in().get("/account/sessions/end/").status_code == 405


def test_pages_of_the_login_library_wear_our_frame(somebody):
    client = sign_in()
    for address in ("/password/", "/account/two-step/", "/reauthenticate/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "ui/hengjian.css" in page.content.decode()


def test_who_is_signed_in_stays_in_their_own_frame_on_pages_of_the_login_library(somebody):
    client = sign_in()
    for address in ("/account/", "/password/", "/account/two-step/", "/reauthenticate/"):
        page = client.get(address).content.decode()
        assert ('class="side"' in page, "工作人员登录" in page) == (True, False)
    assert "工作人员登录" in Client().get("/login/").content.decode()


def test_a_representative_keeps_the_frame_of_the_counter():
    user = User.objects.create_user("firm", password=PASSWORD)
    Representative.objects.create(user=user, uscc=make.code_of(1))
    client = Client()
    client.force_login(user)
    assert "企业服务窗口" in client.get("/account/two-step/").content.decode()


def test_every_power_a_post_carries_is_declared_by_a_house():
    declared = set(powers.catalogue())
    unknown = {
        (item.code, power)
        for item in policy.current().catalogue("posts").items.values()
        for power in item.extra.get("powers", ())
        if not power.startswith("*") and power not in declared
    }
    assert unknown == set()
