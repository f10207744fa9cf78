"""`hengjian mirror`: keep the columnar mirror up with the database, check it, make it again, compact it."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any

import typer

app = typer.Typer(help="The columnar mirror of register and ledger.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON object")]


def _setup() -> Any:
    from ._django import setup

    setup()
    from hengjian.street.assessment import frames

    return frames


def _say(report: dict[str, Any], words: str, as_json: bool) -> None:
    print(json.dumps(report, ensure_ascii=False, default=str) if as_json else words)


def _held(manifest: Any, started: float) -> tuple[dict[str, Any], str]:
    rows = {table: manifest.rows(table) for table in ("facts", "closings", "entities")}
    seconds = round(time.perf_counter() - started, 3)
    report = {"last_seq": manifest.last_seq, "files": len(manifest.parts), **rows, "seconds": seconds}
    words = (
        f"镜像到台账序号 {manifest.last_seq:,}：记录 {rows['facts']:,}、另存的终结 {rows['closings']:,}、"
        f"主体 {rows['entities']:,}，{len(manifest.parts)} 个文件，用时 {seconds} 秒"
    )
    return report, words


@app.command()
def refresh(as_json: Json = False) -> None:
    """Append what the database has and the mirror has not."""
    frames, started = _setup(), time.perf_counter()
    _say(*_held(frames.refresh(), started), as_json)


@app.command()
def rebuild(as_json: Json = False) -> None:
    """Throw the mirror away and make it again from the database."""
    frames, started = _setup(), time.perf_counter()
    _say(*_held(frames.rebuild(), started), as_json)


@app.command()
def compact(as_json: Json = False) -> None:
    """Merge the files into one per table, closings beside what they close."""
    frames, started = _setup(), time.perf_counter()
    _say(*_held(frames.mirror().compact(), started), as_json)


@app.command()
def check(as_json: Json = False) -> None:
    """Compare files with their digests and counts with the database. Exit code 1 where they differ."""
    frames = _setup()
    from hengjian.ground.warehouse.mirror import MirrorBroken

    try:
        report = frames.reconcile()
    except MirrorBroken as fault:
        report = {"agrees": False, "trouble": str(fault)}
    whole = bool(report["agrees"])
    words = "相符" if whole else f"不相符：{report.get('trouble') or report}；请运行 hengjian mirror rebuild"
    _say(report, f"{words}（落后 {report['behind']:,} 条）" if whole else words, as_json)
    raise typer.Exit(0 if whole else 1)
