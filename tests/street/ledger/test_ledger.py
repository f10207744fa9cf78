"""Nothing in the ledger is changed; what is wrong is answered by a further entry."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from hengjian.ground.kit import append_only
from hengjian.ground.people.models import Agency, Officer
from hengjian.street import ledger
from hengjian.street.intake import queries as intake
from hengjian.street.ledger import guards, queries, services
from hengjian.street.ledger.models import Absorption, Entry, Personal
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity
from tests.factories_intake import PENALTY, REGISTRATION, code, csv_bytes, deliver, penalty, registrations

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def officer(settings, tmp_path) -> Officer:
    settings.MEDIA_ROOT = tmp_path
    agency = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    return Officer.objects.create(number="A1", name="测试员", agency=agency)


@pytest.fixture
def shop(officer) -> Entity:
    return register.enter(uscc=code(0), name="天津示例000000有限公司", district="120101", at=MARCH)


def fine(officer: Officer, shop: Entity, at: datetime = MARCH, **more) -> Entry:
    facts = {"kind": "penalty", "on": date(2026, 2, 3), "document": "罚1号", "fine_fen": 500_000, **more}
    return ledger.append(by=officer, entity=shop, at=at, **facts)


TRIES = [
    "UPDATE ledger_entry SET fine_fen = 0",
    "UPDATE ledger_entry SET body = '{}' WHERE seq > 0",
    "DELETE FROM ledger_entry",
    "UPDATE ledger_batch SET size = 7",
    "DELETE FROM ledger_batch",
    "UPDATE ledger_dailyroot SET day = '2020-01-01'",
    "DELETE FROM ledger_dailyroot",
    "DELETE FROM ledger_personal",
    "UPDATE ledger_personal SET data = '{\"name\": \"other\"}'",
]


@pytest.mark.parametrize("statement", TRIES)
def test_raw_sql_cannot_change_or_delete(officer, shop, statement):
    fine(officer, shop, personal={"name": "某人"})
    services.seal_day(on=date(2026, 3, 2), at=MARCH)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert services.verify().whole


@pytest.mark.skipif(connection.vendor == "postgresql", reason="REPLACE is SQLite's")
def test_replace_cannot_slip_past_on_sqlite(officer, shop):
    fine(officer, shop)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("REPLACE INTO ledger_entry SELECT * FROM ledger_entry")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE is PostgreSQL's")
def test_truncate_is_refused_on_postgresql(officer, shop):
    fine(officer, shop)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may be pending, or TRUNCATE fails for that reason
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE ledger_entry CASCADE")


def tamper(statement: str) -> None:
    append_only.lift(connection, guards.TABLES)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    append_only.lay(connection, guards.TABLES)


def test_verify_names_the_first_altered_record(officer, shop):
    entries = [fine(officer, shop, document=f"罚{number}号") for number in range(4)]
    services.seal_day(on=date(2026, 3, 2), at=MARCH)
    assert services.verify().whole
    tamper(f"UPDATE ledger_entry SET fine_fen = 1 WHERE seq IN ({entries[2].seq}, {entries[3].seq})")
    verdict = services.verify()
    assert not verdict.whole
    assert (verdict.first.what, verdict.first.seq) == ("content", entries[2].seq)


def test_an_entry_taken_out_with_its_batch_is_missed_by_the_daily_root(officer, shop):
    entry = fine(officer, shop)
    fine(officer, shop, document="罚2号")
    services.seal_day(on=date(2026, 3, 2), at=MARCH)
    tamper(f"DELETE FROM ledger_entry WHERE seq = {entry.seq}")
    assert services.verify().first.what == "missing"
    tamper(f"DELETE FROM ledger_batch WHERE id = {entry.batch_id}")
    assert services.verify().first.what == "root"


def test_a_missing_trigger_is_reported(officer, shop):
    append_only.lift(connection, guards.TABLES)
    verdict = services.verify()
    append_only.lay(connection, guards.TABLES)
    assert not verdict.whole
    assert "ledger_entry_update" in verdict.unguarded


def test_protected_data_can_be_erased_and_the_seal_still_holds(officer, shop):
    entry = fine(officer, shop, personal={"representative": "某人"})
    assert "某人" not in str(Entry.objects.filter(pk=entry.pk).values())
    services.erase_personal(by=officer, entry=entry, basis="法定期限届满", at=MARCH)
    assert Personal.objects.get().data is None
    assert services.verify().whole


def test_altered_protected_data_is_noticed(officer, shop):
    entry = fine(officer, shop, personal={"representative": "某人"})
    tamper("UPDATE ledger_personal SET data = '{\"representative\": \"他人\"}'")
    assert (services.verify().first.what, services.verify().first.seq) == ("personal", entry.seq)


AROUND = [
    ("UPDATE ledger_batch SET source = 'delivery:7'", "batch"),
    ("UPDATE ledger_batch SET opened_at = '2026-03-01 02:00:00+00:00'", "batch"),
    ("UPDATE ledger_dailyroot SET day = '2026-03-03' WHERE day = '2026-03-02'", "root"),
    ("UPDATE ledger_dailyroot SET entries = 7 WHERE id = (SELECT max(id) FROM ledger_dailyroot)", "root"),
    ("UPDATE ledger_dailyroot SET sealed_at = '2026-03-09 02:00:00+00:00'", "root"),
    ("DELETE FROM ledger_dailyroot WHERE id = (SELECT max(id) FROM ledger_dailyroot)", "root"),
    ("DELETE FROM ledger_personal", "personal"),
    ("UPDATE ledger_personal SET salt = NULL, data = NULL, erased_at = '2026-03-09 02:00:00+00:00'", "personal"),
]


@pytest.mark.parametrize(("statement", "what"), AROUND)
def test_what_stands_around_the_entries_cannot_be_altered_unnoticed_either(officer, shop, statement, what):
    fine(officer, shop, personal={"representative": "某人"})
    for day in (2, 4):
        services.seal_day(on=date(2026, 3, day), at=MARCH + timedelta(days=day))
    assert services.verify().whole
    tamper(statement)
    assert services.verify().first.what == what


def test_a_withdrawn_penalty_counted_until_it_was_withdrawn(officer, shop):
    entry = fine(officer, shop)
    services.withdraw(by=officer, entry=entry, on=date(2026, 4, 10), because="复议撤销", at=MARCH + timedelta(days=40))
    counts = [queries.facts(day).count() for day in (date(2026, 2, 2), date(2026, 2, 3), date(2026, 4, 9), date(2026, 4, 10))]
    assert counts == [0, 1, 1, 0]
    assert queries.facts(date(2026, 5, 1), known=date(2026, 3, 31)).count() == 1


def test_what_was_not_yet_recorded_was_not_yet_known(officer, shop):
    fine(officer, shop, at=MARCH)
    assert queries.facts(date(2026, 3, 1), known=date(2026, 3, 1)).count() == 0
    assert queries.facts(date(2026, 3, 1), known=date(2026, 3, 2)).count() == 1


def test_a_correction_replaces_the_record_from_its_first_day_but_not_in_what_was_known(officer, shop):
    entry = fine(officer, shop)
    right = services.correct(
        by=officer, entry=entry, on=date(2026, 4, 1), because="金额误录", fine_fen=50_000, at=MARCH + timedelta(days=30)
    )
    assert list(queries.facts(date(2026, 2, 3))) == [right]
    assert [found.fine_fen for found in queries.facts(date(2026, 2, 3), known=date(2026, 3, 15))] == [500_000]
    assert services.verify().whole


def test_an_entry_is_closed_once(officer, shop):
    entry = fine(officer, shop)
    services.repair(by=officer, entry=entry, on=date(2026, 6, 1), because="已改正")
    with pytest.raises(services.AlreadyClosed):
        services.withdraw(by=officer, entry=entry, on=date(2026, 6, 2), because="复议")


def test_department_records_become_entries_once(officer, shop):
    delivery = deliver(officer.agency, "penalty", csv_bytes(PENALTY, [penalty(0)]))
    assert services.absorb(delivery, at=MARCH).entries == 1
    assert services.absorb(delivery, at=MARCH).entries == 0
    [entry] = Entry.objects.all()
    assert (entry.fine_fen, entry.warning_only, entry.issuer, entry.source_row) == (500_000, False, officer.agency, 2)
    assert services.verify().whole


def test_a_name_alone_never_links_and_the_row_waits_with_its_evidence(officer, shop):
    stranger = penalty(0, 行政相对人名称="天津另一家有限公司")
    unknown = penalty(5)
    delivery = deliver(officer.agency, "penalty", csv_bytes(PENALTY, [stranger, unknown]))
    done = services.absorb(delivery, at=MARCH)
    delivery.refresh_from_db()
    assert (done.entries, done.sent_back) == (0, 2)
    assert (delivery.received, delivery.accepted, delivery.quarantined) == (2, 0, 2)
    codes = [row.reasons[0]["code"] for row in intake.rejected(delivery)]
    assert codes == ["name-differs", "unknown-entity"]


def test_a_waiting_row_is_taken_once_the_entity_is_registered(officer, shop):
    delivery = deliver(officer.agency, "penalty", csv_bytes(PENALTY, [penalty(5)]))
    services.absorb(delivery, at=MARCH)
    register.absorb(deliver(officer.agency, "registration", csv_bytes(REGISTRATION, registrations(1, 5))))
    assert services.catch_up(MARCH).entries == 1
    delivery.refresh_from_db()
    assert (delivery.accepted, delivery.quarantined) == (1, 0)


def test_a_row_decided_while_its_delivery_was_being_finished_is_not_forgotten(officer, shop, monkeypatch):
    stranger = penalty(0, 行政相对人名称="天津另一家有限公司")
    delivery = deliver(officer.agency, "penalty", csv_bytes(PENALTY, [stranger, penalty(0, 决定文书号="津和市监罚〔2026〕二号")]))
    services.absorb(delivery, at=MARCH)
    [row] = intake.rejected(delivery)
    read, asked = intake.accepted_after, []

    def meanwhile(*words):
        """The other process has seen the last rows; now an officer decides, who finds the delivery in its hands."""
        found = read(*words)
        if not found and not asked:
            asked.append(row)
            with monkeypatch.context() as away:
                away.setattr("hengjian.street.ledger.absorbing.absorb", lambda *_, **__: None)
                services.decide(by=officer, row=row, outcome="certain", because="代码一致", evidence={}, at=MARCH)
        return found

    Absorption.objects.update(done=False)
    monkeypatch.setattr(intake, "accepted_after", meanwhile)
    assert services.absorb(delivery, at=MARCH).entries == 1
    assert Entry.objects.count() == 2


def test_a_listing_ends_when_its_removal_is_reported(officer, shop):
    from hengjian.ground import policy

    head = ("主体名称", "统一社会信用代码", "文书号", "列入日期", "决定机关", "列入原因", "移出日期")
    ground = next(iter(policy.current().catalogue("abnormal-grounds").items.values())).title
    row = ["天津示例000000有限公司", code(0), "异1号", "2026-01-05", "局", ground, ""]
    services.absorb(deliver(officer.agency, "abnormal-list", csv_bytes(head, [row])), at=MARCH)
    row[-1] = "2026-02-10"
    services.absorb(deliver(officer.agency, "abnormal-list", csv_bytes(head, [row])), at=MARCH)
    assert list(Entry.objects.order_by("seq").values_list("kind", flat=True)) == ["abnormal-list", "end"]
    assert [queries.facts(day).count() for day in (date(2026, 2, 9), date(2026, 2, 10))] == [1, 0]


def test_a_batch_of_the_next_day_with_a_lower_number_is_sealed_with_the_day(officer, shop):
    fine(officer, shop, at=MARCH + timedelta(days=1))  # after midnight, but its number was drawn first
    fine(officer, shop, document="罚2号")
    assert services.seal_day(on=date(2026, 3, 2), at=MARCH).batches == 2
    assert services.verify().whole


def test_days_are_sealed_in_order_and_once(officer, shop):
    fine(officer, shop)
    first = services.seal_day(on=date(2026, 3, 2), at=MARCH)
    assert services.seal_day(on=date(2026, 3, 2), at=MARCH) is None
    quiet = services.seal_day(on=date(2026, 3, 3), at=MARCH)
    assert (first.batches, quiet.batches) == (1, 0)
    assert bytes(quiet.previous) == bytes(first.root)
    assert services.verify().roots == 2


def test_the_database_puts_an_entry_together_as_its_seal_covers_it(officer, shop):
    """Verification may take the text of an entry from the database: it is the canonical text, byte for byte."""
    from hengjian.ground.kit.digests import canonical
    from hengjian.street.ledger.rules import SEALED, said
    from hengjian.street.ledger.verifying import _rows

    fine(officer, shop, document='罚"1"号\\ \n\t\x01é', body={"z": [1, {"b": None, "a": "引\"号\n"}], "a": True}, warning_only=True)
    fine(officer, shop, at=MARCH.replace(microsecond=7), until=date(2027, 1, 1), personal={"name": "某人"}, warning_only=False)
    services.withdraw(by=officer, entry=Entry.objects.first(), on=date(2026, 4, 1), because="复议撤销")
    held = {row["seq"]: canonical(said(row)) for row in Entry.objects.values(*SEALED)}
    assert {row[2]: bytes(row[5]) for row in _rows(1, 10**9)} == held
