"""What stands in the ledger can be read, questioned and checked by people and by programs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.test import Client

from hengjian.ground.kit import digests
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.ledger import queries, services, verifier
from hengjian.street.ledger.models import Entry
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity
from tests.factories_intake import (
    MARCH,
    PENALTY,
    REGISTRATION,
    clerk_of,
    code,
    csv_bytes,
    deliver,
    penalty,
    registrations,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(settings, tmp_path) -> Agency:
    settings.MEDIA_ROOT = tmp_path
    return Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")


@pytest.fixture
def officer(bureau) -> Officer:
    return clerk_of(bureau, "D001", "register-officer")


@pytest.fixture
def desk(client, officer):
    client.force_login(officer.user)
    return client


@pytest.fixture
def city(bureau):
    """Five firms; three penalties, one of an unknown firm, one under another name."""
    deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(5)))
    register.absorb_due()
    rows = [*(penalty(n) for n in range(3)), penalty(77), penalty(4, 行政相对人名称="天津别名有限公司")]
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, rows))
    services.catch_up(MARCH)
    delivery.refresh_from_db()
    return delivery


def test_a_proof_holds_and_tells_nothing_of_others(city, tmp_path):
    services.seal_day(on=MARCH.date() + timedelta(days=1), at=MARCH)
    entry = Entry.objects.order_by("seq").first()
    proof = services.proof_of(entry.seq)
    assert [step[1] for step in verifier.check(proof)] == [True, True, True]
    assert proof["day"]["root"] == queries.last_root().hexed
    assert len(proof["later"]) == 2
    assert code(1) not in json.dumps(proof)
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof, ensure_ascii=False), encoding="utf-8")
    run = subprocess.run([sys.executable, "-I", verifier.__file__, str(path)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("forge", ["entry", "later", "batch", "path", "root"])
def test_a_forged_proof_does_not_hold(city, forge):
    services.append(by=None, entity=Entity.objects.first(), kind="honour", on=date(2026, 3, 2), issuer=Agency.objects.first(), at=MARCH)
    services.seal_day(on=MARCH.date() + timedelta(days=1), at=MARCH)
    proof = services.proof_of(Entry.objects.order_by("seq").first().seq)
    if forge == "entry":
        proof["entry"]["fine_fen"] = 1
    elif forge == "later":
        proof["later"].pop()
    elif forge == "batch":
        proof["batch"]["size"] += 1
    elif forge == "path":
        proof["day"]["path"][0][1] = "00" * 32
    else:
        proof["day"]["root"] = "00" * 32
    assert not all(holds for _, holds, _ in verifier.check(proof))


def test_the_slow_sm3_is_the_same_sm3():
    assert all(verifier._slow_sm3(b"\xe8" * size) == digests.sm3(b"\xe8" * size) for size in range(0, 200, 7))


def test_an_entry_page_shows_what_was_said_later_and_that_the_seal_holds(desk, officer, city):
    entry = Entry.objects.get(uscc=code(1))
    page = desk.get(f"/desk/ledger/entries/{entry.seq}/").content.decode()
    assert "销售超过保质期的食品" in page and "5000" in page.replace(",", "")
    assert "当日总封尚未形成" in page
    services.correct(by=officer, entry=entry, on=date(2026, 3, 3), because="金额写错", fine_fen=100, at=MARCH)
    page = desk.get(f"/desk/ledger/entries/{entry.seq}/").content.decode()
    assert "金额写错" in page and "更正后的记录" in page


def test_entries_of_an_entity_as_they_stood_then(desk, officer, city):
    entry = Entry.objects.get(uscc=code(1))
    services.withdraw(by=officer, entry=entry, on=date(2026, 3, 9), because="复议撤销", at=MARCH + timedelta(days=7))
    before = desk.get(f"/api/ledger/entities/{code(1)}/entries?known=2026-03-05").json()
    now = desk.get(f"/api/ledger/entities/{code(1)}/entries").json()
    assert [(one["kind"], one["closed"]) for one in before] == [("penalty", False)]
    assert [(one["kind"], one["closed"]) for one in now] == [("withdrawal", False), ("penalty", True)]
    assert "已终结" not in desk.get(f"/desk/ledger/entities/{code(1)}/?known=2026-03-05").content.decode()


def test_one_entry_is_read_as_of_a_day_as_known_on_another(desk, officer, city):
    entry = Entry.objects.get(uscc=code(1))
    services.withdraw(by=officer, entry=entry, on=date(2026, 3, 9), because="复议撤销", at=MARCH + timedelta(days=7))
    page, api = f"/desk/ledger/entries/{entry.seq}/", f"/api/ledger/entries/{entry.seq}"
    asked = [{"on": "2026-03-08"}, {"on": "2026-03-09"}, {"on": "2026-03-09", "known": "2026-03-08"}]
    assert [client_says(desk, page, one) for one in asked] == [False, True, False]
    assert [desk.get(api, one).json()["closed"] for one in asked] == [False, True, False]
    assert desk.get(api, {"known": "2026-03-01"}).status_code == 404
    assert "那时这条记录还没有入账" in desk.get(page, {"known": "2026-03-01"}).content.decode()


def client_says(client: Client, page: str, asked: dict[str, str]) -> bool:
    return "复议撤销" in client.get(page, asked).content.decode()


def test_rows_in_doubt_show_what_speaks_for_and_against(desk, city):
    page = desk.get("/desk/ledger/doubts/").content.decode()
    assert "登记库里没有这个代码" in page and code(77) in page
    assert "现用名、曾用名都不是“天津别名有限公司”" in page
    assert city.quarantined == 2


def test_a_row_in_doubt_is_entered_once_its_firm_is_registered(desk, bureau, city):
    deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(1, start=77)))
    register.absorb_due()
    assert desk.post("/desk/ledger/doubts/reconsider/").status_code == 302
    assert Entry.objects.filter(uscc=code(77)).exists()
    city.refresh_from_db()
    assert (city.accepted, city.quarantined) == (4, 1)


def test_catching_up_twice_writes_nothing_new(city):
    before = Entry.objects.count()
    assert services.catch_up(MARCH).entries == 0
    assert Entry.objects.count() == before


def test_accepted_rows_are_taken_over_from_the_page_of_the_delivery(desk, bureau, city):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(3)]))
    assert "现在入账" in desk.get(f"/desk/ledger/deliveries/{delivery.pk}/").content.decode()
    answer = desk.post(f"/desk/ledger/deliveries/{delivery.pk}/absorb/", headers={"HX-Request": "true"}).content.decode()
    assert "已记入信用台账 1 条" in answer
    assert Entry.objects.filter(delivery=delivery).count() == 1


def test_the_health_page_says_when_the_ledger_was_last_seen_whole(desk, city):
    assert "还没有做过全部核验" in desk.get("/desk/ledger/").content.decode()
    services.verify_on_record()
    assert "3 条记录逐条重算，全部相符" in desk.get("/desk/ledger/").content.decode()


def test_roots_are_public_and_entries_are_not(city, bureau):
    services.seal_day(on=MARCH.date() + timedelta(days=1), at=MARCH)
    stranger = Client()
    root = queries.last_root().hexed
    assert stranger.get("/api/ledger/roots").json()[0]["root"] == root
    assert root in stranger.get("/ledger/").content.decode()
    assert b"def check" in b"".join(stranger.get("/ledger/verifier.py").streaming_content)
    seq = Entry.objects.first().seq
    for path in (f"entries/{seq}", f"entries/{seq}/proof", f"entities/{code(1)}/entries"):
        assert stranger.get(f"/api/ledger/{path}").status_code == 401


def test_another_district_sees_neither_entry_nor_proof(city, bureau):
    other = Agency.objects.create(code="120102", name="天津市河东区市场监督管理局", kind="district-bureau", district="120102")
    away = Client()
    away.force_login(clerk_of(other, "D002", "register-officer").user)
    seq = Entry.objects.first().seq
    for path in (f"/desk/ledger/entries/{seq}/", f"/desk/ledger/entities/{code(1)}/", f"/api/ledger/entries/{seq}/proof", f"/api/register/entities/{code(1)}"):
        assert away.get(path).status_code == 404
    assert away.get("/api/register/entities").json() == []


def test_the_register_is_found_by_name_former_name_and_district(desk, bureau, city):
    later = [["天津改名示例有限公司", code(2), "2020-05-06", "和平", "天津市和平区示例路1号"]]
    deliver(bureau, "registration", csv_bytes(REGISTRATION, later))
    register.absorb_due()
    page = desk.get("/desk/register/?q=示例000002").content.decode()
    assert "改名" in page and "曾用名" in page
    one = desk.get(f"/desk/register/{code(2)}/").content.decode()
    assert "天津示例000002有限公司" in one and "第 2 行" in one
    found = desk.get(f"/api/register/entities/{code(2)}").json()
    assert found["former_names"] == ["天津示例000002有限公司"]
    assert found["source_row"] == 2


def test_the_register_prints_capital_as_a_licence_does(desk, city):
    Entity.objects.filter(uscc=code(1)).update(capital_fen=100_000_000)
    assert "100 万元人民币" in desk.get(f"/desk/register/{code(1)}/").content.decode()


def test_the_daily_roots_can_be_subscribed_to(client):
    from hengjian.street.ledger import services

    root = services.seal_day(on=date(2026, 3, 2))
    feed = client.get("/ledger/roots.atom")
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    assert root.hexed in feed.content.decode()
    assert client.get("/api/ledger/roots").json()[0]["root"] == root.hexed
