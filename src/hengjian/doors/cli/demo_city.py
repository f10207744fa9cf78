"""`hengjian demo-city`: write the files a city's departments would send."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hengjian.doors.demo.city import DEFAULT_DAY, DEFAULT_ENTITIES, DEFAULT_SEED, City, write_city

Entities = Annotated[int, typer.Option(min=50, max=2_000_000, help="经营主体数量 Number of entities")]
Seed = Annotated[str, typer.Option(help="种子；同一种子得到相同的文件 Same seed, same bytes")]


def demo_city(
    out: Annotated[Path, typer.Option(help="输出文件夹 Folder to write into")],
    entities: Entities = DEFAULT_ENTITIES,
    seed: Seed = DEFAULT_SEED,
    on: Annotated[str, typer.Option(help="数据截至日 Day the data end (YYYY-MM-DD)")] = DEFAULT_DAY.isoformat(),
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象 One JSON object")] = False,
) -> None:
    """写出演示城市的报送文件和清单（manifest.json）。Write the demo city's files and their manifest."""
    city = write_city(out, entities, seed=seed, on=_day(on))
    if as_json:
        print(json.dumps({**asdict(city), "counts": city.counts()}, ensure_ascii=False))
    else:
        _show(city, out)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("写成 2026-11-20 的样子 (YYYY-MM-DD)") from None


def _show(city: City, out: Path) -> None:
    console = Console()
    table = Table("文件", "编码", "行", "应接收", "应判重复", "应隔离")
    for sheet in city.sheets:
        table.add_row(
            sheet.file,
            sheet.encoding,
            *(f"{n:,}" for n in (sheet.rows, sheet.accepted, sheet.duplicate, sheet.quarantined)),
        )
    console.print(table)
    console.print(f"{city.entities:,} 户，四色 {city.classes}；文件与清单在 {out}")


commands = [demo_city]
