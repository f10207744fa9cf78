"""Clocks: pauses, extensions, years not announced, hours."""

from datetime import date, datetime

import pytest

from hengjian.ground import policy
from hengjian.ground.policy.clocks import compute, together
from hengjian.ground.policy.schema.terms import Term

LAW = policy.current()


def test_testing_takes_its_own_days_out_of_the_count():
    plain = LAW.deadline("PEN-010", {"received": date(2026, 3, 2)})
    paused = LAW.deadline(
        "PEN-010", {"received": date(2026, 3, 2), "testing.from": date(2026, 3, 4), "testing.to": date(2026, 3, 6)}
    )
    assert (plain.due, paused.due) == (date(2026, 3, 23), date(2026, 3, 25))
    assert [step.day.day for step in paused.steps if step.kind == "paused"] == [5, 6]


def test_testing_twice_takes_both_times_out_of_the_count():
    told = [
        ("received", date(2026, 3, 2)), ("testing.from", date(2026, 3, 4)), ("testing.to", date(2026, 3, 6)),
        ("testing.from", date(2026, 3, 10)), ("testing.to", date(2026, 3, 13)),
    ]  # fmt: skip
    answer = LAW.deadline("PEN-010", together(told))
    assert answer.due == date(2026, 3, 30) and not answer.paused
    assert [step.day.day for step in answer.steps if step.kind == "paused"] == [5, 6, 11, 12, 13]


def test_the_second_pause_may_still_be_open():
    told = [
        ("received", date(2026, 3, 2)), ("testing.from", date(2026, 3, 4)), ("testing.to", date(2026, 3, 6)),
        ("testing.from", date(2026, 3, 10)),
    ]  # fmt: skip
    answer = LAW.deadline("PEN-010", together(told), as_of=date(2026, 3, 13))
    assert answer.paused and answer.due == date(2026, 3, 30)


def test_hours_stop_for_every_pause():
    hours = term_of(unit="hour", value=24, pauses=["testing"])
    told = [("testing.from", datetime(2026, 3, 2, 12)), ("testing.to", datetime(2026, 3, 2, 13))] + [
        ("testing.from", datetime(2026, 3, 2, 20)), ("testing.to", datetime(2026, 3, 2, 22))
    ]  # fmt: skip
    assert counted(hours, received=datetime(2026, 3, 2, 10), **together(told)).due == datetime(2026, 3, 3, 13)


def test_a_pause_that_ends_before_it_began_is_refused():
    events = {"received": date(2026, 3, 2), "testing.from": date(2026, 3, 6), "testing.to": date(2026, 3, 4)}
    with pytest.raises(policy.WrongPause, match="检测鉴定.*早于"):
        LAW.deadline("PEN-010", events)


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


WORKED = LAW.calendar


def term_of(**facts):
    """A term as a pack would have it, in working days from receipt unless told otherwise."""
    reading = {"since": date(2020, 1, 1), "value": facts.pop("value", 3), "basis": "penalty-law §1", "confidence": "seen"}
    plain = {"id": "t", "title": "期限", "duty": "penalty", "unit": "working_day", "from": "received"}
    return Term.model_validate(plain | facts | {"readings": [reading]})


def counted(term, **events):
    return compute(term, term.on(date(2026, 1, 1)), events, WORKED)


def test_a_notice_counts_back_over_holidays_and_make_up_days():
    answer = LAW.deadline("PEN-046/notice_before_hearing_min", {"hearing": date(2026, 10, 12)})
    assert answer.due == date(2026, 9, 24)
    assert [step.day.day for step in answer.steps if step.kind == "counted"] == [10, 9, 8, 30, 29, 28, 24]
    assert answer.steps[-1].why == "最迟之日"


def test_a_limit_that_counts_back_stays_on_a_sunday_unless_the_law_moves_it_back():
    stays = term_of(direction="before", unit="calendar_day", value=30)
    moves = term_of(direction="before", unit="calendar_day", value=30, roll="back")
    assert counted(stays, received=date(2026, 12, 15)).due == date(2026, 11, 15)
    answer = counted(moves, received=date(2026, 12, 15))
    assert answer.due == date(2026, 11, 13)
    assert [step.why for step in answer.steps if step.kind == "rolled"] == ["周末，提前", "周末，提前"]


def test_a_day_that_counts_back_out_of_a_year_not_announced_is_provisional():
    assert counted(term_of(direction="before", value=7), received=date(2027, 1, 6)).provisional
    assert not counted(term_of(direction="before", value=7), received=date(2026, 12, 30)).provisional


def test_pauses_that_overlap_count_once():
    events = {
        "testing.from": date(2026, 3, 10), "testing.to": date(2026, 3, 20),
        "hearing.from": date(2026, 3, 18), "hearing.to": date(2026, 3, 25),
    }  # fmt: skip
    months = term_of(unit="month", value=3, roll=False, pauses=["testing", "hearing"])
    assert counted(months, received=date(2026, 3, 2), **events).due == date(2026, 6, 17)


def test_a_pause_before_the_start_moves_no_month():
    events = {"testing.from": date(2026, 2, 1), "testing.to": date(2026, 2, 20)}
    months = term_of(unit="month", value=3, roll=False, pauses=["testing"])
    assert counted(months, received=date(2026, 3, 2), **events).due == date(2026, 6, 2)


def test_hours_stop_for_exactly_as_long_as_the_pause():
    hours = term_of(unit="hour", value=24, pauses=["testing"])
    events = {"testing.from": datetime(2026, 3, 2, 12), "testing.to": datetime(2026, 3, 2, 15, 30)}
    assert counted(hours, received=datetime(2026, 3, 2, 10), **events).due == datetime(2026, 3, 3, 13, 30)


def test_hours_can_be_extended():
    hours = term_of(unit="hour", value=24, extension={"value": 12, "unit": "hour", "approval": "leader"})
    answer = counted(hours, received=datetime(2026, 3, 2, 10), extended=datetime(2026, 3, 3, 9))
    assert answer.due == datetime(2026, 3, 3, 22) and answer.extended


def test_a_pause_inside_an_extension_of_hours_is_taken_out_too():
    hours = term_of(unit="hour", value=24, pauses=["testing"], extension={"value": 12, "unit": "hour", "approval": "leader"})
    events = {
        "received": datetime(2026, 3, 2, 10), "extended": datetime(2026, 3, 3, 9),
        "testing.from": datetime(2026, 3, 3, 14), "testing.to": datetime(2026, 3, 3, 19),
    }  # fmt: skip
    assert counted(hours, **events).due == datetime(2026, 3, 4, 3)


def test_an_extension_of_hours_belongs_to_a_limit_of_hours():
    for unit, other in (("hour", "working_day"), ("working_day", "hour"), ("minute", "hour")):
        with pytest.raises(ValueError, match="an extension of hours"):
            term_of(unit=unit, value=24, extension={"value": 1, "unit": other, "approval": "leader"})


def test_steps_speak_in_words():
    events = {"filed": date(2026, 3, 2), "testing.from": date(2026, 3, 10), "testing.to": date(2026, 3, 11), "extended": date(2026, 5, 1)}
    steps = LAW.deadline("PEN-050", events).steps
    assert {step.why for step in steps if step.kind in ("start", "paused", "extended")} == {
        "立案、备案或提交，当日不计入", "检测鉴定", "经负责人批准延长",
    }  # fmt: skip


def test_a_missing_start_is_named_in_words():
    with pytest.raises(policy.MissingEvent, match="听证举行"):
        LAW.deadline("PEN-047", {"served": date(2026, 1, 1)})
