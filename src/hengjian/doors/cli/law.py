"""`hengjian law`: check, contracts, gaps, explain, diff, changes, uses, sql.

Exit codes: 0 answered; 1 `check` found a mistake or an example that does not hold; 2 the call is wrong (a date or
dialect that is none); 3 no rule of that name, or none in force that day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.policy import by_column, contracts, history, inquiry
from hengjian.ground.policy.examples import run_clauses, run_rulesets, run_terms

app = typer.Typer(no_args_is_help=True, help="法律包：检查、缺口、解释、差异、使用处")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Day = Annotated[str, typer.Option("--on", help="Law in force on this day; default: today.")]
Roots = Annotated[
    list[Path] | None, typer.Argument(help="Pack folders, later over earlier; default: the packs in use.")
]

Since = Annotated[
    list[Path] | None,
    typer.Option("--since", help="Pack folders as they are in use: contracts of records may not break, but by a new version."),
]


def _show(answer: dict[str, Any], lines: Iterable[str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, default=str))
        return
    for line in lines:
        typer.echo(line)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f'"{text}" is no day; write it as 2026-12-01') from None


@app.command("contracts")
def keep_contracts(
    folders: Roots = None, write: Annotated[bool, typer.Option("--write", help="Keep them beside the packs, unless one is broken.")] = False
) -> None:
    """Print what the packs promise to those who file, or keep it: from then on `law check` refuses what would break it."""
    law, last = policy.load(folders or policy.roots()), (folders or policy.roots())[-1]
    before = contracts.kept(last)
    if broken := contracts.breaks(before, law) if before else []:
        _show({}, [str(mistake) for mistake in broken], as_json=False)
        raise typer.Exit(1)
    if write:
        (last / contracts.KEPT).write_text(contracts.written(law), encoding="utf-8")
    else:
        typer.echo(contracts.written(law), nl=False)


@app.command()
def check(folders: Roots = None, since: Since = None, json_: Json = False) -> None:
    """Load the packs and run every example; hold the contracts of records against those kept. Exit 1 with place and remedy where something is wrong."""
    try:
        law = policy.load(folders or policy.roots())
        before = policy.load(since) if since else contracts.kept((folders or policy.roots())[-1])
        if before and (broken := contracts.breaks(before, law)):
            raise policy.BadPack(broken)
    except policy.BadPack as bad:
        mistakes = [str(mistake) for mistake in bad.mistakes]
        _show({"ok": False, "mistakes": mistakes}, mistakes, json_)
        raise typer.Exit(1) from None
    outcomes = [*run_terms(law), *run_rulesets(law), *run_clauses(law)]
    wrong = [outcome.as_json() for outcome in outcomes if outcome.wrong]
    counts = {section: len(entries) for section, entries in law.sections.items()}
    summary = f"{law.version}：{'，'.join(f'{name} {count}' for name, count in counts.items())}；算例 {len(outcomes)}，不符 {len(wrong)}"
    lines = [f"{item['file']}:{item['line']}: {item['name']} {item['wrong']}" for item in wrong]
    answer = {"ok": not wrong, "version": law.version, "sections": counts, "examples": len(outcomes), "wrong": wrong}
    _show(answer, [summary, *lines], json_)
    if wrong:
        raise typer.Exit(1)


@app.command()
def gaps(json_: Json = False) -> None:
    """What a legal office must still check: part, unverified and project values."""
    found = inquiry.gaps(policy.current())
    lines = [
        f"{gap['file']}:{gap['line']}: {gap['confidence']:<10} {gap['id']} {gap['title']}（{gap['basis']}）"
        for gap in found
    ]
    _show({"count": len(found), "gaps": found}, [*lines, f"共 {len(found)} 处待核"], json_)


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="Id or alias.")],
    on: Annotated[str, typer.Option("--on", help="Law in force on this day.")] = "",
    json_: Json = False,
) -> None:
    """One rule: title, readings over time, basis, confidence, place, examples."""
    answer = inquiry.explain(policy.current(), name, _day(on))
    _show(answer, inquiry.lines_of(answer), json_)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A day, or a pack folder as it was.")],
    after: Annotated[str, typer.Argument(help="A day, or a pack folder as it is to be.")],
    json_: Json = False,
) -> None:
    """What differs between the law of two days, or between two states of a pack: ids added, removed, changed."""
    folders = Path(before), Path(after)
    if not any(folder.is_dir() for folder in folders):
        first, second = _day(before), _day(after)
        if first is None or second is None:
            raise typer.BadParameter("give two days or two folders")
        found = history.between(policy.current(), first, second)
        _show({"before": before, "after": after, "changes": [c.as_json() for c in found]}, _lines(found), json_)
        return
    if missing := [str(folder) for folder in folders if not folder.is_dir()]:
        raise typer.BadParameter(f"{missing[0]} is no folder; give two days or two folders")
    told = inquiry.diff(*folders)
    lines = [f"{sign} {change}" for kind, sign in (("added", "+"), ("removed", "-")) for change in told[kind]]
    lines += [f"~ {item['id']} {item['key']}: {item['before']} → {item['after']}" for item in told["changed"]]
    _show(told, lines or ["没有差异"], json_)


@app.command()
def changes(
    since: Annotated[str, typer.Option("--since", help="From this day; default: today.")] = "",
    until: Annotated[str, typer.Option("--until", help="Up to this day; default: no end.")] = "",
    json_: Json = False,
) -> None:
    """The legal changelog: what begins, changes and ends on which day, from the readings of every rule."""
    found = history.changelog(policy.current(), _day(since) or clock.today(), _day(until))
    _show({"count": len(found), "changes": [change.as_json() for change in found]}, _lines(found), json_)


WORDS = {"begins": "开始", "changes": "改为", "ends": "终止"}


def _lines(found: list[history.Change]) -> list[str]:
    return [
        f"{change.day or ''} {WORDS[change.kind]} {change.id} {change.title} {_said(change.before)} → {_said(change.after)}".strip()
        for change in found
    ] or ["没有差异"]


def _said(said: history.Said | None) -> str:
    return f"{said.value} {said.unit}".strip() + f"（{said.basis}）" if said else "—"


@app.command()
def uses(name: Annotated[str, typer.Argument(help="Id or alias.")], json_: Json = False) -> None:
    """Where a rule is used: other entries, examples, and code."""
    found = inquiry.uses(policy.current(), name)
    _show({"id": name, "uses": found}, found or ["没有使用处"], json_)


@app.command()
def sql(
    rule: Annotated[str, typer.Argument(help="Ruleset, or a rule of one, by id or alias.")],
    dialect: Annotated[str, typer.Option("--dialect", help="duckdb, postgres or spark.")] = "duckdb",
    on: Day = "",
    known: Annotated[str, typer.Option("--known", help="As known on this day; default: all recorded.")] = "",
    json_: Json = False,
) -> None:
    """The one statement that classifies a table `facts`, in the words of an engine."""
    if dialect not in by_column.PLANS:
        raise typer.BadParameter(f"--dialect must be one of {', '.join(by_column.PLANS)}")
    law, day = policy.current(), _day(on) or clock.today()
    ruleset = law.ruleset(law.resolve(rule).id)
    text = by_column.sql(ruleset, dialect, on=day, known=_day(known), terms=law.at(day).number, pretty=True)
    answer = {"ruleset": ruleset.id, "dialect": dialect, "on": day.isoformat(), "law": law.version, "sql": text}
    _show(answer, [text], json_)
