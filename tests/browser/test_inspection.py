"""An inspector on a phone: fills the form in, loses the signal in the middle, and one result arrives."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hengjian.ground.kit import clock
from hengjian.ground.people.models import User
from hengjian.ground.warehouse import Mirror
from hengjian.street.assessment import frames
from hengjian.street.inspection import queries
from hengjian.street.inspection.models import Photo, Result
from tests import factories_inspection as make
from tests.browser.looking import open_to_all, opened
from tests.street.inspection.test_rules import JPEG

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(frames, "mirror", lambda: Mirror(tmp_path / "warehouse"))
    with clock.frozen(make.AT):
        yield make.visits()[0]


def enter(chromium, live_server, officer, width=390):
    officer.user = officer.user or User.objects.create_user(officer.number, password="x")
    officer.save()
    return opened(chromium, live_server.url, officer.user, width=width, height=844, has_touch=width < 600)


def look(page, name):
    page.wait_for_timeout(400)  # what slides in has arrived
    open_to_all(page, name)


def fill(page, *, problem=False):
    page.locator("label[for=path-done]").tap()
    page.locator("label[for=reg-name-pass]").tap()
    if problem:
        page.locator("label[for=pub-annual-report-problem]").tap()
        page.locator("#note-pub-annual-report").fill("未按期公示2024年度年报")
        page.locator("label[for=code-B]").tap()
        page.locator("#disposal").select_option("order-correct")
    else:
        page.locator("label[for=pub-annual-report-pass]").tap()
    page.locator("#signed").fill("演示当事人")


def test_a_result_is_recorded_from_a_phone(visit, live_server, chromium):
    page = enter(chromium, live_server, make.team(visit)[0])
    page.goto(f"{live_server.url}/desk/inspection/")
    look(page, "inspection-list")
    page.locator(f"[data-visit='{visit.pk}']").tap()
    page.wait_for_url("**/form/")
    look(page, "inspection-form-empty")
    fill(page, problem=True)
    page.locator("#photo-scene").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
    page.wait_for_selector("[data-shots] input[name=photos]", state="attached")
    look(page, "inspection-form")
    page.get_by_role("button", name="提交结果").tap()
    page.wait_for_url(f"**/desk/inspection/{visit.pk}/")
    look(page, "inspection-result")
    result = Result.objects.get()
    assert (result.codes, result.photos) == (["B"], [Photo.objects.get().sha256])
    assert page.heard == []


def test_what_is_missing_is_shown_at_its_place_and_typed_words_stay(visit, live_server, chromium):
    page = enter(chromium, live_server, make.team(visit)[0])
    page.goto(f"{live_server.url}/desk/inspection/{visit.pk}/form/")
    fill(page, problem=True)
    page.locator("#note-pub-annual-report").fill("")
    page.get_by_role("button", name="提交结果").tap()
    page.wait_for_selector("[data-wrong='item:pub-annual-report'] .why-wrong")
    assert page.locator("#signed").input_value() == "演示当事人"
    look(page, "inspection-form-wrong")
    assert Result.objects.count() == 0


def test_without_signal_the_result_waits_on_the_phone_and_arrives_once(visit, live_server, chromium):
    page = enter(chromium, live_server, make.team(visit)[0])
    page.goto(f"{live_server.url}/desk/inspection/{visit.pk}/form/")
    page.locator("label[for=path-done]").tap()
    page.context.set_offline(True)
    fill(page)
    page.locator("#photo-scene").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
    page.wait_for_selector("[data-shots] li")
    page.get_by_role("button", name="提交结果").tap()
    expect(page.locator("[data-state]")).to_contain_text("已存在本机")
    look(page, "inspection-form-offline")
    assert Result.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_url(f"**/desk/inspection/{visit.pk}/")
    assert Result.objects.get().photos == [Photo.objects.get().sha256]
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_draft_is_there_again_after_the_page_was_closed_without_signal(visit, live_server, chromium):
    page = enter(chromium, live_server, make.team(visit)[0])
    page.goto(f"{live_server.url}/desk/inspection/")
    for _ in range(50):  # a page with a strict policy cannot be asked to wait by a script
        if page.evaluate("address => caches.match(address, {ignoreVary: true}).then(Boolean)", f"/desk/inspection/{visit.pk}/form/"):
            break
        page.wait_for_timeout(100)
    page.goto(f"{live_server.url}/desk/inspection/{visit.pk}/form/")
    page.locator("label[for=path-refused]").tap()
    page.locator("#note").fill("3月2日上午到场，当事人拒绝检查人员进入，社区工作人员见证")
    context = page.context
    context.set_offline(True)
    page.close()
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/inspection/{visit.pk}/form/")
    assert page.locator("#note").input_value().startswith("3月2日上午到场")
    assert page.locator("#path-refused").is_checked()


def test_two_devices_cannot_both_record(visit, live_server, chromium):
    """The second device is told who was first; nothing it holds is thrown away."""
    page = enter(chromium, live_server, make.team(visit)[0])
    page.goto(f"{live_server.url}/desk/inspection/{visit.pk}/form/")
    fill(page)
    make.record(visit, make.refused(), by=make.team(visit)[1])
    page.get_by_role("button", name="提交结果").tap()
    expect(page.locator("[data-state]")).to_contain_text("已有结果")
    assert page.evaluate("Object.keys(localStorage).length") == 1
    assert queries.result_of(visit).path == "refused"


def test_the_desk_shows_the_list_and_the_result(visit, live_server, chromium):
    make.record(visit, make.breach())
    page = enter(chromium, live_server, make.officer("L-1", "leader"), width=1440)
    for address, name in (("all/", "inspection-all"), (f"{visit.pk}/", "inspection-visit")):
        page.goto(f"{live_server.url}/desk/inspection/{address}")
        look(page, name)
    assert page.heard == []
