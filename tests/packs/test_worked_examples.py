"""Every worked example of the packs about a term, and the vectors of the research notes."""

from datetime import date

import pytest

from hengjian.ground import policy
from hengjian.ground.policy import clauses
from hengjian.ground.policy.examples import run_clauses, run_terms

LAW = policy.current()
VECTORS = [
    ("CMP-010", "2026-09-28", "2026-10-13"),
    ("CMP-010", "2026-05-02", "2026-05-13"),
    ("CMP-010", "2026-02-13", "2026-03-02"),
    ("PEN-010", "2026-02-10", "2026-03-09"),
    ("PEN-050", "2026-07-03", "2026-10-08"),
    ("PEN-050", "2026-07-10", "2026-10-08"),
    ("CMP-020", "2026-07-08", "2026-09-07"),
    ("CMP-020-OLD", "2026-03-02", "2026-05-08"),
    ("PEN-040", "2026-09-24", "2026-10-09"),
    ("FOD-013", "2026-04-01", "2026-04-13"),
    ("PRD-007", "2026-09-20", "2026-10-08"),
    ("PUB-002", "2026-09-18", "2026-10-22"),
    ("PEN-072", "2026-09-01", "2026-10-01"),
    ("PUB-006", "2026-11-30", "2027-02-28"),
]


def test_every_example_of_the_packs_holds():
    outcomes = list(run_terms(LAW))
    assert len(outcomes) >= 400
    assert [outcome for outcome in outcomes if outcome.wrong] == []


@pytest.mark.parametrize(("rule", "start", "due"), VECTORS)
def test_a_deadline_of_the_research_notes(rule, start, due):
    answer = LAW.deadline(rule, {"from": date.fromisoformat(start)})
    assert answer.day == date.fromisoformat(due)


def test_every_example_about_a_record_holds():
    outcomes = list(run_clauses(LAW))
    assert len(outcomes) >= 30
    assert [outcome for outcome in outcomes if outcome.wrong] == []


def test_every_clause_of_publicity_and_every_way_back_has_an_example():
    asked = {name: [] for name in LAW.sections["publicity"]}
    for _, example in LAW.examples:
        if example.publicity:
            record = {**example.record, "fine_fen": int(example.record.get("fine_yuan", 0) * 100) or None}
            rule = LAW.publicity(example.publicity)
            out = clauses.excluded(rule, record)
            asked[example.publicity].append(out or clauses.stop_of(rule, record))
    clauses_of = {name: [*rule.exclude, *rule.stop] for name, rule in LAW.sections["publicity"].items()}
    assert [(name, each) for name, found in clauses_of.items() for each in found if not any(each is one for one in asked[name])] == []
    ways = {example.expect.get("way") for _, example in LAW.examples if example.way}
    assert set(LAW.catalogue(clauses.WAYS).items) - ways == set()


def test_every_term_has_an_example():
    shown = {LAW.resolve(example.rule).id for _, example in LAW.examples if example.rule}
    assert set(LAW.sections["terms"]) - shown == set()


def test_a_complaint_received_before_the_change_keeps_the_old_period():
    events = {"received": date(2026, 4, 14), "accepted": date(2026, 4, 20)}
    assert LAW.deadline("CMP-020", events).unit == "working_day"
    assert LAW.deadline("CMP-020", events | {"received": date(2026, 4, 15)}).unit == "calendar_day"
