"""`hengjian bench`: figures of this machine beside a lower bound or a peer measured in the same run."""

from __future__ import annotations

import importlib.util
import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from hengjian.config.env import ROOT

BENCHES = ROOT / "bench"


def _modules(names: list[str]) -> Iterator[ModuleType]:
    """Modules of `bench/` with a `run`; wrong names are refused before anything is measured."""
    found = {path.stem: path for path in sorted(BENCHES.glob("*.py")) if not path.stem.startswith("_")}
    unknown = set(names) - set(found)
    if unknown:
        raise typer.BadParameter(f"没有这些测量：{'、'.join(sorted(unknown))}；有：{'、'.join(found)}")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))  # benches share bench/_figure.py
    for name in names or found:
        spec = importlib.util.spec_from_file_location(f"bench.{name}", found[name])
        if spec and spec.loader:
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
            yield module


def bench(
    names: Annotated[list[str] | None, typer.Argument(help="测量名，省略即全部 Benches; none means all")] = None,
    scale: Annotated[float, typer.Option(min=0.0001, max=10, help="规模倍数 Share of the full size")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象 One JSON object")] = False,
    out: Annotated[Path | None, typer.Option(help="把 JSON 写入文件 Write the JSON to a file")] = None,
) -> None:
    """测量并与同次运行的下限或同类比较；未达目标时退出码为 1。Measure against a bound; exit 1 when an aim is missed."""
    figures: list[dict[str, Any]] = []
    console = Console(stderr=True)
    for module in _modules(names or []):
        name = module.__name__.removeprefix("bench.")
        console.print(f"[dim]· {name} (scale {scale:g})[/dim]")
        figures += [{"bench": name, **_plain(figure)} for figure in module.run(scale)]
    report = {
        "machine": {"python": platform.python_version(), "system": platform.platform(terse=True)},
        "scale": scale,
        "figures": figures,
    }
    if out:
        out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        _show(figures)
    if not all(figure["ok"] for figure in figures):
        raise typer.Exit(1)


def _plain(figure: Any) -> dict[str, Any]:
    return asdict(figure) if is_dataclass(figure) and not isinstance(figure, type) else dict(figure)


def _show(figures: list[dict[str, Any]]) -> None:
    table = Table("测量", "数值", "下限或同类", "比值", "目标", "")
    for figure in figures:
        bound = "—" if figure["bound"] is None else f"{figure['bound_name']} {figure['bound']:,.4g}"
        ratio = "—" if figure["ratio"] is None else f"{figure['ratio']:.3g}"
        value = f"{figure['value']:,.4g} {figure['unit']}"
        table.add_row(figure["name"], value, bound, ratio, figure["aim"], "✓" if figure["ok"] else "✗")
    Console().print(table)


commands = [bench]
