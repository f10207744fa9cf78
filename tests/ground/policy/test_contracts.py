"""A department that files by a contract today can file tomorrow, or the contract has a new version."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hengjian.doors.cli.law import app
from hengjian.ground import policy
from hengjian.ground.policy import contracts

from .test_seeded_mistakes import PACK

GRADE = "    grade: {title: 等级, type: code, catalogue: grades}\n"


def pack(folder: Path, **changes: str) -> Path:
    for name, text in PACK.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for before, after in changes.items():
            text = text.replace(*after) if before in name else text  # type: ignore[call-overload]
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    phone: {title: 电话, type: text, privacy: protected}\n", "", 'lost its field "phone"'),
        (GRADE, GRADE.replace("等级", "级别"), "no longer knows the heading 等级"),
        (GRADE, "    grade: {title: 等级, type: text}\n", "says text instead of code"),
        (GRADE, "    grade: {title: 等级, type: code, catalogue: grades, required: true}\n", "demands what could be left out"),
        (GRADE, "    grade: {title: 等级, type: code, catalogue: grades, checks: [max-length:1]}\n", "checks max-length:1"),
        (GRADE, GRADE + "    reason: {title: 事由, type: text, required: true}\n", 'demands a new field "reason"'),
        ("natural_key: [uscc]", "natural_key: [uscc, grade]", "another natural key"),
        ("privacy: protected", "privacy: internal", "is internal instead of protected"),
    ],
)
def test_a_contract_that_breaks_is_refused_with_place_and_remedy_unless_it_has_a_new_version(tmp_path, old, new, says):
    before = pack(tmp_path / "before")
    after = pack(tmp_path / "after", records=(old, new))
    [mistake] = contracts.breaks(policy.load([before]), policy.load([after]))
    assert says in mistake.message and mistake.file.endswith("records/a.yaml") and mistake.line == 6
    assert "version" in mistake.remedy
    answer = CliRunner().invoke(app, ["check", str(after), "--since", str(before)])
    assert answer.exit_code == 1 and "records/a.yaml:6" in answer.output
    told = pack(tmp_path / "told", records=(old, new))
    path = told / "records/a.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("praise:\n", "praise:\n  version: 2\n", 1), encoding="utf-8")
    assert contracts.breaks(policy.load([before]), policy.load([told])) == []


def test_what_is_added_or_loosened_breaks_nobody(tmp_path):
    before = pack(tmp_path / "before")
    after = pack(tmp_path / "after", records=(GRADE, GRADE.replace("等级", "级别").replace("grades}", "grades, many: true, headings: [等级]}") + "    note: {title: 备注, type: text}\n"))
    assert contracts.breaks(policy.load([before]), policy.load([after])) == []


def test_a_code_taken_off_its_list_and_a_kind_that_is_gone_break_too(tmp_path):
    before = pack(tmp_path / "before")
    after = pack(tmp_path / "after", catalogues=("    - {code: B, title: 乙, parent: A}\n", ""), publicity=("乙", "甲"))
    assert "no longer takes the codes B" in contracts.breaks(policy.load([before]), policy.load([after]))[0].message


def test_the_packs_keep_what_they_promised_to_those_who_file():
    """Where this fails: keep the contract, or raise its version, tell those who file, and run `hengjian law contracts --write`."""
    before = contracts.kept(policy.roots()[-1])
    assert before and contracts.breaks(before, policy.current()) == []


def test_a_break_is_refused_without_the_packs_of_yesterday_and_cannot_be_kept(tmp_path):
    folder = pack(tmp_path / "a")
    runner = CliRunner()
    assert runner.invoke(app, ["contracts", str(folder), "--write"]).exit_code == 0
    assert contracts.written(policy.load([folder])) == (folder / contracts.KEPT).read_text(encoding="utf-8")
    pack(folder, records=(GRADE, GRADE.replace("等级", "级别")))
    for words in (["check"], ["contracts"], ["contracts", "--write"]):
        found = runner.invoke(app, [words[0], str(folder), *words[1:]])
        assert (found.exit_code, "no longer knows the heading 等级" in found.output) == (1, True), words
