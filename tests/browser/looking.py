"""What every browser test does: open a page as somebody, hear what the browser complains of, and look at the page."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.test import Client

TOO_WIDE = """() => {
  const page = document.documentElement, over = page.scrollWidth - page.clientWidth;
  const beyond = Array.from(document.querySelectorAll("main *")).filter((one) => one.getBoundingClientRect().right > innerWidth);
  return over > 0 ? [`${over} px wider than the screen`, ...beyond.slice(0, 5).map((one) => one.outerHTML.slice(0, 90))] : [];
}"""


def opened(chromium, address, user=None, *, width=1440, height=900, locale="zh-CN", **options):
    """A fresh page, signed in where a person is given. `page.heard` collects errors of the console and of scripts."""
    context = chromium.new_context(viewport={"width": width, "height": height}, locale=locale, **options)
    if user:
        client = Client()
        client.force_login(user)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    page = context.new_page()
    page.heard = []
    page.on("console", lambda message: page.heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    return page


def barriers(page) -> list[str]:
    """What axe calls serious or critical."""
    grave = [v for v in Axe().run(page).response["violations"] if v["impact"] in {"serious", "critical"}]
    return [f"{v['id']}: {n['html'][:160]}" for v in grave for n in v["nodes"][:3]]


def too_wide(page) -> list[str]:
    """How far the page scrolls sideways and what sticks out; empty when it fits."""
    return page.evaluate(TOO_WIDE)


def keep_picture(page, name: str, *, whole: bool = True) -> None:
    """A picture of the page where HENGJIAN_SCREENSHOTS names a folder."""
    if folder := os.environ.get("HENGJIAN_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(800)
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=whole)


def open_to_all(page, name: str) -> None:
    """No grave barrier, nothing wider than the screen."""
    keep_picture(page, name)
    found = barriers(page) + too_wide(page)
    assert not found, (page.url, found)


def clean(page, name: str) -> None:
    """Open to all, and no complaint of the browser since the page was opened."""
    open_to_all(page, name)
    assert (page.url, page.heard) == (page.url, [])
