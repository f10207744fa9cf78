"""Procedures of the packs: every clock can run, and the ones with two readings follow the day the matter began."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground import policy
from hengjian.ground.procedure import queries, rules

LAW = policy.current()
PROCEDURES = LAW.sections["procedures"]
IN_FORCE = {"credit-repair-2021": date(2024, 6, 3), "complaint-2020": date(2026, 3, 2), "report-2020": date(2026, 3, 2), "food-recall-summary": date(2026, 12, 7)}
CLOCKS = [(kind, name) for kind, one in PROCEDURES.items() for name, clock in one.clocks.items() if clock.term]


def due(kind: str, clock: str, *acts: tuple[str, date], opened: date | None = None) -> date | None:
    """The deadline of a clock after some acts; the matter was opened on the day of the first, or on `opened`."""
    procedure, began = PROCEDURES[kind], opened or acts[0][1]
    events = [rules.Done(1, rules.OPEN, began)]
    events += [rules.Done(n, act, on) for n, (act, on) in enumerate(acts, 2) if act != rules.OPEN]
    [run] = [run for run in rules.clocks_of(procedure, events) if run.name == clock]
    term = LAW.term(run.clock.term or "")
    on = began if procedure.law == "opening" else None
    return LAW.deadline(term.id, queries.dated(run, term.from_), on=on).day


@pytest.mark.parametrize(("kind", "name"), CLOCKS)
def test_every_clock_of_every_procedure_gives_a_day(kind, name):
    clock = PROCEDURES[kind].clocks[name]
    assert all(due(kind, name, (start, IN_FORCE.get(kind, date(2026, 6, 1)))) for start in clock.starts)


@pytest.mark.parametrize("kind", sorted(PROCEDURES))
def test_every_word_of_a_procedure_has_its_english(kind):
    one = PROCEDURES[kind]
    named = [one, *one.states.values(), *one.acts.values(), *one.fields.values()]
    assert [entry.title for entry in named if not entry.title_en] == []


def test_mediation_of_a_complaint_received_before_15_april_2026_still_counts_45_working_days():
    old = due("complaint", "mediate", ("accept", date(2026, 4, 20)), opened=date(2026, 4, 14))
    new = due("complaint", "mediate", ("accept", date(2026, 4, 20)), opened=date(2026, 4, 15))
    assert (old, new) == (date(2026, 6, 25), date(2026, 6, 22))


def test_time_for_testing_is_taken_out_of_the_mediation():
    acts = (("accept", date(2026, 5, 6)), ("test", date(2026, 5, 11)), ("tested", date(2026, 5, 21)))
    assert due("complaint", "mediate", *acts, opened=date(2026, 5, 4)) == date(2026, 7, 15)


def test_repair_is_decided_in_15_working_days_before_and_7_after_christmas_2025():
    old = due("credit-repair-2021", "decide", ("accept", date(2025, 12, 1)), opened=date(2025, 11, 28))
    new = due("credit-repair", "decide", ("accept", date(2025, 12, 29)), opened=date(2025, 12, 25))
    assert (old, new) == (date(2025, 12, 22), date(2026, 1, 8))


def test_the_abnormal_list_has_a_shorter_time_than_other_targets_of_repair():
    day = date(2026, 3, 2)
    assert due("credit-repair", "decide-list", ("accept-list", day), opened=day) == date(2026, 3, 4)


@pytest.mark.parametrize(("began", "level", "expected"), [
    (date(2026, 11, 30), "2", date(2026, 12, 2)), (date(2026, 12, 1), "2", date(2026, 12, 2)),
    (date(2026, 11, 30), "3", date(2026, 12, 3)), (date(2026, 12, 1), "3", date(2026, 12, 3)),
])  # fmt: skip
def test_a_food_recall_starts_within_the_hours_of_the_day_the_risk_was_found(began, level, expected):
    assert due("food-recall", f"start-{level}", (f"grade-{level}", began)) == expected


def test_a_recall_begun_before_1_december_2026_is_finished_in_working_days_of_its_announcement():
    old = due("food-recall", "finish-1", ("start-1", date(2026, 11, 30)), opened=date(2026, 11, 30))
    new = due("food-recall", "finish-1", ("start-1", date(2026, 12, 1)), opened=date(2026, 12, 1))
    assert (old, new) == (date(2026, 12, 14), date(2026, 12, 11))


def test_listing_after_the_reporting_season_is_decided_in_ten_working_days():
    assert due("abnormal-list", "report", ("miss-report", date(2026, 6, 30))) == date(2026, 7, 14)


def test_a_serious_listing_is_public_in_20_working_days_and_ends_after_three_years():
    assert due("serious-list", "publish", ("list", date(2026, 2, 6))) == date(2026, 3, 12)
    assert due("serious-list", "end", ("list", date(2026, 2, 6))) == date(2029, 2, 6)


def test_product_limits_count_calendar_days_and_roll_over_the_holiday():
    assert due("product-sample-failed", "object", ("open", date(2026, 9, 18))) == date(2026, 10, 8)


def test_the_check_of_a_report_is_extended_once_by_fifteen_working_days():
    day = date(2026, 6, 1)
    assert due("report", "verify", ("open", day)) == date(2026, 6, 23)
    assert due("report", "verify", ("open", day), ("extend", date(2026, 6, 18))) == date(2026, 7, 14)


def test_repair_of_a_listing_may_take_ten_days_more():
    acts = (("accept-list", date(2026, 3, 2)), ("extend", date(2026, 3, 3)))
    assert due("credit-repair", "decide-list", *acts) == date(2026, 3, 18)


def test_the_hours_of_a_recall_run_from_the_moment_the_risk_was_found_not_from_the_grading():
    opening = rules.Done(1, rules.OPEN, date(2026, 12, 1))
    grading = rules.Done(2, "grade-2", date(2026, 12, 1), body={"found_at": "2026-12-01T10:00:00+08:00"})
    [run] = rules.clocks_of(PROCEDURES["food-recall"], [opening, grading])
    term = LAW.term(run.clock.term or "")
    answer = LAW.deadline(term.id, queries.dated(run, term.from_), on=date(2026, 12, 1))
    assert answer.due.isoformat()[:16] == "2026-12-02T22:00"
