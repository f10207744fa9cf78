"""What a stranger sees of an entity: found by two characters, explained, dated, and not one day too long."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache

from hengjian.duties.filing import sources
from hengjian.ground.kit import clock
from hengjian.street.assessment.models import Assessment
from hengjian.street.publication import entities, queries
from hengjian.street.publication.models import Projection, PublicNotice
from hengjian.street.register.models import Entity, FormerName

pytestmark = pytest.mark.django_db
CODE, OTHER = "91120119MA05ABCD7A", "92120119MA05ABCE0B"
FIRST, LAST = date(2026, 1, 15), date(2027, 1, 15)
DAY = date(2026, 6, 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOCUMENT = "津蓟市监罚〔2026〕7号"
PAGE = f"/entity/{CODE}/"
EMPTY = ("行政许可", "抽查检查", "经营异常", "严重违法失信", "荣誉信息", "司法失信", "守信激励")


@pytest.fixture(autouse=True)
def firm():
    cache.clear()
    entity = Entity.objects.create(
        uscc=CODE, name="天津（津沽）食品有限公司", name_folded="天津津沽食品有限公司", kind="enterprise", status="1",
        district="120119", entity_type="1130", address="蓟州区示范路12号", updated_at=NOW,
    )  # fmt: skip
    FormerName.objects.create(entity=entity, name="天津老字样食品厂", name_folded="天津老字样食品厂", until=date(2020, 1, 1))
    Assessment.objects.create(
        entity=entity, ruleset="tianjin-2017", class_code="yellow", reasons=["tianjin-2017.yellow.penalties"], on=DAY, computed_at=NOW
    )
    Projection.objects.create(pk=1, version="test", as_of=DAY)
    entities.copy(entities.differing("tianjin-2017"), "tianjin-2017", 1)
    return entity


def notice(entity: Entity, seq: int = 7, kind: str = "penalty", **more: object) -> PublicNotice:
    fields = {
        "entry_seq": seq, "entity": entity, "uscc": entity.uscc, "name": entity.name, "kind": kind, "document": DOCUMENT,
        "issuer": "蓟州区市场监督管理局", "decided": date(2026, 1, 5), "due": date(2026, 2, 2), "published_on": FIRST, "until": LAST,
        "basis": {"basis": "samr-45-2021 §15", "months": 12, "from": "2026-01-15", "until": "2027-01-15"},
        "body": {"facts": "销售超过保质期的食品", "kind_of_penalty": ["罚款"], "fine_yuan": "5000"}, **more,
    }  # fmt: skip
    return PublicNotice.objects.create(**fields)


def seen(client, address: str, on: date = DAY, **query: str) -> str:
    with clock.frozen(on):
        answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def counts(page: str) -> dict[str, int]:
    """Tabs and the number each carries."""
    return {title: int(n) for title, n in re.findall(r'id="tab-[a-z-]+"[^>]*>([^<]+)<span class="n[^"]*">(\d+)</span>', page)}


@pytest.mark.parametrize("q", ["津沽", "（津沽）食品", "(津沽)食品", "字样", CODE, CODE.lower(), CODE[:8]])
def test_a_firm_is_found_by_two_characters_any_bracket_a_former_name_and_its_code(client, q):
    page = seen(client, "/search/", q=q)
    assert PAGE in page
    assert "共 1 户" in page


def test_beyond_the_hits_listed_at_once_a_link_goes_on(client, firm, monkeypatch):
    second = Entity.objects.create(uscc=OTHER, name="天津津沽食品第二有限公司", name_folded="天津津沽食品第二有限公司", kind="enterprise", status="1", updated_at=NOW)
    entities.copy([second.pk], "tianjin-2017", 1)
    monkeypatch.setattr(queries, "MOST", 1)
    first = seen(client, "/search/", q="津沽")
    assert ("后面还有" in first, PAGE in first, OTHER in first) == (True, True, False)
    [onward] = re.findall(r"after=(\d+)", first)
    rest = seen(client, "/search/", q="津沽", after=onward)
    assert ("最后 1 户" in rest, PAGE in rest, OTHER in rest) == (True, False, True)


def test_a_hit_shows_what_users_of_the_national_site_look_for(client):
    page = seen(client, "/search/", q="食品")
    for shown in (CODE, "<mark>食品</mark>", "存续（在营、开业、在册）", "警示", "蓟州区示范路12号", "有限责任公司（自然人投资或控股）", "数据截至"):
        assert shown in page


@pytest.mark.parametrize(
    ("filters", "found"), [({"district": "120119"}, True), ({"district": "120101"}, False), ({"class": "yellow"}, True), ({"kind": "individual"}, False)]
)
@pytest.mark.parametrize("q", ["津沽", ""])
def test_results_are_narrowed_by_district_class_and_kind(client, q, filters, found):
    assert (PAGE in seen(client, "/search/", q=q, **filters)) is found


def test_one_character_is_answered_with_advice(client):
    assert "名称至少两个字" in seen(client, "/search/", q="津")


def test_every_tab_stays_with_its_count(client, firm):
    notice(firm)
    notice(firm, 8, "annual-report", until=None, body={"year": 2025})
    page = seen(client, PAGE)
    assert counts(page) == {"行政处罚": 1, "年度报告": 1} | dict.fromkeys(EMPTY, 0)
    assert "没有公示中的记录" in seen(client, PAGE, tab="honour")


@pytest.mark.parametrize(
    ("on", "shown"), [(date(2026, 1, 14), 0), (FIRST, 1), (LAST, 1), (date(2027, 1, 16), 0)], ids=["day before", "first", "last", "day after"]
)
@pytest.mark.parametrize("tab", ["", "penalty", "all"])
def test_a_record_is_on_the_page_from_its_first_to_its_last_day_and_not_one_day_more(client, firm, on, shown, tab):
    notice(firm)
    page = seen(client, PAGE, on, tab=tab)
    assert counts(page)["行政处罚"] == shown
    assert (DOCUMENT in page) is bool(shown)
    assert (DOCUMENT in seen(client, "/", on) or "销售超过保质期" in seen(client, "/", on)) is bool(shown)


def test_a_withdrawn_record_is_gone_that_day(client, firm):
    notice(firm, withdrawn_on=DAY, withdrawn_by=9, withdrawn_kind="repair")
    assert DOCUMENT not in seen(client, PAGE, DAY, tab="all")
    assert DOCUMENT in seen(client, PAGE, date(2026, 5, 31), tab="all")


def test_a_record_says_by_whom_which_document_until_when_and_how_that_was_counted(client, firm):
    notice(firm)
    page = seen(client, PAGE, tab="penalty")
    for said in ("蓟州区市场监督管理局", DOCUMENT, "2026-01-05", "公示至 2027-01-15", "自 2026-01-15 起 12 个月，至 2027-01-15 止",
                 "法定公示期限 2026-02-02", "2027-01-16 起不再公示", "依据 《市场监督管理行政处罚信息公示规定》第15条"):  # fmt: skip
        assert said in page


UNCHECKED = "待核：只见转载或摘录"


def steps(client, seq: int = 7) -> list[str]:
    return re.findall(r"<li>([^<]+)</li>", seen(client, f"/publication/notices/{seq}/"))


def test_a_last_day_counted_by_a_term_not_checked_with_the_law_says_so(client, firm, law):
    reading = law.term("lists.serious.end").on(DAY)
    assert reading.confidence == "part"
    basis = {"basis": reading.basis, "months": 36, "from": "2026-01-15", "until": "2029-01-15"}
    notice(firm, kind="serious-list", until=date(2029, 1, 15), basis=basis, body={"ground": "虚假注册"})
    assert steps(client)[-1] == f"依据 《市场监督管理严重违法失信名单管理办法》第21条 · {UNCHECKED}"


def test_a_day_of_publicity_by_a_term_not_checked_says_so_and_the_article_of_a_checked_one_does_not(client, firm, law):
    assert law.term("publication.inspection").on(date(2026, 1, 5)).confidence == "part"
    basis = {"basis": "samr-107-2025 §10", "months": 3, "from": "2026-01-15", "until": "2026-04-15"}
    notice(firm, kind="inspection", basis=basis, body={"result": "违反质量监督规定"})
    told = steps(client)
    assert f"法定公示期限 2026-02-02 · {UNCHECKED}" in told
    assert UNCHECKED not in told[-1]


def test_a_penalty_whose_terms_are_checked_carries_no_mark(client, firm):
    notice(firm)
    told = steps(client)
    assert told[-1].startswith("依据 《市场监督管理行政处罚信息公示规定》第15条")
    assert not any("待核" in step for step in told)


def test_a_record_without_a_last_day_says_so_where_its_text_was_not_read(client, firm, law):
    [stop] = [stop for stop in law.publicity("abnormal-list").stop if stop.field] or [law.publicity("abnormal-list")]
    basis = stop.basis or law.publicity("abnormal-list").basis
    assert law.source("saic-68-2014").seen == "part"
    notice(firm, kind="abnormal-list", until=None, basis={"basis": basis}, body={})
    assert steps(client)[-1].endswith(UNCHECKED)


def test_the_dictionary_marks_a_term_not_checked_with_the_law(client):
    assert re.search(rf"期满移出：36 个月 · {UNCHECKED}", seen(client, "/about/"))


def test_a_shorter_day_stated_in_the_record_is_told_beside_the_term(client, firm):
    notice(firm, until=date(2026, 12, 31))
    page = seen(client, PAGE, tab="penalty")
    assert "至 2027-01-15 止" in page
    assert "记录载明至 2026-12-31，取较早的一天" in page


def test_the_class_is_explained_by_rule_article_and_public_records(client, firm, law):
    rule = law.ruleset("tianjin-2017").rule("tianjin-2017.yellow.penalties")
    notice(firm)
    page = seen(client, PAGE)
    why = page[page.index('id="why"') : page.index('id="records"')]
    assert rule.title in why
    assert "《天津市市场主体信用风险分类办法》第" in why
    assert f'?tab=penalty#record-7">{DOCUMENT}' in why
    assert DOCUMENT not in seen(client, PAGE, date(2027, 1, 16))  # the class may stand; what is no longer public is not named


def test_a_firm_on_the_abnormal_list_bears_a_warning_with_its_ground(client, firm):
    notice(firm, kind="abnormal-list", until=None, body={"ground": "未按期年报"})
    page = seen(client, PAGE)
    assert 'class="note warn"' in page
    assert "被蓟州区市场监督管理局列入" in page
    assert "（未按期年报）" in page


def test_what_the_firm_says_and_what_government_says_stand_under_different_banners(client, firm):
    notice(firm, 8, "annual-report", until=None, body={"year": 2025})
    assert "经营主体对其真实性、合法性负责" in seen(client, PAGE, tab="annual-report")
    assert "以下信息由政府部门提供" in seen(client, PAGE, tab="penalty")


def test_the_report_and_the_code_of_the_page_are_one_click_away(client):
    page = seen(client, PAGE)
    assert f"/publication/entities/{CODE}/report.pdf" in page
    assert "<svg" in seen(client, f"/entity/{CODE}/qr.svg")


def test_an_entity_that_is_not_public_has_no_page(client):
    Entity.objects.create(uscc=OTHER, name="蓟州区津沽小吃店", name_folded="蓟州区津沽小吃店", kind="individual", updated_at=NOW)
    for address in (f"/entity/{OTHER}/", f"/entity/{OTHER}/qr.svg", f"/publication/entities/{OTHER}/report.pdf"):
        assert client.get(address).status_code == 404
    assert OTHER not in seen(client, "/search/", q="津沽")


def test_about_says_what_is_public_until_when_and_by_which_article(client):
    page = seen(client, "/about/")
    for said in ("违法事实", "仅受警告的处罚", "《市场监督管理行政处罚信息公示规定》", "/api/openapi.json", "SM3"):
        assert said in page


@pytest.mark.parametrize("address", ["/", "/search/?q=食品", PAGE, f"{PAGE}?tab=all", "/about/", "/draw/", "/publication/lists/penalty/", "/publication/notices/7/"])
def test_no_page_takes_more_than_twelve_queries(client, firm, django_assert_max_num_queries, address):
    for seq in range(7, 27):
        notice(firm, seq, document=f"{DOCUMENT}-{seq}")
    cache.clear()
    with clock.frozen(DAY):
        sources.states(DAY)  # kept for minutes, for all pages of entities together
    with clock.frozen(DAY), django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200


def test_a_second_look_asks_the_database_nothing_until_the_projection_changes(client, firm, django_assert_num_queries):
    seen(client, PAGE)
    with django_assert_num_queries(0):
        seen(client, PAGE)
    notice(firm)
    Projection.objects.update(version="next")
    cache.delete("publication.projection")
    assert counts(seen(client, PAGE))["行政处罚"] == 1


def test_a_firm_is_listed_and_an_individual_business_is_marked(client, firm):
    notice(firm, kind="abnormal-list", body={"ground": "未按期年报"}, until=None)
    assert "列入经营异常名录（未按期年报）" in seen(client, PAGE)
    shop = Entity.objects.create(uscc=OTHER, name="蓟州区小店", name_folded="蓟州区小店", kind="individual", status="1", updated_at=NOW)
    entities.copy(entities.differing("tianjin-2017"), "tianjin-2017", 1)
    notice(shop, seq=8, kind="abnormal-list", body={"ground": "未按期年报"}, until=None)
    assert "标记为经营异常状态（未按期年报）" in seen(client, f"/entity/{OTHER}/")


def test_the_page_of_an_entity_belongs_to_the_search_in_the_navigation(client):
    assert re.search(r'<a href="/search/" aria-current="page">', seen(client, PAGE))


def test_the_code_to_scan_is_an_image_that_browsers_show(client):
    with clock.frozen(DAY):
        answer = client.get(f"{PAGE}qr.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert 'xmlns="http://www.w3.org/2000/svg"' in answer.content.decode()  # without it an <img> stays empty
