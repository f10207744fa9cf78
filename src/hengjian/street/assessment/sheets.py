"""The spreadsheet of a trial."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hengjian.ground.ui.sheets import fill, workbook

MOVED = ("分类", "统一社会信用代码", "名称", "辖区", "行业门类", "原类别", "新类别", "消失的理由", "新增的理由", "原理由", "新理由")
PLACES = ("代码", "名称", "户数", "类别变动户数", "现行预计年抽查户次", "草案预计年抽查户次", "增减")


def trial(
    out: io.BytesIO | Path, told: Mapping[str, Any], changes: Sequence[str], moved: Iterable[Sequence[Any]], notes: Sequence[str] = ()
) -> None:
    """What was changed, the matrices, the effect by district and sector, and the entities that move.

    `told` is the trial as JSON has it; `moved` gives the entities its reader may know of.
    """
    with workbook(out) as book:
        about = [("试算日期", told["on"]), *(("改动", change) for change in changes), *(("说明", note) for note in notes)]
        fill(book, "试算说明", ("项目", "内容"), about)
        for shift in told["shifts"]:
            name = shift["title"][:20]
            fill(book, f"转移-{name}", *_matrix(shift))
            for label, places in (("辖区", shift["districts"]), ("行业", shift["sectors"])):
                fill(book, f"{label}-{name}", PLACES, map(_place, places))
        fill(book, "变动主体", MOVED, moved)


def _place(place: Mapping[str, Any]) -> tuple[Any, ...]:
    before, after = place["inspections_before"], place["inspections_after"]
    return place["code"], place["title"] or "未载明", place["entities"], place["moved"], before, after, round(after - before, 2)


def _matrix(shift: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    counted = {(cell["before"], cell["after"]): cell["entities"] for cell in shift["matrix"]}
    titles, columns = shift["titles"], shift["classes"]
    rows = [[titles[before], *(counted.get((before, after), 0) for after in columns)] for before in columns]
    return ["现行 ＼ 草案", *(titles[code] for code in columns)], rows
