"""`hengjian law`: check, gaps, explain, diff, uses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from hengjian.ground import policy
from hengjian.ground.policy import inquiry
from hengjian.ground.policy.examples import run_terms

app = typer.Typer(no_args_is_help=True, help="法律包：检查、缺口、解释、差异、使用处")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Roots = Annotated[
    list[Path] | None, typer.Argument(help="Pack folders, later over earlier; default: the packs in use.")
]


def _show(answer: dict[str, Any], lines: Iterable[str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, default=str))
        return
    for line in lines:
        typer.echo(line)


@app.command()
def check(folders: Roots = None, json_: Json = False) -> None:
    """Load the packs and run every example. Exit 1 with place and remedy where something is wrong."""
    try:
        law = policy.load(folders or policy.roots())
    except policy.BadPack as bad:
        mistakes = [str(mistake) for mistake in bad.mistakes]
        _show({"ok": False, "mistakes": mistakes}, mistakes, json_)
        raise typer.Exit(1) from None
    outcomes = list(run_terms(law))
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
    answer = inquiry.explain(policy.current(), name, date.fromisoformat(on) if on else None)
    _show(answer, inquiry.lines_of(answer), json_)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="Pack folder as it was.")],
    after: Annotated[Path, typer.Argument(help="Pack folder as it is to be.")],
    json_: Json = False,
) -> None:
    """What differs between two states of a pack: ids added, removed, changed."""
    changes = inquiry.diff(before, after)
    lines = [f"{sign} {change}" for kind, sign in (("added", "+"), ("removed", "-")) for change in changes[kind]]
    lines += [f"~ {item['id']} {item['key']}: {item['before']} → {item['after']}" for item in changes["changed"]]
    _show(changes, lines or ["没有差异"], json_)


@app.command()
def uses(name: Annotated[str, typer.Argument(help="Id or alias.")], json_: Json = False) -> None:
    """Where a rule is used: other entries, examples, and code."""
    found = inquiry.uses(policy.current(), name)
    _show({"id": name, "uses": found}, found or ["没有使用处"], json_)
