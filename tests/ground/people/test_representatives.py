"""A person may act for several firms; the counter knows for which one now."""

from __future__ import annotations

import pytest

from hengjian.ground.people import services
from hengjian.ground.people.middleware import CHOSEN_FIRM, WhoIsAsking
from hengjian.ground.people.models import Representative, User
from tests import factories_draw as make

pytestmark = pytest.mark.django_db


def test_a_second_firm_is_added_and_the_first_stays():
    for number in (1, 2, 2):
        services.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=make.code_of(number))
    assert Representative.objects.filter(user__username="agent").count() == 2


@pytest.mark.parametrize(("chosen", "acts_for"), [(2, 2), (1, 1), (3, 1), (None, 1)])
def test_the_firm_of_the_session_counts_only_if_it_is_represented(rf, chosen, acts_for):
    for number in (1, 2):
        services.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=make.code_of(number))
    request = rf.get("/")
    request.user = User.objects.get(username="agent")
    request.session = {CHOSEN_FIRM: chosen and make.code_of(chosen)}
    WhoIsAsking(lambda asked: asked)(request)
    assert request.representative.uscc == make.code_of(acts_for)
    assert request.powers == {"counter.own"}
