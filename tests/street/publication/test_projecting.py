"""Ledger entries become notices by the publicity rules of the packs, and nothing protected comes along."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest

from hengjian.ground import policy
from hengjian.ground.people.models import Agency
from hengjian.street.ledger.models import Batch, Entry, Personal
from hengjian.street.publication.models import PublicNotice
from hengjian.street.publication.projecting import project
from hengjian.street.publication.rulebook import Rulebook
from hengjian.street.register.models import Entity

pytestmark = pytest.mark.django_db
CODE = "91120101MA05ABCD7A"
NUMBERS = count(1)


@pytest.fixture
def shop() -> Entity:
    return Entity.objects.create(
        uscc=CODE, name="天津津沽食品有限公司", name_folded="天津津沽食品有限公司", kind="enterprise",
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def bureau() -> Agency:
    return Agency.objects.create(code="120119", name="蓟州区市场监督管理局", kind="district-bureau", district="120119")


def entry(shop: Entity, bureau: Agency, kind: str = "penalty", **more: Any) -> Entry:
    now, decided = datetime(2026, 3, 2, tzinfo=UTC), more.pop("decided", date(2026, 3, 2))
    batch = Batch.objects.create(opened_at=now, source="test", size=1, chain_head=bytes(32), sealed_at=now)
    fields = {
        "batch": batch, "position": 1, "entity": shop, "uscc": CODE, "kind": kind, "act": kind, "issuer": bureau,
        "document": f"津蓟市监罚〔2026〕{next(NUMBERS)}号", "decided": decided, "effective": decided, "recorded": now,
        "pack_version": "test", "previous": bytes(32), "digest": bytes(32), **more,
    }  # fmt: skip
    return Entry.objects.create(**fields)


def run(*entries: Entry, on: date) -> Any:
    return project(entries, Rulebook(policy.current()), on)


def penalty(*kinds: str, **more: Any) -> dict[str, Any]:
    return {"kind_of_penalty": list(kinds), "facts": "销售超过保质期的食品", **more}


@pytest.mark.parametrize(
    ("kinds", "last"),
    [
        (["02"], date(2026, 6, 10)),  # public criticism: three months
        (["03"], date(2027, 3, 10)),  # a fine: one year
        (["03", "08"], date(2029, 3, 10)),  # a licence revoked: three years
        (["10"], date(2029, 3, 10)),  # business stopped: three years
    ],
)
def test_a_penalty_is_public_for_the_term_of_its_kind(shop, bureau, kinds, last):
    run(entry(shop, bureau, body=penalty(*kinds)), on=date(2026, 3, 10))
    assert PublicNotice.objects.get().until == last


def test_a_warning_alone_is_never_public(shop, bureau):
    outcome = run(entry(shop, bureau, body=penalty("01")), entry(shop, bureau, warning_only=True), on=date(2026, 3, 10))
    assert (outcome.published, outcome.not_public) == (0, 2)


def test_a_fine_of_2022_that_comes_late_is_shown_no_longer_than_if_it_had_come_in_time(shop, bureau):
    outcome = run(entry(shop, bureau, decided=date(2022, 5, 5), body=penalty("03")), on=date(2026, 3, 10))
    assert (outcome.published, outcome.term_over) == (0, 1)


def test_the_due_day_counts_twenty_working_days(shop, bureau):
    run(entry(shop, bureau, decided=date(2026, 9, 21), body=penalty("03")), on=date(2026, 9, 22))
    notice = PublicNotice.objects.get()
    assert notice.due == policy.current().deadline("publication.penalty", {"decided": date(2026, 9, 21)}).day
    assert notice.due > date(2026, 10, 19)


def test_a_withdrawal_hides_the_record_from_its_day(shop, bureau):
    first = entry(shop, bureau, body=penalty("03"))
    run(first, on=date(2026, 3, 2))
    closing = entry(shop, bureau, "withdrawal", refers=first, decided=date(2026, 3, 5))
    run(closing, on=date(2026, 3, 6))
    assert PublicNotice.objects.get().withdrawn_on == date(2026, 3, 5)


def test_reading_the_ledger_twice_changes_nothing(shop, bureau):
    first = entry(shop, bureau, body=penalty("03"))
    run(first, on=date(2026, 3, 2))
    run(first, on=date(2026, 3, 20))
    assert PublicNotice.objects.get().published_on == date(2026, 3, 2)


def test_removal_from_the_abnormal_list_ends_publicity_on_that_day(shop, bureau):
    run(entry(shop, bureau, "abnormal-list", body={"removed": "2026-05-06"}), on=date(2026, 3, 2))
    assert PublicNotice.objects.get().until == date(2026, 5, 5)


def test_protected_values_and_numbers_never_reach_a_notice(shop, bureau):
    text = "经营者孙样本（身份证120101199003071234，电话13800138000）销售过期食品"
    first = entry(shop, bureau, body=penalty("03", facts=text, representative="孙样本"))
    Personal.objects.create(entry=first, salt=b"s", data={"representative": "孙样本"})
    run(first, on=date(2026, 3, 2))
    shown = str(PublicNotice.objects.values().get())
    assert not any(value in shown for value in ("孙样本", "199003071234", "13800138000"))


def test_the_amount_of_a_fine_is_public_in_yuan(shop, bureau):
    made = entry(shop, bureau, body=penalty("03", "04"), fine_fen=370_000, confiscated_fen=12_345)
    run(made, on=date(2026, 3, 11))
    body = PublicNotice.objects.get().body
    assert (body["fine_yuan"], body["confiscated_yuan"]) == ("3,700", "123.45")


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [("pledge", {"amount": 50_000_000}, {"amount": "500,000 元"}), ("liquidation", {"simple": True, "until": "2026-03-22"}, {"simple": True, "until": "2026-03-22"}),
     ("paid-in-capital", {"paid": 100_000_00, "paid_currency": "USD", "shareholder": "某人"}, {"paid": "100,000 USD"})],
)  # fmt: skip
def test_what_the_law_of_disclosure_names_is_public_without_who_holds_the_shares(shop, bureau, kind, body, shown):
    run(entry(shop, bureau, kind, body=body), on=date(2026, 3, 11))
    told = PublicNotice.objects.get().body
    assert {name: told.get(name) for name in shown} == shown and "某人" not in str(told)
