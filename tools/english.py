#!/usr/bin/env python3
"""The English catalogue: `python tools/english.py [FILE.tsv …]` gathers every Chinese message of the pages and the
code, keeps what is translated, takes further English from lines `中文<TAB>English`, writes django.po and django.mo and
lists what is still without English.

Run it with the environment's Python after adding or changing a message; the suite fails while one is missing.
"""

from __future__ import annotations

import ast
import builtins
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "hengjian"
FOLDER = PACKAGE / "locale" / "en" / "LC_MESSAGES"
BUILTIN = set(dir(builtins)) | {"BadParameter"}  # what is raised but is no refusal
CALLS = {"_", "_lazy", "gettext", "gettext_lazy", "gettext_noop", "translate", "Message", "ngettext", "ngettext_lazy", "pgettext"}
Message = tuple[str, ...]
HEAD = "# English of every message; made by tools/english.py, translations are edited here."
HAN = re.compile("[\u4e00-\u9fff]")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def messages() -> dict[Message, set[str]]:
    """Every message with the files that use it; a plural is a pair."""
    found: dict[Message, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            source = path.read_text(encoding="utf-8")
            refusals = () if {"cli", "demo"} & set(path.parts) else _of_refusals(source)
            for message in (*_of_code(source), *refusals):
                found.setdefault(message, set()).add(path.relative_to(ROOT).as_posix())
    for path in sorted(PACKAGE.rglob("*.html")):
        for message in _of_template(path.read_text(encoding="utf-8")):
            found.setdefault(message, set()).add(path.relative_to(ROOT).as_posix())
    return found


def _of_code(source: str) -> Iterator[Message]:
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name not in CALLS or not call.args:
            continue
        words = [a.value for a in call.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if words and name.startswith("ngettext"):
            yield tuple(words)
        elif words and name == "pgettext":
            yield (words[1],)
        elif words:
            yield (words[0],)


def _raised(source: str) -> Iterator[ast.expr]:
    """What each refusal of a file says: the first argument of what is raised, in both branches of a choice."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call) or not node.exc.args:
            continue
        if getattr(node.exc.func, "id", getattr(node.exc.func, "attr", "")) not in BUILTIN:
            said = node.exc.args[0]
            yield from (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,)


def _of_refusals(source: str) -> Iterator[Message]:
    """Refusals of houses that run without Django say their message as it stands; doors translate it."""
    for said in _raised(source):
        if isinstance(said, ast.Constant) and isinstance(said.value, str) and HAN.search(said.value):
            yield (said.value,)


def hidden_refusals() -> list[str]:
    """Refusals no catalogue can hold, because their sentence is put together where they are raised."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if not {"cli", "demo", "migrations"} & set(path.parts):
            filled = (one for one in _raised(path.read_text(encoding="utf-8")) if isinstance(one, ast.JoinedStr))
            found += [f"{path.relative_to(ROOT)}:{one.lineno}" for one in filled if HAN.search(ast.unparse(one))]
    return found


def _of_template(source: str) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    code = templatize(source)
    for found in re.finditer(r"\b(n?)gettext\((u?(['\"]).*?\3)(?:,\s*(u?(['\"]).*?\5))?[,)]", code, re.DOTALL):
        words = [ast.literal_eval(_one_line(w)) for w in (found[2], found[4] if found[1] else None) if w]
        yield tuple(words)  # Django looks a template's message up with its percent signs doubled
    for found in re.finditer(r"\b_\((['\"])(.*?)\1\)", code):
        yield (found[2],)


def _one_line(literal: str) -> str:
    return literal.replace("\n", "\\n")


def catalogue() -> Catalog:
    path = FOLDER / "django.po"
    if not path.exists():
        return Catalog(locale="en", project="Hengjian", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def _holes(text: str) -> tuple[list[str], set[str]]:
    """Places to fill: by position (their number counts), by name (each at least once)."""
    return re.findall(r"%[sd]", text), set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


def missing(kept: Catalog) -> list[str]:
    """Messages without English, or whose English lacks a placeholder."""
    said = []
    for message in messages():
        entry = kept.get(message[0])
        english = entry.string if entry else ""
        for one in english if isinstance(english, (tuple, list)) else (english,):
            if not one or _holes(one) != _holes(message[0]):
                said.append(message[0])
                break
    return said


def gathered(kept: Catalog, more: dict[str, str]) -> Catalog:
    """A new catalogue with exactly the messages in use, in the order of their text."""
    fresh = Catalog(locale="en", project="Hengjian", charset="utf-8", fuzzy=False, header_comment=HEAD)
    fresh.creation_date = fresh.revision_date = EPOCH  # the same messages give the same file on every day
    for message in sorted(messages()):
        old = kept.get(message[0])
        english = old.string if old else ""
        if not english or (isinstance(english, (tuple, list)) and not all(english)):
            english = more.get(message[0], "")
            if len(message) == 2:
                one, _, many = english.partition(" | ")
                english = (one, many or one)
        elif len(message) == 2 and isinstance(english, str):
            english = (english, english)
        fresh.add(message if len(message) == 2 else message[0], english)
    return fresh


def main(files: list[str]) -> int:
    more: dict[str, str] = {}
    for name in files:
        for line in Path(name).read_text(encoding="utf-8").splitlines():
            chinese, _, english = line.partition("\t")
            if english.strip():  # a leading blank belongs to the word: “（” is “ (”
                more[chinese.replace("\\n", "\n")] = english.replace("\\n", "\n")
    fresh = gathered(catalogue(), more)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "django.po").open("wb") as file:
        write_po(file, fresh, width=0, omit_header=False)
    with (FOLDER / "django.mo").open("wb") as file:
        write_mo(file, fresh)
    left = missing(fresh)
    for message in left:
        print(message.replace("\n", "\\n"))
    print(f"{len(list(fresh)) - 1} messages, {len(left)} without English", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.config.settings")
    import django

    django.setup()
    sys.exit(main(sys.argv[1:]))
