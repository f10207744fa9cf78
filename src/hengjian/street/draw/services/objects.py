"""Taking in a list of inspection objects by file (导入检查对象)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from hengjian.ground import audit
from hengjian.ground.kit import uscc as codes
from hengjian.ground.kit.personal import numbers_in
from hengjian.ground.people.models import Officer
from hengjian.street.intake.readers import Line, open_file, sheets_of
from hengjian.street.intake.rules import Unreadable, clean, read_date
from hengjian.street.register import queries as register

from .. import objects
from ..errors import BadObjects
from ..models import Held

HEADS = {
    "uscc": ("统一社会信用代码", "社会信用代码", "信用代码", "uscc"),
    "number": ("编号", "设备代码", "场所编号", "证书编号", "number"),
    "name": ("名称", "设备名称", "场所名称", "工种", "岗位", "name"),
    "address": ("地址", "使用地点", "场所地址", "address"),
    "since": ("启用日期", "起始日期", "since"),
    "until": ("停用日期", "截止日期", "until"),
}
MOST = 50_000  # rows of one file
LONGEST = {"number": 60, "name": 80, "address": 200}
STEP = 500
Fault = tuple[int, str, str]  # line of the file, number of the object, why it was not taken


@dataclass(slots=True)
class Taken:
    """What became of the rows of a file: added + changed + same + faults is how many there were."""

    added: int = 0
    changed: int = 0
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


@transaction.atomic
def take_objects(*, by: Officer, kind: str, path: Path, name: str, at: datetime) -> Taken:
    """Take in a file of objects. A good row is kept though others are refused; the same file again changes nothing."""
    on = at.date()
    known = {item.code: item for item in objects.imported(on)}
    if kind not in known:
        raise BadObjects(gettext("这类检查对象不由文件导入"), kind=kind)
    columns, lines = _table(path)
    if len(lines) > MOST:
        raise BadObjects(gettext("文件超过 %(most)s 行，请拆成几份导入"), most=MOST, rows=len(lines))
    taken = Taken()
    rows = _judged(lines, columns, on, taken, personal=bool(known[kind].extra.get("personal")))
    for start in range(0, len(rows), STEP):
        _keep(rows[start : start + STEP], kind, by, name, at, taken)
    audit.record("draw.take_objects", f"objects:{kind}", by=by, file=name, added=taken.added, changed=taken.changed, refused=len(taken.faults))
    return taken


def _table(path: Path) -> tuple[dict[str, int], list[Line]]:
    """Where each column stands, and the rows below the headings."""
    opened = open_file(path)
    lines = [line for sheet in sheets_of(path) for line in sheet.lines] if opened.is_workbook else list(opened.text_lines(0))
    for place, (_number, cells) in enumerate(lines[:12]):
        heads = [cell.strip().lower() for cell in cells]
        columns = {column: heads.index(head) for column, known in HEADS.items() for head in known[::-1] if head in heads}
        if {"uscc", "number"} <= set(columns):
            return columns, lines[place + 1 :]
    raise BadObjects(gettext("没有找到表头；至少要有“统一社会信用代码”和“编号”两列"))


def _judged(lines: Sequence[Line], columns: Mapping[str, int], on: date, taken: Taken, *, personal: bool) -> list[tuple[int, dict[str, Any]]]:
    """Rows that can be kept, in order; the others go to the faults."""
    rows: dict[str, tuple[int, dict[str, Any]]] = {}
    for line, cells in lines:
        row: dict[str, Any] = dict.fromkeys(HEADS, "") | {c: clean(cells[place]) for c, place in columns.items() if place < len(cells)}
        fault = gettext("同一编号在文件中出现两次") if row["number"] in rows else _fault(row, personal)
        try:
            row |= {column: read_date(row[column]) if row[column] else None for column in ("since", "until")}
        except Unreadable as error:
            fault = fault or str(error)
        if not fault and row["until"] and row["until"] < (row["since"] or on):
            fault = gettext("停用日期早于启用日期")
        if fault:
            taken.faults.append((line, row["number"][: LONGEST["number"]], fault))
            continue
        # Of a practitioner the name stays outside: the base says whom to visit, not who works there.
        rows[row["number"]] = line, row | {"uscc": codes.normalise(row["uscc"]), "name": "" if personal else row["name"]}
    return list(rows.values())


def _fault(row: Mapping[str, str], personal: bool) -> str:
    """Why a row cannot be kept; empty where it can."""
    if not row["number"]:
        return gettext("没有编号")
    if not codes.is_valid(row["uscc"]):
        return gettext("统一社会信用代码不正确")
    if any(len(row[column]) > most for column, most in LONGEST.items()):
        return gettext("有一格文字太长")
    if personal and any(numbers_in(row[column]) for column in LONGEST):
        return gettext("含有公民身份号码、手机号等个人号码，请只填证书编号")
    return ""


def _keep(rows: Sequence[tuple[int, dict[str, Any]]], kind: str, by: Officer, source: str, at: datetime, taken: Taken) -> None:
    on = at.date()
    firms = dict(register.visible_to(by).filter(uscc__in=[row["uscc"] for _, row in rows]).values_list("uscc", "pk"))
    standing = {one.number: one for one in Held.objects.filter(kind=kind, number__in=[row["number"] for _, row in rows], until=None)}
    for line, row in rows:
        firm = firms.get(row.pop("uscc"))
        if firm is None:
            taken.faults.append((line, row["number"], gettext("登记库里没有这个代码，或者不在您的数据范围内")))
            continue
        known = standing.get(row["number"])
        if known and known.entity_id == firm:
            _change(known, row, taken)
            continue
        since = row["since"] or on
        if known:  # another holder: the old row ends the day before, at the earliest on its own first day
            known.until = max(known.since, since - timedelta(days=1))
            known.save(update_fields=["until"])
        Held.objects.create(kind=kind, entity_id=firm, recorded=at, by=by, source=source[:120], **(row | {"since": since}))
        taken.added += 1


def _change(known: Held, row: Mapping[str, Any], taken: Taken) -> None:
    """A column the file leaves empty says nothing."""
    news = {column: row[column] for column in ("name", "address", "until") if row[column] and row[column] != getattr(known, column)}
    if news.get("until") and news["until"] < known.since:
        news["until"] = known.since
    for column, value in news.items():
        setattr(known, column, value)
    if news:
        known.save(update_fields=list(news))
    taken.changed += bool(news)
    taken.same += not news
