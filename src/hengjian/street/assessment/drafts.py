"""A law as it might become: the packs with a draft overlay, or with one number changed. Nothing is stored. No Django."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Invalid
from hengjian.ground.policy import Law
from hengjian.ground.policy.conditions import leaves, limit_of, terms_used
from hengjian.ground.policy.schema import rulesets
from hengjian.ground.policy.schema.rulesets import Compare, Rule, Ruleset

from .rules import in_force

OPERATORS = ("above", "at_least", "at_most", "below")
MEASURES = ("count", "sum")


class BadDraft(Invalid):
    """A change that cannot be tried: no such number, or a value it cannot have."""

    code = "bad_draft"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number a legal officer may turn: the limit of a rule, or a share drawn. `value` in times, yuan or percent."""

    id: str
    title: str
    title_en: str
    basis: str
    unit: str
    value: float
    gives: str = ""
    asks: str = ""  # above, at_least, at_most, below


def overlaid(folder: Path) -> Law:
    """The law with a draft pack laid over it; raises BadPack with every mistake of the draft."""
    if not (folder / "pack.yaml").is_file():
        raise BadDraft("%(folder)s 不是法律包：缺少 pack.yaml", folder=str(folder))
    return policy.load([*policy.roots(), folder])


def changed(law: Law, values: Mapping[str, float], on: date) -> Law:
    """The law with these numbers changed: RULE=limit, RULESET.odds.CLASS=percent, or TERM=value.

    A number that no classification of the day reads would change nothing, and is refused.
    """
    rules, terms = dict(law.sections["rules"]), dict(law.sections["terms"])
    standing = {ruleset.id: ruleset for ruleset in in_force(law, on)}
    for name, value in values.items():
        if value < 0:
            raise BadDraft("“%(id)s”的值不能为负：%(value)s", id=name, value=f"{value:g}")
        home = _ruleset_of(rules, name)
        if home is not None:
            if home.id not in standing:
                raise BadDraft("“%(title)s”在 %(on)s 没有施行，改动“%(id)s”不会有结果", title=home.title, id=name, ruleset=home.id, on=on)
            rules[home.id] = _with(home, name, value)
        elif name in terms:
            if not any(name in terms_used(ruleset) for ruleset in standing.values()):
                raise BadDraft("%(on)s 施行的分类规则都没有用到“%(id)s”，改动它不会有结果", id=name, on=on)
            terms[name] = _term(terms[name], value, on)
        else:
            raise BadDraft("没有可以试算的数值“%(id)s”；可用规则编号、“规则集.odds.等级”或期限编号", id=name)
    sections = {**law.sections, "rules": rules, "terms": terms}
    return replace(law, version=f"{law.version}+draft"[:64], sections=sections)


def thresholds(law: Law, on: date) -> Iterator[tuple[Ruleset, list[Threshold]]]:
    """Every number that may be turned, by ruleset in force on the day."""
    for ruleset in in_force(law, on):
        found = [_threshold(rule, law, on) for rule in ruleset.conditional if len(_limits(rule)) == 1]
        if ruleset.odds:
            titles = {item.code: item for item in ruleset.classes}
            found += [
                Threshold(
                    f"{ruleset.id}.odds.{code}", f"{titles[code].title}（{code}）年度抽查比例",
                    f"Yearly share drawn of {code}", ruleset.odds.basis, "percent", percent, code,
                )
                for code, percent in ruleset.odds.percent.items()
            ]  # fmt: skip
        yield ruleset, found


def told(law: Law, values: Mapping[str, float], on: date) -> list[str]:
    """The changes in words: what the number is, what it was, what it becomes."""
    offered = {each.id: each for _ruleset, found in thresholds(law, on) for each in found}
    lines = []
    for name, value in values.items():
        home = _ruleset_of(law.sections["rules"], name)
        if each := offered.get(name if home is None or ".odds." in name else home.rule(name).id):
            unit = {"yuan": "元", "times": "次", "percent": "%"}[each.unit]
            lines.append(f"{each.title}：{each.value:,.10g} → {value:,.10g} {unit}")
        else:
            lines.append(f"{name} = {value:g}")
    return lines


def _threshold(rule: Rule, law: Law, on: date) -> Threshold:
    [(measure, compare)] = _limits(rule)
    money = measure == "sum"
    value = limit_of(compare, law.at(on).number) / (100 if money else 1)
    return Threshold(rule.id, rule.title, rule.title_en, rule.basis, "yuan" if money else "times", value, rule.gives, compare.operator)


def _limits(rule: Rule) -> list[tuple[str, Compare]]:
    """Measure and comparison of every limit in a rule."""
    return [
        (measure, compare)
        for leaf in (leaves(rule.when) if rule.when else ())
        for measure in MEASURES
        if (compare := getattr(leaf, measure)) is not None
    ]


def _ruleset_of(rules: Mapping[str, Ruleset], name: str) -> Ruleset | None:
    for ruleset in rules.values():
        if name.startswith(f"{ruleset.id}.odds.") or any(name in (rule.id, *rule.aliases) for rule in ruleset.rules):
            return ruleset
    return None


def _with(ruleset: Ruleset, name: str, value: float) -> Ruleset:
    data = ruleset.model_dump(by_alias=True, exclude_unset=True)
    if name.startswith(f"{ruleset.id}.odds."):
        code = name.rpartition(".")[2]
        if ruleset.odds is None or code not in ruleset.odds.percent:
            raise BadDraft("“%(title)s”没有等级“%(grade)s”的抽查比例", title=ruleset.title, grade=code, id=name)
        if value > 100:
            raise BadDraft("比例不能超过 100：%(value)s", id=name, value=f"{value:g}")
        data["odds"]["percent"][code] = value
        return rulesets.read(ruleset.id, data)
    rule = next(each for each in data["rules"] if name in (each["id"], *each.get("aliases", ())))
    limits = _limits(ruleset.rule(name))
    if len(limits) != 1:
        raise BadDraft("规则“%(id)s”有 %(count)s 个数值，须用草案覆盖包修改", id=name, count=len(limits))
    if value != int(value):
        raise BadDraft("“%(id)s”应为整数：%(value)s", id=name, value=f"{value:g}")
    _place(rule["when"], int(value))
    return rulesets.read(ruleset.id, data)


def _place(condition: dict[str, Any], value: int) -> None:
    """Put the value where the one limit of the condition stands."""
    for measure in MEASURES:
        if compare := condition.get(measure):
            operator = next(each for each in OPERATORS if each in compare)
            compare[operator] = {"yuan": value} if measure == "sum" else value
    for group in ("all", "any", "none"):
        for part in condition.get(group) or ():
            _place(part, value)


def _term(term: Any, value: float, on: date) -> Any:
    reading = term.on(on)
    readings = [
        each.model_copy(update={"value": int(value) if value == int(value) else value}) if each.since == reading.since else each
        for each in term.readings
    ]
    return term.model_copy(update={"readings": readings})
