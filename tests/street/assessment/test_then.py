"""The city on any day as known on any day: the figures of a past day, and the entities behind each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.assessment import queries, then
from hengjian.street.register.models import Entity

from .test_engines import city  # noqa: F401
from .test_pages import officer

pytestmark = pytest.mark.django_db
DAYS = ((date(2026, 3, 2), None), (date(2026, 3, 2), date(2026, 2, 1)), (date(2026, 1, 10), None))


@pytest.fixture
def legal(city) -> Officer:  # noqa: F811
    return Officer.objects.get(user=officer("legal-officer", Agency.objects.get(code="120000")))


@pytest.mark.parametrize(("on", "known"), DAYS)
def test_every_figure_of_a_past_day_is_what_the_rules_say_of_each_firm(city, on, known, legal):  # noqa: F811
    ruleset = queries.ruleset_of(queries.COLOURS, on)
    [whole] = then.City(legal, ruleset, on, known).spread("")
    expected: dict[str, int] = {}
    for firm in city:
        code = queries.explain(firm, on=on, known=known).code
        expected[code] = expected.get(code, 0) + 1
    assert {code: n for code, n, _share in whole[0].counts if n} == expected
    yellow = then.City(legal, ruleset, on, known).behind(code="yellow")
    assert len(yellow) == expected.get("yellow", 0) == len(yellow[0:50])
    assert {row.class_code for row in yellow[0:50]} <= {"yellow"}


def test_pages_and_endpoints_take_both_days(client, city, legal):  # noqa: F811
    client.force_login(legal.user)
    asked = {"on": "2026-01-10", "known": "2026-03-02"}
    page = client.get("/desk/assessment/", asked)
    assert page.context["whole"][0].total == 40
    assert "on=2026-01-10&amp;known=2026-03-02&amp;code=" in page.content.decode()
    rows = client.get("/desk/assessment/rows/", {**asked, "code": "yellow"})
    [told] = client.get("/api/assessment/distribution", asked).json()
    assert rows.context["page"].paginator.count == told["classes"]["yellow"]
    one = client.get(f"/api/assessment/entities/{city[3].uscc}", asked).json()[0]
    assert one["code"] == queries.explain(city[3], on=date(2026, 1, 10), known=date(2026, 3, 2)).code
    early = client.get(f"/api/assessment/entities/{city[3].uscc}/way-back", {"on": "2026-03-02", "known": "2026-01-01"}).json()
    assert early["records"] == []
    assert client.get(f"/desk/assessment/{city[3].uscc}/way-back/", asked).status_code == 200


def test_a_firm_is_not_counted_before_it_was_established_nor_before_anybody_knew_it(city, legal):  # noqa: F811
    ruleset, on = queries.ruleset_of(queries.COLOURS, date(2026, 3, 2)), date(2026, 3, 2)
    first, last = Entity.objects.order_by("pk").first(), Entity.objects.order_by("pk").last()
    Entity.objects.filter(pk=first.pk).update(established=on + timedelta(1), updated_at=clock.now())
    Entity.objects.filter(pk=last.pk).update(entered=clock.now())
    totals = [then.City(legal, ruleset, day, known).spread("")[0][0].total for day, known in ((on, None), (on, on), (on + timedelta(1), on))]
    assert totals == [39, 38, 39]
