"""`hengjian classify`: a file of facts, or the register itself, in; a file of classes with reasons out."""

from __future__ import annotations

import json
import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from hengjian.ground import policy
from hengjian.street.assessment import factfile

Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day the class is asked for.")]


def classify(
    rules: Annotated[str, typer.Option("--rules", help="Ruleset: tianjin-2015, tianjin-2017, national-general.")],
    on: Day,
    out: Annotated[Path, typer.Option("--out", help="Where to write uscc,class,reasons.")],
    facts: Annotated[
        Path | None, typer.Option("--facts", help="CSV of facts (UTF-8, with header); without it the register and ledger.")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="duckdb, postgres or spark; a facts file is read by duckdb.")] = "duckdb",
    master: Annotated[
        str, typer.Option("--master", help="Spark cluster, e.g. spark://host:7077; it reads the mirror at the same path.")
    ] = "local[*]",
    known: Annotated[
        datetime | None, typer.Option("--known", formats=["%Y-%m-%d"], help="As known on this day; default: all recorded.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Classify every entity of the register, or of a facts file, on a day, as known on a day, with rule ids as reasons."""
    started, law = time.perf_counter(), policy.current()
    day = on.date()
    if engine not in ("duckdb", "postgres", "spark"):
        raise typer.BadParameter("engine must be duckdb, postgres or spark")
    if facts is None:
        _register(engine, master, law, rules, day, known.date() if known else None, out, as_json)
        return
    if engine != "duckdb":
        raise typer.BadParameter("a facts file is read by duckdb; leave --facts out to classify the register elsewhere")
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


def _register(
    engine: str, master: str, law: policy.Law, rules: str, on: date, known: date | None, out: Path, as_json: bool
) -> None:
    """Every entity of the register, from the mirror or the ledger itself."""
    from ._django import setup

    setup()
    from hengjian.street.assessment import engines

    started = time.perf_counter()
    task = engines.Task(law.ruleset(rules), on, known, law.at(on).number, out)
    count = engines.classify(engine, task, master=master)
    seconds = round(time.perf_counter() - started, 3)
    report = {
        "rules": rules, "on": on.isoformat(), "engine": engine, "entities": count, "law": law.version,
        "seconds": seconds, "out": str(out),
    }  # fmt: skip
    words = f"{count} entities on {engine} in {seconds} s → {out}"
    typer.echo(json.dumps(report, ensure_ascii=False) if as_json else words)


commands = [classify]
