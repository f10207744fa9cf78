"""Titles of the packs in English: what is still Chinese only is counted here, list by list, and may only shrink."""

from __future__ import annotations

from hengjian.ground import policy

LAW = policy.current()
# Names of places and departments, patterns that search Chinese texts, and lists only specialists read.
LEFT = {
    "streets": 299, "departments": 95, "review-standards": 85, "district-names": 77, "metering-items-1987": 55,
    "ad-sector-bans": 54, "maturity-model": 48, "review-screening-words": 11, "ad-absolute-words": 2,
}  # fmt: skip
TASKS = 294


def test_every_code_has_its_english_but_those_counted_here():
    left = {name: sum(not row.title_en for row in one.rows) for name, one in LAW.sections["catalogues"].items()}
    assert {name: count for name, count in left.items() if count > LEFT.get(name, 0)} == {}


def test_every_entry_has_its_english_but_the_tasks_of_policy_papers():
    left = {section: sum(not entry.title_en for entry in found.values()) for section, found in LAW.sections.items()}
    assert {section: count for section, count in left.items() if count > (TASKS if section == "tasks" else 0)} == {}
