"""`hengjian exchange`: peers and how far they have followed."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ._django import setup

app = typer.Typer(help="Data exchange with other systems.", no_args_is_help=True)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="One JSON object per peer")] = False) -> None:
    """How far each peer has followed. Exit code 1: one is late."""
    setup()
    from hengjian.doors.exchange import peers, sending
    from hengjian.ground.kit import clock

    standings = [sending.standing(peer, clock.today()) for peer in peers.peers()]
    for one in standings:
        told = {
            "peer": one.peer.code, "state": one.state, "waiting": one.waiting, "oldest": one.oldest,
            "due": one.deadline and one.deadline.day, "receipt": one.taken and one.taken.says,
        }  # fmt: skip
        line = "  ".join(f"{name}={value}" for name, value in told.items() if value is not None)
        typer.echo(json.dumps(told, ensure_ascii=False, default=str) if as_json else line)
    raise typer.Exit(any(one.state == "late" for one in standings))


@app.command()
def push(
    code: Annotated[str, typer.Argument(help="Code of the peer")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per push")] = False,
) -> None:
    """Tell one peer everything it has not confirmed yet. Exit code 1: it did not confirm."""
    setup()
    from hengjian.doors.exchange import peers, sending
    from hengjian.ground.kit import clock

    peer = peers.named(code)
    if peer is None or not peer.url:
        raise typer.BadParameter(f"{code} is no peer of the pack, or HENGJIAN_PEERS gives it no address")
    made = list(sending.push(peer, on=clock.today(), at=clock.now()))
    for one in made:
        told = {"after": one.after, "through": one.through, "lines": one.lines, "ok": one.ok, "says": one.says}
        typer.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{one}: {one.lines} lines, {one.says}")
    raise typer.Exit(any(not one.ok for one in made))
