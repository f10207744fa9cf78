"""One entity through every stop, as it is and as it was."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from hengjian.duties.filing import sources
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.street.assessment import queries as assessment
from hengjian.street.ledger import queries as read
from hengjian.street.ledger import services as ledger
from hengjian.street.publication import standing
from hengjian.street.register.models import FormerName
from tests import factories_casework as cases
from tests import factories_desk as desk
from tests import factories_draw as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(desk.ON):
        yield


def address(firm) -> str:
    return f"/desk/entities/{firm.uscc}/"


def record(page, kind: str = "penalty"):
    [section] = [section for section in page.context["sections"] if section.kind == kind]
    return section.records[0] if section.records else None


def test_a_penalty_shows_its_document_state_publication_and_why_the_class(client):
    desk.signed_in(client, "leader")
    firm = desk.firm()
    FormerName.objects.create(entity=firm, name="天津旧名商行", name_folded="天津旧名商行", until=date(2020, 1, 1))
    entry = desk.penalty(firm, issuer=make.bureau())
    desk.published()
    page = client.get(address(firm))
    text = page.content.decode()
    shown = record(page)
    assert (shown.state, shown.entry.seq) == ("有效", entry.seq)
    assert shown.public.startswith("公示至 20")
    for part in ("津蓟市监罚〔2026〕1号", "天津旧名商行", "蓟州区市场监督管理局", 'id="why"', f'href="#{shown.anchor}"'):
        assert part in text
    assert page.context["colour"].code == "yellow"


def test_a_record_is_as_it_was_on_the_day_as_far_as_was_known(client):
    officer = desk.signed_in(client, "leader")
    firm = desk.firm()
    entry = desk.penalty(firm, issuer=make.bureau())
    ledger.withdraw(by=officer, entry=entry, on=date(2026, 2, 20), because="事实认定错误", at=datetime(2026, 2, 21, 9, tzinfo=clock.SHANGHAI))
    assert record(client.get(address(firm))).state == "已撤回"
    assert client.get(address(firm)).context["colour"].code == "green"
    then = client.get(address(firm), {"on": "2026-02-15"})
    assert (record(then).state, then.context["colour"].code) == ("有效", "yellow")
    unknown = client.get(address(firm), {"on": "2026-02-25", "known": "2026-02-20"})
    assert record(unknown).state == "有效"
    before = client.get(address(firm), {"on": "2026-02-05", "known": "2026-02-05"})
    assert record(before) is None


def test_a_wrong_date_is_said_at_its_field_and_a_day_without_rules_is_said_plainly(client):
    desk.signed_in(client, "leader")
    firm = desk.firm()
    wrong = client.get(address(firm), {"on": "2026-02-31"})
    assert wrong.status_code == 200
    assert wrong.context["asked"].form.errors["on"]
    early = client.get(address(firm), {"on": "1999-01-01"})
    assert "没有施行中的分类规则" in early.content.decode()


def test_an_empty_kind_stays_with_its_zero(client):
    desk.signed_in(client, "leader")
    page = client.get(address(desk.firm()))
    assert {"penalty", "serious-list", "licence"} <= {section.kind for section in page.context["empty"]}


def test_the_internal_grade_is_for_whoever_may_see_it(client):
    desk.signed_in(client, "register-officer")
    assert "内部等级" not in client.get(address(desk.firm())).content.decode()


def test_opening_an_individual_business_is_recorded_and_an_enterprise_is_not(client):
    officer = desk.signed_in(client, "inspector")
    client.get(address(desk.firm(1)))
    own = desk.firm(2, kind="individual")
    client.get(address(own))
    line = Trail.objects.get(action="entity.open")
    assert (line.officer, line.subject) == (officer, f"entity:{own.uscc}")


def test_protected_data_are_shown_for_a_reason_that_is_kept_first(client):
    officer = desk.signed_in(client, "case-officer")
    firm = desk.firm()
    entry = desk.penalty(firm, issuer=make.bureau(), personal={"representative": "测试某某"})
    where = f"/desk/entities/{firm.uscc}/entries/{entry.seq}/personal/"
    assert "测试某某" not in client.get(address(firm)).content.decode() + client.get(where).content.decode()
    assert "测试某某" not in client.post(where, {"reason": ""}).content.decode()
    assert not Trail.objects.filter(action="personal.show").exists()
    assert "测试某某" in client.post(where, {"reason": "津蓟市监案〔2026〕3号"}).content.decode()
    line = Trail.objects.get(action="personal.show")
    assert (line.officer, line.detail["reason"]) == (officer, "津蓟市监案〔2026〕3号")


def test_protected_data_are_not_for_every_post_nor_through_another_firm(client):
    firm, other = desk.firm(1), desk.firm(2)
    entry = desk.penalty(firm, issuer=make.bureau(), personal={"representative": "测试某某"})
    desk.signed_in(client, "leader")
    assert client.get(f"/desk/entities/{firm.uscc}/entries/{entry.seq}/personal/").status_code == 403
    desk.signed_in(client, "case-officer", username="case")
    assert client.get(f"/desk/entities/{other.uscc}/entries/{entry.seq}/personal/").status_code == 404


def test_a_former_name_and_two_characters_find_the_firm(client):
    from hengjian.street.register import services as register

    desk.signed_in(client, "inspector")
    with clock.frozen(desk.ON):
        firm = register.enter(uscc=make.code_of(7), name="天津海河示例食品有限公司", kind="enterprise", district="120119", status="1")
    assert firm.name in client.get("/desk/find/?q=海河").content.decode().replace("<mark>", "").replace("</mark>", "")
    assert client.get(f"/desk/find/?q={firm.uscc}").headers["Location"] == address(firm)


def test_the_page_costs_at_most_thirteen_queries(client, django_assert_max_num_queries):
    officer = desk.signed_in(client, "leader")
    firm = desk.firm()
    for number in range(8):
        desk.penalty(firm, issuer=make.bureau(), document=f"津蓟市监罚〔2026〕{number}号")
    desk.published()
    desk.matter(officer, subject=firm.uscc)
    sources.states(clock.today())  # kept for minutes
    # Three for who asks; ten for register, mergers, records, public notices, locks, matters and draws.
    with django_assert_max_num_queries(13):
        client.get(address(firm))


def test_the_facts_on_the_page_are_those_the_classification_counts():
    firm, officer = desk.firm(), make.officer("F-1")
    first, second, third = (desk.penalty(firm, issuer=make.bureau(), document=f"〔2026〕{n}号") for n in range(3))
    ledger.withdraw(by=officer, entry=first, on=date(2026, 2, 20), because="事实认定错误")
    ledger.repair(by=officer, entry=second, on=date(2026, 2, 25), because="履行义务")
    ledger.correct(by=officer, entry=third, on=date(2026, 2, 26), because="金额有误", fine_fen=100)
    entries = standing.entries(firm)
    for known in (None, date(2026, 2, 9), date(2026, 2, 10), date(2026, 3, 2)):
        mine = standing.facts(entries, known=known)
        assert mine == assessment.facts_of(firm, known=known)
        for on in (date(2026, 2, 2), date(2026, 2, 3), date(2026, 2, 19), date(2026, 2, 20), date(2026, 2, 25), date(2026, 3, 2)):
            live = [entry.seq for entry in standing.live(entries, on=on, known=known)]
            assert live == [entry.seq for entry in read.facts(on, known, uscc=firm.uscc)]
    assert {fact.ended for fact in standing.facts(entries)} >= {date(2026, 2, 20), date(2026, 2, 25), date(2026, 2, 3)}


@pytest.mark.parametrize(("post", "listed"), [("case-officer", True), ("complaint-officer", False)])
def test_only_matters_an_officer_may_open_are_listed_with_the_entity(client, post, listed):
    firm, by = desk.firm(), cases.office(make.bureau())
    matter = cases.lead(by, desk.ON, firm)
    desk.signed_in(client, post)
    page = client.get(address(firm)).content.decode()
    assert (matter.number in page) is listed
    assert client.get(f"/desk/matters/{matter.pk}/").status_code == (200 if listed else 404)


def test_a_late_matter_of_a_house_the_leader_may_not_read_is_counted_without_a_way_in(client):
    by = cases.office(make.bureau())
    matter = cases.lead(by, date(2026, 1, 5), desk.firm())
    desk.signed_in(client, "leader")
    page = client.get("/desk/overview/matters/").content.decode()
    href = f'href="/desk/matters/{matter.pk}/"'
    assert matter.number in page
    assert (href in page) is (client.get(f"/desk/matters/{matter.pk}/").status_code == 200)


@pytest.mark.parametrize("odd", ["0001-01-01", "9999-12-31", "x"])
def test_a_day_no_calendar_reaches_is_answered_with_the_page_of_today(client, odd):
    firm = desk.firm(1)
    desk.signed_in(client, "leader")
    for place in (address(firm), f"/desk/register/{firm.uscc}/", f"/desk/ledger/entities/{firm.uscc}/", f"/desk/assessment/{firm.uscc}/"):
        assert client.get(place, {"on": odd, "known": odd}).status_code == 200
