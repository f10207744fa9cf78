"""An inspector on a phone: fills the form in, loses the signal in the middle, and one result arrives."""

from __future__ import annotations

import re
import signal
import subprocess
from contextlib import suppress

import pytest
from django.test import Client
from playwright.sync_api import Error, expect

from hengjian.ground.kit import clock
from hengjian.ground.people.models import User
from hengjian.ground.warehouse import Mirror
from hengjian.street.assessment import frames
from hengjian.street.inspection.models import Draft, Photo, Result
from tests import factories_inspection as make
from tests.browser.looking import open_to_all, opened

WORD = "rain-on-the-glass"


PNG = make.picture()


class Phone:
    """A browser whose profile outlives its process."""

    def __init__(self, playwright, folder):
        self.playwright, self.folder, self.context = playwright, folder, None

    def open(self, live_server, officer, *, offline=False):
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"], has_touch=True,
            viewport={"width": 390, "height": 844}, locale="zh-CN", offline=offline,
        )  # fmt: skip
        officer.user = officer.user or User.objects.create_user(officer.number, password="x")
        officer.save()
        if not offline:
            client = Client()
            client.force_login(officer.user)
            self.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        return self.context.pages[0]

    def kill(self):
        """End the browser as a phone does that runs out of power: only the processes of this profile."""
        found = subprocess.run(["pgrep", "-f", f"user-data-dir={self.folder}"], capture_output=True, text=True, check=False)
        for pid in found.stdout.split():
            subprocess.run(["kill", f"-{signal.SIGKILL.value}", pid], check=False, capture_output=True)
        with suppress(Error):  # the driver finds it gone
            self.context.close()


@pytest.fixture
def phone(playwright, tmp_path):
    made = Phone(playwright, tmp_path / "phone")
    yield made
    with suppress(Error):
        made.context.close()


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


def go(page, live_server, visit):
    """Open the form and wait until the store of the phone is open."""
    page.goto(f"{live_server.url}/desk/inspection/{visit.pk}/form/")
    page.locator("[data-arrive]").wait_for(state="attached")
    expect(page.locator("[data-progress]")).to_have_attribute("aria-valuenow", re.compile(r"\d+"))


def ready(page, live_server):
    """Open the list and wait until every form is on the phone and the worker is at work."""
    page.goto(f"{live_server.url}/desk/inspection/")
    page.locator("body[data-ready]").wait_for(state="attached")
    for _ in range(50):
        if page.evaluate("caches.match('/desk/inspection/shell/').then(Boolean)"):
            return
        page.wait_for_timeout(100)


def set_word(page):
    page.locator("[data-code] summary").tap()
    page.locator("#code-new").fill(WORD)
    page.locator("[data-code] button").tap()
    expect(page.locator("[data-store]")).to_contain_text("已设好")


def unlock(page):
    page.locator("#unlock").fill(WORD)
    page.locator("[data-unlock] button").tap()


def submit(page):
    page.get_by_role("button", name="提交结果").tap()


def kept(page):
    """Names of what the store of the device holds."""
    return page.evaluate(
        """() => new Promise(done => { const o = indexedDB.open("hengjian-field", 1); o.onsuccess = () => {
        const a = o.result.transaction("kept").objectStore("kept").getAllKeys(); a.onsuccess = () => { o.result.close(); done(a.result.map(k => k.split("/")[1].split(":")[0])); }; }; })"""
    )


def test_a_result_is_recorded_from_a_phone(visit, live_server, chromium):
    page = enter(chromium, live_server, make.team(visit)[0])
    page.goto(f"{live_server.url}/desk/inspection/")
    look(page, "inspection-list")
    page.locator(f"[data-visit='{visit.pk}']").tap()
    page.wait_for_url("**/form/")
    page.locator("[data-form]").wait_for()
    look(page, "inspection-form-empty")
    page.locator("[data-arrive]").tap()
    expect(page.locator("[data-arrived]")).to_be_visible()
    fill(page, problem=True)
    page.locator("#photo-scene").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator("[data-shots]")).to_contain_text("已上传")
    sign(page, "firm")
    look(page, "inspection-form")
    submit(page)
    page.wait_for_url(f"**/desk/inspection/{visit.pk}/")
    look(page, "inspection-result")
    result = Result.objects.get()
    photo = Photo.objects.get()
    assert (result.codes, result.photos, photo.media_type) == (["B"], [photo.sha256], "image/jpeg")
    assert result.signatures["firm"].startswith("M")
    assert result.finished
    visit.refresh_from_db()
    assert visit.arrived
    assert page.heard == []


def sign(page, who):
    pad = page.locator(f"[data-sign={who}] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.up()


def test_what_is_missing_is_shown_at_its_place_and_typed_words_stay(visit, live_server, chromium):
    page = enter(chromium, live_server, make.team(visit)[0])
    go(page, live_server, visit)
    fill(page, problem=True)
    page.locator("#note-pub-annual-report").fill("")
    submit(page)
    page.wait_for_selector("[data-wrong='item:pub-annual-report'] .why-wrong")
    assert page.locator("#signed").input_value() == "演示当事人"
    look(page, "inspection-form-wrong")
    assert Result.objects.count() == 0


def test_without_signal_the_result_waits_on_the_phone_and_arrives_once(visit, live_server, chromium):
    page = enter(chromium, live_server, make.team(visit)[0])
    go(page, live_server, visit)
    page.locator("label[for=path-done]").tap()
    page.context.set_offline(True)
    fill(page)
    page.locator("#photo-scene").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    page.wait_for_selector("[data-shots] li")
    submit(page)
    expect(page.locator("[data-state]")).to_contain_text("恢复信号后自动发送")
    look(page, "inspection-form-offline")
    assert Result.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_url(f"**/desk/inspection/{visit.pk}/")
    assert Result.objects.get().photos == [Photo.objects.get().sha256]
    assert not {"draft", "out", "shot"} & set(kept(page))


def test_the_signal_goes_in_the_middle_the_browser_is_killed_and_nothing_is_lost(visit, live_server, phone):
    """Half a form without signal; the process is killed; opened again without signal the word opens it; then one result."""
    officer = make.team(visit)[0]
    page = phone.open(live_server, officer)
    ready(page, live_server)
    set_word(page)
    page.locator(f"a[data-visit='{visit.pk}']").tap()
    page.locator("[data-form]").wait_for()
    phone.context.set_offline(True)
    page.locator("label[for=path-done]").tap()
    page.locator("label[for=reg-name-problem]").tap()
    page.locator("#note-reg-name").fill("牌匾名称与执照不符")
    page.locator("#photo-scene").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    page.wait_for_selector("[data-shots] li")
    expect(page.locator("[data-state]")).to_contain_text("已存本机")
    phone.kill()
    on_disk = b"".join(file.read_bytes() for file in phone.folder.rglob("*") if file.is_file())
    for word in ("牌匾名称与执照不符", visit.entity.name):
        assert word.encode() not in on_disk
        assert word.encode("utf-16-le") not in on_disk

    page = phone.open(live_server, officer, offline=True)
    page.goto(f"{live_server.url}/desk/inspection/{visit.pk}/form/")
    look(page, "inspection-unlock")
    page.locator("#unlock").fill("not-the-right-word")
    page.locator("[data-unlock] button").tap()
    expect(page.locator("[data-unlock-wrong]")).to_be_visible()
    unlock(page)
    expect(page.locator("#note-reg-name")).to_have_value("牌匾名称与执照不符")
    assert page.locator("#reg-name-problem").is_checked()
    assert page.locator("[data-shots] li").count() == 1
    page.locator("label[for=pub-annual-report-pass]").tap()
    page.locator("label[for=code-D]").tap()
    page.locator("#disposal").select_option("order-correct")
    page.locator("#signed").fill("演示当事人")
    submit(page)
    expect(page.locator("[data-state]")).to_contain_text("恢复信号后自动发送")
    phone.kill()

    page = phone.open(live_server, officer)
    page.goto(f"{live_server.url}/desk/inspection/")
    expect(page.locator(f"a.done[href='/desk/inspection/{visit.pk}/']")).to_be_visible()
    result = Result.objects.get()
    notes = {answer["item"]: answer["note"] for answer in result.answers}
    assert (result.codes, notes["reg-name"]) == (["D"], "牌匾名称与执照不符")
    assert result.photos == [Photo.objects.get().sha256]


def test_two_devices_edit_one_visit_the_conflict_is_shown_and_one_result_stands(visit, live_server, chromium):
    """Both versions are shown, the officer chooses, and both are still on record afterwards."""
    one, other = (enter(chromium, live_server, officer) for officer in make.team(visit))
    for page in (one, other):
        go(page, live_server, visit)
    other.context.set_offline(True)
    fill(one)
    one.locator("#note").fill("第一台手机写的")
    one.locator("#signed").tap()
    expect(one.locator("[data-state]")).to_contain_text("同步")
    fill(other)
    other.locator("#note").fill("第二台手机写的")
    other.context.set_offline(False)
    other.locator("[data-conflict]").wait_for()
    look(other, "inspection-conflict")
    expect(other.locator("[data-conflict]")).to_contain_text("第一台手机写的")
    expect(other.locator("[data-conflict]")).to_contain_text("第二台手机写的")
    assert Result.objects.count() == 0
    for row in other.locator("[data-conflict] fieldset").all():
        row.locator("label").first.tap()
    other.locator("[data-conflict-done]").tap()
    expect(other.locator("[data-state]")).to_contain_text("同步")
    submit(other)
    other.wait_for_url(f"**/desk/inspection/{visit.pk}/")
    assert Result.objects.get().note == "第二台手机写的"
    submit(one)
    expect(one.locator("[data-conflict]")).to_contain_text("已有结果")
    look(one, "inspection-conflict-recorded")
    texts = [dict(draft.entries).get("note") for draft in Draft.objects.order_by("pk")]
    assert {"第一台手机写的", "第二台手机写的"} <= set(texts)
    assert Result.objects.count() == 1


def test_a_result_that_was_sent_back_is_mended_on_the_phone_and_sent_again(visit, live_server, chromium):
    """What was filled in is still there, and the new sending is another result: the first one's token is not used again."""
    page = enter(chromium, live_server, make.team(visit)[0])
    go(page, live_server, visit)
    fill(page)
    submit(page)
    page.wait_for_url(f"**/desk/inspection/{visit.pk}/")
    leader = enter(chromium, live_server, make.officer("L-1", "leader"), width=1440)
    leader.goto(f"{live_server.url}/desk/inspection/{visit.pk}/")
    look(leader, "inspection-to-review")
    leader.get_by_label("退回补正：哪里要改").fill("当事人签字写全名")
    leader.get_by_role("button", name="退回检查组").click()
    expect(leader.get_by_text("已退回检查组补正")).to_be_visible()
    page.goto(f"{live_server.url}/desk/inspection/")
    go(page, live_server, visit)
    expect(page.locator("[data-returned]")).to_contain_text("当事人签字写全名")
    expect(page.locator("#signed")).to_have_value("演示当事人")
    look(page, "inspection-form-returned")
    page.locator("#signed").fill("演示当事人全名")
    submit(page)
    page.wait_for_url(f"**/desk/inspection/{visit.pk}/")
    assert [(r.withdrawn is None, r.signed_by_firm) for r in Result.objects.order_by("pk")] == [(False, "演示当事人"), (True, "演示当事人全名")]


def test_the_desk_shows_the_list_and_the_result(visit, live_server, chromium):
    make.record(visit, make.breach())
    page = enter(chromium, live_server, make.officer("L-1", "leader"), width=1440)
    for address, name in (("all/", "inspection-all"), (f"{visit.pk}/", "inspection-visit")):
        page.goto(f"{live_server.url}/desk/inspection/{address}")
        look(page, name)
    assert page.heard == []


def test_oversight_hand_over_and_the_page_behind_the_code_are_open_to_all(visit, live_server, chromium):
    make.record(visit, make.not_found())
    page = enter(chromium, live_server, make.officer("S-1", "supervision-officer"), width=1440)
    for address, name in (("oversight/", "inspection-oversight"), ("second-looks/", "inspection-second-looks"), ("handed-over/", "inspection-handed-over")):
        page.goto(f"{live_server.url}/desk/inspection/{address}")
        look(page, name)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/inspection/visits/{visit.code}/")
    look(page, "inspection-code")
    assert page.heard == []
