"""Who signs in has the powers of the posts held today, from the first day of each to its last."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground.people import powers
from hengjian.ground.people.models import Agency, Holding, Officer, User

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 2), date(2026, 6, 30)


def officer(name: str, *holdings: tuple[str, date, date | None], active: bool = True) -> Officer:
    agency, _ = Agency.objects.get_or_create(code="120119", defaults={"name": "示例局", "kind": "district-bureau", "path": "120119"})
    made = Officer.objects.create(number=name, name=name, agency=agency, active=active, user=User.objects.create(username=name))
    Holding.objects.bulk_create(Holding(officer=made, post=post, since=since, until=until) for post, since, until in holdings)
    return made


@pytest.mark.parametrize("on", [date(2026, 3, 1), FIRST, LAST, date(2026, 7, 1)])
def test_an_account_has_the_powers_its_officer_holds_on_the_day(on):
    two = officer("two", ("inspector", FIRST, LAST), ("leader", date(2026, 1, 1), None))
    officer("other", ("draw-officer", date(2026, 1, 1), None))
    found, held = powers.of_user(two.user_id, on)
    assert (found, found.agency.code) == (two, "120119")
    assert held == powers.of_officer(two, on)
    assert ("inspection.record" in held) is (FIRST <= on <= LAST)


def test_an_officer_without_a_post_is_an_officer_without_powers():
    none = officer("none")
    assert powers.of_user(none.user_id, FIRST) == (none, frozenset())
    assert powers.of_user(officer("ended", ("leader", FIRST, FIRST)).user_id, LAST)[1] == frozenset()


def test_who_left_the_service_is_no_officer_whatever_posts_remain():
    gone = officer("gone", ("leader", FIRST, None), active=False)
    assert powers.of_user(gone.user_id, FIRST) == (None, frozenset())
