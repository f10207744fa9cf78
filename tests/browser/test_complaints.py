"""Complaints in Chromium: a citizen on a phone, an operator with a call, an officer with ten matters and a keyboard."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import resolve, reverse

from hengjian.duties.complaints import filing as taking
from hengjian.duties.complaints.models import Filing, Track
from hengjian.ground.kit import clock
from tests import factories_complaints as make
from tests import factories_desk as desk
from tests import factories_draw
from tests.browser.looking import clean, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def test_a_citizen_on_a_phone_files_both_with_a_photo_in_well_under_two_minutes(live_server, chromium):
    factories_draw.bureau()
    firm = desk.firm(1)
    desk.published(clock.today())
    page = opened(chromium, live_server.url, width=390)
    began = time.monotonic()
    page.goto(f"{live_server.url}/complaints/")
    clean(page, "complaints-start")
    page.get_by_text("两样都要").click()
    page.locator("#id_category").select_option("quality")
    page.locator("#id_text").fill("昨天买的电水壶漏水，店家不退")
    page.locator("#id_papers").set_input_files({"name": "水壶.png", "mimeType": "image/png", "buffer": make.PHOTO})
    clean(page, "complaints-what")
    page.get_by_role("button", name="下一步").click()
    clean(page, "complaints-advice")
    page.get_by_role("button", name="还是要提交").click()
    page.locator("#id_name").press_sequentially(firm.name[:4])
    page.locator(".pick").first.click()
    clean(page, "complaints-firm")
    page.get_by_role("button", name="下一步").click()
    page.locator("#id_name").fill("演示市民")
    page.locator("#id_phone").fill("13900000001")
    clean(page, "complaints-you")
    page.get_by_role("button", name="下一步").click()
    page.locator("#code").fill(page.locator("#code-note b").inner_text())
    clean(page, "complaints-check")
    page.locator("[data-go]").click()
    page.wait_for_url("**/complaints/receipt/")
    assert time.monotonic() - began < 120  # with every page looked at; the clicks alone take seconds
    clean(page, "complaints-receipt")
    number, code = page.locator("#number").inner_text(), page.locator("#query-code").inner_text()
    found = Filing.objects.get(number=number)
    assert (found.entity, found.slow, found.confirmed_at is not None) == (firm, False, True)
    assert [track.proceeding.attachments.count() for track in found.tracks.all()] == [1, 1]
    page.get_by_role("link", name="查看进度").click()
    page.locator("#id_code").fill(code)
    page.locator("main").get_by_role("button", name="查询").click()
    page.get_by_role("button", name="撤回这件投诉").click()
    clean(page, "complaints-status")
    assert [make.track(found, kind).open for kind in ("complaint", "report")] == [False, True]


def test_a_draft_outlives_a_closed_page_and_a_phone_without_script_can_file(live_server, chromium):
    factories_draw.bureau()
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/complaints/new/what/?kind=report")
    page.locator("#id_category").select_option("price")
    page.locator("#id_text").fill("结账多收了三元")
    page.get_by_role("button", name="先保存").click()
    page.close()
    page = context.new_page()
    page.goto(f"{live_server.url}/complaints/")
    page.get_by_role("link", name="继续填写").click()
    page.get_by_role("button", name="还是要提交").click()
    page.locator("#id_unfound").check()
    page.get_by_role("button", name="下一步").click()
    page.locator("#id_anonymous").check()
    page.get_by_role("button", name="下一步").click()
    words = re.search(r"(.)加(.)等于几", page.locator("label[for=answer]").inner_text())
    page.locator("#answer").fill(str(sum("零一二三四五六七八九".index(word) for word in words.groups())))
    page.locator("[data-go]").click()
    page.wait_for_url("**/complaints/receipt/")
    context.close()
    assert Filing.objects.get().slow


def test_an_operator_takes_a_call_with_the_keyboard(live_server, chromium, client):
    officer = desk.signed_in(client, "complaint-officer", scope="unit")
    page = opened(chromium, live_server.url, officer.user)
    page.goto(f"{live_server.url}/desk/complaints/hotline/")
    clean(page, "complaints-hotline")
    page.locator("#id_name").focus()
    for word in ("演示来电人", "13900000002", "健身房关门，会员卡还剩八个月"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    page.locator("#id_category").focus()
    page.keyboard.type("合同")
    page.locator("#id_firm").focus()
    page.keyboard.type("演示健身房")
    page.locator("#id_category").select_option("contract")
    page.keyboard.press("Control+Enter")
    page.get_by_text("请读给来电人").wait_for()
    assert Filing.objects.get().category == "contract"
    assert page.locator("#id_text").input_value() == ""


def test_an_officer_handles_ten_matters_in_a_row_with_the_keyboard_alone(live_server, chromium, client):
    officer = desk.signed_in(client, "complaint-officer", scope="unit")
    for n in range(10):
        taking.file(told=make.told("complaint", text=f"第{n}件"), who=make.CITIZEN, at=clock.now(), agency=officer.agency)
    page = opened(chromium, live_server.url, officer.user)
    page.goto(f"{live_server.url}/desk/complaints/?kind=complaint")
    clean(page, "complaints-inbox")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    for n in range(10):
        page.wait_for_url(lambda address: resolve(urlsplit(address).path).view_name == "complaints:work")
        page.locator("[data-key='1']").wait_for()
        here = page.url
        page.keyboard.press("1")  # 受理
        page.locator("[data-act]").wait_for()
        if n == 0:
            clean(page, "complaints-work")
        page.keyboard.press("Control+Enter")
        page.wait_for_function("from => location.href.split('?')[0] !== from.split('?')[0]", arg=here)
    assert Track.objects.filter(state="accepted").count() == 10


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_the_desk_are_clean(live_server, chromium, client, width):
    officer = desk.signed_in(client, "complaint-officer", scope="unit")
    made = taking.file(told=make.told("complaint", "report", reference="TJ-1", source="12345", dispatched_at=clock.now()), who=make.CITIZEN, at=clock.now(), agency=officer.agency).filing
    page = opened(chromium, live_server.url, officer.user, width=width)
    track = make.track(made)
    addresses = {
        "filing": f"/desk/complaints/filings/{made.pk}/", "imports": "/desk/complaints/imports/", "units": "/desk/complaints/odr/units/",
        "act": reverse("complaints:work", args=(track.pk,)) + "?act=refuse", "matter": f"/desk/matters/{track.proceeding_id}/", "empty": "/desk/complaints/?q=没有",
    }  # fmt: skip
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        clean(page, f"complaints-{name}")
