"""Pages as people meet them: no complaint of the browser, no serious barrier, nothing wider than the phone."""

import pytest

from tests.browser.looking import open_to_all, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESSES = ["/", "/login/", "/ui/", "/publication/lists/penalty/", "/no-such-page/"]
WIDTHS = [1440, 390]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_clean_open_to_all_and_fits(live_server, chromium, address, width):
    page = opened(chromium, live_server.url, width=width, locale="en-US")
    page.goto(live_server.url + address)
    open_to_all(page, address.strip("/").replace("/", "-") or "home")
    page.context.close()
    assert [text for text in page.heard if "404" not in text] == []
