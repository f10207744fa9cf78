"""What the public sees depends on the day alone, whether or not a job has run."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hengjian.street.publication import queries
from hengjian.street.publication.models import PublicEntity, PublicNotice
from hengjian.street.register.models import Entity, FormerName

pytestmark = pytest.mark.django_db
CODE = "91120101MA05ABCD7A"


@pytest.fixture
def shop() -> Entity:
    entity = Entity.objects.create(
        uscc=CODE, name="天津（津沽）食品店", name_folded="天津(津沽)食品店", kind="individual",
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    PublicEntity.objects.create(entity=entity, uscc=CODE, name=entity.name, kind="individual", status="active")
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


def test_a_withdrawn_notice_is_gone_on_the_day_of_its_withdrawal(shop):
    notice(shop, withdrawn_on=date(2026, 2, 3), withdrawn_by=9)
    assert queries.notice(1, date(2026, 2, 2)) is not None
    assert queries.notice(1, date(2026, 2, 3)) is None


@pytest.mark.parametrize("q", ["津沽", "（津沽）", "(津沽)", CODE.lower()])
def test_search_finds_two_characters_and_any_bracket(shop, q):
    assert queries.search(q, {}, date(2026, 2, 1)).total == 1


def test_search_finds_a_former_name(shop):
    FormerName.objects.create(entity=shop, name="老字样", name_folded="老字样", until=date(2020, 1, 1))
    assert [e.uscc for e in queries.search("字样", {}, date(2026, 2, 1)).page(1)] == [CODE]


def test_an_entity_that_is_not_in_the_projection_is_not_found(shop):
    PublicEntity.objects.all().delete()
    assert queries.search("津沽", {}, date(2026, 2, 1)).total == 0
    assert queries.public_entity(CODE, date(2026, 2, 1)) is None
