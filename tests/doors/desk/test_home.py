"""Everybody who signs in lands somewhere useful."""

from __future__ import annotations

import pytest

from hengjian.ground.people import services
from hengjian.ground.people.models import User
from tests import factories_desk as desk
from tests import factories_draw as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("post", ["filing-clerk", "inspector", "draw-officer", "leader", "auditor", "administrator", "legal-officer"])
def test_every_officer_lands_on_the_desk(client, post):
    desk.signed_in(client, post)
    page = client.get("/desk/")
    assert page.status_code == 200
    assert "没有待办事项" in page.content.decode()


def test_a_representative_lands_at_the_counter(client):
    services.represent(username="firm", password="long-enough-word", name="演示办事人", uscc=make.code_of(1))
    client.force_login(User.objects.get(username="firm"))
    assert client.get("/desk/").headers["Location"] == "/counter/"
    assert client.get("/counter/").status_code == 200


def test_an_account_that_is_neither_is_told_what_to_do(client):
    client.force_login(User.objects.create_user("nobody", password="x"))
    page = client.get("/desk/")
    assert page.status_code == 403
    assert "系统管理员" in page.content.decode()


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get("/desk/").headers["Location"] == "/login/?next=/desk/"
    assert client.get("/counter/").headers["Location"] == "/login/?next=/counter/"
