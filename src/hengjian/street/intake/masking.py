"""What of a row is shown to whoever has given no reason (受保护的内容不直接显示).

Hidden is what the contract protects, every column it does not know, and what has the form of a person's number or name. Where
columns are displaced no column can be trusted, and the whole row is hidden. docs/algorithms/intake.md says what this can miss.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.ground import policy
from hengjian.ground.kit.personal import mask_numbers

from . import queries
from .models import Delivery, Row
from .rules import FOREVER, HIDDEN, clean

TORN = "columns-shifted"
# What a cell is blamed with that belongs under another heading; two such columns in one row, and the row is displaced.
ASTRAY = frozenset({"date-words", "not-money", "not-a-number", "not-yes-or-no", "unknown-code", "uscc-wrong", "too-long"})
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]+[·•][\u3400-\u9fff·•]+")
NO_NAMES = FOREVER | {"没有", "不详", "未知", "未定", "待定", "待补", "暂缺", "缺失", "空白", "不适用", "无法核实", "今天", "昨天"}
_NUMBER = re.compile(r"[零〇一二三四五六七八九十廿两壹贰叁肆伍陆柒捌玖拾佰仟百千万亿元圆角分整年月日号]+")  # 三万元, 三月五日: no name
WORDLESS = ("date", "money", "int", "bool", "uscc")  # types under which a name is certainly somewhere it does not belong


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as shown; `hidden` where it is not what the file says."""

    heading: str
    text: str
    wrong: bool
    hidden: bool


def is_displaced(raw: Sequence[str], width: int, reasons: Sequence[Mapping[str, str]]) -> bool:
    """Whether nobody knows which cell stood below which heading."""
    return len(raw) != width or any(reason["code"] == TORN for reason in reasons)


def is_torn(raw: Sequence[str], width: int, reasons: Sequence[Mapping[str, str]]) -> bool:
    """Whether the cells of a row cannot be told apart by column."""
    astray = {reason["field"] for reason in reasons if reason["code"] in ASTRAY}
    return len(raw) > width or len(astray) > 1 or any(reason["code"] in (TORN, "no-record") for reason in reasons)


def cells(kind: str, layout: Mapping[str, Any], raw: Sequence[str], reasons: Sequence[Mapping[str, str]], *, opened: bool = False) -> list[Cell]:
    """The cells of a row under their headings; all that were sent where it has more than headings."""
    headings, fields = list(layout.get("headings", ())), layout.get("fields", {})
    wrong, torn = {name for reason in reasons for name in (reason["field"], *reason["field"].split("、"))}, is_torn(raw, len(headings), reasons)
    nameless = any(reason["code"].startswith("uscc-") for reason in reasons)  # without a code the subject may be a person
    record = policy.current().record(kind).fields
    width = max(len(headings), len(raw) if opened else 0)
    found = []
    for heading, cell in zip([*headings, *[""] * width][:width], [*raw, *[""] * width][:width], strict=True):
        shown = cell if opened or heading in (queries.ROW, queries.AGAIN) else _shown(record.get(fields.get(heading, "")), fields.get(heading), cell, torn, nameless)
        found.append(Cell(heading, shown, heading in wrong, shown != cell))
    return found


def _shown(described: Any, name: str | None, cell: str, torn: bool, nameless: bool) -> str:
    if not cell.strip():
        return cell
    if torn or described is None or described.privacy == "protected":
        return HIDDEN
    text = clean(cell)
    if (described.type in WORDLESS or (nameless and name == "name")) and _NAME.fullmatch(text) and text not in NO_NAMES and not _NUMBER.fullmatch(text):
        return HIDDEN
    return mask_numbers(cell)


def said(reasons: Sequence[Mapping[str, str]], before: Sequence[str], shown: Sequence[Cell]) -> list[dict[str, str]]:
    """The reasons of a row without the words of its hidden cells."""
    hidden = {cell.heading: raw for cell, raw in zip(shown, before, strict=False) if cell.hidden}
    return [_said(dict(reason), hidden.get(reason["field"])) for reason in reasons]


def _said(reason: dict[str, str], cell: str | None) -> dict[str, str]:
    for name in ("value", "says"):
        for words in (cell, cell and clean(cell), cell and cell[:200]):
            if words and words.strip():
                reason[name] = reason[name].replace(words, HIDDEN)
        reason[name] = mask_numbers(reason[name])
    return reason


def row(found: Row, *, opened: bool = False) -> tuple[list[Cell], list[dict[str, str]]]:
    """Cells and reasons of a rejected row as they are shown."""
    layout, raw, reasons = queries.layout_at(found.delivery, found.number), found.raw or [], found.reasons or []
    shown = cells(found.delivery.kind, layout, raw, reasons, opened=opened)
    return shown, list(reasons) if opened else said(reasons, raw, shown)


def causes(delivery: Delivery) -> list[dict[str, Any]]:
    """`queries.causes` with the example of each as it is shown."""
    found = queries.causes(delivery)
    held = {one.number: one for one in queries.rejected(delivery).filter(number__in={cause["examples"][0] for cause in found})}
    for cause in found:
        one = held[cause["examples"][0]]
        one.delivery = delivery
        cause |= next(reason for reason in row(one)[1] if (reason["code"], reason["field"]) == (cause["code"], cause["field"]))
    return found
