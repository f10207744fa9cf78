"""The desk and the counter in Debian's Chromium: clean, open to all, no wider than the phone, usable by keyboard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import User
from tests import factories_desk as desk
from tests import factories_draw as make
from tests.browser.looking import clean, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def days(count: int) -> date:
    """A day so far from today: the server's own thread cannot be given another day."""
    return clock.today() + timedelta(days=count)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_an_officer_are_clean(live_server, chromium, client, width):
    leader = desk.signed_in(client, "leader", scope="city")
    firm = desk.firm()
    desk.penalty(firm, issuer=make.bureau(), personal={"representative": "测试某某"})
    desk.published(clock.today())
    for number, due in enumerate((days(-3), days(0), days(2), days(30))):
        desk.matter(leader, subject=firm.uscc, due=due, title=f"演示检查{number}")
    make.officer("P-1")
    page = opened(chromium, live_server.url, leader.user, width=width)
    addresses = {
        "home": "/desk/", "nothing": "/desk/?text=没有", "done": "/desk/done/", "find": "/desk/find/?q=演示", "entity": f"/desk/entities/{firm.uscc}/",
        "then": f"/desk/entities/{firm.uscc}/?on=2026-02-15&known=2026-02-20", "overview": "/desk/overview/", "late": "/desk/overview/matters/",
        "officers": "/desk/officers/", "officer": "/desk/officers/P-1/", "agencies": "/desk/people/", "audit": "/desk/audit/?verify=1", "account": "/account/",
    }  # fmt: skip
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        clean(page, f"desk-{name}")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_a_firm_are_clean(live_server, chromium, client, width):
    firms = [desk.firm(1), desk.firm(2)]
    desk.penalty(firms[0], issuer=make.bureau())
    desk.published(clock.today())
    for firm in firms:
        people.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=firm.uscc)
    page = opened(chromium, live_server.url, User.objects.get(username="agent"), width=width)
    page.goto(f"{live_server.url}/counter/")
    clean(page, "desk-firms")
    page.get_by_role("button", name=firms[0].name).click()
    page.goto(page.url)
    clean(page, "desk-counter")


def test_the_inbox_is_worked_by_keyboard_alone(live_server, chromium, client):
    officer = desk.signed_in(client, "inspector")
    firm = desk.firm()
    desk.matter(officer, subject=firm.uscc, due=days(2))
    page = opened(chromium, live_server.url, officer.user)
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    page.keyboard.type(firm.uscc)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/entities/{firm.uscc}/")
    page.go_back()
    page.locator("details.sum summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_text(f"截止 {days(2)}").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_text(f"截止 {days(2)}").is_visible()


def test_on_paper_the_entity_stands_without_navigation(live_server, chromium, client):
    leader = desk.signed_in(client, "leader")
    firm = desk.firm()
    page = opened(chromium, live_server.url, leader.user)
    page.goto(f"{live_server.url}/desk/entities/{firm.uscc}/")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name=firm.name).is_visible()
    for hidden in (".side", ".top", ".no-print", ".tabs"):
        assert not page.locator(hidden).first.is_visible(), hidden
