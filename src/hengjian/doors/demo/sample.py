"""Small files for a clerk's first upload: good rows with bad ones among them, each bad in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from .dirt import WAYS, Line
from .population import Firm, found_city
from .records import DEPARTMENTS, Fields
from .sheets import LAYOUTS, cells, heading, write_sheet

TEN_BAD = (
    "代码校验位错误", "代码写“无”", "名称为空", "代码相邻两位颠倒", "一格写了两个主体的代码", "日期不存在", "日期在将来",
    "罚款金额为负数", "“处罚”其实是不予处罚", "罚款金额写成文字",
)  # fmt: skip
SENDER = "120000-ecology"
ARTICLE = "演示依据"
LATE = "生态环境_十月补报.csv"


def ten_bad_rows(out: Path, entities: int, seed: str, on: date) -> Path:
    """Twenty penalties of the ecology bureau, ten of them bad in ten different ways."""
    return _write(out / "十行有误的报送文件.csv", _firms(entities, seed, on, "sample", 20), TEN_BAD, on, "样")


def late_file(out: Path, entities: int, seed: str, on: date) -> Path:
    """A file that a clerk sent yesterday: twelve penalties, three rows came back."""
    return _write(out / LATE, _firms(entities, seed, on, "late", 12), TEN_BAD[4:7], on, "补")


def _firms(entities: int, seed: str, on: date, series: str, count: int) -> list[Firm]:
    firms = [firm for firm in found_city(entities, seed, on) if firm.colour == "yellow"]
    return Random(f"{seed}:{series}").sample(firms, min(count, len(firms)))


def _write(path: Path, firms: Sequence[Firm], ways: Sequence[str], on: date, series: str) -> Path:
    """The last rows are damaged, one in each way; the same bytes for the same city and day."""
    rows = [_penalty(firm, number, on, series) for number, firm in enumerate(firms, start=1)]
    known, chance = {way.how: way for way in WAYS}, Random(path.name)
    lines = [Line(fields) for fields in rows[: len(rows) - len(ways)]]
    for fields, how in zip(rows[len(lines) :], ways, strict=True):
        lines.append(Line(known[how].damage(fields, chance), how, known[how].outcome, known[how].cause))
    columns, layout = list(rows[0]), LAYOUTS[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [cells(line, columns, layout) for line in _mixed(lines)]
    write_sheet(path, "", [heading("penalty", name, layout) for name in columns], written, layout)
    return path


def _mixed(lines: list[Line]) -> list[Line]:
    """Good and bad rows in turn, as in life."""
    good, bad = [line for line in lines if not line.how], [line for line in lines if line.how]
    mixed: list[Line] = []
    while good or bad:
        mixed += good[:1] + bad[:1]
        del good[:1], bad[:1]
    return mixed


def _penalty(firm: Firm, number: int, on: date, series: str) -> Fields:
    decided = on - timedelta(days=6 + number)
    return {
        "uscc": firm.uscc, "name": firm.name, "document": f"津演罚〔{decided.year}〕{SENDER[7:]}-{series}{number}号",
        "decided": decided.isoformat(), "issuer": DEPARTMENTS[SENDER], "kind_of_penalty": "罚款",
        "facts": firm.trade.breach, "article": ARTICLE, "fine_yuan": str(1000 + 100 * number), "warning_only": "否",
    }  # fmt: skip
