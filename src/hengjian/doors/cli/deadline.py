"""`hengjian deadline`: when something is due, and the sum day by day."""

from __future__ import annotations

import json
import re
from datetime import date
from difflib import get_close_matches
from typing import Annotated

import typer

from hengjian.ground import policy
from hengjian.ground.policy.clocks import Moment, together
from hengjian.ground.policy.examples import moment_of

KINDS = {
    "start": "起算",
    "counted": "计入",
    "skipped": "跳过",
    "paused": "中止",
    "rolled": "顺延",
    "extended": "延长",
    "end": "届满",
}
UNITS = {
    "working_day": "个工作日",
    "calendar_day": "日",
    "month": "个月",
    "year": "年",
    "hour": "小时",
    "minute": "分钟",
}


def deadline(
    rule: Annotated[str, typer.Argument(help="Id of a term, or a rule id such as CMP-020 or PEN-010.")],
    start: Annotated[str, typer.Option("--from", help="Day or moment the clock starts, e.g. 2026-02-13T10:00.")] = "",
    event: Annotated[
        list[str] | None,
        typer.Option(help="NAME=ISO, e.g. testing.from=2026-03-01; may be repeated, also for a second pause of one name."),
    ] = None,
    law_on: Annotated[str, typer.Option(help="Use the law in force on this day.")] = "",
    as_of: Annotated[str, typer.Option(help="Count a pause that is still open up to this day.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """When a matter is due under RULE, with basis and steps."""
    try:
        events = _events(start, event or [])
        on = date.fromisoformat(law_on) if law_on else None
        known = date.fromisoformat(as_of) if as_of else None
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write dates as 2026-02-13 or 2026-02-13T10:00") from None
    if not events:
        raise typer.BadParameter("give --from, or --event NAME=ISO")
    _known(events)
    answer = policy.current().deadline(rule, events, on=on, as_of=known)
    if json_:
        typer.echo(json.dumps(answer.as_json(), ensure_ascii=False))
        return
    marks = [
        word
        for word, holds in (
            ("暂定", answer.provisional),
            ("中止中", answer.paused),
            ("待核", answer.confidence in ("part", "unverified")),
        )
        if holds
    ]
    typer.echo(f"{answer.title}：{answer.due.isoformat()} {' '.join(marks)}".rstrip())
    typer.echo(f"依据 {answer.basis}（{answer.value} {UNITS.get(answer.unit, answer.unit)}）")
    for step in answer.steps:
        typer.echo(
            f"  {step.day.isoformat()}  {KINDS.get(step.kind, step.kind)} {step.count or ''} {step.why}".rstrip()
        )


def _events(start: str, pairs: list[str]) -> dict[str, Moment]:
    told: list[tuple[str, Moment]] = [("from", moment_of(start))] if start else []
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign:
            raise ValueError(f"“{pair}” is not NAME=ISO")
        if any(name == other for other, _ in told) and not name.endswith((".from", ".to")):
            raise ValueError(f"“{name}” is given twice")
        told.append((name, moment_of(value)))
    return together(told)


def _known(events: dict[str, Moment]) -> None:
    """A misspelt event would silently count for nothing; refuse it with the names that come near."""
    names = {"from", *policy.current().event_names}
    for event in events:
        if re.sub(r"\.\d+(?=\.(from|to)$)", "", event) not in names:
            near = get_close_matches(event, names, n=3) or sorted(names)
            raise typer.BadParameter(f"no event is called “{event}”; do you mean {', '.join(near)}?")


commands = [deadline]
