"""Pages as people meet them: no complaint of the browser, no serious barrier, nothing wider than the phone."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESSES = ["/", "/login/", "/ui/", "/publication/lists/penalty/", "/no-such-page/"]
WIDTHS = [1440, 390]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_clean_open_to_all_and_fits(live_server, chromium, address, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(live_server.url + address)
    if folder := os.environ.get("HENGJIAN_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{address.strip('/').replace('/', '-') or 'home'}-{width}.png", full_page=True)
    grave = [v for v in Axe().run(page).response["violations"] if v["impact"] in {"serious", "critical"}]
    widest = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert [text for text in said if "404" not in text] == []
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in grave] == []
    assert widest <= width
