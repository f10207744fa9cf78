"""`hengjian classify`: a file of facts in, a file of classes with reasons out. No database is touched."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hengjian.ground import policy
from hengjian.ground.policy import by_column
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


def rules_sql(
    rules: Annotated[str, typer.Argument(help="Ruleset id or alias.")],
    on: Day,
    dialect: Annotated[str, typer.Option("--dialect", help="duckdb, postgres or spark.")] = "duckdb",
    known: Annotated[datetime | None, typer.Option("--known", formats=["%Y-%m-%d"])] = None,
) -> None:
    """Print the one statement that classifies a table `facts` under a ruleset."""
    if dialect not in by_column.PLANS:
        raise typer.BadParameter(f"dialect must be one of {', '.join(by_column.PLANS)}")
    law, day = policy.current(), on.date()
    text = by_column.sql(
        law.ruleset(rules),
        dialect,
        on=day,
        known=known.date() if known else None,
        terms=law.at(day).number,
        pretty=True,
    )
    typer.echo(text)


commands = [classify, rules_sql]
