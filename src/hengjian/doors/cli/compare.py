"""`hengjian compare`: a file for a bank about firms that let it read of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ._django import setup


def compare(
    by: Annotated[str, typer.Option("--by", help="Number of the officer who answers the bank.")],
    bank: Annotated[str, typer.Option("--bank", help="Credit code of the bank.")],
    purpose: Annotated[str, typer.Option("--purpose", help="What for; kept in the audit.")],
    codes: Annotated[Path, typer.Option("--codes", exists=True, dir_okay=False, help="Credit codes, one a line.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the file (CSV).")],
) -> None:
    """Make a comparison file: of each firm what it allowed, of the others that there is no consent. Refused where none has."""
    setup()
    from hengjian.ground.kit import clock
    from hengjian.ground.people import powers
    from hengjian.ground.people.models import Officer
    from hengjian.street.publication import consents

    officer = Officer.objects.filter(number=by).first()
    if officer is None or "publication.compare" not in powers.of_officer(officer, clock.today()):
        raise typer.BadParameter(f"{by} is no officer with the power publication.compare")
    usccs = codes.read_text(encoding="utf-8-sig").split()
    made = consents.compare(by=officer, recipient_uscc=bank, usccs=usccs, purpose=purpose, on=clock.today(), at=clock.now())
    out.write_bytes(made.data)
    typer.echo(f"{made.comparison.given} of {made.comparison.asked} firms had consented; SM3 {made.comparison.digest} → {out}")


commands = [compare]
