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


def step(name: str, *, inside: bool) -> int:
    """A number next to the nation's, on the side its bound allows or on the other."""
    national = LAW.term(name).latest.value
    return national - 1 if inside == (LAW.term(name).bound == "max") else national + 1


def refined(folder, values: dict[str, int]) -> policy.Law:
    """The packs with one more file in packs/tianjin: the city sets these numbers, three lines each."""
    city = shutil.copytree(TIANJIN, folder / "tianjin")
    lines = [
        f"{name}:\n  readings:\n    - {{since: {max(reading.since for reading in LAW.term(name).readings)}, "
        f"value: {value}, basis: project, confidence: project}}\n"
        for name, value in values.items()
    ]
    (city / "terms/refined.yaml").write_text("".join(lines), encoding="utf-8")
    return policy.load([CN, city])


@pytest.fixture(scope="module")
def allowed(tmp_path_factory) -> policy.Law:
    return refined(tmp_path_factory.mktemp("inside"), {name: step(name, inside=True) for name in OPEN})


@pytest.fixture(scope="module")
def refused(tmp_path_factory) -> list[policy.Mistake]:
    with pytest.raises(policy.BadPack) as told:
        refined(tmp_path_factory.mktemp("outside"), {name: step(name, inside=False) for name in OPEN})
    return told.value.mistakes


def test_the_law_leaves_something_to_the_place():
    assert {"penalty.hearing-scope.fine-person", "penalty.hearing-scope.fine-org", "inspection.3"} <= set(OPEN)
    assert all(LAW.term(name).bound for name in OPEN)


@pytest.mark.parametrize("name", OPEN)
def test_tianjin_may_refine_it_and_not_pass_its_bound(allowed, refused, name):
    assert allowed.term(name).latest.value == step(name, inside=True)
    first = 3 * OPEN.index(name) + 1
    [mistake] = [one for one in refused if one.file.endswith("refined.yaml") and first <= one.line < first + 3]
    assert ("最多" if LAW.term(name).bound == "max" else "至少") in mistake.message


def test_a_lower_amount_gives_more_people_a_hearing_and_the_days_before_keep_the_national_one(tmp_path):
    city = shutil.copytree(TIANJIN, tmp_path / "tianjin")
    line = "penalty.hearing-scope.fine-person:\n  readings:\n    - {since: 2026-03-02, value: 5000, basis: project, confidence: project}\n"
    (city / "terms/refined.yaml").write_text(line, encoding="utf-8")
    term = policy.load([CN, city]).term("penalty.hearing-scope.fine-person")
    assert [term.on(day).value for day in (date(2026, 3, 1), date(2026, 3, 2))] == [10000, 5000]


def test_what_the_law_fixes_is_nobodys_to_refine(tmp_path):
    with pytest.raises(policy.BadPack, match="leaves no discretion"):
        refined(tmp_path, {"complaints.accept": 5})
