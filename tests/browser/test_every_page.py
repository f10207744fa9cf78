"""Every page in Debian's Chromium, as every kind of person: it answers, keeps the content policy, is accessible, and
fits a phone. Every file a page offers is fetched, and is what its address says."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from hengjian.doors.demo import seed
from hengjian.ground.kit import clock, files
from hengjian.ground.people.models import User
from tests.browser.looking import barriers, keep_picture, opened, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_OURS = re.compile(r"^/(static|media|api)/|\.js$|/logout/|/language/")  # and what ends the session or changes the language
# What a link that is no page answers with, by how its address ends.
FILES = {
    r"\.pdf$|/papers/\d+/$": {"application/pdf"},
    r"\.xlsx$": {SHEET},
    r"\.csv$": {"text/csv"},
    r"\.zip$": {"application/zip"},
    r"\.json$": {"application/json", "application/ld+json"},
    r"\.py$": {"text/x-python"},
    r"\.png$": {"image/png"},
    r"\.svg$": {"image/svg+xml"},
    r"\.atom$": {"application/atom+xml"},
    r"/files/[0-9a-f]{64}/$": set(files.ENDINGS),
    r"/download/$": {SHEET, "text/csv", *files.ENDINGS},
}
START = ("/", "/desk/", "/counter/")
MOST = 150  # pages of one person; one example of each address pattern
ENTITIES = 200


def kind_of(path: str) -> str | None:
    """The address pattern a path belongs to, so that one firm stands for all firms."""
    try:
        return resolve(path).route
    except Resolver404:
        return None


@pytest.fixture
def address(settings, tmp_path, live_server):
    """Where a seeded city answers."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    seed.prepare_city(tmp_path / "demo", ENTITIES, lambda *said: None, clock.today())
    return live_server.url


def types_of(path: str) -> set[str]:
    """Media types that fit an address of a file; empty for a page."""
    return next((fits for ending, fits in FILES.items() if re.search(ending, path)), set())


def asked(link: str) -> str:
    """The path of a page; a file with what is asked of it."""
    path = urlsplit(link).path
    return link.partition("#")[0] if types_of(path) else path


def walk(page, address: str, looked_at: set[str]):
    """Paths a person reaches by links, one of each pattern, with its kind, the status and what the browser complained of.
    A page of a kind nobody has looked at yet is waited for until nothing more is fetched; a file, of no kind, is only
    fetched.
    """
    waiting, seen, files_seen = deque(START), set(), 0
    while waiting and len(seen) - files_seen < MOST:
        path = waiting.popleft()
        kind = kind_of(urlsplit(path).path)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        page.heard.clear()
        if fits := types_of(urlsplit(path).path):
            files_seen += 1
            answer = page.request.get(address + path)
            told = answer.headers.get("content-type", "").partition(";")[0]
            yield path, "", answer.status, [] if told in fits and answer.body() else [f"{told or 'nothing'} where {sorted(fits)} belongs"]
            continue
        answer = page.goto(address + path)
        if kind not in looked_at:
            page.wait_for_load_state("networkidle")
        yield path, kind, answer.status, list(page.heard)
        links = page.eval_on_selector_all("a[href]", "found => found.map(one => one.href)")
        ours = [link.removeprefix(address) for link in links if link.startswith(address)]
        waiting.extend(asked(link) for link in ours if not NOT_OURS.search(urlsplit(link).path))


def faults(page, user: str, path: str) -> list[str]:
    """What axe calls serious, and whether a window made narrow scrolls sideways or keeps its navigation open."""
    name = f"{user}-{(path.strip('/').replace('/', '_') or 'home')[:80]}"
    found = barriers(page)
    keep_picture(page, name, whole=False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(150)
    found += too_wide(page)
    found += ["the navigation covers the phone after the window was made narrow"] if page.locator("[data-side][open]").count() else []
    keep_picture(page, name)
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def test_every_page_anybody_can_reach_is_clean(address, chromium):
    wrong, looked_at, reached = [], set(), {}
    for user in [None, *User.objects.filter(username__startswith="demo-").order_by("username")]:
        name = user.username if user else "public"
        page = opened(chromium, address, user)
        for path, kind, status, said in walk(page, address, looked_at):
            reached.setdefault(name, []).append(path)
            if path in START and status in {403, 404}:
                continue  # the home of somebody else
            wrong += [f"{name} {path}: HTTP {status}"] if status >= 400 else []
            wrong += [f"{name} {path}: {line}" for line in said if status < 400]
            if kind and status < 400 and kind not in looked_at:
                looked_at.add(kind)
                wrong += [f"{name} {path}: {fault}" for fault in faults(page, name, path)]
        page.context.close()
    assert not wrong, "\n".join(wrong)
    assert len(looked_at) > 40, "the walk reached too little to mean anything"
    assert {"demo-inspector", "demo-firm", "demo-leader"} <= set(reached)
