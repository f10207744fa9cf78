"""Nothing is averaged away: the slowest tenth stands beside the median, and a group is as good as its worst member."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from hengjian.duties.filing import rules
from hengjian.ground import policy


@pytest.fixture(scope="module")
def workdays():
    return rules.Workdays(policy.current().calendar, date(2025, 1, 1), date(2026, 12, 31))


def test_the_median_the_ninth_tenth_and_the_slowest_tenth_of_ten_rows():
    found = rules.spread(Counter({1: 5, 2: 4, 40: 1}))
    assert (found.rows, found.median, found.p90, found.worst, found.most) == (10, 1, 2, 40, 40)


def test_the_slowest_tenth_of_eleven_rows_is_two_rows():
    assert rules.spread(Counter({0: 9, 3: 1, 9: 1})).worst == 6


def test_nothing_filed_has_no_distribution():
    assert rules.spread({}) is None


def test_working_days_skip_spring_festival_and_count_the_made_up_saturday(workdays):
    calendar = policy.current().calendar
    first = date(2026, 2, 9)
    for days in range(1, 40):
        assert workdays.between(first, first + timedelta(days)) == calendar.working_days_between(first, first + timedelta(days))
    assert workdays.between(date(2026, 3, 4), date(2026, 3, 2)) == 0


def test_a_source_is_silent_after_more_than_three_usual_gaps_and_not_a_day_before(workdays):
    weekly = [date(2026, 3, 2) + timedelta(7 * week) for week in range(5)]  # Mondays; the last is 30 March
    quiet = rules.silence(weekly, date(2026, 4, 21), workdays, 3, 3)  # Qingming on 6 April is no working day
    assert quiet is None
    found = rules.silence(weekly, date(2026, 4, 22), workdays, 3, 3)
    assert (found.last, found.usual, found.limit, found.waited) == (date(2026, 3, 30), 5, 15, 16)


def test_a_week_of_spring_festival_is_no_silence_of_a_source_that_files_daily(workdays):
    daily = [date(2026, 2, day) for day in (9, 10, 11, 12, 13)]
    assert rules.silence(daily, date(2026, 2, 24), workdays, 3, 3) is None
    assert rules.silence(daily, date(2026, 2, 27), workdays, 3, 3) is not None


def test_too_few_filings_show_no_habit_and_raise_no_alarm(workdays):
    assert rules.silence([date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)], date(2026, 9, 1), workdays, 3, 3) is None


def test_a_group_is_as_good_as_its_worst_member():
    assert rules.worst(["green", "red", "green"]) == "red"
    assert rules.worst(["green", "grey", "yellow"]) == "yellow"
    assert rules.worst([]) == "grey"


def test_one_late_row_is_no_green_and_more_than_a_tenth_is_red():
    assert [rules.tone_of_share(bad, 100, 10) for bad in (0, 1, 10, 11)] == ["green", "yellow", "yellow", "red"]
    assert rules.tone_of_share(0, 0, 10) == "grey"


def test_the_same_seed_draws_the_same_rows_and_every_row_at_most_once():
    drawn = rules.picks("seed", 1000, 30)
    assert drawn == rules.picks("seed", 1000, 30) != rules.picks("other", 1000, 30)
    assert len(set(drawn)) == 30
    assert sorted(rules.picks("seed", 5, 30)) == [0, 1, 2, 3, 4]


def test_every_row_has_the_same_chance():
    counted = Counter(place for turn in range(4000) for place in rules.picks(str(turn), 20, 2))
    assert max(counted.values()) < 1.25 * min(counted.values())
