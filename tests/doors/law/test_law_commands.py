"""`hengjian law …` answers in words and in JSON, and its exit codes tell the answers apart."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hengjian.doors.cli import build
from hengjian.ground.policy import UnknownRule

ROOT = Path(__file__).resolve().parents[3]


def ask(*words):
    return CliRunner().invoke(build(), ["law", *words])


def answer(*words):
    result = ask(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_shipped_packs_hold_and_every_example_agrees():
    told = answer("check")
    assert told["ok"] and not told["wrong"]
    assert told["sections"]["indicators"] >= 25


def test_a_spoiled_pack_ends_with_1_and_names_the_place(tmp_path):
    (tmp_path / "pack.yaml").write_text("id: x\ntitle: x\n", encoding="utf-8")
    result = ask("check", str(tmp_path))
    assert result.exit_code == 1
    assert "pack.yaml:1" in result.output


def test_the_food_recall_change_is_explained_on_both_sides_of_the_day():
    before = answer("explain", "food.recall.start.level-2", "--on", "2026-11-30")
    after = answer("explain", "food.recall.start.level-2", "--on", "2026-12-01")
    assert (before["in_force"]["value"], after["in_force"]["value"]) == (48, 36)


@pytest.mark.parametrize(
    ("name", "said"),
    [("CMP-011", "七种不予受理情形"), ("seed-004.9.9", "各区县人民政府"), ("odr-units", "分子"), ("penalty-form.33", "责改")],
)
def test_every_kind_of_entry_is_explained_in_words(name, said):
    assert said in ask("explain", name).output


def test_two_days_differ_by_what_changed_between_them():
    changed = {c["id"]: (c["before"], c["after"]) for c in answer("diff", "2026-11-30", "2026-12-01")["changes"]}
    old, new = changed["food.recall.start.level-2"]
    assert (old["value"], new["value"], new["basis"]) == (48, 36, "samr-122-2026 §9")
    assert answer("diff", "2026-12-02", "2026-12-03")["changes"] == []


def test_going_back_in_time_turns_beginnings_into_ends():
    back = {c["id"]: c["kind"] for c in answer("diff", "2026-12-01", "2026-11-30")["changes"]}
    assert back["samr-122-2026"] == "ends"


def test_two_folders_differ_by_the_line_that_was_edited(tmp_path):
    for name, value in (("old", 48), ("new", 36)):
        pack = tmp_path / name
        (pack / "terms").mkdir(parents=True)
        (pack / "pack.yaml").write_text("id: x\ntitle: x\nversion: '1'\n", encoding="utf-8")
        (pack / "terms" / "a.yaml").write_text(
            f"x.y:\n  title: 期限\n  duty: food\n  from: found\n  unit: hour\n  readings:\n"
            f"    - {{since: 2020-01-01, value: {value}, basis: a §1, confidence: seen}}\n",
            encoding="utf-8",
        )
    told = answer("diff", str(tmp_path / "old"), str(tmp_path / "new"))
    assert [(c["before"], c["after"]) for c in told["changed"]] == [("48", "36")]


def test_the_changelog_lists_a_day_once_for_each_rule():
    told = answer("changes", "--since", "2026-12-01", "--until", "2026-12-01")["changes"]
    assert len({c["id"] for c in told}) == len(told)
    assert {"food.recall.start.level-1", "samr-122-2026"} <= {c["id"] for c in told}


def test_uses_names_packs_examples_and_code():
    used = answer("uses", "publication.penalty")["uses"]
    assert any(use.startswith("packs/cn/publicity/") for use in used)
    assert any(use.startswith("packs/cn/examples/") for use in used)
    assert any(use.startswith("src/hengjian/") for use in answer("uses", "tianjin-2017")["uses"])


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
def test_a_ruleset_is_one_statement_in_each_engine(dialect):
    told = answer("sql", "tianjin-2017", "--dialect", dialect, "--on", "2026-11-24")
    assert "facts" in told["sql"] and told["ruleset"] == "tianjin-2017"


def test_a_rule_leads_to_the_statement_of_its_ruleset(law):
    rule = law.ruleset("tianjin-2017").conditional[0].id
    assert answer("sql", rule)["ruleset"] == "tianjin-2017"


def test_every_gap_names_its_file_and_basis():
    told = answer("gaps")
    assert told["count"] == len(told["gaps"]) > 0
    assert all(gap["file"].startswith("packs/") and gap["line"] for gap in told["gaps"])


def test_a_rule_nobody_has_read_is_a_gap_of_its_own_beside_its_ruleset(law):
    found = {gap["id"]: (gap["entry"], gap["confidence"]) for gap in answer("gaps")["gaps"]}
    for ruleset in law.sections["rules"].values():
        for rule in ruleset.rules:
            assert found.get(rule.id, (ruleset.id, "seen")) == (ruleset.id, rule.confidence)
    assert found["tianjin-2017"][1] == "part" and "unverified" in {mark for entry, mark in found.values() if entry == "tianjin-2017"}


@pytest.mark.parametrize(
    "words",
    [("explain", "food.recall.start.level-2", "--on", "soon"), ("diff", "yesterday", "2026-12-01"), ("sql", "tianjin-2017", "--dialect", "oracle")],
)
def test_a_wrong_call_ends_with_2(words):
    assert ask(*words).exit_code == 2


def test_an_unknown_rule_is_refused():
    assert isinstance(ask("explain", "no.such.rule").exception, UnknownRule)


def test_a_refusal_ends_with_3_and_says_why():
    done = subprocess.run(
        [sys.executable, "-m", "hengjian", "law", "uses", "no.such.rule"], capture_output=True, text=True, cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin"},
    )  # fmt: skip
    assert done.returncode == 3
    assert "no.such.rule" in done.stderr


@pytest.mark.parametrize(
    ("name", "example", "key", "value"),
    [("publicity/penalty", "仅受警告的不公示", "excluded", "仅受警告处罚的不公示"), ("repair-ways", "吊销不能提前", "way", "penalty-revocation"),
     ("food.recall.start.level-2", "", "due", "2026-12-02 22:00:00")],
)  # fmt: skip
def test_an_entry_is_explained_with_its_worked_examples_and_what_they_give(name, example, key, value):
    told = answer("explain", name)["examples"]
    assert all(each["holds"] for each in told)
    assert value in [each["answer"].get(key) for each in told if example in each["name"]]


def test_a_ruleset_is_explained_with_its_worked_examples():
    told = answer("explain", "tianjin-2017")["examples"]
    assert told
    assert {"green", "yellow", "red", "black"} <= {each["answer"].get("class") for each in told}


def test_a_number_left_to_the_place_is_told_as_such():
    assert answer("explain", "inspection.3")["refine"] == "可以调高，不得调低"
    assert "refine" not in answer("explain", "complaints.accept")
