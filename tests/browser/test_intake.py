"""A clerk's upload in Debian's Chromium, at a desk and on a phone: confirm, watch, understand, correct."""

from __future__ import annotations

import pytest

from hengjian.ground.people.models import Agency
from hengjian.street.ledger import services as ledger
from hengjian.street.register import services as register
from tests.browser.looking import clean, opened
from tests.factories_intake import (
    MARCH,
    PENALTY,
    REGISTRATION,
    clerk_of,
    code,
    csv_bytes,
    deliver,
    penalty,
    registrations,
)
from tests.street.intake.test_pages import TEN_BAD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clerk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bureau, _ = Agency.objects.get_or_create(
        code="120101-test", defaults={"name": "天津市示例局", "kind": "district-bureau", "district": "120101"}
    )
    deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(20)))
    register.absorb_due()
    deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(15), penalty(77)]))
    ledger.catch_up(MARCH)
    return clerk_of(bureau, "B001", "register-officer").user


@pytest.mark.parametrize("width", [1440, 390])
def test_an_upload_with_ten_bad_rows(chromium, live_server, clerk, width):
    page = opened(chromium, live_server.url, clerk, width=width)
    page.goto(f"{live_server.url}/desk/intake/new/")
    clean(page, "intake-new")
    page.select_option("select[name=kind]", "penalty")
    data = csv_bytes(PENALTY, [*TEN_BAD, *(penalty(n) for n in range(11, 15))])
    page.set_input_files("input[type=file]", {"name": "十行有误.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_selector("text=试报结果")
    clean(page, "intake-trial")
    page.get_by_role("button", name="确认报送").click()
    page.wait_for_selector("text=退回的原因")
    assert "收到 14 = 接收 4 + 重复 0 + 退回 10" in page.inner_text("main")
    page.get_by_role("button", name="现在入账").click()
    page.wait_for_selector("text=已记入信用台账 4 条")
    clean(page, "intake-entered")
    page.get_by_role("link", name="更正重报").first.click()
    clean(page, "intake-correct")
    page.fill("#c1", code(1))
    page.get_by_label("更正的理由").fill("报送时漏填代码")
    page.get_by_role("button", name="更正重报").click()
    page.wait_for_selector("text=没有退回的行")
    for path in ("/desk/intake/", "/desk/register/", f"/desk/register/{code(1)}/", "/desk/ledger/", "/desk/ledger/doubts/", f"/desk/ledger/entities/{code(15)}/", "/ledger/"):
        page.goto(live_server.url + path)
        clean(page, f"intake{path.replace('/', '-')}")
    page.goto(f"{live_server.url}/desk/ledger/entities/{code(15)}/")
    page.locator("main table a").first.click()
    page.wait_for_selector("text=封存证明")
    clean(page, "intake-proof")
    page.context.close()
