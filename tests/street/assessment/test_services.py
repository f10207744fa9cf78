"""The class shown equals the class recomputed from the ledger, by column and by row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.warehouse import Mirror
from hengjian.street.assessment import frames, queries, services
from hengjian.street.assessment.models import Assessment, Change
from hengjian.street.ledger import services as ledger
from hengjian.street.ledger.models import Batch, Entry
from hengjian.street.register.models import Entity

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
USCCS = ("91120101MA0000015R", "91120116MA0000023C", "92120119MA0000031F")


@pytest.fixture(autouse=True)
def own_mirror(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "mirror", lambda: Mirror(tmp_path / "warehouse"))


@pytest.fixture
def firms() -> list[Entity]:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Entity.objects.create(uscc=uscc, name=uscc, name_folded=uscc, kind="enterprise", updated_at=moment)
        for uscc in USCCS
    ]


@pytest.fixture
def bureau() -> Agency:
    return Agency.objects.get_or_create(code="120000", defaults={"name": "天津市市场监督管理委员会"})[0]


def record(entity: Entity, bureau: Agency, kind: str, decided: date = date(2026, 1, 5), **fields: Any) -> Entry:
    recorded = fields.pop("recorded", datetime(decided.year, decided.month, decided.day, 2, tzinfo=UTC))
    batch = Batch.objects.create(
        opened_at=recorded, sealed_at=recorded, source="test", size=1, chain_head=f"{Entry.objects.count():032d}".encode()
    )
    blank = {"act": kind, "document": f"津〔2026〕{batch.pk}号", "pack_version": "", "previous": b"", "digest": b""}
    return Entry.objects.create(
        batch=batch, position=0, entity=entity, uscc=entity.uscc, kind=kind, issuer=bureau, decided=decided,
        effective=fields.pop("effective", decided), recorded=recorded, **{**blank, **fields},
    )  # fmt: skip


def classes() -> dict[str, str]:
    rows = Assessment.objects.filter(ruleset="tianjin-2017").order_by("entity")
    return dict(rows.values_list("entity__uscc", "class_code"))


def agree(firms: list[Entity]) -> None:
    """Stored, by column and by row are one answer, reasons included."""
    for firm in firms:
        for stored in Assessment.objects.filter(entity=firm):
            row = queries.explain(firm, on=stored.on, ruleset=stored.ruleset)
            assert (stored.class_code, stored.mask, stored.unknown) == (row.code, row.mask, row.unknown)
            assert stored.reasons == [reason.rule.id for reason in row.reasons]


def test_every_firm_gets_a_class_and_a_run_repeated_writes_nothing(firms, bureau):
    record(firms[0], bureau, "penalty", fine_fen=8_000_000, warning_only=False)
    first, again = services.recompute_all(on=DAY), services.recompute_all(on=DAY)
    assert classes() == dict(zip(USCCS, ("yellow", "green", "green"), strict=True))
    assert ([run.written for run in first], [run.written for run in again]) == ([3, 3], [0, 0])
    agree(firms)


def test_a_new_record_changes_only_its_firm(firms, bureau):
    first = record(firms[0], bureau, "annual-report")
    services.recompute_all(on=DAY)
    record(firms[1], bureau, "serious-list")
    runs = services.recompute_since(first.seq, on=DAY)
    assert {run.ruleset: run.written for run in runs} == {"national-general": 1, "tianjin-2017": 1}
    [change] = Change.objects.filter(ruleset="tianjin-2017")
    assert (change.entity_id, change.before, change.after) == (firms[1].pk, "green", "red")
    agree(firms)


def test_a_repaired_record_no_longer_counts_from_that_day(firms, bureau):
    fine = record(firms[0], bureau, "penalty", fine_fen=1, warning_only=False)
    record(firms[0], bureau, "repair", date(2026, 3, 2), refers=fine)
    services.recompute_all(on=date(2026, 3, 1))
    assert classes()[USCCS[0]] == "yellow"
    services.recompute_all(on=DAY)
    assert classes()[USCCS[0]] == "green"
    agree(firms)


def test_a_corrected_amount_counts_instead_of_the_wrong_one(firms, bureau):
    wrong = record(firms[0], bureau, "penalty", fine_fen=90_000_000, warning_only=False)
    officer = Officer.objects.create(number="T-1", name="演示一", agency=bureau)
    ledger.correct(
        by=officer, entry=wrong, on=date(2026, 2, 2), because="录入错误", fine_fen=9_000_000,
        at=datetime(2026, 2, 2, 2, tzinfo=UTC),
    )  # fmt: skip
    services.recompute_all(on=DAY)
    assert classes()[USCCS[0]] == "yellow"
    agree(firms)
    before = queries.explain(firms[0], on=date(2026, 1, 20), known=date(2026, 1, 20))
    assert before.code == "black"


def test_a_late_record_changes_the_view_of_a_day_only_once_it_is_known(firms, bureau):
    record(firms[0], bureau, "court-defaulter", recorded=datetime(2026, 3, 9, 20, tzinfo=UTC))  # 10 March in Tianjin
    views = [queries.explain(firms[0], on=DAY, known=date(2026, 3, day)).code for day in (9, 10)]
    assert views == ["green", "black"]


def test_the_law_in_force_on_the_day_decides_and_another_version_may_be_asked(firms, bureau):
    record(firms[0], bureau, "abnormal-list", date(2016, 2, 1))
    then = queries.explain(firms[0], on=date(2016, 6, 1))
    assert (then.ruleset.id, then.code) == ("tianjin-2015", "red")
    assert queries.explain(firms[0], on=date(2016, 6, 1), ruleset="tianjin-2017").code == "yellow"


def test_the_mirror_of_another_ledger_is_rebuilt(firms, bureau):
    record(firms[0], bureau, "penalty", fine_fen=1)
    frames.refresh()
    frames.mirror().append({}, upto=Entry.objects.latest("seq").seq + 5, head="ff")
    frames.refresh()
    assert frames.reconcile()["agrees"]


def test_a_record_that_lapses_changes_the_class_on_its_day_without_any_news(firms, bureau):
    record(firms[0], bureau, "penalty", fine_fen=1, warning_only=False, until=DAY)
    services.catch_up(on=DAY)
    assert classes()[USCCS[0]] == "yellow"
    services.catch_up(on=date(2026, 3, 3))
    assert classes()[USCCS[0]] == "green"
    agree(firms)


def test_a_window_of_three_years_moves_on_and_the_grade_follows(firms, bureau):
    for day in (date(2023, 3, 2), date(2025, 5, 6), date(2025, 7, 8)):
        record(firms[0], bureau, "penalty", day, fine_fen=1, warning_only=False)
    grade = Assessment.objects.filter(entity=firms[0], ruleset="national-general").values_list("class_code", flat=True)
    services.catch_up(on=DAY)
    assert grade.get() == "C"
    services.catch_up(on=date(2026, 3, 3))
    assert grade.get() == "B"
    agree(firms)


def test_catching_up_reads_only_what_is_new_and_sees_a_firm_without_records(firms, bureau):
    services.catch_up(on=DAY)
    assert services.catch_up(on=DAY) == []
    new = Entity.objects.create(
        uscc="91120000100000016H", name="新", name_folded="新", kind="enterprise", updated_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    record(firms[1], bureau, "penalty", fine_fen=1, warning_only=False)
    runs = services.catch_up(on=DAY)
    assert {run.ruleset: run.entities for run in runs} == {"national-general": 2, "tianjin-2017": 2}
    assert (classes()[new.uscc], classes()[USCCS[1]]) == ("green", "yellow")


def test_what_an_act_computes_at_once_leaves_what_came_before_it_to_the_catching_up(firms, bureau):
    services.catch_up(on=DAY)
    new = Entity.objects.create(
        uscc="91120000100000016H", name="新", name_folded="新", kind="enterprise", updated_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    record(firms[0], bureau, "penalty", fine_fen=1, warning_only=False)  # by a file, say
    act = record(firms[1], bureau, "penalty", fine_fen=1, warning_only=False)
    services.recompute_since(act.seq - 1, on=DAY)
    assert (classes()[USCCS[0]], classes()[USCCS[1]]) == ("green", "yellow")
    services.catch_up(on=DAY)
    assert (classes()[USCCS[0]], classes()[new.uscc]) == ("yellow", "green")
    agree(firms)


def test_an_older_run_does_not_write_after_a_newer_one(firms, bureau, monkeypatch):
    act = record(firms[0], bureau, "penalty", fine_fen=1, warning_only=False)
    monkeypatch.setattr(services, "WAIT", 0.0)
    with frames.one_run(None):
        assert services.recompute_since(act.seq - 1, on=DAY) == []  # another is at it: the timetable does this one
    assert services.recompute_since(act.seq - 1, on=DAY) != []


def test_a_partial_run_on_a_new_day_does_not_pass_for_the_whole_city(firms, bureau):
    first = record(firms[0], bureau, "penalty", fine_fen=1, warning_only=False, until=DAY)
    services.catch_up(on=DAY)
    record(firms[1], bureau, "serious-list")
    services.recompute_since(first.seq, on=date(2026, 3, 3))
    services.catch_up(on=date(2026, 3, 3))
    assert classes()[USCCS[0]] == "green"
