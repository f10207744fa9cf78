"""An operator holds a draw in Chromium with each way to a seed; the rolling display shows what was drawn and nothing else."""

from __future__ import annotations

import hashlib
import json

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Holding, User
from hengjian.street.draw import services
from hengjian.street.draw.models import Draw, Pick
from tests import factories_draw as make
from tests.browser.looking import clean, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LATER = make.later(180)
SIGNATURE = "ab" * 48


class Hands:
    """The hands of the clock, for the thread of the server too."""

    def __init__(self, monkeypatch):
        self.at = make.AT
        monkeypatch.setattr(clock, "now", lambda: self.at)
        monkeypatch.setattr(clock, "today", lambda: self.at.date())


@pytest.fixture
def hands(monkeypatch):
    return Hands(monkeypatch)


@pytest.fixture
def frozen(settings, tmp_path, hands):
    """A frozen list, and the user who holds the draw."""
    settings.MEDIA_ROOT = tmp_path
    make.city("A" * 60 + "D" * 12)
    for n in range(5):
        make.officer(f"G-{n:02d}")
    user = User.objects.create_user("draw-operator", password="x")
    operator = make.officer("G-OP", certified=False, user=user)
    Holding.objects.create(officer=operator, post="draw-officer")
    plan = services.file_plan(by=operator, agency=make.bureau(), title="一季度抽查", items=["reg-name"], mode="by-grade", quota=6, on=make.ON)
    return services.freeze(by=operator, plan=plan, at=make.AT), user


def at_page(chromium, live_server, frozen, **options):
    draw, user = frozen
    page = opened(chromium, live_server.url, user, **options)
    page.goto(f"{live_server.url}/desk/draw/draws/{draw.slug}/")
    return page


def pressed(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def state():
    return Draw.objects.get().state


def announced(page, kind, **fields):
    """Announce a source that publishes later, by the fields that are shown for it."""
    page.select_option("[name=kind]", kind)
    assert not page.locator("[name=digest_a]").is_visible()
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=due]", "2026-03-02T11:00")
    pressed(page, "公布承诺")
    assert state() == "committed"


def drawn(page):
    """Press the button, watch the display, look at the page."""
    pressed(page, "开始抽取")
    assert state() == "drawn"
    real = list(Pick.objects.filter(reserve=False).order_by("stratum", "rank").values_list("entity__name", flat=True))
    assert json.loads(page.text_content("#roll-names")) == real
    shown = set()
    for _ in range(12):
        shown.add(page.text_content(".roll-name"))
        page.wait_for_timeout(60)
    assert shown - {""} <= set(real)
    page.wait_for_function("n => document.querySelector('.roll-count').textContent === `${n} / ${n}`", arg=len(real))
    assert page.locator(".hj-table tbody tr:visible").count() >= len(real)
    clean(page, "draw-operator-drawn")


def test_two_departments_seal_values_in_the_browser_and_reveal_them(live_server, chromium, frozen):
    page = at_page(chromium, live_server, frozen)
    page.fill("[name=name_a]", "办公室")
    page.fill("[name=name_b]", "监督科")
    values = []
    for box in page.locator("[data-seal]").all():
        box.get_by_role("button").click()
        values.append(box.locator("code").text_content())
    clean(page, "draw-operator-sealed")
    pressed(page, "公布承诺")
    page.fill("[name=reveal_a]", values[0])
    page.fill("[name=reveal_b]", "改过的数值")
    pressed(page, "录入种子")
    assert "监督科揭示的数值与其承诺不符" in page.text_content("main")
    page.fill("[name=reveal_a]", values[0])
    page.fill("[name=reveal_b]", values[1])
    pressed(page, "录入种子")
    assert state() == "seeded"
    drawn(page)
    pressed(page, "公开名单")
    assert state() == "opened"


def test_a_lottery_number_is_typed_before_a_witness_and_not_before_it_is_drawn(live_server, chromium, frozen, hands):
    page = at_page(chromium, live_server, frozen)
    announced(page, "lottery", name="双色球", issue="2026025")
    page.fill("[name=value]", "03 11 17 20 26 31 09")
    page.fill("[name=witness]", "监督科 0042")
    pressed(page, "录入种子")
    assert "以后产生" in page.text_content("main")
    hands.at = LATER
    pressed(page, "录入种子")
    assert state() == "seeded"
    drawn(page)


def test_a_beacon_comes_by_a_relay_file(live_server, chromium, frozen, hands, tmp_path):
    page = at_page(chromium, live_server, frozen)
    announced(page, "beacon", name="公开随机信标", issue="77")
    relay = tmp_path / "round-77.json"
    value = hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest()
    hands.at = LATER
    relay.write_text(json.dumps({"round": 78, "randomness": value, "signature": SIGNATURE}))
    page.set_input_files("[name=relay]", relay)
    pressed(page, "录入种子")
    assert "信标轮次与承诺不符" in page.text_content("main")
    relay.write_text(json.dumps({"round": 77, "randomness": value, "signature": SIGNATURE}))
    page.set_input_files("[name=relay]", relay)
    pressed(page, "录入种子")
    assert state() == "seeded"
    drawn(page)


def test_whoever_asked_for_less_motion_sees_the_list_at_once(live_server, chromium, frozen, hands):
    page = at_page(chromium, live_server, frozen, reduced_motion="reduce", width=390)
    announced(page, "lottery", name="双色球", issue="2026025")
    hands.at = LATER
    page.fill("[name=value]", "03 11 17")
    page.fill("[name=witness]", "监督科 0042")
    pressed(page, "录入种子")
    pressed(page, "开始抽取")
    assert page.locator("[data-roll]").count() == 0
    assert page.locator(".hj-table tbody tr:visible").count() >= 6
    clean(page, "draw-operator-calm")


def test_a_redraw_is_a_new_commitment_that_names_the_old_one_and_why(live_server, chromium, frozen):
    first, _user = frozen
    user = User.objects.create_user("draw-leader", password="x")
    Holding.objects.create(officer=make.officer("G-LEAD", certified=False, user=user), post="leader")
    source = {"kind": "lottery", "name": "双色球", "issue": "2026025", "due": make.later(60).isoformat()}
    services.commit(by=first.operator, draw=first, source=source, at=make.AT)
    page = at_page(chromium, live_server, (first, user))
    page.locator("summary", has_text="批准重新抽取").click()
    page.fill("[name=reason]", "名单缺少一个辖区")
    pressed(page, "批准重新抽取")
    second = Draw.objects.get(number=2)
    assert page.url.endswith(f"/{second.slug}/")
    assert "名单缺少一个辖区" in page.text_content("main")
    clean(page, "draw-redraw")
    page.goto(f"{live_server.url}/desk/draw/draws/{first.slug}/")
    assert "已被重新抽取替代" in page.text_content("main")
    assert Draw.objects.count() == 2
