"""The portal in Chromium: found, read tab by tab with the keyboard, without scripts, in large type and on a phone."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.browser.looking import barriers, opened, too_wide
from tests.doors.portal.test_public_pages import CODE, DAY, DOCUMENT, firm, notice  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/", "/search/?q=津沽", f"/entity/{CODE}/", f"/entity/{CODE}/?tab=all", "/about/", "/draw/", "/publication/lists/penalty/", "/publication/notices/7/")


@pytest.fixture
def shown(firm):  # noqa: F811
    from hengjian.ground.kit import clock

    notice(firm)
    notice(firm, 8, "abnormal-list", until=None, body={"ground": "未按期年报"})
    notice(firm, 9, "annual-report", until=None, body={"year": 2025})
    cache.clear()
    with clock.frozen(DAY):
        yield


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_public_pages_are_clean_in_both_widths_and_type_sizes(shown, live_server, chromium, width, large):
    page = opened(chromium, live_server.url, width=width)
    if large:
        page.goto(f"{live_server.url}/ui/prefer/?text=large&next=/")
        assert page.locator("html.elder").count() == 1
    wrong = []
    for path in PAGES:
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        wrong += [f"{path}: {fault}" for fault in barriers(page) + too_wide(page)]
    page.context.close()
    assert wrong + page.heard == []


def test_a_firm_is_found_and_its_records_read_with_the_keyboard_alone(shown, live_server, chromium):
    page = opened(chromium, live_server.url)
    page.goto(live_server.url + "/")
    page.keyboard.press("/")
    page.keyboard.type("津沽")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    page.get_by_role("link", name="天津（津沽）食品有限公司").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/entity/{CODE}/")
    page.evaluate("window.same = true")
    page.locator("#tab-penalty").focus()
    page.keyboard.press("Enter")
    page.locator("#record-7").wait_for()
    assert page.locator("#tab-penalty").get_attribute("aria-current") == "page"
    assert "tab=penalty" in page.url
    assert page.evaluate("window.same")  # only the records were exchanged
    assert page.evaluate("document.activeElement.id") == "tab-penalty"
    page.go_back()
    page.locator("#tab-basic[aria-current]").wait_for()
    page.context.close()
    assert page.heard == []


def test_without_scripts_every_tab_and_every_sum_can_be_read(shown, live_server, chromium):
    page = opened(chromium, live_server.url, java_script_enabled=False)
    page.goto(f"{live_server.url}/entity/{CODE}/")
    page.locator("#tab-penalty").click()
    assert DOCUMENT in page.locator("#record-7").inner_text()
    page.locator("#record-7 summary").click()
    assert page.get_by_text("2027-01-16 起不再公示").is_visible()
    page.locator(".tag .ask").first.click()
    assert page.locator("#why").is_visible()
    page.context.close()


def test_the_badge_leads_to_the_answer_and_the_answer_to_the_record(shown, live_server, chromium):
    page = opened(chromium, live_server.url, width=390)
    page.goto(f"{live_server.url}/entity/{CODE}/")
    page.get_by_role("link", name="警示").first.click()
    page.locator("#why").get_by_role("link", name=DOCUMENT).first.click()
    page.locator("#record-7").wait_for()
    assert page.locator("#record-7").is_visible()
    page.context.close()
    assert page.heard == []
