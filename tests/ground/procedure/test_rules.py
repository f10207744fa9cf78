"""Acts move states, an undo takes the last one back, clocks start and stop with acts, and the chain tells on changes."""

from dataclasses import replace
from datetime import date

import pytest

from hengjian.ground.policy.schema.procedures import BUILT_IN
from hengjian.ground.procedure import diagram, rules, words
from hengjian.ground.procedure.rules import Done


@pytest.fixture(scope="module")
def inspection(law):
    return law.procedure("inspection")


OPENED = Done(1, "open", date(2026, 3, 2), body={"due": "2026-03-31"})
NOTIFIED = Done(2, "notify", date(2026, 3, 9), "A1")
RECORDED = Done(3, "record", date(2026, 3, 10), "A1", "A2")
UNDONE = Done(4, "undo", date(2026, 3, 11), "L1", body={"undoes": 3})


def test_a_state_follows_from_the_acts(inspection):
    assert rules.state_of(inspection, [OPENED]) == "assigned"
    assert rules.state_of(inspection, [OPENED, NOTIFIED, RECORDED]) == "recorded"


def test_an_undone_act_no_longer_counts_but_stays_on_record(inspection):
    events = [OPENED, NOTIFIED, RECORDED, UNDONE]
    assert rules.state_of(inspection, events) == "notified"
    assert rules.effective(events) == [OPENED, NOTIFIED]


def test_a_clock_runs_from_the_opening_until_the_result_and_runs_again_after_an_undo(inspection):
    [running] = rules.clocks_of(inspection, [OPENED, NOTIFIED])
    assert (running.fixed_due, running.stopped) == (date(2026, 3, 31), None)
    stopped, review = rules.clocks_of(inspection, [OPENED, NOTIFIED, RECORDED])
    assert (stopped.name, stopped.stopped) == ("visit", RECORDED)
    assert (review.name, review.began, review.stopped) == ("review", RECORDED, None)
    [again] = rules.clocks_of(inspection, [OPENED, NOTIFIED, RECORDED, UNDONE])
    assert again.stopped is None


def test_a_proposal_that_lapsed_does_not_come_back_with_the_state(law):
    penalty, on = law.procedure("penalty"), date(2026, 3, 2)
    proposed = rules.Done(2, "proposed", on, "K-1", body={"act": "terminate", "body": {}})
    course = [rules.Done(1, "open", on), proposed]
    assert list(rules.pending(penalty, [*course, rules.Done(3, "screen", on)])) == ["terminate"]
    concluded = [*course, rules.Done(3, "conclude", on)]
    assert rules.pending(penalty, concluded) == {}
    assert rules.pending(penalty, [*concluded, rules.Done(4, "return", on)]) == {}


def test_each_thing_the_kernel_records_by_itself_has_a_title():
    assert set(words.BESIDE) == set(BUILT_IN)


def test_zero_is_an_answer_and_a_blank_is_not(inspection):
    act = inspection.acts["record"]
    assert rules.missing_fields(inspection, act, {"path": "done", "codes": [], "disposal": ""}) == ["结果代码", "后续处理"]
    assert rules.missing_fields(inspection, act, {"path": "done", "codes": 0, "disposal": "none"}) == []


def test_the_step_bar_shows_done_current_and_ahead(inspection):
    steps = rules.steps_of(inspection, [OPENED, NOTIFIED])
    assert [step.status for step in steps] == ["done", "current", "ahead", "ahead", "ahead"]


def test_altering_an_event_names_it():
    start = rules.genesis("inspection", "1号", "91120101MA00000000", "120101", date(2026, 3, 2), "v1")
    chain, previous = [], start
    for event in (OPENED, NOTIFIED, RECORDED):
        previous = rules.link(previous, event, "2026-03-02T01:00:00.000+00:00")
        chain.append((event, "2026-03-02T01:00:00.000+00:00", previous))
    assert rules.first_altered(start, chain) is None
    forged = [chain[0], (replace(NOTIFIED, by="A9"), *chain[1][1:]), chain[2]]
    assert rules.first_altered(start, forged) == 2
    assert rules.first_altered(start, [chain[0], chain[2]]) == 2


def test_the_diagram_names_every_state_once(inspection):
    drawing = diagram.svg(inspection, "recorded")
    assert all(drawing.count(f">{state.title}</text>") == 1 for state in inspection.states.values())
    assert "style=" not in drawing
