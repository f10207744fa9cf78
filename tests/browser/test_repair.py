"""A repair from the firm's tick to the record that is gone, in Debian's Chromium: one page for each act, nothing typed twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import User
from hengjian.street.publication.models import PublicNotice
from hengjian.street.repair.models import Application
from tests import factories_desk as desk
from tests import factories_draw as make
from tests import factories_repair as repair
from tests.browser.looking import clean, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_firm_asks_two_officers_decide_and_the_record_is_gone(live_server, chromium, client, settings, tmp_path, width):
    settings.MEDIA_ROOT = tmp_path
    bureau, firm, today = make.bureau(), desk.firm(), clock.today()
    office = repair.Office(bureau, None, None, None)
    entry = repair.penalty(firm, office, today - timedelta(days=150))
    repair.penalty(firm, office, today - timedelta(days=10), "津蓟市监罚〔2026〕2号")
    people.represent(username="agent", password="long-enough-word", name="演示办事人", uscc=firm.uscc)
    people.appoint(number="R-1", name="演示承办", agency=bureau, posts=["repair-officer"], scope="unit", username="handler", password="long-enough-word")
    people.appoint(number="R-2", name="演示负责", agency=bureau, posts=["leader"], scope="unit", username="leader", password="long-enough-word")
    file = {"name": "证明.txt", "mimeType": "text/plain", "buffer": "已缴清、已整改".encode()}

    page = opened(chromium, live_server.url, User.objects.get(username="agent"), width=width)
    page.goto(f"{live_server.url}/counter/repair/")
    clean(page, "repair-records")
    page.goto(f"{live_server.url}/counter/repair/records/{entry.seq}/")
    clean(page, "repair-record")
    page.get_by_role("link", name="申请修复").click()
    clean(page, "repair-apply")
    for label in ("履行处罚决定的证明", "改正违法行为"):
        page.get_by_label(label).set_input_files(file)
    page.get_by_label("已阅读并签署").check()
    page.get_by_role("button", name="提交申请").click()
    clean(page, "repair-matter")
    matter = Application.objects.get().proceeding_id

    officer = opened(chromium, live_server.url, User.objects.get(username="handler"), width=width)
    for address, name in (("/desk/repair/", "list"), ("/desk/repair/statistics/", "statistics"), ("/desk/repair/window/", "window"),
                          (f"/desk/repair/window/{firm.uscc}/", "choose"), (f"/desk/repair/entities/{firm.uscc}/", "entity"),
                          ("/desk/exchange/repairs/", "sync")):  # fmt: skip
        officer.goto(live_server.url + address)
        clean(officer, f"repair-desk-{name}")
    act(officer, live_server, matter, "accept", "受理")
    officer.goto(f"{live_server.url}/desk/matters/{matter}/acts/verify/")
    officer.get_by_label("核实方式").select_option("papers")
    clean(officer, "repair-desk-verify")
    for label in ("已履行行政处罚决定", "已主动消除危害", "未因同一类违法"):  # what the ledger shows is ticked
        officer.get_by_label(label).check()
    officer.get_by_label("核实情况").fill("材料与案卷相符")
    officer.get_by_role("button", name="核实", exact=True).click()
    act(officer, live_server, matter, "grant", "提请批准")

    leader = opened(chromium, live_server.url, User.objects.get(username="leader"), width=width)
    leader.goto(f"{live_server.url}/desk/matters/{matter}/")
    clean(leader, "repair-desk-matter")
    leader.get_by_role("button", name="批准").first.click()
    leader.wait_for_load_state()
    notice = PublicNotice.objects.get(entry_seq=entry.seq)
    assert notice.withdrawn_on == today
    assert page.request.get(f"{live_server.url}/publication/notices/{entry.seq}/").status == 404
    page.goto(f"{live_server.url}/counter/repair/matters/{matter}/")
    assert page.get_by_text("已停止公示").first.is_visible()
    clean(page, "repair-done")


def act(page, live_server, matter, name, button):
    page.goto(f"{live_server.url}/desk/matters/{matter}/acts/{name}/")
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()
