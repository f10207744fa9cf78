"""Questions about the law itself: what is unverified, what a rule says, what changed, who uses it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from . import clauses, examples
from .law import Law
from .marks import walk
from .reading import read_pack

OPEN = ("unverified", "part", "project")  # worst first
MARKS = (*OPEN, "seen")
CODE = Path(__file__).resolve().parents[2]


def weakest(marks: Iterable[str]) -> str:
    """The least certain of some marks; empty without any."""
    return min((mark for mark in marks if mark), key=MARKS.index, default="")


def gaps(law: Law) -> list[dict[str, Any]]:
    """Every value that was not read in the original text, worst first."""
    found = []
    for section, entries in law.sections.items():
        for key, entry in entries.items():
            place = law.places[section, key]
            for claim in claims(key, entry):
                if claim.confidence in OPEN:
                    found.append({
                        "id": claim.id, "section": section, "entry": key, "title": claim.title, "confidence": claim.confidence,
                        "basis": claim.basis, "file": place.file, "line": place.line,
                    })  # fmt: skip
    return sorted(found, key=lambda gap: (OPEN.index(gap["confidence"]), gap["id"]))


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing an entry says, and how well it is known: a reading, a rule of a ruleset, a code with a mark of its own."""

    id: str
    title: str
    confidence: str
    basis: str


def claims(key: str, entry: Any) -> Iterator[Claim]:
    """What an entry says, part by part: an entry is known as well as its least known part."""
    title = getattr(entry, "title", "")
    if readings := getattr(entry, "readings", None):
        for reading in readings:
            yield Claim(f"{key}@{reading.since}", title, reading.confidence, reading.basis)
        return
    confidence, basis = getattr(entry, "confidence", None) or getattr(entry, "seen", None) or "", getattr(entry, "basis", None) or ""
    yield Claim(key, title, confidence, basis)
    for rule in getattr(entry, "rules", ()):
        yield Claim(rule.id, f"{title}：{rule.title}", rule.confidence, rule.basis)
    if odds := getattr(entry, "odds", None):
        yield Claim(f"{key}.odds", f"{title}：{odds.title}", odds.confidence, odds.basis)
    for row in getattr(entry, "rows", ()):
        if mark := row.extra.get("confidence"):
            yield Claim(f"{key}/{row.code}", f"{title}：{row.title}", mark, row.extra.get("basis") or basis)


def explain(law: Law, name: str, on: date | None = None) -> dict[str, Any]:
    """The entry as plain data with its place, readings in force, and examples."""
    found = law.resolve(name)
    entry, place = law.sections[found.section][found.id], law.places[found.section, found.id]
    answer = {"id": found.id, "section": found.section, "file": place.file, "line": place.line}
    answer |= entry.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"id"})
    day = on or found.law_on
    if found.section == "terms" and entry.discretion:
        answer["refine"] = {"max": "可以调低，不得调高", "min": "可以调高，不得调低"}[entry.bound]
    if found.section == "terms" and day:
        answer["in_force"] = entry.on(day).model_dump(mode="json", by_alias=True, exclude_none=True)
    answer["examples"] = [_worked(each) for each in examples.of(law, found.section, found.id)]
    return answer


def _worked(each: examples.Worked) -> dict[str, Any]:
    """An example as it was given, what the law answers now, and whether that is what was expected."""
    example = each.example
    given: dict[str, Any] = {**example.given, **example.record}
    given |= {"facts": example.facts} if example.facts else {}
    given |= {key: value for key, value in (("record", example.way), ("on", example.on), ("known", example.known)) if value}
    told = {key: each.answer.get(key) for key in example.expect}
    return {
        "name": example.name, "given": {key: str(value) for key, value in given.items()},
        "expect": {key: str(value) for key, value in example.expect.items()},
        "answer": {key: str(value) for key, value in told.items()}, "holds": not each.wrong,
    }  # fmt: skip


PLAIN = {
    "要点": "says", "文号": "number", "用字": "code", "分子": "numerator", "分母": "denominator", "负责": "lead", "配合": "with", "期限": "due",
    "地方裁量": "refine", "依据": "basis", "核对": "confidence", "说明": "note",
}  # fmt: skip


def lines_of(answer: dict[str, Any]) -> Iterator[str]:
    """The explanation for people."""
    yield f"{answer['id']}  {answer.get('title', '')}  {answer.get('title_en', '')}".rstrip()
    yield f"  {answer['file']}:{answer['line']}"
    if answer.get("aliases"):
        yield f"  别名 {'、'.join(answer['aliases'])}"
    for word, key in PLAIN.items():
        if value := answer.get(key):
            yield f"  {word} {'、'.join(map(str, value)) if isinstance(value, list) else value}"
    for reading in answer.get("readings", ()):
        yield f"  {reading['since']} – {reading.get('until', '')}  {reading['value']} {reading.get('unit') or answer.get('unit', '')}  {reading['basis']}  {reading['confidence']}"
    if "in_force" in answer:
        yield f"  当日有效：{answer['in_force']['value']} {answer['in_force'].get('unit', '')}（{answer['in_force']['basis']}）"
    for item in answer.get("items", ()):
        yield f"  {item['code']}  {item['title']}"
    for example in answer["examples"]:
        given, told = ("，".join(f"{key} {value}" for key, value in example[part].items()) for part in ("given", "answer"))
        yield f"  例（{'相符' if example['holds'] else '不符'}）：{example['name']}  {given} → {told}"


def diff(before: Path, after: Path) -> dict[str, Any]:
    """Ids added and removed, and each value changed, between two states of one pack."""
    old, new = _flat(before), _flat(after)
    changed = [
        {"id": name, "key": ".".join(map(str, path)), "before": str(left), "after": str(right)}
        for name in sorted(old.keys() & new.keys())
        for path, left, right in _changes(old[name], new[name])
    ]
    return {"added": sorted(new.keys() - old.keys()), "removed": sorted(old.keys() - new.keys()), "changed": changed}


def _flat(folder: Path) -> dict[str, dict[Any, Any]]:
    pack = read_pack(folder)
    parts = [entry for entries in pack.entries.values() for entry in entries.values()] + pack.refinements
    return {
        f"{entry.section}/{entry.id}": {
            path: value for path, value in walk(entry.raw) if not isinstance(value, dict | list)
        }
        for entry in parts
    }


def _changes(old: dict[Any, Any], new: dict[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    for path in sorted(old.keys() | new.keys(), key=str):
        if old.get(path) != new.get(path):
            yield path, old.get(path, "—"), new.get(path, "—")


def uses(law: Law, name: str) -> list[str]:
    """Places that name this rule: entries of the packs, examples, and lines of code."""
    return [str(use) for use in used_at(law, name)]


@dataclass(frozen=True, slots=True)
class Use:
    """One place that names a rule. `section` and `id` are set where it is an entry of a pack."""

    file: str
    line: int
    text: str
    section: str = ""
    id: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def used_at(law: Law, name: str) -> list[Use]:
    """The same, as places. Read once per state of the packs."""
    found = law.resolve(name)
    names = {found.id} | {alias for alias, target in law.aliases.items() if target.id == found.id}
    if law.digest not in _INDEX:
        _INDEX.clear()
        _INDEX[law.digest] = _by_word(law)
    index = _INDEX[law.digest]
    uses = {use for word in names for use in index.get(word, ()) if (use.section, use.id) != (found.section, found.id)}
    return sorted(uses, key=lambda use: (use.file.startswith("src"), use.file, use.line))


_INDEX: dict[str, dict[str, list[Use]]] = {}


def _by_word(law: Law) -> dict[str, list[Use]]:
    """Every word of the packs and every quoted word of the code that is an id or alias, with the places it stands at."""
    index: dict[str, list[Use]] = {}
    for word, use in (*_in_packs(law), *_in_code()):
        if word in law.aliases:
            index.setdefault(word, []).append(use)
    return index


def _in_packs(law: Law) -> Iterator[tuple[str, Use]]:
    for section, entries in law.sections.items():
        for key, entry in entries.items():
            place = law.places[section, key]
            use = Use(place.file, place.line, f"{key} {getattr(entry, 'title', '')}".strip(), section, key)
            for _, value in walk(entry.model_dump(mode="json", exclude={"id", "title", "title_en", "note"})):
                if isinstance(value, str):
                    for part in value.split("; "):
                        yield part.split(" §")[0], use
    for place, example in law.examples:
        for word in (example.rule, example.ruleset, example.publicity, clauses.WAYS if example.way else None):
            if word:
                yield word, Use(place.file, place.line, example.name)


_QUOTED = re.compile(r"[\"']([A-Za-z0-9][A-Za-z0-9.-]{2,60})[\"']")


def _in_code() -> Iterator[tuple[str, Use]]:
    for path in sorted((*CODE.rglob("*.py"), *CODE.rglob("*.html"))):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for word in _QUOTED.findall(line):
                yield word, Use(f"src/hengjian/{path.relative_to(CODE).as_posix()}", number, line.strip()[:80])
