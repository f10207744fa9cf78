"""Terms say what they are in two languages, start with a named event, and admit what is not known of them."""

import re
from datetime import date

import pytest
from pydantic import ValidationError

from hengjian.ground import policy
from hengjian.ground.policy.schema.terms import Term

LAW = policy.current()
TERMS = LAW.sections["terms"]
LATIN = re.compile(r"[A-Za-z]+")
ALLOWED = {"A", "B", "C", "D"}
PLAIN = {
    "id": "a", "title": "期限", "duty": "penalty", "unit": "working_day", "from": "received",
    "readings": [{"since": date(2020, 1, 1), "value": 7, "basis": "penalty-law §1", "confidence": "seen"}],
}  # fmt: skip


def test_chinese_titles_are_chinese():
    strange = {key: term.title for key, term in TERMS.items() if set(LATIN.findall(term.title)) - ALLOWED}
    assert strange == {}


def test_every_term_has_an_english_title_without_chinese():
    strange = {key for key, term in TERMS.items() if not term.title_en or re.search(r"[\u3400-\u9fff]", term.title_en)}
    assert strange == set()


def test_no_two_terms_are_called_alike():
    titles = [term.title for term in TERMS.values()]
    assert sorted(title for title in set(titles) if titles.count(title) > 1) == []


def test_every_start_pause_and_choosing_event_has_a_name():
    named = set(LAW.catalogue("events").items)
    nameless = {
        (key, event)
        for key, term in TERMS.items()
        for event in (
            term.start, term.law_date, *(reading.start for reading in term.readings),
            *(f"{pause}.{end}" for pause in term.pauses for end in ("from", "to")),
        )
        if event and event not in named
    }  # fmt: skip
    assert nameless == set()


def test_a_start_must_be_an_event_that_the_law_names():
    Term.model_validate(PLAIN)
    with pytest.raises(ValidationError, match="names no event"):
        Term.model_validate(PLAIN | {"from": "occurred"})


def test_a_limit_before_something_names_it_too():
    with pytest.raises(ValidationError, match="needs"):
        Term.model_validate({key: value for key, value in PLAIN.items() if key != "from"} | {"direction": "before"})


def test_only_a_limit_that_counts_back_can_roll_back():
    Term.model_validate(PLAIN | {"direction": "before", "roll": "back"})
    with pytest.raises(ValidationError, match="count back"):
        Term.model_validate(PLAIN | {"roll": "back"})


BEFORE = ["EC-13", "SPE-003", "SL-12b/notify_before", "PEN-046/notice_before_hearing_min", "PEN-047", "NET-008", "RG-14", "PRC-008"]


@pytest.mark.parametrize("alias", BEFORE)
def test_days_before_count_back(alias):
    term = LAW.term(LAW.resolve(alias).id)
    assert term.direction == "before"
    assert LAW.deadline(alias, {term.from_: date(2026, 11, 18)}).day < date(2026, 11, 18)


def test_a_date_nobody_found_is_marked():
    placeholders = {
        (key, reading.confidence)
        for key, term in TERMS.items()
        for reading in term.readings
        if reading.since == date(2016, 1, 1) and reading.confidence not in ("project", "unverified") and not reading.note
    }
    assert placeholders == set()


def test_every_reading_of_a_limit_has_an_example_of_its_own():
    shown = {(LAW.resolve(example.rule).id, example.expect.get("because")) for _, example in LAW.examples if example.rule}
    missing = {
        (key, reading.basis) for key, term in TERMS.items() for reading in term.readings if (key, reading.basis) not in shown
    }
    assert missing == set()


def test_a_legal_source_has_a_name_in_both_languages():
    for source in LAW.sections["sources"].values():
        assert not set(LATIN.findall(source.title)) - ALLOWED
        assert source.title_en and not re.search(r"[\u3400-\u9fff]", source.title_en)

DAYS = ("calendar_day", "working_day")


@pytest.mark.parametrize(
    ("source", "short"),
    [
        ("penalty-law", lambda value: value in LAW.term("TM-02").latest.value),
        ("compulsion-law", lambda value: value <= LAW.term("CAL-006/days").latest.value),
        ("reconsideration-law", lambda value: value in LAW.term("CAL-007/days").latest.value),
        ("licence-law", lambda value: True),
    ],
)
def test_periods_are_working_days_where_their_own_law_says_so(source, short):
    wrong = [
        key
        for key, term in TERMS.items()
        for reading in term.readings
        if reading.basis.startswith(f"{source} ")
        and (reading.unit or term.unit) in DAYS
        and short(reading.value)
        and (reading.unit or term.unit) != "working_day"
    ]
    assert wrong == []
