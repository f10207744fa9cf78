"""Machines send what people send: the same checks, the same four counts, and sending twice changes nothing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hengjian.ground.people.models import Agency
from hengjian.street.intake.models import Delivery
from tests.factories_intake import PENALTY, clerk_of, csv_bytes, deliver, penalty

pytestmark = pytest.mark.django_db
API = "/api/intake"


@pytest.fixture
def machine(client, bureau):
    client.force_login(clerk_of(bureau).user)
    return client


def send(machine, data: bytes, kind: str = "penalty", **headers):
    return machine.post(f"{API}/deliveries", {"kind": kind, "file": SimpleUploadedFile("a.csv", data)}, headers=headers)


def test_a_file_sent_twice_is_one_delivery(machine):
    data = csv_bytes(PENALTY, [penalty(1), penalty(2, 统一社会信用代码="无")])
    first, again = send(machine, data), send(machine, data)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    counts = {name: again.json()[name] for name in ("state", "received", "accepted", "duplicate", "quarantined")}
    assert counts == {"state": "done", "received": 2, "accepted": 1, "duplicate": 0, "quarantined": 1}


def test_rows_are_judged_as_a_file_of_the_same_rows(machine):
    rows = [dict(zip(PENALTY, penalty(number), strict=True)) for number in range(3)]
    answer = machine.post(f"{API}/rows", {"kind": "penalty", "rows": rows}, content_type="application/json")
    assert (answer.status_code, answer.json()["accepted"]) == (201, 3)
    named = [{"uscc": "无", "name": "甲", "document": "一号", "decided": "2026-01-05", "kind_of_penalty": "警告", "facts": "x", "issuer": "局"}]
    answer = machine.post(f"{API}/rows", {"kind": "penalty", "rows": named}, content_type="application/json")
    [back] = machine.get(f"{API}/deliveries/{answer.json()['id']}/rejected").json()
    assert back["cells"]["uscc"] == "无"
    assert back["reasons"][0]["code"] == "uscc-missing"
    assert back["reasons"][0]["remedy"]


def test_one_idempotency_key_stands_for_one_file(machine):
    key = {"Idempotency-Key": "2026-03-02-1"}
    assert send(machine, csv_bytes(PENALTY, [penalty(1)]), **key).status_code == 201
    assert send(machine, csv_bytes(PENALTY, [penalty(1)]), **key).status_code == 200
    other = send(machine, csv_bytes(PENALTY, [penalty(2)]), **key)
    assert (other.status_code, other.json()["title"]) == (409, "idempotency_key_reused")
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "kind", "status", "title"),
    [
        (b"%PDF-1.7", "penalty", 415, "unsupported_file"),
        (b"", "penalty", 422, "unreadable_file"),
        (b"x" * 2_000_000, "penalty", 413, "too_large"),
        (b"a,b\n1,2\n", "no-such-kind", 422, "unknown_kind"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_is_not_kept(machine, settings, data, kind, status, title):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
    answer = send(machine, data, kind)
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert not Delivery.objects.exists()


def test_a_stranger_a_wrong_post_and_a_forged_form_are_refused(machine, bureau):
    assert Client().get(f"{API}/deliveries").status_code == 401
    reader = Client()
    reader.force_login(clerk_of(bureau, "J002", "inspector").user)
    assert send(reader, b"a").status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clerk_of(bureau, "J003").user)
    assert send(strict, csv_bytes(PENALTY, [penalty(1)])).status_code == 403


def test_an_agency_sees_its_own_deliveries_only(machine, bureau):
    other = Agency.objects.create(code="120102", name="天津市河东区市场监督管理局", kind="district-bureau", district="120102")
    theirs = deliver(other, "penalty", csv_bytes(PENALTY, [penalty(1)]))
    ours = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(2)]))
    assert [one["id"] for one in machine.get(f"{API}/deliveries").json()] == [ours.pk]
    assert machine.get(f"{API}/deliveries/{theirs.pk}").status_code == 404
    assert machine.get(f"{API}/deliveries/{theirs.pk}/rejected").status_code == 404


def test_cells_no_database_can_store_do_no_harm(machine):
    row = dict(zip(PENALTY, penalty(1, 处罚事由="甲\x00乙", 统一社会信用代码="无\x00"), strict=True))
    lone = '{"kind": "penalty", "rows": [{"甲": "\\ud800"}]}'
    for body in ({"kind": "penalty", "rows": [row]}, lone):
        answer = machine.post(f"{API}/rows", body, content_type="application/json")
        assert answer.status_code == 201, answer.content
    far = csv_bytes(PENALTY, [*(penalty(n) for n in range(2, 20)), penalty(20, 决定日期="2026\x00")])
    answer = send(machine, far)
    assert (answer.json()["accepted"], answer.json()["quarantined"]) == (18, 1)
    assert machine.post(f"{API}/rows", '{"kind": "\\ud800", "rows": [{}]}', content_type="application/json").status_code == 422
