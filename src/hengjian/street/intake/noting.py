"""Comments (批注) at the wrong cells of a workbook that goes back. A comment of the workbook's own stays, and ours stands below it.

A workbook keeps comments in two parts: their words by cell, and a drawing that says where each box opens. Sheets that have
neither get both; those that have them keep them.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.dom import minidom
from xml.sax.saxutils import escape, quoteattr

MOST = 2_000  # comments of one workbook; colours and words beside the row say the same of every further cell
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
AUTHOR = "衡鉴"
FRAME = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="9"/></o:shapelayout></xml>'
)
SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;width:210pt;height:75pt;z-index:1;visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {right}, 31, {bottom}, 8</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
    "<x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
Notes = Mapping[tuple[int, int], str]  # line (from 1) and column (from 0) → words


@dataclass
class Parts:
    """Parts of the workbook that are written anew, and the link each sheet needs to its drawing."""

    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)  # sheets that had no drawing → id of the link


def commented(packed: zipfile.ZipFile, sheets: Mapping[str, Notes], letters: Any) -> Parts:
    """Comments for sheets by the name of their part; `letters` names a column."""
    parts, held = Parts(), set(packed.namelist())
    types = minidom.parseString(packed.read("[Content_Types].xml"))
    for turn, (sheet, notes) in enumerate((sheet, notes) for sheet, notes in sheets.items() if notes):
        folder, name = posixpath.split(sheet)
        rels_at = f"{folder}/_rels/{name}.rels"
        rels = minidom.parseString(packed.read(rels_at) if rels_at in held else f'<Relationships xmlns="{RELS}"/>'.encode())
        words_at, _new = _linked(rels, folder, "comments", f"xl/comments-hengjian{turn}.xml")
        drawing_at, link = _linked(rels, folder, "vmlDrawing", f"xl/drawings/hengjian{turn}.vml")
        parts.files[words_at] = _words(packed.read(words_at) if words_at in held else b"", notes, letters)
        parts.files[drawing_at] = _drawing(packed.read(drawing_at).decode() if drawing_at in held else FRAME, notes, turn)
        parts.files[rels_at] = rels.toxml(encoding="UTF-8")
        if link:
            parts.links[sheet] = link
        _typed(types, "Default", "Extension", "vml", DRAWING)
        _typed(types, "Override", "PartName", f"/{words_at}", COMMENTS)
    if parts.files:
        parts.files["[Content_Types].xml"] = types.toxml(encoding="UTF-8")
    return parts


def _linked(rels: Any, folder: str, kind: str, otherwise: str) -> tuple[str, str]:
    """The part a sheet is linked to, and the id of the link where it had to be made."""
    for one in rels.getElementsByTagName("Relationship"):
        if one.getAttribute("Type").endswith(f"/{kind}"):
            target = one.getAttribute("Target")
            return (target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")), ""
    made = rels.createElement("Relationship")
    for key, value in (("Id", f"hengjian-{kind}"), ("Type", f"{LINK}/{kind}"), ("Target", f"/{otherwise}")):
        made.setAttribute(key, value)
    rels.documentElement.appendChild(made)
    return otherwise, f"hengjian-{kind}"


def _typed(types: Any, tag: str, key: str, value: str, content: str) -> None:
    if any(one.getAttribute(key).lower() == value.lower() for one in types.getElementsByTagName(tag)):
        return
    made = types.createElement(tag)
    made.setAttribute(key, value)
    made.setAttribute("ContentType", content)
    root = types.documentElement
    root.insertBefore(made, root.firstChild if tag == "Default" else None)


def _words(text: bytes, notes: Notes, letters: Any) -> bytes:
    dom: Any = minidom.parseString(text or f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode())
    prefix = dom.documentElement.tagName.removesuffix("comments")
    authors, listed = (dom.getElementsByTagName(f"{prefix}{name}")[0] for name in ("authors", "commentList"))
    number = str(len(authors.getElementsByTagName(f"{prefix}author")))
    authors.appendChild(_node(dom, prefix, f"<author>{AUTHOR}</author>"))
    own = {one.getAttribute("ref"): one for one in listed.getElementsByTagName(f"{prefix}comment")}
    for (line, column), said in sorted(notes.items()):
        place = f"{letters(column)}{line}"
        if place in own:
            whole = own[place].getElementsByTagName(f"{prefix}text")[0]
            for plain in [node for node in whole.childNodes if node.nodeName == f"{prefix}t"]:  # plain words and runs do not go together
                run = dom.createElement(f"{prefix}r")
                whole.replaceChild(run, plain)
                run.appendChild(plain)
            whole.appendChild(_node(dom, prefix, f'<r><t xml:space="preserve">{escape(chr(10) + said)}</t></r>'))
        else:
            listed.appendChild(_node(dom, prefix, f'<comment ref={quoteattr(place)} authorId="{number}"><text><r><t xml:space="preserve">{escape(said)}</t></r></text></comment>'))
    found: bytes = dom.toxml(encoding="UTF-8")
    return found


def _node(dom: Any, prefix: str, text: str) -> Any:
    if prefix:
        text = re.sub(r"<(/?)(\w)", rf"<\1{prefix}\2", text)
    declared = f'xmlns{":" + prefix.rstrip(":") if prefix else ""}="{MAIN}"'
    return dom.importNode(minidom.parseString(f"<x {declared}>{text}</x>").documentElement.firstChild, True)  # type: ignore[union-attr]


def _drawing(text: str, notes: Notes, turn: int) -> bytes:
    """Boxes for the comments; cells that have one keep it. Other programs' drawings are not always well-formed: as text."""
    boxed = {(int(row) + 1, int(column)) for row, column in re.findall(r"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)</x:Column>", text)}
    shapes = "".join(
        SHAPE.format(number=9_001 + turn * MOST + at, left=column + 1, right=column + 4, top=max(line - 2, 0), bottom=line + 3, row=line - 1, column=column)
        for at, (line, column) in enumerate(sorted(set(notes) - boxed))
    )
    end = text.rindex("</xml>")
    return (text[:end] + ("" if "_x0000_t202" in text else SHAPE_TYPE) + shapes + text[end:]).encode()
