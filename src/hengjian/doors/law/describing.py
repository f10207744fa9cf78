"""Each kind of entry as its page shows it. Values come from the packs; nothing here adds to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground.kit.calendar import DAY
from hengjian.ground.people import citing
from hengjian.ground.people.language import note_of, title_in
from hengjian.ground.policy import Law, NotInForce, by_column, examples, history, inquiry
from hengjian.ground.policy.clauses import WAYS
from hengjian.ground.policy.schema import (
    CalendarYear,
    Catalogue,
    Procedure,
    Publicity,
    RecordKind,
    Ruleset,
    Source,
    Task,
    Term,
)
from hengjian.ground.policy.schema.base import split_basis
from hengjian.ground.policy.schema.terms import CLOCKS

from . import words

Described = dict[str, Any]


def mark(confidence: str | None) -> Described | None:
    """How well a value is known, as a badge."""
    title, tone, icon = words.CONFIDENCE.get(confidence or "", ("", "", ""))
    return {"title": title, "tone": tone, "icon": icon, "code": confidence} if title else None


def bases(law: Law, basis: str | None) -> list[Described]:
    """`samr-45-2021 §9; …` as people cite it, with the texts to link to."""
    sources = law.sections["sources"]
    return [
        {"cited": one, "number": sources[one.source].number} for one in citing.citations(basis or "") if one.source in sources
    ]


def line(law: Law, found: Any, duties: Mapping[str, str]) -> Described:
    """A row of the search."""
    title = (words.english() and found.title_en) or found.title
    return {
        "section": found.section, "section_title": words.SECTIONS[found.section][0], "id": found.id, "title": title,
        "duty": duties.get(found.duty, "") or _detail(law, found), "mark": mark(found.confidence), "basis": found.basis,
        "bases": bases(law, found.basis),
    }  # fmt: skip


def _detail(law: Law, found: Any) -> str:
    """Who answers for a task and by when, or the area of an indicator, in the reader's language."""
    entry = law.sections[found.section][found.id]
    if not words.english() or not isinstance(entry, Task):
        return str(words.AREAS.get(found.detail, found.detail))
    return ", ".join(title_in("departments", code) for code in entry.lead) + (f" {entry.due}" if entry.due else "")


def uses(law: Law, section: str, key: str) -> list[Described]:
    """Places that name an entry; another entry stands there with its title in the reader's language."""
    return [
        {
            "section": use.section, "id": use.id, "file": use.file, "line": use.line,
            "text": f"{use.id} {words.title_of(law.sections[use.section][use.id])}".strip() if use.section else use.text,
        }
        for use in inquiry.used_at(law, f"{section}/{key}")
    ]  # fmt: skip


def said(what: history.Said | None) -> str:
    return words.value_of(what.value, what.unit) if what else "—"


def _word(change: history.Change) -> str:
    if change.kind == "changes" and said(change.before) == said(change.after):
        return _("依据改变")
    return str(words.CHANGES[change.kind])


def _title(law: Law, change: history.Change) -> str:
    """The entry that changes; of a code list, the list and its code."""
    entry, told = law.sections[change.section][change.id], change.after or change.before
    if change.section != "catalogues" or told is None:
        return words.title_of(entry)
    return f"{words.title_of(entry)}{_('：')}{entry.title_of(str(told.value), english=words.english())}"


def _transition(law: Law, change: history.Change) -> str:
    """How matters under way pass over, in the reader's language."""
    readings = law.term(change.id).readings if words.english() and change.section == "terms" else ()
    return next((one.transition_en for one in readings if one.transition == change.transition and one.transition_en), change.transition)


def changes(law: Law, found: Iterable[history.Change]) -> list[Described]:
    """Changes as rows, with words for what begins, changes and ends."""
    return [
        {
            "day": change.day, "kind": change.kind, "word": _word(change), "section": change.section,
            "section_title": words.SECTIONS[change.section][0], "id": change.id,
            "title": _title(law, change), "before": said(change.before), "after": said(change.after),
            "transition": _transition(law, change),
            "basis": bases(law, (change.after or change.before or history.Said("")).basis),
            "mark": mark((change.after or change.before or history.Said("")).confidence),
        }
        for change in found
    ]  # fmt: skip


def _term(law: Law, term: Term, on: date, asked: Mapping[str, str]) -> Described:
    try:
        in_force = term.on(on)
    except NotInForce:
        in_force = None
    readings = [
        {
            "since": reading.since, "until": reading.until, "value": words.value_of(reading.value, reading.unit or term.unit),
            "start": words.event_title(law, reading.start or term.start), "basis": bases(law, reading.basis),
            "mark": mark(reading.confidence), "alias": reading.alias, "transition": words.told(reading, "transition"), "note": words.told(reading, "note"),
            "now": in_force is not None and reading.since == in_force.since, "future": reading.since > on,
        }
        for reading in term.readings
    ]  # fmt: skip
    pauses = [words.event_title(law, f"{pause}.from") for pause in term.pauses]
    duty = law.catalogue("duties").items.get(term.duty)
    return {
        "readings": readings, "in_force": in_force and words.value_of(in_force.value, in_force.unit), "pauses": pauses,
        "start": words.event_title(law, term.start), "law_date": words.event_title(law, term.law_date), "duty": duty,
        "duty_title": words.title_of(duty), "is_clock": term.unit in CLOCKS, "extension": _extension(term),
        "examples": worked(law, term.id),
    }  # fmt: skip


def _extension(term: Term) -> str:
    extension = term.latest.extension
    if extension is None:
        return ""
    return words.value_of(extension.value, extension.unit or term.unit) if extension.value else _("长度由批准决定")


def worked(law: Law, name: str) -> list[Described]:
    """The examples of a rule, run at this moment: what was given, what the law answers, and whether that was expected."""
    found = []
    for each in examples.of(law, "terms", name):
        answer = each.answer
        given = [
            (words.event_title(law, key), value)
            for key, values in each.example.given.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        if not given and each.example.on:
            given = [(_("查询日"), each.example.on)]
        value = words.value_of(answer["value"], answer.get("unit")) if "unit" in answer else answer.get("value")
        result = answer.get("due") or value or answer.get("refused")
        found.append({
            "name": each.example.name, "given": given, "told": [result], "provisional": answer.get("provisional"), "wrong": each.wrong,
        })  # fmt: skip
    return found


def _clauses(law: Law, section: str, name: str) -> list[Described]:
    """The examples about records: whether and how long one is public, or which way back it has, worked at this moment."""
    found = []
    for each in examples.of(law, section, name):
        example, answer = each.example, each.answer
        kind = law.sections["publicity"][example.publicity].record if example.publicity else str(example.way)
        fields = law.records[kind].fields if kind in law.records else {}
        given: list[tuple[str, Any]] = [(_field(fields, key), _plain(value)) for key, value in example.record.items()]
        if example.way:
            given = [(_("记录"), words.title_of(law.records.get(kind)) or str(words.KINDS.get(kind, kind))), (_("查询日"), example.on), *given]
        told = _shown(law, fields, answer) if example.publicity else _way(law, answer)
        found.append({"name": example.name, "given": given, "told": told, "wrong": each.wrong})
    return found


def _shown(law: Law, fields: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    if answer.get("excluded"):
        return [_("不公示：%(why)s") % {"why": answer["excluded"]}]
    ends = answer.get("ends")
    if not ends:
        return [_("没有固定期限")]
    return [_("公示至：%(what)s") % {"what": words.title_of(law.sections["terms"].get(ends)) or words.title_of(fields.get(ends)) or ends}]


def _way(law: Law, answer: Mapping[str, Any]) -> list[str]:
    if answer.get("way") is None:
        return [_("没有恢复途径")]
    terms, told = law.sections["terms"], [words.title_of(law.catalogue(WAYS).items[answer["way"]])]
    for word, key in ((_("可以申请：%(what)s"), "apply"), (_("到期：%(what)s"), "ends")):
        if answer.get(key):
            told.append(word % {"what": _("随时") if answer[key] == "at-once" else words.title_of(terms[answer[key]])})
    return told


def _ruleset(law: Law, ruleset: Ruleset, on: date, asked: Mapping[str, str]) -> Described:
    terms = law.sections["terms"]
    rules = [
        {
            "rule": rule, "title": words.title_of(rule), "gives": words.title_of(ruleset.class_item(rule.gives)),
            "colour": ruleset.class_item(rule.gives).colour, "basis": bases(law, rule.basis), "mark": mark(rule.confidence),
            "when": words.sentence(rule.when, terms) if rule.when else None,
        }
        for rule in ruleset.rules
    ]  # fmt: skip
    dialect = asked.get("dialect", "duckdb")
    dialect = dialect if dialect in by_column.PLANS else "duckdb"
    tabs = [{"href": f"?dialect={name}#sql", "title": title, "here": name == dialect} for name, title in DIALECTS.items()]
    text = by_column.sql(ruleset, dialect, on=on, terms=law.at(on).number, pretty=True)
    odds = [(words.title_of(ruleset.class_item(code)), share) for code, share in ruleset.odds.percent.items()] if ruleset.odds else []
    return {
        "rules": rules, "sql": text, "tabs": tabs, "odds": odds, "odds_mark": mark(ruleset.odds.confidence) if ruleset.odds else None,
        "examples": _judged(law, ruleset),
    }  # fmt: skip


def _judged(law: Law, ruleset: Ruleset) -> list[Described]:
    """The examples of a ruleset, classified at this moment."""
    found = []
    for each in examples.of(law, "rules", ruleset.id):
        item = ruleset.class_item(each.answer["class"])
        titles = [words.title_of(ruleset.rule(reason)) for reason in each.answer["reasons"]]
        found.append({
            "name": each.example.name, "on": each.example.on, "gives": words.title_of(item), "colour": item.colour, "reasons": titles,
            "wrong": each.wrong,
        })  # fmt: skip
    return found


WIDE = 4  # more details than these stand below one another, each with its name
DIALECTS = {"duckdb": "DuckDB", "postgres": "PostgreSQL", "spark": "Spark"}
HIDDEN = {"title", "title_en", "code", "since", "until", "parent", "confidence"}


def _catalogue(law: Law, catalogue: Catalogue, on: date, asked: Mapping[str, str]) -> Described:
    keys = list(dict.fromkeys(key for row in catalogue.rows for key in row.extra if key not in HIDDEN and not key.endswith("_en")))
    wide = len(keys) > WIDE
    dated = any(row.since or row.until for row in catalogue.rows)
    rows = [
        {
            "row": row, "title": words.title_of(row), "mark": mark(row.extra.get("confidence")), "old": not row.in_force(on),
            "extra": [(words.EXTRA.get(key, key), note_of(row) if key == "note" else _plain(_with_fields(law, row.extra, key))) for key in keys],
        }
        for row in catalogue.rows
    ]  # fmt: skip
    told = [_("内容")] if wide else [words.EXTRA.get(key, key) for key in keys]
    heads = [_("代码"), _("名称"), *told, *([_("起"), _("止")] if dated else [])]
    found = _clauses(law, "catalogues", catalogue.id) if catalogue.id == WAYS else None
    return {"rows": rows, "heads": heads, "wide": wide, "dated": dated, "count": len(catalogue.items), "examples": found}


def _with_fields(law: Law, extra: Mapping[str, Any], key: str) -> Any:
    """A condition on a record with the titles of its fields."""
    value, kind = extra.get(key), extra.get("record")
    if not isinstance(value, Mapping) or kind not in law.records:
        return value
    return {_field(law.record(str(kind)).fields, name): wanted for name, wanted in value.items()}


def _field(fields: Mapping[str, Any], name: str) -> str:
    return words.title_of(fields.get(name) or fields.get(name.removesuffix("_fen") + "_yuan")) or name


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.value_of(value, "flag")
    if isinstance(value, int | float):
        return f"{value:,}"
    if str(value) in words.ANSWERS:
        return str(words.ANSWERS[str(value)])
    if isinstance(value, Mapping):
        return _("；").join(f"{name} {_clause(wanted)}" for name, wanted in value.items())
    return _("、").join(map(str, value)) if isinstance(value, list) else str(value)


def _record(law: Law, kind: RecordKind, on: date, asked: Mapping[str, str]) -> Described:
    return {"fields": [{"key": key, "field": field, "title": words.title_of(field)} for key, field in kind.fields.items()]}


def _publicity(law: Law, rule: Publicity, on: date, asked: Mapping[str, str]) -> Described:
    fields = law.record(rule.record).fields
    parts = [
        {
            "title": words.title_of(stop), "word": word, "basis": bases(law, stop.basis), "term": stop.term,
            "when": [(_field(fields, key), _clause(wanted)) for key, wanted in stop.when.items()],
            "value": _value(law, stop.term, on), "field": words.title_of(fields.get(stop.field or "")),
        }
        for word, stops in ((_("不公示"), rule.exclude), (_("停止公示"), rule.stop))
        for stop in stops
    ]  # fmt: skip
    return {
        "stops": parts, "record_title": words.title_of(law.record(rule.record)), "shown": [words.title_of(fields[name]) for name in rule.public],
        "start_value": _value(law, rule.start, on), "examples": _clauses(law, "publicity", rule.id),
    }  # fmt: skip


def _clause(wanted: Any) -> str:
    if isinstance(wanted, dict):
        if "only" in wanted:
            return _("只有%(what)s") % {"what": _("、").join(wanted["only"])}
        return _("，").join(str(words.COMPARE[key]) % words.value_of(value, "fen") for key, value in wanted.items())
    return _("、").join(wanted) if isinstance(wanted, list) else words.value_of(wanted, "flag" if isinstance(wanted, bool) else "")


def _value(law: Law, name: str | None, on: date) -> str:
    if name is None:
        return ""
    try:
        reading = law.term(name).on(on)
    except NotInForce:
        return "—"
    return words.value_of(reading.value, reading.unit)


def _procedure(law: Law, procedure: Procedure, on: date, asked: Mapping[str, str]) -> Described:
    titles = {name: words.title_of(state) for name, state in procedure.states.items()}
    acts = [
        {
            "title": words.title_of(act), "act": act, "from": [titles[name] for name in act.source], "to": titles.get(act.to or "", ""),
            "basis": bases(law, act.basis), "requires": [words.title_of(procedure.fields.get(name)) or name for name in act.requires],
        }
        for act in procedure.acts.values()
    ]  # fmt: skip
    clocks = [
        {"title": words.title_of(clock_) or words.title_of(law.sections["terms"].get(clock_.term or "")), "term": clock_.term, "value": _value(law, clock_.term, on)}
        for clock_ in procedure.clocks.values()
    ]  # fmt: skip
    return {"steps": [{"title": titles[name]} for name in procedure.path], "acts": acts, "clocks": clocks}


def _source(law: Law, source: Source, on: date, asked: Mapping[str, str]) -> Described:
    """What rests on a text: every entry whose basis names it, by article."""
    resting = []
    for section in ("terms", "provisions", "rules", "catalogues", "publicity", "procedures", "documents", "indicators", "tasks"):
        for key, entry in law.sections.get(section, {}).items():
            cited = (one for claim in inquiry.claims(key, entry) for one in map(split_basis, claim.basis.split("; ")))
            articles = sorted({article for name, article in cited if name == source.id})
            if articles:
                resting.append({"section": section, "section_title": words.SECTIONS[section][0], "id": key, "title": words.title_of(entry), "articles": articles})
    return {"level": words.LEVELS.get(source.level, source.level), "resting": resting, "replaces": [(name, words.title_of(law.source(name))) for name in source.replaces]}


def _provision(law: Law, provision: Any, on: date, asked: Mapping[str, str]) -> Described:
    duty = law.catalogue("duties").items.get(provision.duty)
    listed = law.sections["catalogues"].get(provision.catalogue or "")
    codes = [words.title_of(row) for row in listed.rows if row.parent is None] if listed else []
    return {"duty_title": words.title_of(duty), "listed": listed and words.title_of(listed), "codes": codes}


def _task(law: Law, task: Any, on: date, asked: Mapping[str, str]) -> Described:
    return {"next_due": task.next_due(on), "indicators": [(name, words.title_of(law.indicator(name))) for name in task.indicators]}


def _indicator(law: Law, indicator: Any, on: date, asked: Mapping[str, str]) -> Described:
    targets = [
        (target.year, str(BOUNDS[target.bound]) % words.value_of(target.value, indicator.unit)) for target in indicator.targets
    ]
    base = indicator.baseline and (indicator.baseline.year, words.value_of(indicator.baseline.value, indicator.unit))
    tasks = [(key, words.title_of(task)) for key, task in law.sections.get("tasks", {}).items() if indicator.id in task.indicators]
    return {"targets": targets, "baseline": base, "tasks": tasks}


BOUNDS = {"at_least": words.COMPARE["at_least"], "at_most": words.COMPARE["at_most"], "exactly": "%s"}


def _calendar(law: Law, year: CalendarYear, on: date, asked: Mapping[str, str]) -> Described:
    return {"days": [{"holiday": holiday, "count": (holiday.until - holiday.since) // DAY + 1} for holiday in year.holidays]}


PARTS: dict[str, Callable[[Law, Any, date, Mapping[str, str]], Described]] = {
    "terms": _term, "rules": _ruleset, "catalogues": _catalogue, "records": _record, "publicity": _publicity,
    "procedures": _procedure, "provisions": _provision, "sources": _source, "tasks": _task, "indicators": _indicator, "calendars": _calendar,
}  # fmt: skip
