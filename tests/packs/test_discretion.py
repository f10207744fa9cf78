"""What the law leaves to a place: packs/tianjin may refine it inside its bound, and nothing else."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from hengjian.ground import policy
from hengjian.ground.policy.loader import roots

LAW = policy.current()
CN, TIANJIN = roots()
OPEN = [name for name, term in LAW.sections["terms"].items() if term.discretion]


def refined(tmp_path, name: str, value: int) -> policy.Law:
    """The packs with one more line in packs/tianjin: the city sets this number."""
    city = shutil.copytree(TIANJIN, tmp_path / f"tianjin-{value}")
    term = LAW.term(name)
    begins = max(reading.since for reading in term.readings)
    line = f"{name}:\n  readings:\n    - {{since: {begins}, value: {value}, basis: project, confidence: project}}\n"
    (city / "terms/refined.yaml").write_text(line, encoding="utf-8")
    return policy.load([CN, city])


def test_the_law_leaves_something_to_the_place():
    assert {"penalty.hearing-scope.fine-person", "penalty.hearing-scope.fine-org", "inspection.3"} <= set(OPEN)
    assert all(LAW.term(name).bound for name in OPEN)


@pytest.mark.parametrize("name", OPEN)
def test_tianjin_may_refine_it_and_not_pass_its_bound(tmp_path, name):
    bound, national = LAW.term(name).bound, LAW.term(name).latest.value
    inside, outside = (national - 1, national + 1) if bound == "max" else (national + 1, national - 1)
    law = refined(tmp_path, name, inside)
    assert law.term(name).latest.value == inside
    with pytest.raises(policy.BadPack, match="最多" if bound == "max" else "至少"):
        refined(tmp_path, name, outside)


def test_a_lower_amount_gives_more_people_a_hearing_and_the_days_before_keep_the_national_one(tmp_path):
    city = shutil.copytree(TIANJIN, tmp_path / "tianjin")
    line = "penalty.hearing-scope.fine-person:\n  readings:\n    - {since: 2026-03-02, value: 5000, basis: project, confidence: project}\n"
    (city / "terms/refined.yaml").write_text(line, encoding="utf-8")
    term = policy.load([CN, city]).term("penalty.hearing-scope.fine-person")
    assert [term.on(day).value for day in (date(2026, 3, 1), date(2026, 3, 2))] == [10000, 5000]


def test_what_the_law_fixes_is_nobodys_to_refine(tmp_path):
    with pytest.raises(policy.BadPack, match="leaves no discretion"):
        refined(tmp_path, "complaints.accept", 5)
