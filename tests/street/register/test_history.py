"""What an entity was on a day, what stands around it, who is behind it: told by files, never guessed, never public."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model

from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Holding, Officer
from hengjian.street.intake.models import Row
from hengjian.street.register import history, past, queries, search, services
from hengjian.street.register.models import Change, Entity, FormerName, Person
from hengjian.street.register.rules import Places, name_key
from tests.factories_intake import code, csv_bytes, deliver

pytestmark = pytest.mark.django_db
HEAD = ("企业名称", "统一社会信用代码", "地区", "住所", "登记状态", "法定代表人", "核准日期")
MARCH, MAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC), datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
TEA = "天津示例000000有限公司"


@pytest.fixture
def bureau(settings, tmp_path) -> Agency:
    settings.MEDIA_ROOT = tmp_path
    return Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")


@pytest.fixture
def officer(bureau) -> Officer:
    user = get_user_model().objects.create_user("register", password="x")
    found = Officer.objects.create(number="R1", name="测试员", agency=bureau, user=user, scope="city")
    Holding.objects.create(officer=found, post="register-officer", since=date(2020, 1, 1))
    return found


def tell(bureau: Agency, *rows: list[str], at: datetime = MARCH, head=HEAD, kind: str = "registration"):
    return services.absorb(deliver(bureau, kind, csv_bytes(head, rows), at=at))


def moved(bureau: Agency) -> Entity:
    """Registered in March; in May the file tells of a move and of dormancy approved in April."""
    tell(bureau, [TEA, code(0), "和平", "天津市和平区小白楼街道示例路1号", "存续", "钱测试", "2026-03-01"])
    tell(bureau, [TEA, code(0), "河东", "天津市河东区大王庄街道样例路2号", "歇业", "孙测试", "2026-04-20"], at=MAY)
    return Entity.objects.get()


def test_a_move_leaves_the_old_address_with_its_district_and_street(bureau):
    entity = moved(bureau)
    was = {change.field: (change.before, change.after) for change in past.changes_of(entity)}
    assert was["district"] == ("120101", "120102")
    assert was["street"] == ("120101002", "120102001")
    assert was["status"] == ("1", "7")
    assert was["address"][0] == "天津市和平区小白楼街道示例路1号"


@pytest.mark.parametrize(
    ("on", "known", "district", "status"),
    [
        ("2026-04-19", None, "120101", "1"),  # the day before it was approved
        ("2026-04-20", None, "120102", "7"),
        ("2026-04-20", "2026-05-03", "120101", "1"),  # approved already, but nobody had told us
        ("2026-04-20", "2026-05-04", "120102", "7"),
    ],
)
def test_the_register_is_read_as_of_a_day_as_known_on_another(client, bureau, officer, on, known, district, status):
    entity = moved(bureau)
    then = past.as_it_was(entity, date.fromisoformat(on), date.fromisoformat(known) if known else None)
    assert (then.district, then.status) == (district, status)
    client.force_login(officer.user)
    asked = {"on": on, **({"known": known} if known else {})}
    assert client.get(f"/api/register/entities/{entity.uscc}", asked).json()["status"] == status
    address = "小白楼街道" if district == "120101" else "大王庄街道"
    for page in (f"/desk/register/{entity.uscc}/", f"/desk/entities/{entity.uscc}/"):
        answer = client.get(page, asked)
        if answer.status_code == 200:
            assert address in answer.content.decode()


def test_a_road_named_like_a_street_is_not_the_street(law):
    places = Places.of(law)
    assert places.street("120101", "天津市和平区小白楼街道示例路1号") == "120101002"
    assert places.street("120101", "天津市和平区示例路小白楼街道商场") == ""
    assert places.street(None, "小白楼街道") == ""


def test_persons_behind_an_entity_leave_intake_and_are_shown_for_a_reason_only(client, bureau, officer):
    entity = moved(bureau)
    assert [person.data["representative"] for person in queries.people_of(entity.uscc)] == ["孙测试", "钱测试"]
    assert not Row.objects.filter(personal__isnull=False).exists()
    client.force_login(officer.user)
    page = f"/desk/register/{entity.uscc}/people/"
    assert "孙测试" not in client.get(page).content.decode()
    assert "孙测试" not in client.post(page, {"reason": ""}).content.decode()
    assert "孙测试" in client.post(page, {"reason": "送达文书"}).content.decode()
    assert Trail.objects.get(action="personal.register").detail["reason"] == "送达文书"
    for door in (f"/desk/register/{entity.uscc}/", f"/api/register/entities/{entity.uscc}/history", f"/api/register/entities/{entity.uscc}"):
        assert "测试员" not in (text := client.get(door).content.decode()) or "孙测试" not in text
        assert "孙测试" not in text


def test_branches_and_investors_stand_by_their_codes_and_natural_persons_by_none(client, bureau, officer):
    entity = moved(bureau)
    tell(bureau, ["天津示例000001有限公司", code(1), "和平", "", "存续", "", ""])
    head = ("企业名称", "统一社会信用代码", "分支机构名称", "分支机构统一社会信用代码", "设立日期", "注销日期")
    tell(bureau, [TEA, code(0), "天津示例分公司", code(1), "2026-01-05", ""], head=head, kind="branch")
    head = ("企业名称", "统一社会信用代码", "股东序号", "股东姓名或名称", "股东统一社会信用代码", "认缴出资额(万元)", "成为股东日期")
    rows = [[TEA, code(0), "1", "李测试", "", "60", "2020-05-06"], [TEA, code(0), "2", "天津示例000001有限公司", code(1), "40", "2020-05-06"]]
    tell(bureau, *rows, head=head, kind="investor")
    assert [tie.other_uscc for tie in queries.ties_of(code(0), "branch", on=date(2026, 3, 2))] == [code(1)]
    assert queries.ties_of(code(0), "branch", on=date(2026, 1, 4)) == []
    assert [(tie.other_uscc, tie.subscribed_fen) for tie in queries.ties_of(code(0), "investor")] == [("", 60_000_000), (code(1), 40_000_000)]
    assert [person.data for person in Person.objects.filter(role="investor", key="1")] == [{"investor": "李测试"}]
    client.force_login(officer.user)
    page = client.get(f"/desk/register/{entity.uscc}/").content.decode()
    assert "李测试" not in page
    assert "天津示例000001有限公司" in page


def test_a_branch_that_closed_is_no_more_from_that_day(bureau):
    moved(bureau)
    head = ("企业名称", "统一社会信用代码", "分支机构名称", "分支机构统一社会信用代码", "设立日期", "注销日期")
    tell(bureau, [TEA, code(0), "天津示例分公司", code(1), "2026-01-05", ""], head=head, kind="branch")
    tell(bureau, [TEA, code(0), "天津示例分公司", code(1), "2026-01-05", "2026-04-01"], head=head, kind="branch", at=MAY)
    assert [len(queries.ties_of(code(0), "branch", on=day)) for day in (date(2026, 3, 31), date(2026, 4, 1))] == [1, 0]
    assert len(queries.ties_of(code(0), "branch", on=date(2026, 4, 1), known=date(2026, 4, 30))) == 1


def test_a_merger_is_recorded_by_an_officer_and_can_be_reversed(client, bureau, officer):
    tell(bureau, [TEA, code(0), "和平", "", "", "", ""], ["天津示例000001有限公司", code(1), "和平", "", "", "", ""])
    client.force_login(officer.user)
    told = {"kind": "merger", "uscc": code(1), "on": "2026-05-04", "basis": "合并协议及登记通知书"}
    with clock.frozen(date(2026, 5, 6)):
        client.post(f"/desk/register/{code(0)}/unite/", told)
        assert client.post(f"/desk/register/{code(0)}/unite/", {**told, "uscc": code(0)}).status_code == 422
        [held] = queries.successions_of(Entity.objects.get(uscc=code(1)))
        assert "合并协议及登记通知书" in client.get(f"/desk/register/{code(1)}/").content.decode()
        with pytest.raises(history.AlreadyUnited):
            history.unite(by=officer, kind="merger", before=held.before, after=held.after, on=held.on, basis="再来", at=MAY)
        client.post(f"/desk/register/successions/{held.pk}/part/", {"because": "登记错了主体"})
    [held] = queries.successions_of(held.before)
    assert (held.reversed_on, held.reversed_because) == (date(2026, 5, 6), "登记错了主体")


def test_a_branch_in_another_district_is_named_and_opens_for_whoever_may_open_it(client, bureau, officer):
    entity = moved(bureau)
    tell(bureau, ["天津示例000001有限公司", code(1), "和平", "", "存续", "", ""])
    head = ("企业名称", "统一社会信用代码", "分支机构名称", "分支机构统一社会信用代码", "设立日期", "注销日期")
    tell(bureau, [TEA, code(0), "天津示例分公司", code(1), "2026-01-05", ""], head=head, kind="branch")
    history.unite(by=officer, kind="division", before=entity, after=Entity.objects.get(uscc=code(1)), on=MAY.date(), basis="分立决议", at=MAY)
    for page in ("/desk/register/", "/desk/entities/"):
        link = f'href="{page}{code(1)}/"'
        for scope, opens in (("city", True), ("district", False)):
            Officer.objects.update(scope=scope)
            Agency.objects.filter(pk=bureau.pk).update(district="120102")  # where the firm moved to
            client.force_login(officer.user)
            text = client.get(f"{page}{code(0)}/").content.decode()
            assert "天津示例000001有限公司" in text
            assert (link in text) is opens


def test_twenty_names_of_one_length_are_all_found(bureau):
    names = [f"天津第{letter}茶行有限公司" for letter in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"]
    for day, name in enumerate(names, start=1):
        tell(bureau, [name, code(0), "和平", "", "", "", ""], at=datetime(2026, 3, day, 2, 0, tzinfo=UTC))
    [entity] = Entity.objects.all()
    assert FormerName.objects.count() == 19
    assert [search.find(name_key(name), 5) for name in names] == [[entity.pk]] * 20
    # Back to the first name: it is found once, as the present one.
    tell(bureau, [names[0], code(0), "和平", "", "", "", "2026-05-04"], at=MAY)
    assert search.find(name_key(names[0]), 5) == [entity.pk]
    assert Change.objects.filter(field="name").count() == 20
