"""A filing that comes late tells of the past: the newest day wins, not the last file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model

from hengjian.ground.people.models import Agency, Holding, Officer
from hengjian.street.register import past, queries, search, services
from hengjian.street.register.models import Change, Entity
from hengjian.street.register.rules import Places, name_key
from tests.factories_intake import code, csv_bytes, deliver

pytestmark = pytest.mark.django_db
HEAD = ("企业名称", "统一社会信用代码", "住所", "登记状态", "经营范围", "核准日期")
MAY, JUNE, JULY = (datetime(2026, month, 4, 2, 0, tzinfo=UTC) for month in (5, 6, 7))
TEA, OLD, NEW = "天津示例000000有限公司", "天津示例旧名有限公司", "天津示例新名有限公司"
SMALL, LARGE, PORT = (f"天津市和平区{street}街道示例路1号" for street in ("小白楼", "劝业场", "南市"))


@pytest.fixture
def bureau(settings, tmp_path) -> Agency:
    settings.MEDIA_ROOT = tmp_path
    return Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")


def tell(bureau: Agency, *row: str, at: datetime) -> Entity:
    services.absorb(deliver(bureau, "registration", csv_bytes(HEAD, [row]), at=at))
    return Entity.objects.get()


def on(entity: Entity, day: str, known: str = "") -> tuple[str, str]:
    then = past.as_it_was(entity, date.fromisoformat(day), date.fromisoformat(known) if known else None)
    return then.address, then.status


def test_a_deregistered_firm_does_not_come_alive_again_because_an_older_file_arrives(bureau):
    tell(bureau, TEA, code(0), SMALL, "存续", "", "2025-03-03", at=MAY)
    tell(bureau, TEA, code(0), LARGE, "注销", "", "2026-06-01", at=JUNE)
    entity = tell(bureau, TEA, code(0), PORT, "歇业", "", "2026-02-02", at=JULY)
    assert (entity.address, entity.status, entity.approved) == (LARGE, "4", date(2026, 6, 1))
    assert [on(entity, day) for day in ("2026-02-01", "2026-02-02", "2026-05-31", "2026-06-01")] == [
        (SMALL, "1"), (PORT, "7"), (PORT, "7"), (LARGE, "4"),
    ]  # fmt: skip
    assert on(entity, "2026-02-02", known="2026-07-03") == (SMALL, "1")  # nobody had told us yet
    assert {one.field for one in Change.objects.filter(late=True)} == {"address", "street", "status"}


def test_what_an_older_file_says_first_of_a_fact_is_what_it_was_before_the_newest_telling(bureau):
    tell(bureau, TEA, code(0), LARGE, "存续", "", "2026-06-01", at=JUNE)
    entity = tell(bureau, TEA, code(0), SMALL, "存续", "茶叶零售", "2026-02-02", at=JULY)
    assert (entity.address, entity.scope_text) == (LARGE, "茶叶零售")  # nobody has told of the scope since
    assert [on(entity, day)[0] for day in ("2026-05-31", "2026-06-01")] == [SMALL, LARGE]
    assert on(entity, "2026-05-31", known="2026-07-03")[0] == LARGE
    assert entity.origin_delivery.received_at == JULY.replace(month=6)


def test_a_move_there_and_back_that_is_told_late_does_not_reach_before_its_day(bureau):
    tell(bureau, TEA, code(0), SMALL, "存续", "", "2025-03-03", at=MAY)
    tell(bureau, TEA, code(0), SMALL, "歇业", "", "2026-06-01", at=JUNE)
    entity = tell(bureau, TEA, code(0), PORT, "存续", "", "2026-02-02", at=JULY)
    assert [on(entity, day)[0] for day in ("2026-02-01", "2026-02-02", "2026-05-31", "2026-06-01")] == [SMALL, PORT, PORT, SMALL]
    assert [(one.address, one.first) for one in past.dwellings(entity, date(2026, 7, 4))] == [
        (SMALL, date(2026, 6, 1)), (PORT, date(2026, 2, 2)), (SMALL, None),
    ]  # fmt: skip


def test_an_industry_finer_than_the_list_is_kept_where_its_division_is_known(law):
    places = Places.of(law)
    assert [places.industry(told) for told in ("8111", "O8111", "811", "9999", "汽修", "81")] == ["8111", "8111", "811", "", "", ""]


def test_a_name_learnt_of_late_is_a_former_name_and_found_by(bureau):
    tell(bureau, NEW, code(0), SMALL, "存续", "", "2026-06-01", at=JUNE)
    entity = tell(bureau, OLD, code(0), SMALL, "存续", "", "2026-02-02", at=JULY)
    assert entity.name == NEW
    assert [(one.name, one.until) for one in queries.former_names(entity)] == [(OLD, date(2026, 6, 1))]
    assert search.find(name_key(OLD), 5) == [entity.pk] == search.find(name_key(NEW), 5)


def test_a_former_name_is_not_one_before_it_was_given_up_nor_before_anybody_told(bureau):
    tell(bureau, OLD, code(0), SMALL, "存续", "", "2025-03-03", at=MAY)
    entity = tell(bureau, NEW, code(0), SMALL, "存续", "", "2026-04-01", at=JUNE)
    asked = [("2026-03-31", None), ("2026-04-01", None), ("2026-04-01", date(2026, 6, 3)), ("2026-04-01", date(2026, 6, 4))]
    names = [[one.name for one in past.names_before(entity, date.fromisoformat(day), known)] for day, known in asked]
    assert names == [[], [OLD], [], [OLD]]


def test_a_file_without_days_of_approval_is_as_new_as_it_arrived(bureau):
    tell(bureau, TEA, code(0), SMALL, "存续", "", "", at=MAY)
    entity = tell(bureau, TEA, code(0), LARGE, "存续", "", "2026-04-01", at=JUNE)
    assert entity.address == LARGE
    assert [on(entity, day)[0] for day in ("2026-03-31", "2026-04-01")] == [SMALL, LARGE]


def test_an_entity_is_not_there_before_it_was_established_nor_known_before_anybody_told(bureau):
    entity = tell(bureau, TEA, code(0), SMALL, "存续", "", "", at=MAY)
    entity.established = date(2026, 4, 1)
    assert past.absent(entity, date(2026, 3, 31)).established == date(2026, 4, 1)
    assert past.absent(entity, date(2026, 4, 1)) is None
    assert past.absent(entity, date(2026, 4, 1), date(2026, 5, 3)).entered == date(2026, 5, 4)
    assert past.absent(entity, date(2026, 4, 1), date(2026, 5, 4)) is None


def test_the_states_of_a_firm_are_told_from_when_to_when(bureau):
    for state, day, at in (("存续", "2025-03-03", MAY), ("歇业", "2026-02-02", JUNE), ("注销", "2026-06-01", JULY)):
        entity = tell(bureau, TEA, code(0), SMALL, state, "", day, at=at)
    found = [(spell.value, spell.first, spell.until) for spell in past.spells_of(entity, "status")]
    assert found == [("4", date(2026, 6, 1), None), ("7", date(2026, 2, 2), date(2026, 6, 1)), ("1", None, date(2026, 2, 2))]
    assert [spell.value for spell in past.spells_of(entity, "status", on=date(2026, 5, 31))] == ["7", "1"]
    assert [spell.value for spell in past.spells_of(entity, "status", known=date(2026, 6, 3))] == ["1"]
    assert [(spell.value, spell.first) for spell in past.spells_of(entity, "address")] == [(SMALL, None)]


def test_a_list_tells_what_was_registered_on_the_day_and_leaves_out_who_was_not_there(client, bureau):
    tell(bureau, OLD, code(0), SMALL, "存续", "", "2025-03-03", at=MAY)
    tell(bureau, NEW, code(0), SMALL, "注销", "", "2026-04-01", at=JUNE)
    user = get_user_model().objects.create_user("register", password="x")
    found = Officer.objects.create(number="R1", name="测试员", agency=bureau, user=user, scope="city")
    Holding.objects.create(officer=found, post="register-officer", since=date(2020, 1, 1))
    client.force_login(user)
    asked = ({"on": "2026-03-31"}, {"on": "2026-04-01"}, {"on": "2026-04-01", "known": "2026-06-03"}, {"known": "2026-05-03"})
    told = [[(one["name"], one["status"]) for one in client.get("/api/register/entities", days).json()] for days in asked]
    assert told == [[(OLD, "1")], [(NEW, "4")], [(OLD, "1")], []]
    page = client.get("/desk/register/", {"on": "2026-03-31"}).content.decode()
    assert OLD in page and NEW not in page


def test_pages_and_api_refuse_days_before_there_was_a_firm(client, bureau):
    entity = tell(bureau, TEA, code(0), SMALL, "存续", "", "", at=MAY)
    Entity.objects.update(established=date(2026, 4, 1))
    user = get_user_model().objects.create_user("register", password="x")
    found = Officer.objects.create(number="R1", name="测试员", agency=bureau, user=user, scope="city")
    Holding.objects.create(officer=found, post="register-officer", since=date(2020, 1, 1))
    client.force_login(user)
    api = f"/api/register/entities/{entity.uscc}"
    assert [client.get(api, {"on": day}).status_code for day in ("2026-03-31", "2026-04-01")] == [404, 200]
    assert client.get(f"{api}/history", {"known": "2026-05-03"}).status_code == 404
    told = client.get(f"{api}/history", {"on": "2026-05-05"}).json()
    assert (told["states"], told["addresses"][0]["street"]) == ([{"value": "1", "first": None, "until": None}], "120101002")
    for page in (f"/desk/register/{entity.uscc}/", f"/desk/entities/{entity.uscc}/"):
        assert "尚未成立" in client.get(page, {"on": "2026-03-31"}).content.decode()
        assert "尚未成立" not in client.get(page, {"on": "2026-04-01"}).content.decode()
