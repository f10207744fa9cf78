"""Setting a pack template as PDF. Nothing is fetched: typst and one font are part of the platform."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
import yaml

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Invalid, NotFound

if TYPE_CHECKING:
    import typst

FONT = Path(__file__).parent / "fonts" / "NotoSansCJKsc-GBK.otf"
_FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<text>.*)\Z", re.DOTALL)
# A character the font has no drawing for is printed as its code point, framed, and reported; never as an empty box.
UNKNOWN = "〔U+{:04X}〕"


class NoTemplate(NotFound):
    """The packs hold no template of this name."""

    code = "no_template"


class BadTemplate(Invalid):
    """A template that does not compile; the message is typst's, with its line."""

    code = "bad_template"


@dataclass(frozen=True, slots=True)
class Template:
    """A template of a pack: a YAML front matter (title, title_en) above a typst text."""

    id: str
    title: str
    text: str
    front: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document that has been set. `missing` lists the characters printed by their code points."""

    pdf: bytes
    missing: tuple[str, ...]


def folders() -> list[Path]:
    """Document folders of the packs in use, the last one first: an overlay may replace a template."""
    return [root / "documents" for root in reversed(policy.roots())]


def template(template_id: str) -> Template:
    """The template of this name, from the last pack that has one."""
    for folder in folders():
        path = folder / f"{template_id}.typ"
        if path.is_file():
            return read_template(path)
    raise NoTemplate("法律包中没有这个文书模板", template=template_id)


def read_template(path: Path) -> Template:
    found = _FRONT.match(path.read_text(encoding="utf-8"))
    front = yaml.safe_load(found["front"]) if found else None
    if not found or not isinstance(front, dict) or not front.get("title"):
        raise BadTemplate("%(file)s:1: 模板须以 --- 开头的 YAML 说明起始，并写明 title", file=path.name, template=path.stem)
    return Template(path.stem, front["title"], found["text"], front)


@cache
def _known() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(FONT, lazy=True).getBestCmap()) | {0x0A}


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT.parent)])


def missing_characters(text: str) -> tuple[str, ...]:
    """Characters of a text that the font cannot draw, each once, in order."""
    return tuple(dict.fromkeys(character for character in text if ord(character) not in _known()))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(c if ord(c) in _known() else UNKNOWN.format(ord(c)) for c in value)
    if isinstance(value, Mapping):
        return {key: _drawable(item) for key, item in value.items()}
    return [_drawable(item) for item in value] if isinstance(value, list | tuple) else value


def qr_svg(text: str) -> str:
    """A QR code as SVG, dark on white."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=1, xmldecl=False, dark="#000000", light="#ffffff")
    return out.getvalue().decode()


def sheet(template_id: str, data: Mapping[str, Any], *, on: date, pictures: Path | None = None) -> Sheet:
    """Set a template with data. The PDF carries the day, no other time, so the same data gives the same bytes.

    A template reads no file, unless `pictures` names the one folder it may read pictures from.
    """
    import typst  # here: only who sets a paper needs its compiler in memory

    chosen = template(template_id)
    plain = json.loads(json.dumps(data, ensure_ascii=False, default=str))
    missing = missing_characters("".join(_strings(plain)))
    inputs = {"data": json.dumps({**_drawable(plain), "missing": list(map("U+{:04X}".format, map(ord, missing)))})}
    stamp = datetime(on.year, on.month, on.day, tzinfo=UTC)
    root = {"root": str(pictures)} if pictures else {}
    compiler = typst.Compiler(chosen.text.encode(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs, **root)
    try:
        pdf = compiler.compile(format="pdf", timestamp=stamp)
    except typst.TypstError as error:
        raise BadTemplate(f"{template_id}.typ: {error.message}", template=template_id) from error
    assert isinstance(pdf, bytes)
    return Sheet(pdf, missing)


def render(template_id: str, data: Mapping[str, Any], *, on: date) -> bytes:
    """The PDF of a template with data. Raises `NoTemplate`, `BadTemplate`."""
    return sheet(template_id, data, on=on).pdf
