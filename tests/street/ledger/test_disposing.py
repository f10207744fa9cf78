"""Records past their retention go, by two people; their digest stays, and every proof still holds."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from hengjian.ground.kit import append_only, clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.models import Agency, Holding, Officer
from hengjian.ground.procedure import services as acts
from hengjian.street import ledger
from hengjian.street.intake.models import Row
from hengjian.street.ledger import answering, disposing, guards, queries, services, verifier
from hengjian.street.ledger.models import Decision, Entry, Personal
from hengjian.street.register import services as register
from tests.factories_intake import PENALTY, code, csv_bytes, deliver, penalty

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)


@pytest.fixture
def bureau(settings, tmp_path) -> Agency:
    settings.MEDIA_ROOT = tmp_path
    return Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")


def officer(bureau: Agency, number: str, post: str) -> Officer:
    user = get_user_model().objects.create_user(number, password="x")
    found = Officer.objects.create(number=number, name=f"测试员{number}", agency=bureau, user=user, scope="unit")
    Holding.objects.create(officer=found, post=post, since=date(2020, 1, 1))
    return found


@pytest.fixture
def two(bureau) -> tuple[Officer, Officer]:
    return officer(bureau, "A1", "leader"), officer(bureau, "A2", "leader")


@pytest.fixture
def old(bureau) -> list[Entry]:
    """Three fines of one batch's neighbours: ten years ago yesterday, ten years ago today, and last year."""
    shop = register.enter(uscc=code(0), name="天津示例000000有限公司", district="120101", at=NOW)
    days = (date(2016, 3, 1), date(2016, 3, 2), date(2025, 3, 2))
    return [
        ledger.append(
            by=None, issuer=bureau, entity=shop, kind="penalty", on=day, document=f"罚{day.year}-{day.day}号", at=NOW,
            body={"facts": "销售超过保质期的食品"}, personal={"representative": "某人"},
        )
        for day in days
    ]  # fmt: skip


def test_a_record_is_past_its_retention_on_the_day_after_ten_years(old):
    assert [(one.kind, one.count, one.upto) for one in disposing.due(date(2026, 3, 1))] == []
    assert [(one.kind, one.count, one.upto) for one in disposing.due(TODAY)] == [("penalty", 1, date(2016, 3, 1))]


def test_a_record_the_firm_objects_to_is_kept_until_the_objection_is_decided(two, old):
    matter = answering.object_to(uscc=old[0].uscc, entry=old[0], text="不是本企业", actor="firm", on=TODAY, at=NOW)
    acts.act(matter, "flag", by=two[0], on=TODAY, expected_version=matter.version, at=NOW)
    assert list(disposing.due(TODAY)) == []
    matter.refresh_from_db()
    acts.act(matter, "refuse", by=two[0], on=TODAY, expected_version=matter.version, body={"reasons": "核对无误"}, at=NOW)
    assert [one.count for one in disposing.due(TODAY)] == [1]


def test_one_proposes_another_approves_and_what_the_record_said_is_gone(two, old):
    matter = disposing.propose(by=two[0], kind="penalty", on=TODAY, at=NOW)
    with pytest.raises(Refusal, match="经办人不能审核自己"):
        acts.act(matter, "approve", by=two[0], on=TODAY, expected_version=matter.version, at=NOW)
    matter.refresh_from_db()
    services.seal_day(on=TODAY, at=NOW)
    acts.act(matter, "approve", by=two[1], on=TODAY, expected_version=matter.version, at=NOW)
    gone = Entry.objects.get(seq=old[0].seq)
    assert (gone.body, gone.document, Personal.objects.get(entry=gone).data) == ({}, "", None)
    assert Entry.objects.get(seq=old[1].seq).document == "罚2016-2号"
    assert services.verify().whole
    steps = verifier.check(json.loads(json.dumps(services.proof_of(gone.seq))))
    assert all(holds for _name, holds, _digest in steps)
    assert not queries.facts(TODAY, uscc=gone.uscc).filter(seq=gone.seq).exists()


def test_a_forged_disposal_is_noticed(two, old):
    emptied = f"UPDATE ledger_entry SET body = '{{}}', document = '', salt = NULL WHERE seq = {old[1].seq}"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(emptied)  # no record accounts for it
    append_only.lift(connection, guards.TABLES)
    with connection.cursor() as cursor:
        cursor.execute(emptied)
    append_only.lay(connection, guards.TABLES)
    assert services.verify().first.seq == old[1].seq


def test_the_database_lets_a_record_be_emptied_and_nothing_else(old):
    for statement in ("document = ''", "body = '{}', document = '', fine_fen = 1", "body = '{\"a\": 1}', document = ''"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE ledger_entry SET {statement} WHERE seq = {old[0].seq}")


def test_the_pages_of_disposal(client, two, old):
    with clock.frozen(TODAY):
        client.force_login(two[0].user)
        assert "提出销毁" in client.get("/desk/ledger/disposal/").content.decode()
        client.post("/desk/ledger/disposal/propose/", {"kind": "penalty"})
        assert "须由另一人批准" in client.get("/desk/ledger/disposal/").content.decode()
        client.force_login(two[1].user)
        [matter] = queries.disposals(two[1])
        client.post(f"/desk/ledger/disposal/{matter.pk}/approve/", {"version": matter.version})
        client.logout()
        page = client.get("/ledger/tombstones/").content.decode()
    assert matter.number in page
    assert code(0) not in page
    assert "示例000000" not in page


def test_an_officer_decides_a_row_in_doubt_by_its_code_never_by_its_name(client, bureau):
    clerk = officer(bureau, "B1", "register-officer")
    register.enter(uscc=code(0), name="天津示例000000有限公司", district="120101", at=NOW)
    rows = [penalty(0, 行政相对人名称="天津示例○○○○○○公司"), penalty(5)]
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, rows))
    services.absorb(delivery, at=NOW)
    client.force_login(clerk.user)
    assert "是同一主体" in client.get("/desk/ledger/doubts/").content.decode()
    unknown = Row.objects.get(delivery=delivery, number=3)
    with pytest.raises(Refusal, match="只凭名称"):
        services.decide(by=clerk, row=unknown, outcome="certain", because="名称相同", evidence={}, at=NOW)
    client.post(f"/desk/ledger/doubts/{delivery.pk}/2/", {"outcome": "certain", "because": "核对了决定书原件"})
    client.post(f"/desk/ledger/doubts/{delivery.pk}/3/", {"outcome": "refused", "because": "不是本市主体"})
    assert [entry.uscc for entry in Entry.objects.all()] == [code(0)]
    assert dict(Decision.objects.values_list("row", "outcome")) == {2: "certain", 3: "refused"}
    assert "没有存疑的行" in client.get("/desk/ledger/doubts/").content.decode()
    delivery.refresh_from_db()
    assert (delivery.received, delivery.accepted, delivery.quarantined) == (2, 1, 1)


def test_rows_in_doubt_are_read_again_only_after_the_register_changed(bureau, django_assert_max_num_queries):
    services.absorb(deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(5)])), at=NOW)
    services.catch_up(NOW)
    with django_assert_max_num_queries(5) as told:
        services.catch_up(NOW)
    assert not any("intake_row" in query["sql"] for query in told.captured_queries)
    register.enter(uscc=code(5), name="天津示例000005有限公司", at=NOW)
    assert services.catch_up(NOW).entries == 1
