"""`hengjian jobs`: the timetable at work."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._django import setup

if TYPE_CHECKING:
    from hengjian.doors.jobs.models import LastRun


def jobs(
    names: Annotated[list[str] | None, typer.Argument(help="Run only these, due or not, then stop.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Run what is due, then stop.")] = False,
    state: Annotated[bool, typer.Option("--state", help="Only say when each job last ran and how it ended.")] = False,
    page: Annotated[Path | None, typer.Option(help="Write docs/timetable.md and stop.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line")] = False,
) -> None:
    """Work through the timetable until stopped; only one such process per database. Exit code 1: a job failed."""
    setup()
    from hengjian.doors.jobs import runner, timetable

    if page:
        page.write_text(timetable.page(), encoding="utf-8")
        return
    if state:
        _state(as_json)
        return
    chosen = [timetable.named(name) for name in names or ()]
    if None in chosen:
        raise typer.BadParameter(f"jobs are: {', '.join(job.name for job in timetable.TIMETABLE)}")
    failed: list[str] = []
    quiet = not (once or names or as_json)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def tell(line: LastRun) -> None:
        if not line.ok:
            failed.append(line.job)
        if not quiet or not line.ok:
            _print(line, as_json)

    runner.work(once=once, jobs=[job for job in chosen if job] or None, tell=tell, stop=stop)
    if failed and (once or names):
        raise typer.Exit(1)


def _plain(line: LastRun) -> dict[str, Any]:
    return {
        "job": line.job, "started": line.started.isoformat(timespec="seconds"), "ok": line.ok, "says": line.says,
        "finished": line.finished and line.finished.isoformat(timespec="seconds"), "failures": line.failures,
    }  # fmt: skip


def _print(line: LastRun, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_plain(line), ensure_ascii=False))
    else:
        typer.echo(f"{'✓' if line.ok else '✗'} {line.job:<14}{line.says}", err=not line.ok)


def _state(as_json: bool) -> None:
    from hengjian.doors.jobs.models import LastRun
    from hengjian.doors.jobs.timetable import TIMETABLE

    ran = {line.job: line for line in LastRun.objects.order_by("job")}
    for job in TIMETABLE:
        line = ran.get(job.name)
        if line and as_json:
            _print(line, as_json)
        elif line:
            ended = "" if line.finished else "（未结束 unfinished）"
            typer.echo(f"{'✓' if line.ok else '✗'} {job.name:<14}{line.started:%Y-%m-%d %H:%M}{ended}  {line.says}")
        elif not as_json:
            typer.echo(f"· {job.name:<14}尚未运行 never ran")


commands = [jobs]
