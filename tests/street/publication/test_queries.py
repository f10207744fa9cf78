"""What the public sees depends on the day alone, whether or not a job has run."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hengjian.street.assessment.models import Assessment
from hengjian.street.publication import entities, queries
from hengjian.street.publication.models import PublicNotice
from hengjian.street.register.models import Entity, FormerName

pytestmark = pytest.mark.django_db
CODE = "91120101MA05ABCD7A"


@pytest.fixture
def shop() -> Entity:
    entity = Entity.objects.create(
        uscc=CODE, name="天津（津沽）食品店", name_folded="天津津沽食品店", kind="individual", status="1", district="120119",
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    entities.copy([entity.pk], "tianjin-2017", 1)
    return entity


def notice(entity: Entity, seq: int = 1, **more: object) -> PublicNotice:
    fields = {
        "entry_seq": seq, "entity": entity, "uscc": entity.uscc, "name": entity.name, "kind": "penalty",
        "issuer": "蓟州区市场监督管理局", "decided": date(2026, 1, 5), "published_on": date(2026, 1, 15),
        "until": date(2026, 4, 15), **more,
    }  # fmt: skip
    return PublicNotice.objects.create(**fields)


@pytest.mark.parametrize(
    ("on", "seen"),
    [(date(2026, 1, 14), 0), (date(2026, 1, 15), 1), (date(2026, 4, 15), 1), (date(2026, 4, 16), 0)],
)
def test_a_notice_is_seen_from_its_first_to_its_last_day(shop, on, seen):
    notice(shop)
    assert queries.notices_of(CODE, "penalty", on).count() == seen
    assert queries.counts(CODE, on).get("penalty", 0) == seen
    assert queries.latest_notices(on).count() == queries.newest(on).count() == seen


@pytest.mark.parametrize("on", [date(2026, 1, 14), date(2026, 2, 2), date(2026, 2, 3), date(2026, 4, 16)])
def test_a_page_lists_what_the_question_of_the_day_finds(shop, on):
    notice(shop, 1, decided=date(2026, 1, 4))
    notice(shop, 2, withdrawn_on=date(2026, 2, 3), withdrawn_by=9)
    notice(shop, 3, kind="licence", until=None, body={"licence_name": "食品经营许可证"})
    found = queries.page_of(CODE, on)
    assert found == list(queries.notices_of(CODE, None, on))
    assert [one.body for one in found] == [one.body for one in queries.notices_of(CODE, None, on)]
    assert queries.page_of(CODE[::-1], on) == []


def test_a_withdrawn_notice_is_gone_on_the_day_of_its_withdrawal(shop):
    notice(shop, withdrawn_on=date(2026, 2, 3), withdrawn_by=9)
    assert queries.notice(1, date(2026, 2, 2)) is not None
    assert queries.notice(1, date(2026, 2, 3)) is None


@pytest.mark.parametrize("q", ["津沽", "（津沽）", "(津沽)", CODE.lower()])
def test_search_finds_two_characters_and_any_bracket(shop, q):
    assert queries.search(q, {}, date(2026, 2, 1)).total == 1


def test_search_finds_a_former_name(shop):
    FormerName.objects.create(entity=shop, name="老字样", name_folded="老字样", until=date(2020, 1, 1))
    assert entities.copy(entities.differing("tianjin-2017"), "tianjin-2017", 1) == 1
    assert [e.uscc for e in queries.search("字样", {}, date(2026, 2, 1)).page(1)] == [CODE]


@pytest.mark.parametrize(
    ("filters", "found"),
    [({"district": "120119"}, 1), ({"district": "120101"}, 0), ({"district": "120119", "kind": "individual"}, 1), ({"class": "red"}, 0)],
)
@pytest.mark.parametrize("q", ["津沽", CODE, "9112010", ""])
def test_a_search_is_narrowed_by_district_class_and_kind(shop, q, filters, found):
    assert queries.search(q, filters, date(2026, 2, 1)).total == found


def test_what_changed_is_copied_and_what_did_not_is_left_alone(shop):
    assert entities.differing("tianjin-2017") == []
    Entity.objects.filter(pk=shop.pk).update(name="天津海上食品店", district="120101")
    assert entities.copy(entities.differing("tianjin-2017"), "tianjin-2017", 1) == 1
    on = date(2026, 2, 1)
    assert queries.search("津沽", {}, on).total == 0
    assert queries.search("海上", {"district": "120101"}, on).total == 1
    Assessment.objects.create(
        entity=shop, ruleset="tianjin-2017", class_code="yellow", reasons=["tianjin-2017.yellow.penalty"], on=on,
        computed_at=datetime(2026, 2, 1, tzinfo=UTC),
    )  # fmt: skip
    assert entities.differing("tianjin-2017") == [shop.pk]
    entities.copy([shop.pk], "tianjin-2017", 1)
    assert queries.search("海上", {"class": "yellow"}, on).total == 1
    assert entities.differing("tianjin-2017") == []


def test_one_character_finds_nothing_and_a_common_word_is_cut_off_and_says_so(shop, monkeypatch):
    assert queries.search("津", {}, date(2026, 2, 1)).total == 0
    monkeypatch.setattr(queries, "MOST", 0)
    assert queries.search("津沽", {}, date(2026, 2, 1)).more


@pytest.mark.parametrize(("q", "filters"), [("津沽", {}), ("津", {}), ("91120101", {}), ("", {"district": "120119"}), ("津沽", {"district": "120119"})])
def test_the_next_thousand_begin_where_the_last_one_ended(shop, monkeypatch, q, filters):
    for number in range(4):
        more = Entity.objects.create(
            uscc=f"91120101MA05ABC{number}5B", name=f"天津津沽{number}分店", name_folded=f"天津津沽{number}分店", kind="individual", status="1",
            district="120119", updated_at=shop.updated_at,
        )  # fmt: skip
        entities.copy([more.pk], "tianjin-2017", 1)
    monkeypatch.setattr(queries, "MOST", 2)
    seen, after, more = [], "", True
    while more:
        found = queries.search(q, filters, date(2026, 2, 1), after)
        seen, after, more = [*seen, *found.keys], found.last, found.more
    assert (len(seen), len(set(seen))) == ((5, 5) if q != "津" else (0, 0))


@pytest.mark.parametrize("after", ["-1", "x", "9" * 20])
def test_a_place_nobody_was_given_begins_at_the_front(shop, after):
    assert queries.search("津沽", {}, date(2026, 2, 1), after).total == 1


def test_an_entity_that_is_not_in_the_projection_is_not_found(shop):
    unknown = Entity.objects.create(
        uscc="91120101MA05ABCE5B", name="天津津沽未公示食品店", name_folded="天津津沽未公示食品店", kind="individual", updated_at=shop.updated_at
    )
    assert queries.search("未公示", {}, date(2026, 2, 1)).total == 0
    assert queries.public_entity(unknown.uscc, date(2026, 2, 1)) is None
    assert queries.names_of([shop.pk, unknown.pk]) == {shop.pk: shop.name}
