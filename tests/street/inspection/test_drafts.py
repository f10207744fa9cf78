"""Two devices write on the same form: nobody overwrites, nothing typed is lost, one result stands."""

from __future__ import annotations

import json

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people.language import title_in
from hengjian.street.inspection import drafts, queries, showing
from hengjian.street.inspection.errors import DraftMoved
from hengjian.street.inspection.models import Draft, Result
from tests import factories_inspection as make

from .test_pages import at, enter, form

pytestmark = pytest.mark.django_db
ONE, OTHER = [["path", "done"], ["note", "甲"]], [["path", "done"], ["note", "乙"]]


@pytest.fixture(autouse=True)
def day():
    with clock.frozen(make.AT):
        yield


def save(visit, entries, base, device, who=0):
    return drafts.save(visit, entries, base=base, device=device, by=make.team(visit)[who], at=make.AT)


def test_versions_follow_each_other_on_one_device(visit):
    assert [save(visit, ONE, 0, "a").version, save(visit, OTHER, 1, "a").version] == [1, 2]


def test_the_same_draft_again_changes_nothing(visit):
    assert save(visit, ONE, 0, "a").pk == save(visit, ONE, 0, "a").pk
    assert Draft.objects.count() == 1


def test_a_device_that_has_not_seen_the_last_version_is_told_of_it_and_its_own_is_kept(visit):
    save(visit, ONE, 0, "a")
    for _ in range(2):
        with pytest.raises(DraftMoved) as refused:
            save(visit, OTHER, 0, "b", who=1)
    assert (refused.value.facts["version"], refused.value.facts["entries"]) == (1, ONE)
    assert [(d.version, d.entries) for d in Draft.objects.order_by("pk")] == [(1, ONE), (None, OTHER)]


def test_after_the_choice_the_next_version_stands_and_both_earlier_ones_are_still_there(visit):
    save(visit, ONE, 0, "a")
    with pytest.raises(DraftMoved):
        save(visit, OTHER, 0, "b", who=1)
    save(visit, [["path", "done"], ["note", "甲和乙"]], 1, "b", who=1)
    assert queries.head_draft(visit).entries[1][1] == "甲和乙"
    assert Draft.objects.count() == 3


def test_what_comes_after_the_result_is_kept_beside_it(visit):
    make.record(visit)
    with pytest.raises(DraftMoved) as refused:
        save(visit, OTHER, 0, "b", who=1)
    assert refused.value.facts["recorded"] is True
    assert Draft.objects.get().version is None


def test_a_result_from_a_device_that_missed_a_change_is_refused_with_both_versions(client, visit):
    enter(client, make.team(visit)[0])
    save(visit, ONE, 0, "other-phone", who=1)
    answer = client.post(at(visit, "form/"), form(visit, base="0", device="this-phone"), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["title"]) == (409, "draft_moved")
    assert answer.json()["facts"]["entries"] == ONE
    assert Result.objects.count() == 0
    again = client.post(at(visit, "form/"), form(visit, base="1", device="this-phone"), headers={"Accept": "application/json"})
    assert again.status_code == 200
    twice = client.post(at(visit, "form/"), form(visit, base="1", device="this-phone"), headers={"Accept": "application/json"})
    assert (twice.status_code, Result.objects.count()) == (200, 1)


def test_the_phone_keeps_a_draft_and_an_arrival_in_it_is_noted_at_once(client, visit):
    enter(client, make.team(visit)[0])
    entries = [["arrived", "2026-03-02T09:30:00+08:00"], ["place", "40.0457,117.4083,12"], ["path", "done"]]
    body = json.dumps({"entries": entries, "base": 0, "device": "phone-1"})
    assert client.post(at(visit, "draft/"), body, content_type="application/json").json() == {"version": 1}
    visit.refresh_from_db()
    assert visit.place == {"lat": 40.0457, "lon": 117.4083, "accuracy": 12}
    assert visit.proceeding.events.filter(act="arrive").count() == 1


def test_a_stranger_keeps_no_draft_and_gets_a_key_of_their_own_only(client, visit):
    enter(client, make.officer("I-99", "inspector", ))
    body = json.dumps({"entries": ONE, "base": 0, "device": "x"})
    answer = client.post(at(visit, "draft/"), body, content_type="application/json", headers={"Accept": "application/json"})
    assert answer.status_code == 403
    mine = client.post("/desk/inspection/key/", {"device": "phone-1"}).json()["key"]
    enter(client, make.team(visit)[0])
    theirs = client.post("/desk/inspection/key/", {"device": "phone-1"}).json()["key"]
    assert len(mine) == 64
    assert mine != theirs


def test_the_desk_shows_a_draft_in_the_words_of_the_form(client, visit):
    entries = [
        ["token", "t-1"], ["path", "refused"], ["item_reg-name", "problem"], ["note_reg-name", "牌匾不符"], ["codes", "8"],
        ["disposal", "none"], ["sign_firm", "M1 1L2 2"], ["note", ""],
    ]  # fmt: skip
    told = dict(showing.draft(save(visit, entries, 0, "a")))
    name = title_in(queries.ITEMS, "reg-name")
    assert told == {
        "检查经过": "拒不配合", name: "发现问题", f"{name}（具体情况）": "牌匾不符", "检查结果": title_in(queries.RESULTS, "8"),
        "后续处理": title_in(queries.DISPOSALS, "none"), "当事人签名": "（已签名）",
    }  # fmt: skip
    enter(client, make.team(visit)[0])
    page = client.get(at(visit)).content.decode()
    assert "牌匾不符" in page
    assert "note_reg-name" not in page
