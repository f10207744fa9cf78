"""`hengjian demo --once`: the whole street walked once, from department files to publication."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hengjian.doors.demo.city import DEFAULT_ENTITIES, DEFAULT_SEED

from ._django import setup

STOPS = {
    "files": "报送文件", "prepare": "准备", "intake": "归集", "register": "登记", "ledger": "台账", "assessment": "分类",
    "draw": "抽取", "inspection": "检查", "publication": "公示", "desks": "各人桌面",
}  # fmt: skip


def demo(
    once: Annotated[bool, typer.Option("--once", help="走一遍后结束 Walk once and stop")] = True,
    entities: Annotated[int, typer.Option(min=100, max=2_000_000, help="经营主体数量 Number of entities")] = DEFAULT_ENTITIES,
    seed: Annotated[str, typer.Option(help="种子 Same seed, same files")] = DEFAULT_SEED,
    folder: Annotated[Path | None, typer.Option(help="数据文件夹，须为空或同一次演示 Data folder: empty, or of this walk")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象 One JSON object")] = False,
) -> None:
    """报送文件走完整条街：归集、登记、台账、分类、抽取、检查、公示。One walk from department files to publication.

    The data folder is `--folder`, else HENGJIAN_DATA where that is set, else a temporary one that is removed at the
    end. It must be fresh: a folder that holds anything else is refused (exit code 3). A walk that was broken off is
    finished by giving the same folder again; nothing is taken twice.
    """
    given = folder or (Path(os.environ["HENGJIAN_DATA"]) if os.environ.get("HENGJIAN_DATA") else None)
    home = given or Path(tempfile.mkdtemp(prefix="hengjian-demo-"))
    os.environ["HENGJIAN_DATA"] = str(home.resolve())
    try:
        _walk(home.resolve(), entities, seed, as_json, kept=given is not None)
    finally:
        if given is None:
            shutil.rmtree(home, ignore_errors=True)


def _walk(home: Path, entities: int, seed: str, as_json: bool, *, kept: bool) -> None:
    setup()
    from hengjian.doors.demo.walk import Walk
    from hengjian.ground.kit import clock

    console = Console(stderr=as_json, highlight=False)

    def tell(stop: str, said: str, seconds: float) -> None:
        if not as_json:
            console.print(f"  {STOPS[stop]:<6}{seconds:>7.2f} s  {said}", soft_wrap=True)

    started = time.perf_counter()
    report = Walk(home / "city", clock.today(), tell).all(entities, seed)
    total = round(time.perf_counter() - started, 2)
    if kept:
        (home / "demo.ready").write_text("A walk of the demonstration. Delete the data folder to begin again.\n")
    if as_json:
        print(json.dumps({**asdict(report), "total_seconds": total, "folder": str(home) if kept else None}, ensure_ascii=False))
        return
    console.print(f"  共 {total} 秒；检查使 {report.changed} 户改变了类别。")
    if kept:
        console.print(f"  数据留在 {home}；查看：HENGJIAN_DATA={home} python3 run.py", soft_wrap=True)
    else:
        console.print("  数据已删除；加 --folder 文件夹 可以保留。The data were removed; --folder keeps them.")


commands = [demo]
