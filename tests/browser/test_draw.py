"""A draw in Debian's Chromium: the pages are clean, and the reader's browser repeats the draw."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Holding, User
from hengjian.street.draw import services
from hengjian.street.draw.models import Plan
from tests import factories_draw as make
from tests.browser.looking import clean, opened
from tests.street.draw.test_services import walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draw(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make.city("A" * 200 + "B" * 100 + "C" * 40 + "D" * 20)
    for n in range(7):
        make.officer(f"G-{n:02d}", former_employers=[make.code_of(350)] if n < 3 else [])
    user = User.objects.create_user("draw-browser", password="x")
    operator = make.officer("G-OP", certified=False, user=user)
    Holding.objects.create(officer=operator, post="draw-officer")
    plan = services.file_plan(
        by=operator, agency=make.bureau(), title="2026年第一季度登记事项抽查", items=["reg-name", "reg-address"], mode="by-grade",
        on=make.ON, odds={"A": "1/100", "B": "3/100", "C": "1/10", "D": "3/10"}, districts=["120119"],
    )  # fmt: skip
    services.file_plan(by=operator, agency=make.bureau(), title="良好主体抽查", items=["reg-name"], mode="green-only", on=make.ON)
    with clock.frozen(make.AT):
        yield walk(operator, plan)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_a_draw_are_clean(live_server, chromium, draw, width):
    user = User.objects.get(username="draw-browser")
    page = opened(chromium, live_server.url, user, width=width, locale="en-US")
    other = services.freeze(by=draw.operator, plan=Plan.objects.exclude(pk=draw.plan_id).get(), at=make.AT)
    addresses = {
        "plans": "/desk/draw/", "new": "/desk/draw/plans/new/", "plan": f"/desk/draw/plans/{draw.plan_id}/",
        "commit": f"/desk/draw/draws/{other.slug}/", "draw": f"/desk/draw/draws/{draw.slug}/", "list": "/draw/", "public": f"/draw/{draw.slug}/",
    }  # fmt: skip
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        clean(page, f"draw-{name}")


def test_the_readers_browser_repeats_the_draw(live_server, chromium, draw):
    page = chromium.new_page(locale="zh-CN")
    page.goto(f"{live_server.url}/draw/{draw.slug}/")
    page.get_by_role("button", name="在浏览器中重算").click()
    page.wait_for_selector("[data-rerun-result].good, [data-rerun-result].bad")
    assert "相符" in page.text_content("[data-rerun-result]")


@pytest.mark.parametrize("name", ["picks.csv", "teams.csv", "frame.csv", "rules.json", "seed.json"])
def test_the_readers_browser_names_an_altered_file(live_server, chromium, draw, name):
    path = Path(django_settings.MEDIA_ROOT) / draw.bundle_path
    old = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            text = old.read(each).decode()
            new.writestr(each, text[:-9] + ("0" if text[-9] != "0" else "1") + text[-8:] if each == name else text)
    page = chromium.new_page(locale="zh-CN")
    page.goto(f"{live_server.url}/draw/{draw.slug}/")
    page.get_by_role("button", name="在浏览器中重算").click()
    page.wait_for_selector("[data-rerun-result].bad")
    assert name.split(".")[0] in page.text_content("[data-rerun-result]") or name == "seed.json"
