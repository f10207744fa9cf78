"""hengjian openapi: the description of the API, as kept in docs/openapi.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ._django import setup


def openapi(write: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None) -> None:
    """Print the OpenAPI document, or write it."""
    setup()
    from hengjian.doors.api.assembly import described

    if write:
        write.write_text(described(), encoding="utf-8")
    else:
        print(described(), end="")


commands = [openapi]
