"""A listing worked in Debian's Chromium: from the lead to the list on one page for each act, nothing typed twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import User
from hengjian.street.listing import queries
from tests import factories_desk as desk
from tests import factories_listing as make
from tests.browser.looking import clean, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def days(count: int) -> date:
    """A day so far from today: the server's own thread cannot be given another day."""
    return clock.today() + timedelta(days=count)


@pytest.fixture
def office():
    return make.office()


@pytest.fixture
def people_at_the_desk(client, office):
    clerk = desk.signed_in(client, "case-officer", at=office.agency, username="clerk")
    leader = desk.signed_in(client, "leader", at=office.agency, username="boss")
    return clerk, leader


def test_from_the_penalty_to_the_notice_and_from_the_reply_to_the_list(live_server, chromium, office, people_at_the_desk):
    clerk, leader = people_at_the_desk
    make.penalty(desk.firm(1), office, days(-3), "津蓟市监处罚〔2026〕9号")
    waiting = make.found(office, days(-20), desk.firm(2), ground="4", facts="登记住所为空置房屋")
    make.do(waiting, "verify-unreachable", days(-20), office.clerk, ground="4", facts="登记住所为空置房屋", visited=days(-20).isoformat())
    make.told(waiting, days(-20), office, ground="4")
    page = opened(chromium, live_server.url, clerk.user)
    page.goto(f"{live_server.url}/desk/listing/candidates/?lead=heavy-penalty")
    clean(page, "listing-candidates")
    page.get_by_role("button", name="对 天津演示1有限公司 立案").click()
    page.get_by_role("link", name="核对列入要件").or_(page.locator("a[href$='/acts/assess/']")).first.click()
    assert page.locator("[name=facts]").input_value() == "使用非食品原料加工食品"
    assert page.locator("[name=penalty]").input_value() == "津蓟市监处罚〔2026〕9号"
    page.goto(f"{live_server.url}/desk/matters/{waiting.pk}/acts/list/")
    assert page.locator("[name=facts]").input_value() == "登记住所为空置房屋"
    page.locator("[name=considered]").fill("告知后没有收到陈述")
    page.get_by_role("button", name="提请批准").click()
    approving = opened(chromium, live_server.url, leader.user)
    approving.goto(f"{live_server.url}/desk/matters/{waiting.pk}/")
    approving.get_by_role("button", name="批准").first.click()
    approving.wait_for_load_state()
    clean(approving, "listing-decided")
    assert [one.kind for one in queries.live_listings(waiting.subject, clock.today())] == ["abnormal-list"]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_the_lists_are_clean(live_server, chromium, office, people_at_the_desk, width):
    clerk, leader = people_at_the_desk
    firm = desk.firm(1)
    listed = make.listed(office, days(-30), days(-20), firm)
    serious = make.serious(office, days(-60), days(-35), desk.firm(2))
    people.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=firm.uscc)
    seq = make.entry_of(serious).seq
    page = opened(chromium, live_server.url, leader.user, width=width)
    for name, where in {
        "board": "/desk/listing/", "abnormal": "/desk/listing/?show=abnormal", "laid": "/desk/listing/?show=laid", "due": "/desk/listing/?show=due",
        "restrict": f"/desk/listing/entries/{seq}/restrict/", "counters": "/desk/listing/counters/", "hand": "/desk/listing/new/abnormal-list/",
        "responses": "/desk/listing/responses/", "matter": f"/desk/matters/{serious.pk}/", "other": f"/desk/matters/{listed.pk}/",
    }.items():  # fmt: skip
        page.goto(live_server.url + where)
        clean(page, f"listing-{name}")
    own = opened(chromium, live_server.url, User.objects.get(username="agent"), width=width)
    own.goto(f"{live_server.url}/counter/listing/")
    clean(own, "listing-own")
