"""The agencies of the pack stand as a tree: whoever may see a bureau sees its offices."""

from __future__ import annotations

import pytest

from hengjian.ground.people import services
from hengjian.ground.people.models import Agency

pytestmark = pytest.mark.django_db


def test_offices_lie_below_their_bureau_and_bureaus_below_the_city():
    services.establish_agencies()
    office = Agency.objects.get(code="120101001")
    assert office.path == "120000/120101/120101001"
    assert Agency.objects.get(code="120119").parent.code == "120000"


def test_establishing_the_agencies_again_changes_nothing():
    assert services.establish_agencies() == services.establish_agencies() == Agency.objects.count()
