"""A restriction follows from a live record and opens on the lawful day by itself."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from hengjian.ground.kit import clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency
from hengjian.street import ledger
from hengjian.street.listing import queries
from hengjian.street.listing.models import Answer
from hengjian.street.register.models import Entity
from tests.factories_desk import signed_in

pytestmark = pytest.mark.django_db
CODE = "91120101MA05ABCD7A"


@pytest.fixture
def firm():
    Agency.objects.get_or_create(code="120119", defaults={"name": "蓟州区市场监督管理局", "kind": "district-bureau", "district": "120119"})
    at = datetime(2024, 1, 1, tzinfo=SHANGHAI)
    return Entity.objects.create(
        uscc=CODE, name="天津津沽食品有限公司", name_folded="天津津沽食品有限公司", kind="enterprise", status="1",
        district="120119", updated_at=at,
    )  # fmt: skip


def record(firm, kind, day, **more):
    issuer = Agency.objects.get(code="120119")
    at = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)
    return ledger.append(by=None, issuer=issuer, entity=firm, kind=kind, on=day, at=at, **more)


def codes(day, act=""):
    return [lock.code for lock in queries.restrictions(CODE, day, act)]


def test_three_years_after_the_serious_listing_its_restrictions_open_at_midnight_though_nothing_ran(firm):
    record(firm, "serious-list", date(2024, 6, 3), body={"ground": "拒不执行"})
    assert "serious-list-commitment" in codes(date(2027, 6, 3), "notice-and-commitment")
    assert codes(date(2027, 6, 4)) == []


def test_a_last_day_stated_in_the_record_comes_before_the_term_of_the_law(firm):
    record(firm, "serious-list", date(2024, 6, 3), until=date(2025, 6, 2), body={"ground": "拒不执行"})
    assert codes(date(2025, 6, 2), "tender") == ["serious-list-market"]
    assert codes(date(2025, 6, 3)) == []


def test_removal_and_repair_open_the_lock_on_the_day_they_take_effect(firm):
    listed = record(firm, "abnormal-list", date(2026, 3, 2), body={"ground": "1"})
    record(firm, "end", date(2026, 4, 7), refers=listed)
    assert codes(date(2026, 4, 6), "simple-deregistration") == ["abnormal-list-simple-deregistration"]
    assert codes(date(2026, 4, 7)) == []


def test_a_rule_that_came_later_does_not_burden_an_earlier_listing(firm):
    record(firm, "serious-list", date(2024, 4, 30), body={"ground": "拒不执行"})
    assert codes(date(2024, 5, 6), "register-firm") == []
    record(firm, "serious-list", date(2024, 5, 6), body={"ground": "拒不执行"})
    assert codes(date(2024, 5, 6), "register-firm") == ["serious-list-officer"]


def test_no_act_is_restricted_without_a_live_record(firm):
    record(firm, "penalty", date(2026, 3, 2), body={"kind_of_penalty": ["03"]}, fine_fen=10_000_000)
    assert codes(date(2026, 3, 3)) == []
    assert queries.verdict([]) == "free"


@pytest.fixture
def asked(client, firm):
    signed_in(client, "case-officer", scope="city")
    return lambda act: client.get(f"/api/listing/restrictions/{CODE}?act={act}")


def test_another_system_is_refused_with_the_record_and_article_and_the_answer_is_kept(firm, asked):
    entry = record(firm, "abnormal-list", date(2026, 3, 2), body={"ground": "1"}, document="津蓟市监异列〔2026〕3号")
    with clock.frozen(date(2026, 3, 3)):
        answer = asked("simple-deregistration").json()
    assert (answer["verdict"], answer["ledger_seq"]) == ("stop", entry.seq)
    assert [(lock["entry"], lock["basis"], lock["opens"]) for lock in answer["locks"]] == [(entry.seq, "sc-746-2021 §33", None)]
    kept = Answer.objects.get(pk=answer["number"])
    assert (kept.verdict, kept.locks) == ("stop", [{"code": "abnormal-list-simple-deregistration", "entry": entry.seq}])


def test_an_act_that_nothing_stands_against_goes_on_and_one_to_be_weighed_says_so(firm, asked):
    record(firm, "abnormal-list", date(2026, 3, 2), body={"ground": "1"})
    with clock.frozen(date(2026, 3, 3)):
        assert asked("notice-and-commitment").json()["verdict"] == "free"
        assert asked("tender").json()["verdict"] == "weigh"


def test_an_unknown_act_is_refused_with_the_acts_that_can_be_asked_about(firm, asked):
    with clock.frozen(date(2026, 3, 3)):
        answer = asked("fly")
    assert answer.status_code == 409
    assert "simple-deregistration" in answer.content.decode()


def test_answers_cannot_be_changed_also_not_by_raw_sql(firm, asked):
    with clock.frozen(date(2026, 3, 3)):
        asked("tender")
    for act in ("UPDATE listing_answer SET verdict = 'free'", "DELETE FROM listing_answer"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)


def test_an_answer_about_an_act_the_packs_no_longer_name_is_still_listed_by_its_code(firm, asked, client):
    with clock.frozen(date(2026, 3, 3)):
        number = asked("tender").json()["number"]
        kept = Answer.objects.get(pk=number)
        kept.pk, kept.act = None, "an-act-of-old"
        kept.save()
        page = client.get("/desk/listing/restrictions/").content.decode()
    assert '">an-act-of-old</td>' in page


def test_the_page_names_what_is_stopped_why_and_until_when(firm, client):
    record(firm, "serious-list", date(2024, 6, 3), body={"ground": "拒不执行"}, document="津蓟市监严列〔2024〕1号")
    signed_in(client, "case-officer", scope="city")
    with clock.frozen(date(2026, 3, 3)):
        page = client.get(f"/desk/listing/restrictions/?uscc={CODE}").content.decode()
    assert "津蓟市监严列〔2024〕1号" in page
    assert "2027-06-04" in page
