"""Forty ways to spoil a pack. Each is refused with file, line and remedy, and nothing loads in part."""

import re
from pathlib import Path

import pytest

from hengjian.ground import policy

PACK = {
    "pack.yaml": "id: cn\ntitle: 试验\nversion: '1'\n",
    "sources/a.yaml": "act-2020:\n  title: 试验法\n  level: 法律\n  since: 2020-01-01\n  articles: 20\n  seen: seen\nact-2022:\n  title: 新法\n  level: 法律\n  since: 2022-01-01\n  replaces: [act-2020]\n  seen: seen\n",
    "terms/a.yaml": (
        "x.publish:\n  title: 公示期限\n  duty: publication\n  aliases: [X-1]\n  from: decided\n  unit: working_day\n  readings:\n"
        "    - {since: 2020-01-01, until: 2021-12-31, value: 20, basis: act-2020 §9, confidence: seen}\n"
        "    - {since: 2022-01-01, value: 7, basis: act-2022 §3, confidence: seen}\n"
        "x.reply:\n  title: 答复期限\n  duty: publication\n  aliases: [X-2]\n  from: received\n  unit: calendar_day\n  discretion: true\n  bound: max\n  readings:\n"
        "    - {since: 2020-01-01, value: 15, basis: act-2020 §10, confidence: part}\n"
    ),
    "catalogues/a.yaml": "grades:\n  title: 等级\n  items:\n    - {code: A, title: 甲}\n    - {code: B, title: 乙, parent: A}\nbands:\n  title: 幅度\n  items:\n    - {code: low, title: 低, low: 0, high: 0.3}\n    - {code: top, title: 高, low: 0.3, high: 1}\nevents:\n  title: 事件\n  items:\n    - {code: decided, title: 作出决定}\n    - {code: received, title: 收到}\ndepartments:\n  title: 部门\n  items:\n    - {code: 法规处, title: 法规处}\n",
    "records/a.yaml": "common:\n  title: 共有\n  abstract: true\n  fields:\n    uscc: {title: 代码, type: uscc, required: true, checks: [uscc]}\npraise:\n  title: 表扬\n  extends: common\n  natural_key: [uscc]\n  publication: praise\n  fields:\n    grade: {title: 等级, type: code, catalogue: grades}\n    phone: {title: 电话, type: text, privacy: protected}\n",
    "publicity/a.yaml": "praise:\n  title: 表扬公示\n  record: praise\n  start: x.publish\n  public: [uscc, grade]\n  exclude:\n    - {when: {grade: [乙]}, title: 乙级不公示}\n",
    "provisions/a.yaml": "x.two:\n  title: 两人检查\n  duty: publication\n  says: 检查须两人以上\n  catalogue: grades\n  basis: act-2020 §4\n  confidence: seen\n",
    "tasks/a.yaml": "t.1: {title: 修订规则, lead: [法规处], due: 2020-12-31, indicators: [share], basis: act-2020 §2}\nt.2: {title: 年度报告, lead: [法规处], every: year, by: '12-31', basis: act-2020 §3}\n",
    "indicators/a.yaml": "share:\n  title: 公开率\n  unit: percent\n  numerator: 已公开\n  denominator: 应公开\n  targets: [{year: 2024, value: 90}, {year: 2025, value: 100}]\n",
    "documents/a.yaml": "order:\n  title: 责令改正通知书\n  code: 责改\n  number: '{bureau}{code}〔{year}〕{seq}号'\n",
    "procedures/a.yaml": "visit:\n  title: 检查\n  start: open\n  states:\n    open: {title: 开始}\n    done: {title: 结束, final: true}\n  fields:\n    note: {title: 说明, type: text}\n  acts:\n    finish: {title: 完成, from: [open], to: done, power: x.do, requires: [note]}\n  clocks:\n    visit: {title: 期限, term: x.reply, from: finish}\n",
}  # fmt: skip

T, S, C, R, U, P, K, N, D, V = (
    f"{name}/a.yaml"
    for name in (
        "terms", "sources", "catalogues", "records", "publicity", "procedures", "tasks", "indicators", "documents",
        "provisions",
    )
)  # fmt: skip
MISTAKES = [
    (T, "since: 2020-01-01, until", "since: '2020-01-01', until", r'a.yaml:8: "since" must be a date, e.g. 2021-09-01'),
    (T, "since: 2022-01-01", "since: 2022-02-30", r"a.yaml:9: .*2022-02-30.* is not a value"),
    (T, "until: 2021-12-31", "until: 2022-03-31", r"a.yaml:8: overlaps the reading from 2022-01-01. End it on 2021-12-31"),
    (T, "until: 2021-12-31", "until: 2021-06-30", r"a.yaml:8: no reading from 2021-07-01 to 2021-12-31"),
    (T, "until: 2021-12-31", "until: 2019-12-31", r'a.yaml:8: "until" is before "since"'),
    (T, "since: 2022-01-01", "since: 2019-01-01", r"a.yaml:9: readings are not in order of time"),
    (T, "act-2022 §3", "act-2023 §3", r'a.yaml:9: no source is called "act-2023"'),
    (T, "act-2020 §9", "act-2020 §99", r"a.yaml:8: act-2020 has 20 articles, not 99"),
    (T, "act-2020 §9", "试验法第九条", r'a.yaml:8: "basis" must be a source and its article'),
    (T, "  unit: working_day\n", "", r'a.yaml:1: "unit" is missing'),
    (T, "unit: working_day", "unit: workday", r'a.yaml:6: "unit" is "workday", which is not one of its values'),
    (T, "confidence: part", "confidence: sure", r'a.yaml:19: "confidence" is "sure"'),
    (T, ", confidence: part", "", r'a.yaml:19: "confidence" is missing'),
    (T, "  title: 公示期限\n", "", r'a.yaml:1: "title" is missing'),
    (T, "title: 公示期限", "title: ''", r'a.yaml:2: "title" must not be empty'),
    (T, "  from: decided\n", "", r'a.yaml:1: a time limit needs "from"'),
    (T, "X-2", "X-1", r'a.yaml:13: alias "X-1" already means "x.publish"'),
    (T, "x.reply:", "x.publish:", r'a.yaml:10: "x.publish" is written twice'),
    (T, "x.reply:", "X Reply:", r'a.yaml:10: "X Reply" is not an id'),
    (T, "discretion: true", "discretion: perhaps", r'a.yaml:16: "discretion" must be true or false'),
    (T, "discretion: true", "discretoin: true", r'a.yaml:16: "discretoin" is not known here'),
    (T, "aliases: [X-1]", "aliases: X-1", r'a.yaml:4: "aliases" must be a list'),
    (T, "  readings:\n    - {since: 2020-01-01, value: 15, basis: act-2020 §10, confidence: part}\n", "  readings: []\n", r'a.yaml:18: "readings" must not be empty'),
    (T, "    - {since: 2022-01-01", "   - {since: 2022-01-01", r"a.yaml:\d+: not readable as YAML"),
    (S, "replaces: [act-2020]", "replaces: [act-1999]", r'a.yaml:11: no source is called "act-1999"'),
    (S, "  articles: 20\n", "  articles: 20\n  replaces: [act-2022]\n", r"a.yaml:\d+: a text cannot replace itself"),
    (S, "level: 法律\n  since: 2020", "level: 法\n  since: 2020", r'a.yaml:3: "level" is "法"'),
    (C, "parent: A", "parent: Z", r'a.yaml:5: no code "Z" in this list'),
    (C, "code: B", "code: A", r'a.yaml:\d: code "A" stands twice'),
    (C, "{code: A, title: 甲}", "{code: A, title: 甲, parent: B}", r'a.yaml:4: "A" is its own parent'),
    (C, "{code: A, title: 甲}", "{code: 1, title: 甲}", r'a.yaml:4: "code" must be text'),
    (R, "extends: common", "extends: commons", r'a.yaml:8: no record is called "commons"'),
    (R, "natural_key: [uscc]", "natural_key: [number]", r'a.yaml:9: no field is called "number"'),
    (R, "catalogue: grades", "catalogue: degrees", r'a.yaml:12: nothing in catalogues/ is called "degrees"'),
    (R, "type: code, catalogue: grades", "type: code", r'a.yaml:12: "grade" is a code without a catalogue'),
    (R, "checks: [uscc]", "checks: [nice]", r"a.yaml:5: .*must be one of uscc"),
    (U, "public: [uscc, grade]", "public: [uscc, phone]", r'a.yaml:5: "phone" is not public'),
    (U, "start: x.publish", "start: x.publsh", r'a.yaml:4: nothing in terms/ is called "x.publsh"'),
    (P, "to: done", "to: finished", r'a.yaml:10: no state is called "finished"'),
    (P, "requires: [note]", "requires: [photo]", r'a.yaml:10: no field is called "photo"'),
    (P, "term: x.reply", "term: x.answer", r'a.yaml:12: nothing in terms/ is called "x.answer"'),
    (U, "when: {grade:", "when: {tier:", r'a.yaml:7: praise has no field "tier"\. Use a field of the record'),
    (U, "grade: [乙]", "grade: [丙]", r'a.yaml:7: "丙" is no title in grades\. Write it as the catalogue does'),
    (U, "grade: [乙]", "grade: {most: 3}", r'a.yaml:7: give "grade" only'),
    (C, "high: 0.3}", "high: 0.2}", r"a.yaml:10: no band from 0.2 to 0.3\. Begin it at 0.2"),
    (C, "high: 0.3}", "high: 0.4}", r'a.yaml:10: the bands "low" and "top" overlap'),
    (C, "low: 0.3, high: 1}", "low: 0.3, high: 0.3}", r'a.yaml:10: the band "top" is empty'),
    (T, "from: decided", "from: decidde", r'a.yaml:5: no event is called "decidde"\. Add it to the catalogue `events`'),
    (T, "unit: working_day\n", "unit: working_day\n  pauses: [testing]\n", r'a.yaml:7: no event is called "testing.from"'),
    (R, "  abstract: true\n", "  abstract: true\n  extends: praise\n", r"a.yaml:\d+: a record cannot extend itself through others"),
    (V, "catalogue: grades", "catalogue: degrees", r'a.yaml:5: nothing in catalogues/ is called "degrees"'),
    (V, "  says: 检查须两人以上\n", "", r'a.yaml:1: "says" is missing'),
    (V, "act-2020 §4", "act-2020 §40", r"a.yaml:6: act-2020 has 20 articles, not 40"),
    (K, "lead: [法规处], due", "lead: [法制处], due", r'a.yaml:1: no department is called "法制处"\. Add it to the catalogue'),
    (K, ", due: 2020-12-31", "", r'a.yaml:1: .*a task needs "due", or "every"'),
    (K, "every: year, by", "every: month, by", r'a.yaml:2: .*write every: year'),
    (K, "indicators: [share]", "indicators: [shares]", r'a.yaml:1: nothing in indicators/ is called "shares"'),
    (N, "  denominator: 应公开\n", "", r'a.yaml:1: a share needs "denominator"'),
    (N, "  unit: percent\n", "", r'a.yaml:1: "unit" is missing'),
    (N, "year: 2024", "year: 2026", r"a.yaml:1: .*earlier years first"),
    (D, "{seq}", "{number}", r"a.yaml:1: a number knows no {number}"),
    (D, "{seq}", "1", r"a.yaml:1: a number needs {year} and {seq}"),
    (D, "  code: 责改\n", "", r'a.yaml:1: .*needs "code"'),
    (P, "    done: {", "    shut: {title: 关}\n    done: {", r'a.yaml:6: no act leads to "shut"'),
    (P, "final: true", "final: false", r'a.yaml:6: no act leaves "done"'),
    (P, "from: finish}", "from: begin}", r'a.yaml:12: no act is called "begin"'),
    (P, "term: x.reply, ", "", r"a.yaml:12: a clock without a deadline"),
    (P, "from: [open], to: done", "from: [open], to: open", r'a.yaml:6: no act leads to "done"'),
]  # fmt: skip


def lay_out(folder: Path, pack: dict[str, str]) -> Path:
    for name, text in pack.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HENGJIAN_DATA", str(tmp_path / "data"))


def test_the_whole_pack_loads(tmp_path):
    law = policy.load([lay_out(tmp_path / "cn", PACK)])
    assert set(law.record("praise").fields) == {"uscc", "grade", "phone"}
    assert law.term("X-1").readings[0].value == 20


@pytest.mark.parametrize(("file", "right", "wrong", "message"), MISTAKES)
def test_a_mistake_names_its_place_and_remedy(tmp_path, file, right, wrong, message):
    assert PACK[file].count(right) >= 1
    spoiled = PACK | {file: PACK[file].replace(right, wrong, 1)}
    with pytest.raises(policy.BadPack) as refused:
        policy.load([lay_out(tmp_path / "cn", spoiled)])
    assert re.search(message, str(refused.value)), str(refused.value)
    assert all(mistake.remedy for mistake in refused.value.mistakes)


def test_there_are_forty():
    assert len(MISTAKES) >= 40


CARD = {"pack.yaml": "id: tj\ntitle: 地方\nversion: '1'\noverlays: cn\n"}
OVER = "  readings:\n    - {{since: 2023-01-01, value: {value}, basis: act-2020 §10, confidence: seen}}\n"


def over(tmp_path, text):
    cn = lay_out(tmp_path / "cn", PACK)
    return policy.load([cn, lay_out(tmp_path / "tj", CARD | {T: text})])


def test_an_overlay_may_be_stricter(tmp_path):
    law = over(tmp_path, "x.reply:\n" + OVER.format(value=10))
    assert [(reading.value, str(reading.since)) for reading in law.term("x.reply").readings] == [
        (15, "2020-01-01"),
        (10, "2023-01-01"),
    ]


def test_an_overlay_may_not_widen(tmp_path):
    with pytest.raises(policy.BadPack, match="never widen"):
        over(tmp_path, "x.reply:\n" + OVER.format(value=20))


def test_an_overlay_may_not_touch_what_leaves_no_discretion(tmp_path):
    with pytest.raises(policy.BadPack, match="leaves no discretion"):
        over(tmp_path, "x.publish:\n" + OVER.format(value=5))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x.reply:\n  unit: month\n" + OVER.format(value=5), r'"(duty|title)" is missing'),
        ("x.reply:\n" + OVER.format(value=10).replace("value", "from: decided, value"), 'a.yaml:3: an overlay may not change "from"'),
        ("x.reply:\n" + OVER.format(value=10).replace("value", "pauses: [testing], value"), 'may not change "pauses"'),
        (
            "x.reply:\n" + OVER.format(value=10).replace("value", "extension: {value: 30, unit: calendar_day, approval: leader}, value"),
            'may not change "extension"',
        ),
        ("x.reply:\n" + OVER.format(value=10).replace("2023", "2019"), "begins before the national reading of 2020-01-01"),
        ("x.reply:\n" + OVER.format(value=2).replace("value", "unit: month, value"), "never widen"),
    ],
)
def test_an_overlay_may_not_widen_a_power_by_another_door(tmp_path, text, message):
    with pytest.raises(policy.BadPack, match=message):
        over(tmp_path, text)


def test_an_overlay_may_not_write_a_national_term_anew(tmp_path):
    whole = "x.reply:\n  title: 另写\n  duty: publication\n  from: received\n  unit: month\n" + OVER.format(value=5)
    with pytest.raises(policy.BadPack, match="is not an overlay's to set"):
        over(tmp_path, whole)


def test_discretion_names_the_side_it_may_not_pass(tmp_path):
    with pytest.raises(policy.BadPack, match='"discretion" needs "bound"'):
        policy.load([lay_out(tmp_path / "cn", PACK | {T: PACK[T].replace("  bound: max\n", "")})])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("rule: x.publihs, given: {decided: 2020-01-02}", 'a.yaml:2: no rule is called "x.publihs" in terms. Use its id'),
        ("ruleset: x.publish, given: {decided: 2020-01-02}", 'a.yaml:2: no rule is called "x.publish" in rules'),
        ("rule: X-1, given: {decide: 2020-01-02}", 'a.yaml:2: no event is called "decide". Use a code'),
        ("publicity: prise", 'a.yaml:2: nothing called "prise" has a publicity'),
        ("way: praise, rule: X-1, on: 2020-01-02", "a.yaml:2: an example asks one thing"),
        ("way: praise", 'a.yaml:2: a way back is asked for a day: add "on"'),
    ],
)
def test_an_example_that_asks_nothing_is_refused(tmp_path, line, message):
    text = "- {name: 起, rule: X-1, given: {decided: 2020-01-02}, expect: {provisional: true}}\n- {name: 例, %s, expect: {due: 2020-02-03}}\n"
    with pytest.raises(policy.BadPack, match=message):
        policy.load([lay_out(tmp_path / "cn", PACK | {"examples/a.yaml": text % line})])


WAY = "repair-ways:\n  title: 恢复途径\n  items:\n    - {code: w, title: 途径, record: praise, when: {grade: [乙]}, apply: at-once, ends: x.publish}\n"


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("when: {grade", "when: {rank", r'b.yaml:4: praise has no field "rank"'),
        ("[乙]", "[丙]", r'b.yaml:4: "丙" is no title in grades'),
        ("ends: x.publish", "ends: x.never", r'b.yaml:4: nothing in terms/ is called "x.never"'),
        ("record: praise", "record: prise", r'b.yaml:4: no kind of record is called "prise"'),
    ],
)
def test_a_way_back_that_no_record_could_take_is_refused(tmp_path, right, wrong, message):
    policy.load([lay_out(tmp_path / "ok", PACK | {"catalogues/b.yaml": WAY})])
    with pytest.raises(policy.BadPack, match=message):
        policy.load([lay_out(tmp_path / "cn", PACK | {"catalogues/b.yaml": WAY.replace(right, wrong)})])


def test_a_folder_that_is_no_section_is_refused(tmp_path):
    with pytest.raises(policy.BadPack, match='"termes" is not a section'):
        policy.load([lay_out(tmp_path / "cn", PACK | {"termes/a.yaml": ""})])


def test_a_pack_without_a_card_is_refused(tmp_path):
    with pytest.raises(policy.BadPack, match=r"pack.yaml:1: a pack needs pack.yaml"):
        policy.load([lay_out(tmp_path / "cn", {T: PACK[T]})])
