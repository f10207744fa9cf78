"""Pages of the law in Debian's Chromium: clean, open to all, and no wider than the phone."""

from __future__ import annotations

from datetime import datetime

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people import services
from hengjian.ground.people.models import Agency, User
from tests.browser.looking import barriers, keep_picture, opened, too_wide

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
    with clock.frozen(datetime(2026, 11, 24, 9, tzinfo=clock.SHANGHAI)):
        yield User.objects.get(username="law-browser")


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-CN"), (390, "en-US")])
def test_the_pages_of_the_law_are_clean_open_to_all_and_fit(live_server, chromium, signed_in, width, language):
    page, faults = opened(chromium, live_server.url, signed_in, width=width, locale=language), []
    for name, address in ADDRESSES.items():
        page.goto(f"{live_server.url}/desk/law/{address}")
        keep_picture(page, f"law-{name}", whole=False)
        faults += [f"{name}: {fault}" for fault in barriers(page) + too_wide(page)]
    page.context.close()
    assert faults + page.heard == []
