"""No record, nothing supplied, and a source gone silent are three things: pages of a firm never let one look like another."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache

from hengjian.duties.filing import services, sources
from hengjian.ground.kit import clock
from hengjian.street.publication.models import Projection, PublicEntity
from hengjian.street.register.models import Entity

from .test_figures import at, bureau, send  # noqa: F401

pytestmark = pytest.mark.django_db
CODE = "91120101MA05ABCD7A"
LAST, SILENT, HEARD = date(2026, 2, 2), date(2026, 3, 31), date(2026, 4, 2)


@pytest.fixture
def fallen_silent(bureau):  # noqa: F811
    cache.clear()
    for week in range(5):
        send(bureau, date(2026, 1, 5) + timedelta(7 * week), date(2026, 1, 5))
    services.raise_alarms(SILENT, at(SILENT))
    return bureau


def test_a_source_is_silent_until_it_is_heard_again_and_nothing_supplied_is_said_apart(fallen_silent):
    states = sources.states(SILENT)
    assert states["penalty"] == sources.State(True, ((fallen_silent.name, LAST),))
    assert states["licence"] == sources.State(False)
    send(fallen_silent, HEARD, date(2026, 4, 1))
    services.raise_alarms(date(2026, 4, 3), at(date(2026, 4, 3)))
    cache.clear()
    assert "penalty" not in sources.states(date(2026, 4, 3))


def test_the_public_page_of_a_firm_says_it_and_does_so_at_once(client, fallen_silent):
    entity = Entity.objects.create(uscc=CODE, name="天津津沽食品有限公司", name_folded="天津津沽食品有限公司", kind="enterprise", updated_at=datetime.now(clock.SHANGHAI))
    PublicEntity.objects.create(entity=entity, uscc=CODE, name=entity.name, kind="enterprise", status="1")
    Projection.objects.create(pk=1, version="one", as_of=SILENT)
    cache.clear()
    with clock.frozen(SILENT):
        told = client.get(f"/entity/{CODE}/").content.decode()
        assert "最近一次报送在 2026-02-02" in told and "“行政许可”还没有部门报送过" in told
        assert "最近一次报送" not in client.get(f"/entity/{CODE}/?tab=licence").content.decode()
        send(fallen_silent, SILENT, date(2026, 3, 30))
        services.raise_alarms(SILENT, at(SILENT))
        cache.delete("publication.projection")  # asked for anew within a second
        assert "最近一次报送" not in client.get(f"/entity/{CODE}/").content.decode()
