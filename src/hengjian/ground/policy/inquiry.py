"""Questions about the law itself: what is unverified, what a rule says, what changed, who uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from .law import Law
from .marks import walk
from .reading import read_pack

OPEN = ("part", "unverified", "project")
CODE = Path(__file__).resolve().parents[2]


def gaps(law: Law) -> list[dict[str, Any]]:
    """Every value that was not read in the original text, worst first."""
    found = []
    for section, entries in law.sections.items():
        for key, entry in entries.items():
            place = law.places[section, key]
            for label, confidence, basis in _claims(entry):
                if confidence in OPEN:
                    found.append({
                        "id": key + label, "section": section, "title": getattr(entry, "title", ""), "confidence": confidence,
                        "basis": basis or "", "file": place.file, "line": place.line,
                    })  # fmt: skip
    return sorted(
        found, key=lambda gap: (-OPEN.index(gap["confidence"]) if gap["confidence"] != "project" else 1, gap["id"])
    )


def _claims(entry: Any) -> Iterator[tuple[str, str | None, str | None]]:
    readings = getattr(entry, "readings", None)
    if readings:
        for reading in readings:
            yield f"@{reading.since}", reading.confidence, reading.basis
    else:
        yield "", getattr(entry, "confidence", None) or getattr(entry, "seen", None), getattr(entry, "basis", None)


def explain(law: Law, name: str, on: date | None = None) -> dict[str, Any]:
    """The entry as plain data with its place, readings in force, and examples."""
    found = law.resolve(name)
    entry, place = law.sections[found.section][found.id], law.places[found.section, found.id]
    answer = {"id": found.id, "section": found.section, "file": place.file, "line": place.line}
    answer |= entry.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"id"})
    day = on or found.law_on
    if found.section == "terms" and day:
        answer["in_force"] = entry.on(day).model_dump(mode="json", by_alias=True, exclude_none=True)
    answer["examples"] = [
        {"name": example.name, "given": {key: str(value) for key, value in example.given.items()}, "expect": {key: str(value) for key, value in example.expect.items()}}
        for _, example in law.examples
        if example.rule and law.aliases.get(example.rule) and law.resolve(example.rule).id == found.id
    ]  # fmt: skip
    return answer


def lines_of(answer: dict[str, Any]) -> Iterator[str]:
    """The explanation for people."""
    yield f"{answer['id']}  {answer.get('title', '')}  {answer.get('title_en', '')}".rstrip()
    yield f"  {answer['file']}:{answer['line']}"
    if answer.get("aliases"):
        yield f"  别名 {'、'.join(answer['aliases'])}"
    for reading in answer.get("readings", ()):
        yield f"  {reading['since']} – {reading.get('until', '')}  {reading['value']} {reading.get('unit') or answer.get('unit', '')}  {reading['basis']}  {reading['confidence']}"
    if "in_force" in answer:
        yield f"  当日有效：{answer['in_force']['value']} {answer['in_force'].get('unit', '')}（{answer['in_force']['basis']}）"
    for example in answer["examples"]:
        yield f"  例：{example['name']} {example['given']} → {example['expect']}"


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
    found = law.resolve(name)
    names = {found.id} | {alias for alias, target in law.aliases.items() if target.id == found.id}
    return [*_in_packs(law, found.id, names), *_in_code(names)]


def _in_packs(law: Law, own: str, names: set[str]) -> Iterator[str]:
    for section, entries in law.sections.items():
        for key, entry in entries.items():
            if key == own:
                continue
            words = {
                word
                for _, value in walk(entry.model_dump(mode="json"))
                if isinstance(value, str)
                for word in (value, value.split(" §")[0])
            }
            if names & words:
                place = law.places[section, key]
                yield f"{place.file}:{place.line}: {key}"
    for place, example in law.examples:
        if example.rule in names or example.ruleset in names:
            yield f"{place.file}:{place.line}: {example.name}"


def _in_code(names: set[str]) -> Iterator[str]:
    quoted = re.compile("|".join(rf"[\"']{re.escape(name)}[\"']" for name in sorted(names)))
    for path in sorted(CODE.rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if quoted.search(line):
                yield f"src/hengjian/{path.relative_to(CODE).as_posix()}:{number}: {line.strip()[:80]}"
