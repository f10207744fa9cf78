"""Trying a rule before it becomes law: who moves, why, and what it means for the inspections of a year."""

from __future__ import annotations

from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Invalid
from hengjian.ground.policy import BadPack
from hengjian.street.assessment import drafts, queries, services, sheets, trials
from hengjian.street.assessment.models import Assessment, Change, Run
from tests.street.assessment.test_services import DAY, bureau, firms, own_mirror, record  # noqa: F401

LAW = policy.current()
HEAD = "uscc,kind,decided_on,recorded_on,fine_yuan,confiscated_yuan,warning_only,withdrawn_on,repaired_on,ended_on\n"


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "facts.csv"
    fines = {"91120101MA0000015R": 1, "91120116MA0000023C": 4, "92120119MA0000031F": 0}
    lines = [f"{uscc},penalty,2026-01-0{n + 1},2026-01-05,100,,false,,,\n" for uscc, times in fines.items() for n in range(times)]
    path.write_text(HEAD + "".join(f"{uscc},entity,,,,,,,,\n" for uscc in fines) + "".join(lines))
    return path


def trial(facts, **values) -> trials.Trial:
    return trials.run(trials.InFile(facts), LAW, drafts.changed(LAW, values, DAY), on=DAY)


def test_a_lower_limit_moves_exactly_the_firms_above_it_and_names_the_new_reason(facts):
    found = trials.run(trials.InFile(facts), LAW, drafts.changed(LAW, {"tianjin-2017.red.penalties": 3}, DAY), on=DAY)
    colours = next(shift for shift in found.shifts if shift.family == queries.COLOURS)
    assert colours.matrix == {("green", "green"): 1, ("yellow", "yellow"): 1, ("yellow", "red"): 1}
    [moved] = [row for row in found.moved(9) if row["family"] == queries.COLOURS]
    assert (moved["uscc"], moved["lost"], moved["gained"]) == (
        "91120116MA0000023C", "tianjin-2017.yellow.penalties", "tianjin-2017.red.penalties",
    )  # fmt: skip


def test_a_limit_in_yuan_stays_in_yuan(facts):
    found = trials.run(trials.InFile(facts), LAW, drafts.changed(LAW, {"tianjin-2017.red.fines": 399}, DAY), on=DAY)
    assert [row["uscc"] for row in found.moved(9) if row["family"] == queries.COLOURS] == ["91120116MA0000023C"]


def test_other_odds_change_the_work_of_the_year_and_nobodys_class(facts):
    found = trials.run(trials.InFile(facts), LAW, drafts.changed(LAW, {"national-general.odds.C": 50}, DAY), on=DAY)
    grades = next(shift for shift in found.shifts if shift.family == queries.GRADES)
    # one A at 1 %, one B at 3 %, one C (three penalties or more) at 10 % and then 50 %
    assert (grades.moved, [round(n, 2) for n in grades.inspections]) == (0, [0.14, 0.54])


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("tianjin-2017.red.nothing", 3, "没有可以试算的数值"), ("national-general.odds.C", 101, "不能超过 100"),
     ("tianjin-2017.red.penalties", -1, "不能为负"), ("tianjin-2017.red.penalties", 2.5, "整数"),
     ("national-general.odds.E", 1, "没有等级"), ("tianjin-2017.red.serious-list", 1, "0 个数值")],
)  # fmt: skip
def test_a_change_that_cannot_be_tried_is_refused(name, value, says):
    with pytest.raises(Invalid, match=says):
        drafts.changed(LAW, {name: value}, DAY)


@pytest.mark.parametrize(
    ("name", "day", "says"),
    [("tianjin-2015.red.penalties", DAY, "2026-03-02 没有施行"), ("tianjin-2017.red.penalties", date(2016, 6, 1), "2016-06-01 没有施行"),
     ("publication.penalty", DAY, "都没有用到")],
)  # fmt: skip
def test_a_number_that_no_classification_of_the_day_reads_is_refused(name, day, says):
    with pytest.raises(Invalid, match=says):
        drafts.changed(LAW, {name: 3}, day)


def test_every_number_offered_can_be_turned_and_turning_it_to_itself_changes_nothing():
    for ruleset, offered in drafts.thresholds(LAW, DAY):
        assert offered
        same = drafts.changed(LAW, {each.id: each.value for each in offered}, DAY)
        assert same.ruleset(ruleset.id) == ruleset


def overlay(folder, text):
    (folder / "rules").mkdir(parents=True)
    (folder / "pack.yaml").write_text("id: draft\ntitle: 草案\ntitle_en: Draft\nversion: '0'\n", encoding="utf-8")
    (folder / "rules" / "draft.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_malformed_draft_names_its_mistake(tmp_path):
    with pytest.raises(BadPack, match=r"draft\.yaml:"):
        drafts.overlaid(overlay(tmp_path / "draft", "made-2027:\n  family: made\n"))


DRAFT = """
tianjin-draft:
  family: tianjin-colours
  title: 草案
  title_en: Draft
  basis: project
  confidence: project
  public: true
  since: 2026-02-01
  repaired: 不再计入
  classes:
    - {code: red, title: 失信, title_en: Dishonest, colour: red}
    - {code: green, title: 良好, title_en: Good, colour: green}
  rules:
    - {id: tianjin-draft.red, gives: red, title: 处罚两次, title_en: Two penalties, basis: project, confidence: project,
       when: {kind: penalty, count: {at_least: 2}}}
    - {id: tianjin-draft.green, gives: green, title: 其他, title_en: Others, basis: project, confidence: project}
"""


def test_a_draft_reading_laid_over_the_packs_replaces_the_one_in_force(facts, tmp_path):
    draft = drafts.overlaid(overlay(tmp_path / "draft", DRAFT))
    found = trials.run(trials.InFile(facts), LAW, draft, on=DAY)
    colours = next(shift for shift in found.shifts if shift.family == queries.COLOURS)
    assert (colours.before.id, colours.after.id) == ("tianjin-2017", "tianjin-draft")
    assert colours.matrix == {("green", "green"): 1, ("yellow", "green"): 1, ("yellow", "red"): 1}
    earlier = trials.run(trials.InFile(facts), LAW, draft, on=date(2026, 1, 31))
    assert {shift.after.id for shift in earlier.shifts} == {"national-general", "tianjin-2017"}


def test_the_changes_are_told_in_words_also_by_an_alias_of_the_law_files():
    assert drafts.told(LAW, {"CR-08": 3.0}, DAY) == ["除警告外的行政处罚超过五次，不超过十次：5 → 3 次"]


@pytest.mark.django_db
def test_a_trial_on_the_city_writes_no_table(firms, bureau):  # noqa: F811
    record(firms[0], bureau, "penalty", fine_fen=1, warning_only=False)
    services.recompute_all(on=DAY)
    held = [list(model.objects.order_by("pk").values()) for model in (Assessment, Change, Run)]
    found = trials.run(trials.Mirrored(), LAW, drafts.changed(LAW, {"tianjin-2017.red.penalties": 0}, DAY), on=DAY)
    assert [row["name"] for row in found.moved(9)] == [firms[0].name]
    assert held == [list(model.objects.order_by("pk").values()) for model in (Assessment, Change, Run)]


def test_the_spreadsheet_holds_matrix_places_and_every_moved_entity(facts, tmp_path):
    found = trials.run(trials.InFile(facts), LAW, drafts.changed(LAW, {"tianjin-2017.red.penalties": 3}, DAY), on=DAY)
    sheets.trial(tmp_path / "out.xlsx", found.as_json(), ["tianjin-2017.red.penalties=3"], found.each_moved())
    book = CalamineWorkbook.from_path(tmp_path / "out.xlsx")
    assert book.sheet_names[0] == "试算说明"
    rows = book.get_sheet_by_name("变动主体").to_python()
    assert [row[1] for row in rows[1:]] == ["91120116MA0000023C"]


def test_a_draft_is_tried_under_the_law_of_its_day(facts):
    found = trials.run(trials.InFile(facts), LAW, LAW, on=date(2016, 6, 1))
    assert [shift.before.id for shift in found.shifts] == ["tianjin-2015"]
