"""Pages of the law in Debian's Chromium: clean, open to all, and no wider than the phone."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from hengjian.ground.kit import clock
from hengjian.ground.people import services
from hengjian.ground.people.models import Agency, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESSES = {
    "home": "", "search": "search/?words=食品", "provision": "provisions/CMP-011/", "term": "terms/food.recall.start.level-2/", "rules": "rules/tianjin-2017/",
    "catalogue": "catalogues/inspection-results/", "record": "records/penalty/", "publicity": "publicity/penalty/",
    "source": "sources/samr-45-2021/", "task": "tasks/seed-004.9.9/", "indicator": "indicators/odr-units/",
    "calendar": "calendars/year-2027/", "changes": "changes/", "compare": "changes/?before=2026-11-30&after=2026-12-01",
    "gaps": "gaps/", "clock": "deadline/", "due": "deadline/?rule=publication.penalty&decided=2026-02-10",
}  # fmt: skip


@pytest.fixture
def signed_in():
    services.establish_agencies()
    unit = Agency.objects.get(code="120119")
    services.appoint(number="LAW-1", name="法务", agency=unit, posts=["legal-officer"], username="law-browser", password="x")
    client = Client()
    client.force_login(User.objects.get(username="law-browser"))
    with clock.frozen(datetime(2026, 11, 24, 9, tzinfo=clock.SHANGHAI)):
        yield client.cookies["sessionid"].value


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-CN"), (390, "en-US")])
def test_the_pages_of_the_law_are_clean_open_to_all_and_fit(live_server, chromium, signed_in, width, language):
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale=language)
    context.add_cookies([{"name": "sessionid", "value": signed_in, "url": live_server.url}])
    page, faults = context.new_page(), []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    for name, address in ADDRESSES.items():
        page.goto(f"{live_server.url}/desk/law/{address}")
        if folder := os.environ.get("HENGJIAN_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/law-{name}-{width}.png", full_page=False)
        grave = [v for v in Axe().run(page).response["violations"] if v["impact"] in {"serious", "critical"}]
        faults += [(name, v["id"], n["html"][:160]) for v in grave for n in v["nodes"][:3]]
        if (widest := page.evaluate("document.documentElement.scrollWidth")) > width:
            wide = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 90))"
            faults.append((name, "wider than the screen", widest, page.evaluate(wide)[:5]))
    context.close()
    assert faults == []
