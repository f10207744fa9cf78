"""What a new calendar does to clocks that run."""

from datetime import date

from hengjian.ground import policy
from hengjian.ground.policy import Running, shifts

LAW = policy.current()
BEFORE_THE_NOTICE = LAW.calendar_of(range(2007, 2026))


def test_a_new_notice_moves_what_it_reaches_and_says_so():
    clock = Running("投诉一", "CMP-010", {"received": date(2026, 2, 13)})
    (shift,) = shifts(LAW, [clock], before=BEFORE_THE_NOTICE)
    assert (shift.before.day, shift.after.day) == (date(2026, 2, 24), date(2026, 3, 2))
    assert shift.moved and shift.settled and shift.running is clock


def test_a_deadline_that_stays_still_loses_its_mark():
    clock = Running("投诉二", "CMP-010", {"received": date(2025, 12, 31)})
    (shift,) = shifts(LAW, [clock], before=BEFORE_THE_NOTICE)
    assert shift.before.day == shift.after.day == date(2026, 1, 12)
    assert shift.settled and not shift.moved


def test_what_the_notice_does_not_reach_is_left_out():
    clocks = [
        Running("投诉三", "CMP-010", {"received": date(2025, 12, 1)}),
        Running("召回", "FOD-061", {"risk_found": date(2026, 2, 14)}),
        Running("公告", "PEN-072", {"notice_published": date(2026, 2, 1)}),
    ]
    assert shifts(LAW, clocks, before=BEFORE_THE_NOTICE) == []


def test_a_matter_keeps_the_law_it_began_under_when_it_is_recounted():
    accepted = {"accepted": date(2026, 4, 27)}
    old, new = (
        Running("调解", "complaints.mediate", accepted, law_on=day) for day in (date(2026, 4, 14), date(2026, 4, 15))
    )
    units = {shift.running.law_on: shift.after.unit for shift in shifts(LAW, [old, new], before=BEFORE_THE_NOTICE)}
    assert units == {date(2026, 4, 14): "working_day", date(2026, 4, 15): "calendar_day"}


def test_a_year_without_notice_stays_provisional():
    clock = Running("年末", "CMP-010", {"received": date(2026, 12, 31)})
    assert shifts(LAW, [clock], before=BEFORE_THE_NOTICE) == []
    assert LAW.deadline("CMP-010", clock.events).provisional
