"""Every public door shows the same projection, and a closed record leaves all of them at once."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from pypdf import PdfReader

from hengjian.ground.documents import services as documents
from hengjian.ground.kit import clock
from hengjian.street.publication.models import PublicEntity, PublicNotice
from hengjian.street.register.models import Entity
from tests import factories_desk as desk

pytestmark = pytest.mark.django_db
CODE = "91120101MA05ABCD7A"
DOCUMENT = "津蓟市监罚〔2026〕7号"
DOORS = (
    "/publication/lists/penalty/",
    "/publication/notices/7/",
    f"/publication/entities/{CODE}/report.pdf",
    f"/publication/entities/{CODE}/report.json",
    f"/api/publication/entities/{CODE}",
    "/api/publication/notices",
)


@pytest.fixture(autouse=True)
def city():
    cache.clear()
    entity = Entity.objects.create(
        uscc=CODE, name="天津津沽食品有限公司", name_folded="天津津沽食品有限公司", kind="enterprise",
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    PublicEntity.objects.create(entity=entity, uscc=CODE, name=entity.name, kind="enterprise", status="1")
    PublicNotice.objects.create(
        entry_seq=7, entity=entity, uscc=CODE, name=entity.name, kind="penalty", issuer="蓟州区市场监督管理局",
        document=DOCUMENT, decided=date(2026, 1, 5), published_on=date(2026, 1, 15), until=date(2026, 4, 15),
        basis={"basis": "samr-45-2021 §13", "months": 3, "from": "2026-01-15", "until": "2026-04-15"},
        body={"facts": "销售超过保质期的食品"},
    )  # fmt: skip


def text(answer) -> str:
    if answer.headers["Content-Type"] == "application/pdf":
        return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    return answer.content.decode()


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("on", "seen"), [(date(2026, 4, 15), True), (date(2026, 4, 16), False)])
def test_a_record_is_behind_every_door_on_its_last_day_and_behind_none_the_day_after(client, door, on, seen):
    with clock.frozen(on):
        assert (DOCUMENT in text(client.get(door))) is seen


def test_the_report_can_be_checked_by_its_code(client):
    with clock.frozen(date(2026, 2, 2)):
        report = text(client.get(f"/publication/entities/{CODE}/report.pdf"))
        code = report[report.index("核验码") + 3 :][:19]
        assert "本平台出具过这份文书" in text(client.get(f"/publication/verify/{code.lower()}"))
        assert client.get("/publication/verify/AAAA-AAAA-AAAA-AAAA").status_code == 404


def test_the_report_for_programs_bears_the_code_of_the_paper_and_gives_it_again(client):
    with clock.frozen(date(2026, 2, 2)):
        paper = text(client.get(f"/publication/entities/{CODE}/report.pdf"))
        told = client.get(f"/publication/entities/{CODE}/report.json").json()
    assert f"核验码{told['code']}" in paper
    assert documents.code_of(told["template"], told["data"], date.fromisoformat(told["on"])) == told["code"]


def test_a_court_defaulter_stands_in_the_report_and_in_a_list_of_its_own(client):
    entity = Entity.objects.get(uscc=CODE)
    PublicNotice.objects.create(
        entry_seq=8, entity=entity, uscc=CODE, name=entity.name, kind="court-defaulter", issuer="蓟州区人民法院", document="（2026）津执8号",
        decided=date(2026, 1, 6), published_on=date(2026, 1, 16), basis={}, body={"case_number": "（2026）津执8号"},
    )  # fmt: skip
    with clock.frozen(date(2026, 2, 2)):
        for door in (f"/publication/entities/{CODE}/report.pdf", "/publication/lists/court-defaulter/", "/api/publication/notices?kind=court-defaulter"):
            assert "津执8号" in text(client.get(door))


def test_the_entity_is_answered_in_few_queries(client, django_assert_max_num_queries):
    with clock.frozen(date(2026, 2, 2)), django_assert_max_num_queries(12):
        client.get(f"/api/publication/entities/{CODE}")


def test_an_officer_sees_what_the_public_saw_on_a_day(client):
    desk.signed_in(client, "supervision-officer")
    seen = [
        client.get("/desk/publication/preview/", {"uscc": CODE, "on": day}).context["rows"] for day in ("2026-01-14", "2026-01-15", "2026-04-16")
    ]
    assert [[shown for _record, shown in rows] for rows in seen] == [[], [True], [False]]
    assert client.get("/desk/publication/preview/", {"uscc": CODE, "known": "2026-01-15"}).context["rows"] == []  # the ledger knew of no such record
