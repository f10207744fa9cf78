"""Many entities at one address are pointed out for a look; an address that hosts many by its own words is not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hengjian.street.register import addresses, services
from hengjian.street.register.models import Entity
from tests.factories_desk import signed_in
from tests.factories_draw import code_of

pytestmark = pytest.mark.django_db
ON, NOW = date(2026, 3, 2), datetime(2026, 3, 1, tzinfo=UTC)
CROWDED, HOSTED, QUIET = "天津市蓟州区渔阳镇演示路88号201", "天津市蓟州区演示创业园集群注册托管区", "天津市蓟州区渔阳镇演示路1号"


@pytest.fixture
def firms() -> dict[str, Entity]:
    """Five at one address and two that were deregistered there, five hosted, one alone."""
    told = [(CROWDED, "1")] * 5 + [(CROWDED, "4")] * 2 + [(HOSTED, "1")] * 5 + [(QUIET, "1")]
    for number, (address, status) in enumerate(told, start=1):
        services.enter(uscc=code_of(number), name=f"天津演示{number}有限公司", at=NOW, address=address, status=status, district="120119")
    return {address: Entity.objects.filter(address=address).order_by("pk")[0] for address in (CROWDED, HOSTED, QUIET)}


def test_a_crowded_address_is_pointed_out_a_hosted_one_and_a_quiet_one_are_not(firms):
    crowd = addresses.crowd_of(firms[CROWDED], ON)
    assert (crowd.count, crowd.pointed_out) == (5, True)  # whoever is deregistered is there no more
    hosted = addresses.crowd_of(firms[HOSTED], ON)
    assert (hosted.count, hosted.hosted, hosted.pointed_out) == (5, "集群注册", False)
    assert addresses.crowd_of(firms[QUIET], ON) is None


def test_four_at_one_address_are_not_pointed_out_yet(firms):
    Entity.objects.filter(pk=firms[CROWDED].pk).update(address=QUIET)
    assert not addresses.crowd_of(Entity.objects.filter(address=CROWDED)[0], ON).pointed_out


def test_the_desk_lists_crowded_addresses_of_its_own_district_with_their_firms(client, firms):
    signed_in(client, "register-officer")
    page = client.get("/desk/register/addresses/")
    assert [(one["address"], one["n"]) for one in page.context["page"]] == [(CROWDED, 5)]
    assert [one["address"] for one in client.get("/desk/register/addresses/", {"show": "hosted"}).context["page"]] == [HOSTED]
    assert client.get("/desk/register/", {"address": CROWDED, "status": "1"}).context["page"].paginator.count == 5
    assert "建议核查住所是否真实" in client.get(f"/desk/register/{firms[CROWDED].uscc}/").content.decode()
    assert "不作提示" in client.get(f"/desk/register/{firms[HOSTED].uscc}/").content.decode()
    Entity.objects.update(district="120101")
    assert not client.get("/desk/register/addresses/").context["page"].object_list
