"""Classes, rules and ways back in the words of pages. No decision is made here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.people.citing import cited, doubt
from hengjian.ground.people.language import named as named
from hengjian.ground.people.language import note_of, told
from hengjian.ground.policy.by_row import Classification, Reading, Reason
from hengjian.ground.policy.conditions import Fact

from .rules import Held, WayBack
from .spells import Spell

STATES = {
    True: ("met", "circle-check", gettext_lazy("符合")),
    False: ("unmet", "minus", gettext_lazy("不符合")),
    None: ("open", "help", gettext_lazy("缺少信息，不能判断")),
}
OPERATORS = {
    "above": gettext_lazy("超过 %(limit)s"), "at_least": gettext_lazy("不少于 %(limit)s"),
    "at_most": gettext_lazy("不超过 %(limit)s"), "below": gettext_lazy("少于 %(limit)s"),
}  # fmt: skip
KINDS = {
    "refused-inspection": gettext_lazy("不配合检查"), "suspension-or-revocation": gettext_lazy("停产停业、吊销"),
    "major-accident": gettext_lazy("重特大事故"),
}  # fmt: skip
FIELDS = {
    "warning_only": gettext_lazy("是否仅为警告"), "decided_on": gettext_lazy("作出日期"), "recorded_on": gettext_lazy("入账日期"),
    "amount": gettext_lazy("罚没金额"),
}  # fmt: skip


def kind_title(kind: str, of: str = "") -> str:
    """The name of a kind of record; `of` is the kind of entity, where the law has a word of its own for it."""
    law = policy.current()
    if kind not in law.records:
        return str(KINDS.get(kind, kind))
    record = law.record(kind)
    return named(record.called.get(of) or record)  # type: ignore[call-overload]


def record(fact: Fact, of: str = "") -> dict[str, Any]:
    """One record with its dates and amounts; `of` is the kind of entity, as for `kind_title`."""
    amounts = [_("罚款 %(sum)s 元") % {"sum": yuan(fact.fine)}] if fact.fine is not None else []
    if fact.confiscated:
        amounts.append(_("没收 %(sum)s 元") % {"sum": yuan(fact.confiscated)})
    if fact.warning_only:
        amounts.append(_("仅为警告"))
    return {
        "ref": fact.ref, "kind": kind_title(fact.kind, of), "decided": fact.decided, "recorded": fact.recorded, "amounts": amounts,
        "closed": fact.closed, "until": fact.until,
    }  # fmt: skip


def reading(read: Reading, of: str = "") -> dict[str, Any]:
    """What one condition read, beside what it asks for."""
    money = read.measure == "sum"
    low = yuan(read.low) if money else str(read.low)
    high = None if read.high == read.low else "…" if read.high == float("inf") else yuan(int(read.high)) if money else str(int(read.high))
    value = f"{low}–{high}" if high else low
    unit = _("元") if money else _("条")
    asks = _("有记录") if read.measure == "exists" else OPERATORS[read.operator] % {"limit": yuan(read.limit) if money else read.limit}
    gaps = []
    for gap in read.missing:
        ref, _colon, name = gap.rpartition(": ")
        gaps.append(f"{ref} {FIELDS.get(name, name)}".strip())
    return {
        "kind": kind_title(read.kind, of), "value": value, "unit": unit, "asks": asks, "missing": gaps,
        "records": [record(fact, of) for fact in read.records],
    }  # fmt: skip


def rule(reason: Reason, answer: Classification, of: str = "") -> dict[str, Any]:
    """One rule and how it was answered."""
    tone, icon, words = STATES[reason.holds]
    return {
        "id": reason.rule.id, "title": named(reason.rule), "basis": cited(reason.rule.basis), "note": told(reason.rule, "note"),
        "doubt": doubt(reason.rule.confidence), "gives": answer.ruleset.class_item(reason.rule.gives),
        "state": tone, "icon": icon, "words": words, "decisive": reason in answer.reasons,
        "readings": [reading(each, of) for each in reason.readings],
    }  # fmt: skip


def explanation(answer: Classification, of: str = "") -> dict[str, Any]:
    """One classification of one entity: its class, every rule, the records behind it."""
    rules = [rule(reason, answer, of) for reason in answer.answers]
    return {
        "ruleset": answer.ruleset, "title": named(answer.ruleset), "item": answer.ruleset.class_item(answer.code),
        "class": named(answer.ruleset.class_item(answer.code)), "doubt": doubt(answer.ruleset.confidence),
        "basis": cited(answer.ruleset.basis),
        "met": [each for each in rules if each["state"] == "met"], "unmet": [each for each in rules if each["state"] == "unmet"],
        "open": [each for each in rules if each["state"] == "open"],
        "default": None if answer.mask else rule(Reason(answer.ruleset.default, True, ()), answer),
    }  # fmt: skip


def held(each: Held, of: str = "") -> dict[str, Any]:
    """A record that counts and the way to be rid of it."""
    way = each.way
    return {
        **record(each.record.fact, of), "held": each, "way": named(way) if way else "", "form": way.extra.get("form", "") if way else "",
        "note": note_of(way), "basis": [cited(basis) for basis in each.basis],
        "doubt": doubt(each.confidence),
        "needs": [(STATES[need.met] if need.met is not None else ("open", "file-text", _("须提交证明")), named(need)) for need in each.needs],
    }  # fmt: skip


def way_back(answer: WayBack, of: str = "") -> dict[str, Any]:
    return {
        "item": answer.now.ruleset.class_item(answer.now.code), "ruleset": named(answer.now.ruleset),
        "returns": [(each, answer.now.ruleset.class_item(each.code)) for each in answer.returns],
        "records": [held(each, of) for each in answer.held],
    }  # fmt: skip


def spell(each: Spell, of: str = "") -> dict[str, Any]:
    """Days with one class: the version, each rule that gave it with its article, and the records behind."""
    answer = each.answer
    return {
        "first": each.first, "last": each.last, "days": each.days, "item": answer.ruleset.class_item(answer.code),
        "ruleset": named(answer.ruleset),
        "rules": [
            {"title": named(reason.rule), "basis": cited(reason.rule.basis), "records": [record(fact, of) for fact in reason.records]}
            for reason in answer.reasons
        ],
    }  # fmt: skip


def reasons(ids: Sequence[str]) -> list[str]:
    """Titles of rules by id, in the order given; the id where no loaded pack knows it."""
    titles = {rule.id: named(rule) for ruleset in policy.current().sections["rules"].values() for rule in ruleset.rules}
    return [titles.get(each, each) for each in ids]
