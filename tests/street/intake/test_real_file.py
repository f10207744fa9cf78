"""The real file of 65,553 Tianjin registrations is taken as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hengjian.ground.people.models import Agency, Officer
from hengjian.street.intake import queries, services
from hengjian.street.register import queries as register
from hengjian.street.register import services as register_acts
from hengjian.street.register.models import Entity

FILE = Path(__file__).resolve().parents[4] / "shared/data/tianjin_enterprises/tianjin_1978_2009.csv.gz"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.exists(), reason="real registrations are not shipped: ../shared/data is absent"),
]


def test_every_row_ends_in_one_place_and_the_firms_are_found(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bureau = Agency.objects.create(code="120000", name="天津市市场监督管理委员会", kind="city-bureau")
    at = datetime(2026, 3, 2, tzinfo=UTC)
    sent = {"by": None, "agency": bureau, "kind": "registration", "filename": FILE.name, "at": at}
    delivery, _ = services.receive(chunks=[FILE.read_bytes()], **sent)
    services.process(delivery, at=at)
    assert (delivery.received, delivery.accepted, delivery.duplicate, delivery.quarantined) == (65_553, 65_544, 0, 9)
    causes = {group["code"]: group["rows"] for group in queries.causes(delivery)}
    assert causes == {"columns-shifted": 5, "uscc-missing": 3, "uscc-wrong": 1}

    register_acts.absorb(delivery)
    assert Entity.objects.count() == 65_544
    again, new = services.receive(chunks=[FILE.read_bytes()], **sent)
    assert not new
    services.process(again, at=at)
    register_acts.absorb(again)
    assert Entity.objects.count() == 65_544

    free_trade = Entity.objects.filter(district=None, district_why__says="自贸区").first()
    assert free_trade is not None
    assert "跨区" in free_trade.district_why["why"]
    officer = Officer(number="N-1", name="演示人员", agency=Agency.objects.order_by("pk")[0], scope="city")
    assert register.search(officer, "（天津）有限", 5) == register.search(officer, "(天津)有限", 5) != []
    assert register.search(officer, "眼镜", 1)
    county = Entity.objects.filter(address__startswith="天津市静海县").first()
    assert county is not None
    assert (county.district, county.district_why["address_says"]) == ("120113", "静海县")  # 地区 says 北辰
