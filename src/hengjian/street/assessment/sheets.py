"""The spreadsheet of a trial."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hengjian.ground.ui.sheets import fill, workbook

from .trials import Shift, Trial

MOVED = ("分类", "统一社会信用代码", "名称", "辖区", "行业门类", "原类别", "新类别", "消失的理由", "新增的理由", "原理由", "新理由")
PLACES = ("代码", "名称", "户数", "类别变动户数", "现行预计年抽查户次", "草案预计年抽查户次", "增减")


def trial(path: Path, found: Trial, changes: Sequence[str], notes: Sequence[str] = ()) -> None:
    """What was changed, the matrices, the effect by district and sector, and every entity that moves."""
    with workbook(path) as book:
        about = [("试算日期", found.on.isoformat()), *(("改动", change) for change in changes), *(("说明", note) for note in notes)]
        fill(book, "试算说明", ("项目", "内容"), about)
        for shift in found.shifts:
            name = shift.after.title[:20]
            fill(book, f"转移-{name}", *_matrix(shift))
            for label, places in (("辖区", shift.districts), ("行业", shift.sectors)):
                rows = [(p.code, p.title or "未载明", p.entities, p.moved, p.before, p.after, p.after - p.before) for p in places]
                fill(book, f"{label}-{name}", PLACES, rows)
        fill(book, "变动主体", MOVED, found.each_moved())


def _matrix(shift: Shift) -> tuple[list[str], list[list[Any]]]:
    titles = {item.code: item.title for item in (*shift.before.classes, *shift.after.classes)}
    columns = [item.code for item in reversed(shift.after.classes)]
    rows = [
        [titles[item.code], *(shift.matrix.get((item.code, code), 0) for code in columns)]
        for item in reversed(shift.before.classes)
    ]
    return ["现行 ＼ 草案", *(titles[code] for code in columns)], rows

