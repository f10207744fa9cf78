"""A person may act for several firms; the counter knows for which one now."""

from __future__ import annotations

import pytest

from hengjian.ground.people import services
from hengjian.ground.people.middleware import CHOSEN_FIRM
from hengjian.ground.people.models import Representative, User
from tests import factories_draw as make

pytestmark = pytest.mark.django_db


def test_a_second_firm_is_added_and_the_first_stays():
    for number in (1, 2, 2):
        services.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=make.code_of(number))
    assert Representative.objects.filter(user__username="agent").count() == 2


def test_the_chosen_firm_is_the_one_a_page_sees_and_only_a_represented_one(client):
    for number in (1, 2):
        services.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=make.code_of(number))
    client.force_login(User.objects.get(username="agent"))
    for chosen, seen in ((make.code_of(2), make.code_of(2)), (make.code_of(3), make.code_of(1))):
        session = client.session
        session[CHOSEN_FIRM] = chosen
        session.save()
        assert seen in client.get("/counter/").content.decode()
