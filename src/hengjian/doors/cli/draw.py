"""`hengjian draw`: check a public bundle, list draws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Draws and their public bundles.", no_args_is_help=True)


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(exists=True, readable=True, help="Bundle (.zip) or the folder it was unpacked to")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False,
) -> None:
    """Repeat a draw from its bundle. Exit code 0: confirmed; 1: something differs, each line names what; 2: no bundle."""
    from hengjian.street.draw import lottery

    if not as_json:
        raise typer.Exit(lottery.main([str(bundle)]))
    try:
        faults = lottery.verify(lottery.open_bundle(bundle))
    except (OSError, KeyError, ValueError) as error:
        print(json.dumps({"confirmed": None, "error": str(error)}, ensure_ascii=False))
        raise typer.Exit(2) from error
    print(json.dumps({"confirmed": not faults, "faults": faults}, ensure_ascii=False))
    raise typer.Exit(1 if faults else 0)


@app.command("list")
def list_draws(as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False) -> None:
    """Every draw, newest first."""
    from ._django import setup

    setup()
    from hengjian.street.draw.models import Draw

    draws = [
        {
            "draw": draw.slug, "title": draw.plan.title, "number": draw.number, "state": draw.state,
            "frame": draw.frame_size, "drawn": draw.total, "commitment": draw.commitment,
        }
        for draw in Draw.objects.select_related("plan").order_by("-pk")
    ]  # fmt: skip
    if as_json:
        print(json.dumps({"draws": draws}, ensure_ascii=False))
        return
    for draw in draws:
        print(f"{draw['draw']}  {draw['state']:<10}{draw['drawn']:>6,} / {draw['frame']:,}  {draw['title']}（第 {draw['number']} 次）")
