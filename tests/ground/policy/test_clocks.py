"""Clocks: pauses, extensions, years not announced, hours."""

from datetime import date, datetime

import pytest

from hengjian.ground import policy

LAW = policy.current()


def test_testing_takes_its_own_days_out_of_the_count():
    plain = LAW.deadline("PEN-010", {"received": date(2026, 3, 2)})
    paused = LAW.deadline(
        "PEN-010", {"received": date(2026, 3, 2), "testing.from": date(2026, 3, 4), "testing.to": date(2026, 3, 6)}
    )
    assert (plain.due, paused.due) == (date(2026, 3, 23), date(2026, 3, 25))
    assert [step.day.day for step in paused.steps if step.kind == "paused"] == [5, 6]


def test_an_open_pause_is_said():
    assert LAW.deadline("PEN-010", {"received": date(2026, 3, 2), "testing.from": date(2026, 3, 4)}).paused


def test_an_approved_extension_runs_on_from_the_first_end():
    events = {"received": date(2026, 3, 2), "extended": date(2026, 3, 20)}
    assert LAW.deadline("PEN-010", events).due == date(2026, 4, 14)


def test_a_period_that_reaches_into_a_year_not_announced_is_provisional():
    assert LAW.deadline("CMP-010", {"received": date(2026, 12, 31)}).provisional
    assert not LAW.deadline("CMP-010", {"received": date(2026, 12, 18)}).provisional


def test_hours_run_through_the_night():
    answer = LAW.deadline("FOD-061", {"risk_found": datetime(2026, 12, 1, 10)})
    assert answer.due == datetime(2026, 12, 2, 22)
    assert LAW.deadline("FOD-061", {"risk_found": datetime(2026, 11, 30, 10)}).due == datetime(2026, 12, 2, 10)


def test_the_steps_add_up():
    answer = LAW.deadline("CMP-010", {"received": date(2026, 2, 13)})
    assert answer.due == date(2026, 3, 2)
    assert [step.count for step in answer.steps if step.kind == "counted"] == [1, 2, 3, 4, 5, 6, 7]
    assert answer.steps[1].day == date(2026, 2, 14) and answer.steps[1].why == "调休上班"


def test_no_start_no_deadline():
    with pytest.raises(policy.MissingEvent):
        LAW.deadline("PEN-010", {"served": date(2026, 1, 1)})


def test_a_day_before_the_law_has_no_reading():
    with pytest.raises(policy.NotInForce):
        LAW.deadline("CMP-010", {"received": date(2019, 12, 31)})
