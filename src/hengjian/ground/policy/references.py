"""References between entries: every name that is used must exist, and none may lead back to itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, get_args

from . import procedure_references
from .clauses import WAYS
from .errors import Mistake
from .law import Found, Place
from .marks import walk
from .schema.base import split_basis
from .schema.publicity import Stop
from .schema.rulesets import FactKind

if TYPE_CHECKING:
    from .reading import Entry
    from .schema import RecordKind
    from .schema.examples import Example

Merged = dict[str, "dict[str, Entry]"]


def check_references(merged: Merged) -> list[Mistake]:
    """Every broken reference. Merges inherited record fields on the way."""
    checks: tuple[Callable[[Merged], Iterator[Mistake]], ...] = (
        _bases, _sources, _terms, _catalogues, _bands, _records, _publicity, _procedures, _rules, _tasks, _provisions, _events, _repair_ways,
    )  # fmt: skip
    return [mistake for check in checks for mistake in check(merged)]


def check_examples(
    merged: Merged, aliases: dict[str, Found], examples: Iterable[tuple[Place, Example]]
) -> Iterator[Mistake]:
    """An example asks a rule that exists, with events that exist: a misspelt one would count for nothing."""
    catalogue = merged.get("catalogues", {}).get("events")
    events = {"from", *(catalogue.model.items if catalogue else ())}
    known = {"publicity": set(merged.get("publicity", {})), "way": {*merged.get("records", {}), *get_args(FactKind)}}
    for place, example in examples:
        for name, section in ((example.rule, "terms"), (example.ruleset, "rules")):
            if name is not None and (name not in aliases or aliases[name].section != section):
                yield Mistake(place.file, place.line, f'no rule is called "{name}" in {section}', "Use its id or an alias")
        for key, name in (("publicity", example.publicity), ("way", example.way)):
            if name is not None and name not in known[key]:
                yield Mistake(place.file, place.line, f'nothing called "{name}" has a {key}', "Use the id of a kind of record")
        for event in example.given:
            if catalogue is not None and event not in events:
                yield Mistake(place.file, place.line, f'no event is called "{event}"', "Use a code of the catalogue `events`")


def _bases(merged: Merged) -> Iterator[Mistake]:
    sources = merged.get("sources", {})
    for entries in merged.values():
        for entry in entries.values():
            for path, value in walk(entry.raw):
                if path and path[-1] == "basis" and isinstance(value, str):
                    yield from _basis(entry, path, value, sources)


def _basis(entry: Entry, path: Any, value: str, sources: dict[str, Entry]) -> Iterator[Mistake]:
    for part in value.split("; "):
        name, article = split_basis(part)
        if name not in sources:
            yield entry.mistake(path, f'no source is called "{name}"', "Add it to sources/ or correct the name")
            continue
        count = sources[name].model.articles
        number = re.match(r"\d+", article)
        if count and number and not 1 <= int(number[0]) <= count:
            yield entry.mistake(path, f"{name} has {count} articles, not {number[0]}", "Correct the article")


def _cycle(entry: Entry, next_of: Callable[[str], list[str]]) -> bool:
    seen, ahead = set(), next_of(entry.id)
    while ahead:
        name = ahead.pop()
        if name == entry.id:
            return True
        if name not in seen:
            seen.add(name)
            ahead += next_of(name)
    return False


def _sources(merged: Merged) -> Iterator[Mistake]:
    sources = merged.get("sources", {})
    for entry in sources.values():
        for name in entry.model.replaces:
            if name not in sources:
                yield entry.mistake(
                    ("replaces",), f'no source is called "{name}"', "Add it to sources/ or correct the name"
                )
        if _cycle(entry, lambda name: list(sources[name].model.replaces) if name in sources else []):
            yield entry.mistake(("replaces",), "a text cannot replace itself through others", "Break the circle")


def _terms(merged: Merged) -> Iterator[Mistake]:
    duties = merged.get("catalogues", {}).get("duties")
    known = set(duties.model.items) if duties else None
    for entry in (*merged.get("terms", {}).values(), *merged.get("provisions", {}).values()):
        if known is not None and entry.model.duty not in known:
            yield entry.mistake(
                ("duty",), f'no duty is called "{entry.model.duty}"', "Use a code of the catalogue `duties`"
            )


def _events(merged: Merged) -> Iterator[Mistake]:
    """A clock starts, stops and chooses its law by events that the catalogue `events` knows: pages name them by it."""
    catalogue = merged.get("catalogues", {}).get("events")
    if catalogue is None:
        return
    known = set(catalogue.model.items)
    for entry in merged.get("terms", {}).values():
        named: list[tuple[Any, str]] = [((key,), entry.raw[key]) for key in ("from", "law_date") if entry.raw.get(key)]
        for where, part in (((), entry.raw), *((("readings", n), r) for n, r in enumerate(entry.raw.get("readings", ())))):
            named += [((*where, "from"), part["from"])] if where and part.get("from") else []
            named += [((*where, "pauses"), f"{pause}.{end}") for pause in part.get("pauses") or () for end in ("from", "to")]
        for path, event in named:
            if event not in known:
                yield entry.mistake(path, f'no event is called "{event}"', "Add it to the catalogue `events`, or correct it")


def _provisions(merged: Merged) -> Iterator[Mistake]:
    for entry in merged.get("provisions", {}).values():
        yield from _named(merged, entry, ("catalogue",), "catalogues", entry.model.catalogue)


def _catalogues(merged: Merged) -> Iterator[Mistake]:
    for entry in merged.get("catalogues", {}).values():
        items = entry.model.items
        for number, row in enumerate(entry.model.rows):
            if row.parent is not None and row.parent not in items and entry.id not in _OTHER_PARENTS:
                yield entry.mistake(
                    ("items", number, "parent"), f'no code "{row.parent}" in this list', "Add the parent or correct it"
                )
            seen, parent = {row.code}, row.parent
            while parent in items:
                if parent in seen:
                    yield entry.mistake(
                        ("items", number, "parent"), f'"{row.code}" is its own parent', "Break the circle"
                    )
                    break
                seen.add(parent)
                parent = items[parent].parent


def _bands(merged: Merged) -> Iterator[Mistake]:
    """A table of bands (`low`, `high`) covers its range once: no overlap, no gap."""
    for entry in merged.get("catalogues", {}).values():
        bands = [
            (row.extra["low"], row.extra["high"], number, row.code)
            for number, row in enumerate(entry.model.rows)
            if {"low", "high"} <= set(row.extra)
        ]
        for low, high, number, code in bands:
            if low >= high:
                yield entry.mistake(("items", number, "high"), f'the band "{code}" is empty', "Put the lower end in `low`")
        for (_, high, _, code), (low, _, number, after) in pairwise(sorted(bands)):
            if low < high:
                yield entry.mistake(
                    ("items", number, "low"), f'the bands "{code}" and "{after}" overlap', f"Begin it at {high}"
                )
            elif low > high:
                yield entry.mistake(
                    ("items", number, "low"), f'no band from {high} to {low}', f"Begin it at {high}"
                )


# Lists whose parents stand in another list.
_OTHER_PARENTS = {"streets": "districts"}


def _records(merged: Merged) -> Iterator[Mistake]:
    records = merged.get("records", {})
    for entry in records.values():
        model = entry.model
        if model.extends is not None and model.extends not in records:
            yield entry.mistake(("extends",), f'no record is called "{model.extends}"', "Correct the name")
            continue
        if _cycle(
            entry, lambda name: [records[name].model.extends] if name in records and records[name].model.extends else []
        ):
            yield entry.mistake(("extends",), "a record cannot extend itself through others", "Break the circle")
            continue
        if model.extends:
            inherited = dict(records[model.extends].model.fields)
            entry.model = model = model.model_copy(
                update={
                    "fields": inherited | model.fields,
                    "natural_key": model.natural_key or records[model.extends].model.natural_key,
                    "dated": model.dated or [name for name in records[model.extends].model.dated if name in inherited | model.fields],
                }
            )
        for number, name in enumerate(model.natural_key):
            if name not in model.fields:
                yield entry.mistake(
                    ("natural_key", number), f'no field is called "{name}"', "Use a field of this record"
                )
        for number, name in enumerate(model.dated):
            if name not in model.fields or model.fields[name].type != "date":
                yield entry.mistake(("dated", number), f'no day is called "{name}"', "Use a field of this record that holds a date")
        for name, field in model.fields.items():
            if field.type == "code" and not field.catalogue:
                yield entry.mistake(("fields", name), f'"{name}" is a code without a catalogue', "Name the catalogue")
            yield from _named(merged, entry, ("fields", name, "catalogue"), "catalogues", field.catalogue)
        yield from _named(merged, entry, ("publication",), "publicity", model.publication)
        yield from _named(merged, entry, ("filing",), "terms", model.filing)
        for owed in model.owed:
            yield from _named(merged, entry, ("owed",), "terms", owed.term)


def _named(merged: Merged, entry: Entry, path: Any, section: str, name: str | None) -> Iterator[Mistake]:
    if name is not None and name not in merged.get(section, {}):
        yield entry.mistake(path, f'nothing in {section}/ is called "{name}"', "Add it or correct the name")


def _publicity(merged: Merged) -> Iterator[Mistake]:
    for entry in merged.get("publicity", {}).values():
        model = entry.model
        yield from _named(merged, entry, ("record",), "records", model.record)
        yield from _named(merged, entry, ("start",), "terms", model.start)
        yield from _named(merged, entry, ("withdraw",), "terms", model.withdraw)
        for number, stop in enumerate(model.stop):
            yield from _named(merged, entry, ("stop", number, "term"), "terms", stop.term)
        record = merged.get("records", {}).get(model.record)
        for number, name in enumerate(model.public if record else ()):
            if record and name not in record.model.fields:
                yield entry.mistake(
                    ("public", number), f'{model.record} has no field "{name}"', "Use a field of the record"
                )
            elif record and record.model.fields[name].privacy != "public":
                yield entry.mistake(
                    ("public", number), f'"{name}" is not public', "Take it out, or change its privacy in records/"
                )
        if record:
            yield from _clauses(merged, entry, record.model)


def _clauses(merged: Merged, entry: Entry, record: RecordKind) -> Iterator[Mistake]:
    """Conditions of publicity read fields of the record, and codes by titles their catalogue holds."""
    for part in ("exclude", "stop"):
        for number, stop in enumerate(getattr(entry.model, part)):
            if stop.field is not None and stop.field not in record.fields:
                yield entry.mistake(
                    (part, number, "field"), f'{entry.model.record} has no field "{stop.field}"', "Use a field of the record"
                )
            yield from _clause(merged, entry, (part, number, "when"), record, stop)


def _clause(merged: Merged, entry: Entry, path: Any, record: RecordKind, stop: Stop) -> Iterator[Mistake]:
    for name, words in stop.words().items():
        field = record.fields.get(name) or record.fields.get(name.removesuffix("_fen") + "_yuan")
        if field is None:
            yield entry.mistake(
                (*path, name),
                f'{record.id} has no field "{name}"',
                "Use a field of the record, or add it in records/",
            )
            continue
        catalogue = merged.get("catalogues", {}).get(field.catalogue or "")
        titles = {row.title for row in catalogue.model.rows} if catalogue else set(words)
        for word in words:
            if word not in titles:
                yield entry.mistake(
                    (*path, name),
                    f'"{word}" is no title in {field.catalogue}',
                    "Write it as the catalogue does",
                )


def _repair_ways(merged: Merged) -> Iterator[Mistake]:
    """A way back belongs to a kind of record, reads its fields, and counts by terms."""
    entry = merged.get("catalogues", {}).get(WAYS)
    kinds = {*merged.get("records", {}), *get_args(FactKind)}
    for number, way in enumerate(entry.model.rows if entry else ()):
        assert entry is not None
        path = ("items", number)
        if way.extra.get("record") not in kinds:
            yield entry.mistake((*path, "record"), f'no kind of record is called "{way.extra.get("record")}"', "Use an id of records/")
        for name in ("apply", "ends", "accept", "decide"):
            if way.extra.get(name) != "at-once":
                yield from _named(merged, entry, (*path, name), "terms", way.extra.get(name))
        record = merged.get("records", {}).get(way.extra.get("record", ""))
        if record:
            yield from _clause(merged, entry, (*path, "when"), record.model, Stop.model_validate({"when": way.extra.get("when", {})}))


def _tasks(merged: Merged) -> Iterator[Mistake]:
    departments = merged.get("catalogues", {}).get("departments")
    known = set(departments.model.items) if departments else set()
    for entry in merged.get("tasks", {}).values():
        for key, names in (("lead", entry.model.lead), ("with", entry.model.partners)):
            for number, name in enumerate(names):
                if name not in known:
                    yield entry.mistake(
                        (key, number), f'no department is called "{name}"', "Add it to the catalogue `departments`"
                    )
        for number, name in enumerate(entry.model.indicators):
            yield from _named(merged, entry, ("indicators", number), "indicators", name)


def _procedures(merged: Merged) -> Iterator[Mistake]:
    yield from procedure_references.check(merged, _named)


def _rules(merged: Merged) -> Iterator[Mistake]:
    for entry in merged.get("rules", {}).values():
        for path, value in walk(entry.raw):
            if path and path[-1] == "term" and isinstance(value, str):
                yield from _named(merged, entry, path, "terms", value)
                term = merged.get("terms", {}).get(value)
                if term is not None and "sum" in path and {reading.unit or term.model.unit for reading in term.model.readings} != {"yuan"}:
                    yield entry.mistake(path, f'"{value}" is no amount in yuan', "Name a term in yuan, or write `yuan: …`")
        for kind, name in entry.model.ends.items():
            yield from _named(merged, entry, ("ends", kind), "terms", name)
            term = merged.get("terms", {}).get(name)
            if term is not None and {reading.unit or term.model.unit for reading in term.model.readings} != {"month"}:
                yield entry.mistake(("ends", kind), f'"{name}" does not count months', "Name a term in months")
