"""The agency's own file with what is wrong in it: wrong cells coloured and commented (批注), number, reason and remedy written
beside the row.

A workbook is not written anew: its sheets are copied element by element, so that formats, formulas, notes and pictures
stay. Rows keep their place, so the file can be corrected and sent as it is.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.dom import minidom
from xml.sax import handler, make_parser
from xml.sax.saxutils import XMLGenerator, escape
from xml.sax.xmlreader import AttributesImpl

from . import noting, queries
from .models import Delivery
from .readers import open_file
from .returning import CELL, harmless

HEADS = (queries.ROW, queries.SAYS, queries.REMEDY)
COLOUR = "FFFDE2DF"
AFTER = frozenset({"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"})  # CT_Worksheet
_PLACE = re.compile(r"^([A-Z]+)(\d+)$")


@dataclass
class Marks:
    """What is written into one sheet: cells by line that are coloured, and words behind the last column of a line."""

    cells: dict[int, set[int]] = field(default_factory=dict)
    words: dict[int, tuple[str, ...]] = field(default_factory=dict)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)  # line and column → what is wrong there
    last: int = 0  # last column of any table of the sheet


def marks_of(delivery: Delivery) -> dict[str, Marks]:
    """Marks by sheet; a text file has one, without a name."""
    found: dict[str, Marks] = {}
    for table in (delivery.layout, *delivery.layout.get("tables", ())):
        marks = found.setdefault(table.get("sheet", ""), Marks())
        marks.last = max(marks.last, table.get("left", 0) + len(table.get("headings", ())))
        marks.words[table["heading_line"] - table.get("base", 0)] = HEADS
    for row in queries.rejected(delivery).iterator(2000):
        layout = queries.layout_at(delivery, row.number)
        sheet, line, left = queries.place_of(delivery, row.number)
        wrong = {name for reason in row.reasons or () for name in (reason["field"], *reason["field"].split("、"))}
        marks, headings = found[sheet], layout.get("headings", [])
        marks.cells.setdefault(line, set()).update(left + place for place, heading in enumerate(headings) if heading and heading in wrong)
        _note(marks, row, line, left, headings)
        said = (str(row.number), queries.said(row.reasons), queries.remedies(row.reasons))
        before = marks.words.get(line)
        marks.words[line] = tuple("；".join(pair) for pair in zip(before, said, strict=True)) if before and before != HEADS else said
    return found


def _note(marks: Marks, row: Any, line: int, left: int, headings: list[str]) -> None:
    """What is wrong, at each cell it is wrong in; what is wrong with the whole row, at its first cell."""
    for reason in row.reasons or ():
        named = reason["field"].split("、")
        places = [left + place for place, heading in enumerate(headings) if heading and (heading == reason["field"] or heading in named)]
        for place in places or [left]:
            if len(marks.notes) < noting.MOST or (line, place) in marks.notes:
                before = marks.notes.get((line, place))
                marks.notes[line, place] = (f"{before}\n" if before else "") + f"{reason['says']}；{reason['remedy']}"


def annotated(delivery: Delivery, path: Path) -> Iterator[bytes]:
    """The file with its marks, in the form and encoding it came in."""
    opened = open_file(path)
    marks = marks_of(delivery)
    if opened.is_workbook:
        yield _workbook(path, marks)
        return
    yield from _text(opened, marks[""], marks[""].last)


def _text(opened: Any, marks: Marks, width: int) -> Iterator[bytes]:
    encoding = opened.encoding
    mark = "" if encoding == "gb18030" else "\ufeff"
    encoding = encoding.replace("utf-8-sig", "utf-8").replace("utf-16", "utf-16-le")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=opened.delimiter if len(opened.delimiter) == 1 else ",")
    out.write(mark)
    heading = min(marks.words)
    for number, cells in opened.text_lines(0):
        words = marks.words.get(number, ("",) * len(HEADS) if number > heading and len(cells) == width else ())
        line = [*cells, *[""] * (width - len(cells)), *words] if words else cells
        writer.writerow([harmless(cell) for cell in line])
        if out.tell() > 1 << 18:
            yield out.getvalue().encode(encoding)
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode(encoding)


def _workbook(path: Path, marks: Mapping[str, Marks]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        sheets = {place: marks[name] for name, place in _sheets(packed).items() if name in marks}
        parts = noting.commented(packed, {place: each.notes for place, each in sheets.items()}, _letters)
        styles = _Styles(packed.read("xl/styles.xml") if "xl/styles.xml" in packed.namelist() else b"")
        for item in packed.infolist():
            if item.filename == "xl/styles.xml" or item.filename in parts.files:
                continue
            if item.filename in sheets:
                with packed.open(item) as source, made.open(item.filename, "w", force_zip64=True) as target:
                    _copy(source, target, sheets[item.filename], styles, parts.links.get(item.filename, ""))
            else:
                made.writestr(item, packed.read(item))
        for name, data in parts.files.items():
            made.writestr(name, data)
        if styles.dom is not None:
            made.writestr("xl/styles.xml", styles.text())
    return out.getvalue()


def _sheets(packed: zipfile.ZipFile) -> dict[str, str]:
    """Where each sheet of a workbook lies, by its name."""
    links = minidom.parseString(packed.read("xl/_rels/workbook.xml.rels")).getElementsByTagName("Relationship")
    places = {link.getAttribute("Id"): link.getAttribute("Target").lstrip("/") for link in links}
    found = {}
    for sheet in minidom.parseString(packed.read("xl/workbook.xml")).getElementsByTagNameNS("*", "sheet"):
        target = places.get(sheet.getAttribute("r:id"), "")
        found[sheet.getAttribute("name")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


class _Styles:
    """Styles of a workbook, each with a coloured twin where one is asked for. A workbook without styles gets no colour."""

    def __init__(self, text: bytes) -> None:
        self.dom = minidom.parseString(text) if text else None
        self._twins: dict[str, str] = {}
        self._fill = ""

    def twin(self, style: str) -> str:
        if self.dom is None:
            return style
        if style not in self._twins:
            formats = self._one("cellXfs")
            if formats is None:
                return style
            held = [node for node in formats.childNodes if node.nodeType == node.ELEMENT_NODE]
            made = held[int(style or 0)].cloneNode(deep=True)
            made.setAttribute("fillId", self._filled())
            made.setAttribute("applyFill", "1")
            formats.appendChild(made)
            formats.setAttribute("count", str(len(held) + 1))
            self._twins[style] = str(len(held))
        return self._twins[style]

    def _one(self, name: str) -> Any:
        assert self.dom is not None
        return next(iter(self.dom.getElementsByTagNameNS("*", name)), None)

    def _filled(self) -> str:
        if not self._fill:
            fills = self._one("fills")
            held = [node for node in fills.childNodes if node.nodeType == node.ELEMENT_NODE]
            prefix = fills.tagName.partition(":")[0] + ":" if ":" in fills.tagName else ""
            words = f'<{prefix}fill><{prefix}patternFill patternType="solid"><{prefix}fgColor rgb="{COLOUR}"/><{prefix}bgColor indexed="64"/></{prefix}patternFill></{prefix}fill>'
            names = "".join(f' {key}="{escape(value)}"' for key, value in self.dom.documentElement.attributes.items() if key.startswith("xmlns"))  # type: ignore[union-attr]
            node = minidom.parseString(f"<x{names}>{words}</x>").documentElement.firstChild  # type: ignore[union-attr]
            fills.appendChild(self.dom.importNode(node, True))  # type: ignore[union-attr, type-var]
            fills.setAttribute("count", str(len(held) + 1))
            self._fill = str(len(held))
        return self._fill

    def text(self) -> bytes:
        assert self.dom is not None
        found: bytes = self.dom.toxml(encoding="UTF-8")
        return found


def _copy(source: IO[bytes], target: IO[bytes], marks: Marks, styles: _Styles, link: str) -> None:
    parser = make_parser()
    parser.setFeature(handler.feature_namespaces, False)
    parser.setFeature(handler.feature_external_ges, False)
    text = io.TextIOWrapper(target, encoding="utf-8", write_through=True)
    parser.setContentHandler(_Sheet(text, marks, styles, link))
    parser.parse(source)
    text.detach()


class _Sheet(XMLGenerator):
    """A sheet written as it is read, but for the style of wrong cells, what stands behind marked lines, and the link to comments."""

    def __init__(self, out: Any, marks: Marks, styles: _Styles, link: str) -> None:
        super().__init__(out, encoding="utf-8", short_empty_elements=True)
        self.link, self.depth = link, 0
        self.marks, self.styles = marks, styles
        self.line, self.column, self.prefix = 0, -1, ""
        self.todo: list[int] = []

    def startElement(self, name: str, attrs: Any) -> None:
        plain = name.rpartition(":")[2]
        if self.depth == 1 and plain in AFTER:
            self._linked(name[: -len(plain)])
        self.depth += 1
        if plain == "row":
            self.prefix = name[: -len("row")]
            self.line = int(attrs.get("r", self.line + 1))
            self.column = -1
            self.todo = sorted(self.marks.cells.get(self.line, ()))
            attrs = AttributesImpl({key: value for key, value in attrs.items() if key != "spans"})
        elif plain == "c":
            self.column = _column(attrs["r"]) if "r" in attrs.getNames() else self.column + 1
            self._blanks(self.column)
            if self.todo and self.todo[0] == self.column:
                self.todo.pop(0)
                attrs = AttributesImpl({**dict(attrs.items()), "s": self.styles.twin(attrs.get("s", "0"))})
        super().startElement(name, attrs)

    def _linked(self, prefix: str) -> None:
        if self.link:
            attrs = {"xmlns:r": noting.LINK, "r:id": self.link}
            super().startElement(f"{prefix}legacyDrawing", AttributesImpl(attrs))
            super().endElement(f"{prefix}legacyDrawing")
            self.link = ""

    def endElement(self, name: str) -> None:
        self.depth -= 1
        if not self.depth:
            self._linked(name[: -len("worksheet")])
        if name.rpartition(":")[2] == "row":
            self._blanks(1 << 20)
            at = max(self.marks.last, self.column + 1)
            for turn, word in enumerate(self.marks.words.get(self.line, ())):
                self._words(at + turn, word)
        super().endElement(name)

    def _blanks(self, before: int) -> None:
        """Cells that are wrong because they are empty may not be there at all."""
        while self.todo and self.todo[0] < before:
            place = self.todo.pop(0)
            attrs = {"r": f"{_letters(place)}{self.line}", "s": self.styles.twin("0")}
            super().startElement(f"{self.prefix}c", AttributesImpl(attrs))
            super().endElement(f"{self.prefix}c")

    def _words(self, place: int, words: str) -> None:
        super().startElement(f"{self.prefix}c", AttributesImpl({"r": f"{_letters(place)}{self.line}", "t": "inlineStr"}))
        super().startElement(f"{self.prefix}is", AttributesImpl({}))
        super().startElement(f"{self.prefix}t", AttributesImpl({"xml:space": "preserve"}))
        self.characters(words[:CELL])
        for end in ("t", "is", "c"):
            super().endElement(f"{self.prefix}{end}")


def _column(place: str) -> int:
    found = _PLACE.match(place)
    number = 0
    for letter in found[1] if found else "A":
        number = number * 26 + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    found, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
