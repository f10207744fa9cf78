"""One pack folder to entries: files, lines, shapes. References between entries are checked later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from .errors import Mistake
from .law import Place
from .marks import Marked
from .marks import Path as Inside
from .schema import SECTIONS
from .schema.examples import Example
from .timeline import REFINES, close_readings
from .wording import say

ID = re.compile(r"^[a-z0-9]+([.-][a-z0-9]+)*$")


@dataclass(slots=True)
class Entry:
    """One id of a pack: its model, its plain value, and the file that can say where each part stands."""

    section: str
    id: str
    model: Any
    raw: dict[str, Any]
    marked: Marked
    base: Inside
    pack: str

    @property
    def place(self) -> Place:
        return Place(self.marked.file, self.marked.line(self.base))

    def mistake(self, inside: Inside, message: str, remedy: str = "") -> Mistake:
        return Mistake(self.marked.file, self.marked.line((*self.base, *inside)), message, remedy)

    def aliases(self) -> Iterator[tuple[str, date | None]]:
        for rule in getattr(self.model, "rules", ()) or ():
            for name in (rule.id, *rule.aliases):
                yield name, None
        for alias in getattr(self.model, "aliases", ()) or ():
            yield alias, None
        for reading in getattr(self.model, "readings", ()) or ():
            if reading.alias:
                yield reading.alias, reading.since


@dataclass(slots=True)
class Pack:
    card: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    refinements: list[Entry] = field(default_factory=list)
    examples: list[tuple[Place, Any]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read_pack(folder: Path) -> Pack:
    pack = Pack()
    _read_card(folder, pack)
    if not folder.is_dir():
        return pack
    for part in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))):
        if part.name not in SECTIONS and part.name != "examples":
            pack.mistakes.append(
                Mistake(
                    _shown(part),
                    1,
                    f'"{part.name}" is not a section',
                    f"Sections are {', '.join([*SECTIONS, 'examples'])}",
                )
            )
            continue
        for file in sorted(part.rglob("*.y*ml")):
            marked = Marked(_shown(file), _text(file, pack))
            pack.mistakes += marked.mistakes
            if not marked.mistakes:
                (_read_examples if part.name == "examples" else _read_section)(pack, part.name, marked)
    return pack


def _shown(path: Path) -> str:
    """The path as people know it: from `packs/` on where there is such a folder."""
    parts = path.parts
    return "/".join(parts[parts.index("packs") :]) if "packs" in parts else path.as_posix()


def _text(file: Path, pack: Pack) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        pack.mistakes.append(Mistake(_shown(file), 1, "the file is not UTF-8", "Save it as UTF-8"))
        return ""


def _read_card(folder: Path, pack: Pack) -> None:
    file = folder / "pack.yaml"
    if not file.is_file():
        pack.mistakes.append(Mistake(_shown(file), 1, "a pack needs pack.yaml", "Write id, title and version there"))
        return
    marked = Marked(_shown(file), _text(file, pack))
    pack.mistakes += marked.mistakes
    pack.card = marked.value if isinstance(marked.value, dict) else {}
    for key in ("id", "title", "version"):
        if not isinstance(pack.card.get(key), str):
            pack.mistakes.append(
                Mistake(
                    _shown(file),
                    marked.line((key,)),
                    f'"{key}" is missing',
                    "Write it as text, e.g. version: 2026.11.24",
                )
            )


def _read_section(pack: Pack, section: str, marked: Marked) -> None:
    if marked.value is None:
        return
    if not isinstance(marked.value, dict):
        pack.mistakes.append(
            Mistake(marked.file, 1, "must hold ids with their entries", "Write `id:` and indent its keys below")
        )
        return
    for key, raw in marked.value.items():
        entry = _entry(pack, section, key, raw, marked)
        if entry is None:
            continue
        known = pack.entries.setdefault(section, {})
        if entry.id in known:
            other = known[entry.id].place
            pack.mistakes.append(
                entry.mistake(
                    (), f'"{entry.id}" is already written at {other.file}:{other.line}', "Keep one of the two"
                )
            )
        elif section == "terms" and "overlays" in pack.card and set(entry.raw) <= REFINES:
            pack.refinements.append(entry)
        else:
            known[entry.id] = entry


def _entry(pack: Pack, section: str, key: Any, raw: Any, marked: Marked) -> Entry | None:
    line = marked.line((key,))
    if not isinstance(key, str) or not ID.match(key):
        pack.mistakes.append(
            Mistake(
                marked.file,
                line,
                f'"{key}" is not an id',
                "Use small letters, digits, - and ., in quotes if it is a number",
            )
        )
        return None
    if not isinstance(raw, dict):
        pack.mistakes.append(Mistake(marked.file, line, f'"{key}" holds no entry', "Indent its keys below the id"))
        return None
    entry = Entry(section, key, None, raw, marked, (key,), str(pack.card.get("id", "")))
    refines = section == "terms" and "overlays" in pack.card and set(raw) <= REFINES
    shape: type[BaseModel] = SECTIONS[section]
    whole = dict(raw)
    if refines:
        whole |= {"title": key, "duty": "overlay", "unit": "count"}
    if "id" in shape.model_fields:
        whole["id"] = key
    entry.model = _validate(pack, shape, whole, marked, entry.base)
    if entry.model is None:
        return None
    if section == "terms":
        entry.model = close_readings(entry, pack.mistakes)
    return entry


def _validate(pack: Pack, shape: type[BaseModel], raw: Any, marked: Marked, base: Inside) -> Any:
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            message, remedy = say(problem)
            inside = tuple(part for part in problem["loc"] if part in ("__root__",) or isinstance(part, str | int))
            pack.mistakes.append(Mistake(marked.file, marked.line((*base, *inside)), message, remedy))
    return None


def _read_examples(pack: Pack, section: str, marked: Marked) -> None:
    if not isinstance(marked.value, list):
        pack.mistakes.append(Mistake(marked.file, 1, "examples are a list", 'Begin each with "- name:"'))
        return
    for number, raw in enumerate(marked.value):
        example = _validate(pack, Example, raw, marked, (number,))
        if example is not None:
            pack.examples.append((Place(marked.file, marked.line((number,))), example))
