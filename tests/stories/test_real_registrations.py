"""The real file of Tianjin registrations: its firms are found, opened, classified and drawn."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from hengjian.doors.demo import field_work
from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Agency
from hengjian.street.assessment import queries as classes
from hengjian.street.assessment import services as assessment
from hengjian.street.draw.models import Pick, Team
from hengjian.street.intake import services as intake
from hengjian.street.publication import services as publication
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity

FILE = Path(__file__).resolve().parents[3] / "shared/data/tianjin_enterprises/tianjin_1978_2009.csv.gz"
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason="real registrations are not shipped: ../shared/data is absent"),
]


def test_real_firms_are_found_opened_all_good_with_reasons_and_drawn(settings, tmp_path, client):
    settings.MEDIA_ROOT = settings.DATA = tmp_path
    call_command("migrate", verbosity=0)
    people.establish_agencies()
    bureau = Agency.objects.get(code="120000")
    with clock.frozen(AT):
        delivery, _ = intake.receive(
            by=None, agency=bureau, kind="registration", filename=FILE.name, at=AT, chunks=[FILE.read_bytes()]
        )
        intake.process(delivery, at=AT)
        register.absorb(delivery)
        assessment.recompute_all(on=AT.date())
        assert {code: n for code, n in classes.distribution(on=AT.date()).items() if n} == {"green": 65_544}

        field_work.appoint_inspectors(AT.date())
        wanted = field_work.Wanted("登记事项抽查", "120110", districts=("120110",), quota=20)
        draw = field_work.hold_draw(wanted, AT.date())
        assert Pick.objects.filter(draw=draw, reserve=False).count() == 20
        assert all(len(team.officers.all()) >= 2 for team in Team.objects.filter(pick__draw=draw))

        publication.publish_entities(on=AT.date())
        firm = Entity.objects.filter(name__contains="眼镜").order_by("pk").first()
        found = client.get("/search/", {"q": firm.name}).content.decode()
        assert f"/entity/{firm.uscc}/" in found
        page = client.get(f"/entity/{firm.uscc}/").content.decode()
        assert firm.name in page
        assert "良好" in page
        why = classes.explain(firm, on=AT.date())
        assert why.code == "green"
        assert len(why.answers) > 3
        assert not any(answer.holds for answer in why.answers), "every rule was asked and none holds"
