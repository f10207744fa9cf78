"""The way back: the days promised are the days on which a city that lives through every day gets there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.ground import policy
from hengjian.ground.policy import by_row
from hengjian.ground.policy.conditions import Fact, counts, moment
from hengjian.street.assessment import rules
from hengjian.street.assessment.rules import Record, WayBack

LAW = policy.current()
DAY = timedelta(days=1)
ON = date(2026, 3, 2)
COLOURS, GRADES = LAW.ruleset("tianjin-2017"), LAW.ruleset("national-general")


def terms(name: str) -> int:
    return int(LAW.term(name).on(ON).value)


def way(*records: Record, ruleset=COLOURS, on: date = ON) -> WayBack:
    return rules.way_back(ruleset, records, on, LAW, terms)


def penalty(decided: date, fine: int = 100, *, until: date | None = None, **body: object) -> Record:
    fact = Fact("penalty", decided, decided, fine=fine, warning_only=False, until=until, ref=f"罚{decided}")
    return Record(fact, {"kind_of_penalty": ["罚款"], **body})


def listed(kind: str, decided: date) -> Record:
    return Record(Fact(kind, decided, decided, ref=f"列{decided}"))


def days(answer: WayBack) -> dict[str, tuple[date | None, date | None]]:
    return {each.code: (each.waiting, each.repairing) for each in answer.returns}


def test_a_good_entity_has_no_way_to_go():
    assert (way().now.code, way().held, way().returns) == ("green", (), ())


def test_an_ordinary_penalty_may_be_repaired_after_three_months_and_ends_after_a_year():
    [held] = (answer := way(penalty(date(2026, 1, 5)))).held
    assert (held.way.code, held.apply, held.lapses) == ("penalty-ordinary", date(2026, 4, 6), date(2027, 1, 6))
    # 6 April 2026 is the day off after Tomb-Sweeping Day: two working days to accept, seven to decide.
    assert held.back == date(2026, 4, 17)
    assert days(answer) == {"green": (date(2027, 1, 6), date(2026, 4, 17))}
    assert [(need.code, need.met) for need in held.needs] == [
        ("waited", False), ("performed", None), ("corrected", None), ("not-repeated", True), ("not-listed", True),
    ]  # fmt: skip


def test_a_stated_last_day_comes_before_the_longest_term():
    [held] = way(penalty(date(2026, 1, 5), until=date(2026, 6, 30))).held
    assert held.lapses == date(2026, 7, 1)


def test_a_revocation_cannot_be_repaired_early():
    answer = way(penalty(date(2026, 1, 5), kind_of_penalty=["吊销许可证件"]))
    assert (answer.held[0].apply, days(answer)) == (None, {"green": (date(2029, 1, 6), date(2029, 1, 6))})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind_of_penalty": ["08"]}, "penalty-revocation"),
        ({"kind_of_penalty": ["03", "10"]}, "penalty-restriction"),
        ({"kind_of_penalty": ["02"]}, "penalty-minor"),
        ({"field": "food"}, "penalty-key"),
        ({"field": "other"}, "penalty-ordinary"),
    ],
)
def test_a_record_that_keeps_codes_finds_its_way_as_one_with_titles_does(body, code):
    assert rules.way_of(penalty(date(2026, 1, 5), 8_000_000, **body), ON, LAW).code == code


def test_while_a_listing_stands_a_penalty_cannot_be_repaired():
    answer = way(penalty(date(2025, 9, 1)), listed("abnormal-list", date(2026, 1, 5)))
    lists, fine = answer.held
    assert (lists.apply, lists.back) == (ON, date(2026, 3, 4))
    assert (fine.apply, [need.met for need in fine.needs if need.code == "not-listed"]) == (lists.back, [False])


def test_a_listing_nobody_removes_never_ends_by_itself():
    assert days(way(listed("abnormal-list", date(2026, 1, 5)))) == {"green": (None, date(2026, 3, 4))}


def test_a_serious_listing_passes_through_no_class_between():
    answer = way(listed("serious-list", date(2025, 6, 1)), penalty(date(2026, 2, 1)))
    assert answer.now.code == "red"
    assert days(answer)["yellow"] == (date(2028, 6, 2), date(2026, 6, 15))


def test_a_term_that_is_over_but_not_recorded_as_ended_is_named():
    [held] = way(penalty(date(2024, 6, 1))).held
    assert held.overdue
    assert held.lapses == ON + DAY


def test_publicity_that_ends_does_not_free_a_grade_that_counts_every_penalty():
    answer = way(penalty(date(2026, 1, 5)), ruleset=GRADES)
    assert days(answer) == {"A": (None, date(2026, 4, 17))}


# a simulation that knows nothing of candidates or sorting: it lives through every day ---------------------

PLACES = {"penalty-ordinary": (3, 12), "penalty-key": (12, 36), "penalty-revocation": (None, 36), "penalty-minor": (None, 3)}


def _full(decided: date, months: int, today: date) -> bool:
    """Whether so many months are over before today, counted on the calendar's own pages."""
    year, month = decided.year + (decided.month - 1 + months) // 12, (decided.month - 1 + months) % 12 + 1
    day = decided.day
    while True:
        try:
            return today > date(year, month, day)
        except ValueError:
            day -= 1


def _steps(record: Record) -> tuple[int, ...]:
    """Working days the authority has, step by step."""
    return {"penalty": (2, 7), "serious-list": (2, 7), "abnormal-list": (2,)}[record.fact.kind]


def _may_apply(record: Record, place: str, today: date, listed_now: bool) -> bool:
    if record.fact.kind == "abnormal-list":
        return True
    if record.fact.kind == "serious-list":
        return _full(record.fact.decided, 12, today)
    wait = PLACES[place][0]
    return wait is not None and _full(record.fact.decided, wait, today) and not listed_now


def _over(record: Record, place: str, today: date) -> bool:
    fact = record.fact
    if fact.kind == "abnormal-list":
        return False
    if fact.kind == "serious-list":
        return _full(fact.decided, 36, today)
    return _full(fact.decided, PLACES[place][1], today) or bool(fact.until and today > fact.until)


def live(records: list[Record], places: list[str], repairing: bool, sees: Callable[[str, date], None]) -> None:
    ended: dict[int, date] = {}
    left: dict[int, list[int]] = {}
    today = ON
    while today < ON + timedelta(days=1200):
        if LAW.calendar.is_working_day(today):
            for steps in left.values():
                if steps:
                    steps[0] -= 1
        for n, steps in left.items():
            while steps and steps[0] == 0:
                steps.pop(0)
            if not steps:
                ended.setdefault(n, today)
        for n, record in enumerate(records):
            if today > ON and _over(record, places[n], today):
                ended.setdefault(n, today)
        standing = [n for n in range(len(records)) if n not in ended]
        on_list = any(records[n].fact.kind != "penalty" for n in standing)
        if repairing:
            for n in standing:
                if n not in left and _may_apply(records[n], places[n], today, on_list):
                    left[n] = list(_steps(records[n]))
        if today > ON:
            facts = [records[n].fact for n in standing]
            sees(by_row.classify(COLOURS, facts, today, terms=terms).code, today)
        today += DAY


def made(n: int, place: str, fine: int, stated: int) -> tuple[Record, str]:
    decided = ON - timedelta(days=n)
    if place in ("abnormal-list", "serious-list"):
        return listed(place, decided), place
    body = {
        "penalty-ordinary": {}, "penalty-key": {"field": "food"}, "penalty-revocation": {"kind_of_penalty": ["08"]},
        "penalty-minor": {"kind_of_penalty": ["02"]},
    }[place]  # fmt: skip
    until = ON + timedelta(days=stated) if stated else None
    return penalty(decided, fine, until=until, **body), place


people = st.lists(
    st.builds(
        made,
        st.integers(0, 1000),
        st.sampled_from([*PLACES, "penalty-ordinary", "abnormal-list", "serious-list"]),
        st.sampled_from([100, 6_000_000, 20_000_000, 60_000_000]),
        st.sampled_from([0, 0, 40, 400]),
    ),
    min_size=1,
    max_size=7,
)


@pytest.mark.parametrize("repairing", [False, True])
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(city=people)
def test_the_days_promised_are_those_of_a_city_that_lives_through_every_day(repairing, city):
    at = moment(COLOURS, ON, None, policy.current().at(ON).number)
    city = [(record, place) for record, place in city if counts(record.fact, at)]
    records, places = [record for record, _ in city], [place for _, place in city]
    found: dict[str, date] = {}

    def sees(code: str, day: date) -> None:
        for item in COLOURS.classes[: COLOURS.rank(code) + 1]:
            found.setdefault(item.code, day)

    live(records, places, repairing, sees)
    answer = way(*records)
    for each in answer.returns:
        promised = each.repairing if repairing else each.waiting
        assert promised == found.get(each.code), each.code


def test_a_firm_with_a_closed_record_is_not_asked_to_repair_it():
    closed = penalty(date(2026, 1, 5))
    closed = replace(closed, fact=replace(closed.fact, repaired=date(2026, 2, 1)))
    assert way(closed).held == ()
