"""The working-day calendar around its edges."""

from datetime import date

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months

CALENDAR = policy.current().calendar


def test_a_make_up_saturday_is_a_working_day():
    assert CALENDAR.is_working_day(date(2026, 2, 14))
    assert not CALENDAR.is_working_day(date(2026, 2, 16))
    assert CALENDAR.why_off(date(2026, 2, 16)) == "春节"


def test_all_years_from_2007_to_2026_are_announced_and_2027_is_not():
    assert CALENDAR.years == frozenset(range(2007, 2027))
    assert not CALENDAR.is_announced(date(2027, 1, 4))


def test_new_year_is_off_even_before_the_notice():
    assert not CALENDAR.is_working_day(date(2027, 1, 1))


def test_counting_back_undoes_counting_forward():
    start = date(2026, 2, 13)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, 12), -12) == start
    assert CALENDAR.working_days_between(start, CALENDAR.add_working_days(start, 12)) == 12


def test_a_month_without_that_day_ends_on_its_last():
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
