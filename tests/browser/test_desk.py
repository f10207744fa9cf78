"""The desk and the counter in Debian's Chromium: clean, open to all, no wider than the phone, usable by keyboard."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import User
from tests import factories_desk as desk
from tests import factories_draw as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def days(count: int) -> date:
    """A day so far from today: the server's own thread cannot be given another day."""
    return clock.today() + timedelta(days=count)


def page_of(chromium, live_server, client: Client, width: int):
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return context.new_page()


def check(page, address: str, width: int, name: str) -> None:
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(address)
    if folder := os.environ.get("HENGJIAN_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(800)
        page.screenshot(path=f"{folder}/desk-{name}-{width}.png", full_page=True)
    grave = [v for v in Axe().run(page).response["violations"] if v["impact"] in {"serious", "critical"}]
    assert said == []
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in grave] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_an_officer_are_clean(live_server, chromium, width):
    client = Client()
    leader = desk.signed_in(client, "leader", scope="city")
    firm = desk.firm()
    desk.penalty(firm, issuer=make.bureau(), personal={"representative": "测试某某"})
    desk.published(clock.today())
    for number, due in enumerate((days(-3), days(0), days(2), days(30))):
        desk.matter(leader, subject=firm.uscc, due=due, title=f"演示检查{number}")
    make.officer("P-1")
    page = page_of(chromium, live_server, client, width)
    addresses = {
        "home": "/desk/", "nothing": "/desk/?text=没有", "done": "/desk/done/", "find": "/desk/find/?q=演示", "entity": f"/desk/entities/{firm.uscc}/",
        "then": f"/desk/entities/{firm.uscc}/?on=2026-02-15&known=2026-02-20", "overview": "/desk/overview/", "late": "/desk/overview/matters/",
        "officers": "/desk/officers/", "officer": "/desk/officers/P-1/", "agencies": "/desk/people/", "audit": "/desk/audit/?verify=1", "account": "/account/",
    }  # fmt: skip
    for name, address in addresses.items():
        check(page, live_server.url + address, width, name)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_a_firm_are_clean(live_server, chromium, width):
    firms = [desk.firm(1), desk.firm(2)]
    desk.penalty(firms[0], issuer=make.bureau())
    desk.published(clock.today())
    for firm in firms:
        people.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=firm.uscc)
    client = Client()
    client.force_login(User.objects.get(username="agent"))
    page = page_of(chromium, live_server, client, width)
    check(page, f"{live_server.url}/counter/", width, "firms")
    page.get_by_role("button", name=firms[0].name).click()
    check(page, page.url, width, "counter")


def test_the_inbox_is_worked_by_keyboard_alone(live_server, chromium):
    client = Client()
    officer = desk.signed_in(client, "inspector")
    firm = desk.firm()
    desk.matter(officer, subject=firm.uscc, due=days(2))
    page = page_of(chromium, live_server, client, 1440)
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


def test_on_paper_the_entity_stands_without_navigation(live_server, chromium):
    client = Client()
    desk.signed_in(client, "leader")
    firm = desk.firm()
    page = page_of(chromium, live_server, client, 1440)
    page.goto(f"{live_server.url}/desk/entities/{firm.uscc}/")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name=firm.name).is_visible()
    for hidden in (".side", ".top", ".no-print", ".tabs"):
        assert not page.locator(hidden).first.is_visible(), hidden
