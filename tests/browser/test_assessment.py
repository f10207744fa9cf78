"""Pages of classification in Debian's Chromium: clean, open to all, fitting a phone; a trial runs while one watches."""

from __future__ import annotations

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Holding, Officer, Representative, User
from hengjian.ground.warehouse import Mirror
from hengjian.street.assessment import frames, services
from hengjian.street.register.models import Entity
from tests.browser.looking import clean, opened
from tests.street.assessment.test_pages import NOON
from tests.street.assessment.test_services import DAY, USCCS, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setattr(frames, "mirror", lambda: Mirror(tmp_path / "warehouse"))
    bureau = Agency.objects.get_or_create(code="120000", defaults={"name": "天津市市场监督管理委员会"})[0]
    firms = [
        Entity.objects.create(uscc=uscc, name=f"演示商行{n}", name_folded=f"演示商行{n}", kind="enterprise", district="120101", updated_at=NOON)
        for n, uscc in enumerate(USCCS)
    ]
    record(firms[0], bureau, "penalty", fine_fen=800_000, warning_only=False, body={"kind_of_penalty": ["罚款"]})
    record(firms[0], bureau, "penalty", warning_only=None, body={"kind_of_penalty": ["罚款"]})
    record(firms[1], bureau, "serious-list")
    services.recompute_all(on=DAY)
    legal = User.objects.create_user("legal", password="x")
    officer = Officer.objects.create(number="L-1", name="演示", agency=bureau, scope="city", user=legal)
    Holding.objects.create(officer=officer, post="legal-officer")
    firm = User.objects.create_user("firm", password="x")
    Representative.objects.create(user=firm, uscc=USCCS[1])
    with clock.frozen(NOON):
        yield {"legal": legal, "firm": firm}


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_classification_are_clean(live_server, chromium, city, width):
    pages = {
        "city": ("legal", "/desk/assessment/"), "rows": ("legal", "/desk/assessment/rows/?code=yellow"),
        "why": ("legal", f"/desk/assessment/{USCCS[0]}/"), "way-back": ("legal", f"/desk/assessment/{USCCS[1]}/way-back/"),
        "own": ("firm", "/counter/assessment/"),
    }  # fmt: skip
    for name, (who, address) in pages.items():
        page = opened(chromium, live_server.url, city[who], width=width)
        page.goto(live_server.url + address)
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
        clean(page, f"assessment-{name}")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_legal_officer_turns_a_number_and_reads_who_moves(live_server, chromium, city, width):
    page = opened(chromium, live_server.url, city["legal"], width=width)
    page.goto(f"{live_server.url}/desk/assessment/what-if/")
    clean(page, "assessment-what-if")
    page.fill('[name="tianjin-2017.red.penalties"]', "1")
    page.get_by_role("button", name="开始试算").click()
    page.wait_for_selector("text=类别转移", timeout=30_000)
    clean(page, "assessment-trial")
    assert USCCS[0] in page.content()
