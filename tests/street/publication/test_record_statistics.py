"""Records that are public are counted by month, district and issuer; behind every figure stand as many rows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache

from hengjian.ground.kit import clock
from hengjian.street.publication import record_statistics as figures
from hengjian.street.publication.models import PublicEntity, PublicNotice
from hengjian.street.register.models import Entity
from tests import factories_draw as make

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
RECORDS = (
    # district, kind, issuer, decided, last public day
    ("120119", "penalty", "甲局", date(2026, 2, 28), date(2027, 2, 28)),
    ("120119", "penalty", "甲局", date(2026, 3, 1), date(2026, 3, 2)),
    ("120101", "licence", "乙局", date(2024, 4, 1), None),
    ("120101", "licence", "乙局", date(2024, 3, 31), None),  # one day before the two years
    ("120101", "penalty", "乙局", date(2026, 1, 9), date(2026, 3, 1)),  # its term was over yesterday
)
PENALTY, LICENCE = figures.KINDS.index("penalty"), figures.KINDS.index("licence")


@pytest.fixture(autouse=True)
def city():
    cache.clear()
    for number, (district, kind, issuer, decided, until) in enumerate(RECORDS, start=1):
        code, name = make.code_of(number), f"天津演示{number}有限公司"
        entity = Entity.objects.create(
            uscc=code, name=name, name_folded=name, kind="enterprise", district=district, updated_at=datetime(2026, 1, 1, tzinfo=UTC)
        )
        PublicEntity.objects.create(entity=entity, uscc=code, name=name, kind="enterprise", status="1", district=district)
        PublicNotice.objects.create(
            entry_seq=number, entity=entity, uscc=code, name=name, kind=kind, issuer=issuer, document=f"演{number}号", decided=decided,
            published_on=decided, until=until, basis={}, body={},
        )  # fmt: skip


def counted(by: str, district: str = "") -> dict[str, tuple[int, int]]:
    return {line.key: (line.counts[PENALTY], line.counts[LICENCE]) for line in figures.lines(by, district, ON)}


def test_only_what_is_public_on_the_day_is_counted_and_months_reach_back_two_years():
    assert counted("month") == {"2026-03": (1, 0), "2026-02": (1, 0), "2024-04": (0, 1)}
    assert list(counted("month")) == ["2026-03", "2026-02", "2024-04"]
    assert counted("district") == {"120101": (0, 2), "120119": (2, 0)} == counted("district") | {}
    assert counted("issuer", "120119") == {"甲局": (2, 0)}


def test_behind_every_figure_stand_as_many_rows(client):
    with clock.frozen(ON):
        for by in figures.DIMENSIONS:
            page = client.get("/publication/statistics/records/", {"by": by})
            assert page.status_code == 200
            for line in page.context["lines"]:
                rows = client.get("/publication/statistics/records/rows/", {"by": by, "key": line.key, "kind": "licence"})
                assert rows.context["page"].paginator.count == line.counts[LICENCE]
        assert client.get("/publication/statistics/records/rows/", {"by": "month", "key": "2026-13"}).context["page"].paginator.count == 0
