"""`hengjian classify`: a file of facts in, a file of classes with reasons out. No database is touched."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hengjian.ground import policy
from hengjian.street.assessment import factfile

Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day the class is asked for.")]


def classify(
    facts: Annotated[Path, typer.Option("--facts", help="CSV of facts (UTF-8, with header).")],
    rules: Annotated[str, typer.Option("--rules", help="Ruleset: tianjin-2015, tianjin-2017, national-general.")],
    on: Day,
    out: Annotated[Path, typer.Option("--out", help="Where to write uscc,class,reasons.")],
    known: Annotated[
        datetime | None, typer.Option("--known", formats=["%Y-%m-%d"], help="As known on this day; default: all recorded.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Classify every entity of a facts file on a day, as known on a day, with rule ids as reasons."""
    started, law = time.perf_counter(), policy.current()
    day = on.date()
    result = factfile.classify(
        facts,
        law.ruleset(rules),
        out,
        on=day,
        known=known.date() if known else None,
        terms=law.at(day).number,
    )
    seconds = round(time.perf_counter() - started, 3)
    report = {
        "rules": rules, "on": day.isoformat(), "facts": result.facts, "entities": result.entities,
        "classes": result.classes, "law": law.version, "seconds": seconds, "out": str(out),
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    typer.echo(f"{result.entities} entities from {result.facts} rows in {seconds} s → {out}")
    for code, count in result.classes.items():
        typer.echo(f"  {code:8} {count}")


commands = [classify]
