"""What a stranger sees of the past: registered changes, branches, since when a class stands; nothing that is public no longer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hengjian.ground.people.models import Agency
from hengjian.street.publication import entities, services
from hengjian.street.publication.models import PublicEntity
from hengjian.street.register.models import Change, Entity, Tie
from tests.doors.portal.test_public_pages import CODE, DAY, OTHER, PAGE, firm, notice, seen  # noqa: F401
from tests.factories_intake import csv_bytes, deliver

pytestmark = pytest.mark.django_db
THEN = datetime(2026, 3, 1, tzinfo=UTC)


def changed(entity: Entity, field: str, before: str, after: str, on: date = date(2026, 2, 3)) -> None:
    Change.objects.create(entity=entity, field=field, before=before, after=after, on=on, recorded=THEN)


def branch(row: int, key: str, name: str, uscc: str = "", since: date = date(2025, 1, 1), until: date | None = None, recorded: datetime = THEN) -> None:
    agency = Agency.objects.get_or_create(code="120119", defaults={"name": "蓟州区市场监督管理局"})[0]
    if not Tie.objects.exists():
        branch.delivery = deliver(agency, "branch", csv_bytes(("统一社会信用代码",), []))
    Tie.objects.create(
        kind="branch", uscc=CODE, key=key, other_uscc=uscc, other_name=name, since=since, until=until, recorded=recorded,
        delivery=branch.delivery, row=row,
    )  # fmt: skip


def test_changes_of_the_register_are_told_last_first_in_words(client, firm):  # noqa: F811
    changed(firm, "status", "1", "6", date(2026, 4, 1))
    changed(firm, "capital_fen", "10000000", "50000000", date(2026, 2, 3))
    services.publish_entities(on=DAY)
    page = seen(client, PAGE)
    assert page.index("2026-04-01") < page.index("2026-02-03")
    for said in ("变更信息 <span class=\"text-secondary\">2</span>", "存续（在营、开业、在册）", "10 万元", "50 万元"):
        assert said in page


def test_the_street_stays_inside_and_makes_no_row_be_copied_again(client, firm):  # noqa: F811
    changed(firm, "street", "120119001", "120119002")
    assert entities.differing("tianjin-2017") == []
    assert "没有登记变更" in seen(client, PAGE)


def test_branches_are_those_of_today_as_last_told(client, firm):  # noqa: F811
    branch(1, "a", "天津津沽食品有限公司一店")
    branch(2, "b", "天津津沽食品有限公司二店", until=DAY)
    branch(3, "c", "天津津沽食品有限公司三店")
    branch(4, "c", "天津津沽食品有限公司三店", until=date(2026, 1, 1), recorded=datetime(2026, 4, 1, tzinfo=UTC))
    services.publish_entities(on=DAY)
    page = seen(client, PAGE)
    assert [name in page for name in ("一店", "二店", "三店")] == [True, False, False]
    assert "二店" in seen(client, PAGE, date(2026, 5, 31))
    assert entities.differing("tianjin-2017") == []
    branch(5, "d", "天津津沽食品有限公司四店")
    assert entities.differing("tianjin-2017") == [firm.pk]


def test_a_branch_that_is_public_itself_is_a_link(client, firm):  # noqa: F811
    Entity.objects.create(uscc=OTHER, name="天津津沽食品有限公司五店", name_folded="天津津沽食品有限公司五店", kind="individual", status="1", updated_at=THEN)
    branch(1, "a", "旧名", uscc=OTHER)
    services.publish_entities(on=DAY)
    page = seen(client, PAGE)
    assert f'href="/entity/{OTHER}/"' in page
    assert "五店" in page
    assert "旧名" not in page


def test_the_endpoint_gives_both(client, firm):  # noqa: F811
    changed(firm, "name", "天津老字样食品厂", "天津（津沽）食品有限公司")
    branch(1, "a", "一店")
    services.publish_entities(on=DAY)
    answer = client.get(f"/api/publication/entities/{CODE}").json()
    assert answer["changes"] == [{"field": "name", "before": "天津老字样食品厂", "after": "天津（津沽）食品有限公司", "on": "2026-02-03"}]
    assert [(one["name"], one["since"], one["until"]) for one in answer["branches"]] == [("一店", "2025-01-01", None)]


def test_a_class_is_told_from_the_records_that_are_public_and_no_day_of_the_best_class_is(client, firm):  # noqa: F811
    PublicEntity.objects.update(established=date(2020, 1, 1))
    notice(firm)
    page = seen(client, PAGE)
    history = page.split('id="class-history"')[1].split("</details>")[0]
    assert "2026-01-05" in history
    assert "今天" in history
    assert "2020-01-01" not in history


def test_a_repaired_record_leaves_no_trace_in_the_history(client, firm):  # noqa: F811
    notice(firm, withdrawn_on=date(2026, 5, 1), withdrawn_by=9, withdrawn_kind="repair")
    PublicEntity.objects.update(class_code="green", reasons=["tianjin-2017.green.none"])
    page = seen(client, PAGE)
    assert "class-history" not in page
    assert "2026-01-05" not in page
