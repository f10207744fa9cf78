"""The first minutes: a demonstration city with work on every desk, logins, and what to try."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hengjian.doors.demo.city import DEFAULT_ENTITIES
from hengjian.doors.demo.logins import ACCOUNTS, FIRM, PASSWORD

from ._django import setup

if TYPE_CHECKING:
    from hengjian.doors.demo.seed import Found

def _folder() -> Path:
    from hengjian.config import env

    return env.load().data / "demo"


def seed_demo(
    entities: Annotated[int, typer.Option(min=300, max=100_000, help="Number of entities")] = DEFAULT_ENTITIES,
) -> None:
    """Prepare what a newcomer sees: a demo city taken down the whole street, and something waiting on every desk.

    For a data folder of its own: one that holds other files is refused (exit code 3). Broken off, it is finished by
    running it again.
    """
    os.environ.setdefault("HENGJIAN_DEMO", "1")
    setup()
    from hengjian.doors.demo import seed
    from hengjian.ground.kit import clock

    from .demo import STOPS

    def tell(stop: str, said: str, seconds: float) -> None:
        typer.echo(f"  {STOPS.get(stop, stop)}  {seconds:6.2f} s  {said}")

    seed.prepare_city(_folder(), entities, tell, clock.today())


def demo_accounts() -> None:
    """Give each kind of person a demonstration account; running it again changes nothing."""
    setup()
    from hengjian.doors.demo import accounts
    from hengjian.ground.kit import clock

    accounts.open_accounts(clock.today())


def welcome(
    address: Annotated[str, typer.Option(help="Where the platform answers.")] = "http://127.0.0.1:8000",
) -> None:
    """Print where the platform answers, the demonstration logins and five things to try."""
    setup()
    from hengjian.doors.demo import seed

    found = seed.found(_folder())
    typer.echo(f"\n  衡鉴 Hengjian  {address}\n\n  Demonstration logins, all with the password {PASSWORD}")
    for account in ACCOUNTS:
        typer.echo(f"    {account.user:<18}{account.comes_for}（{account.name}）")
    if found:
        typer.echo(f"    {FIRM:<18}the counter of {found.name}")
        typer.echo("\n  Five things to try")
        for number, line in enumerate(things_to_try(address, found), start=1):
            typer.echo(f"    {number}. {line}")
    typer.echo("\n  Citizens need no login. Stop with Ctrl+C; the data stay.\n")


def things_to_try(address: str, found: Found) -> list[str]:
    """One line each: what, as whom, where."""
    from urllib.parse import quote

    from django.urls import reverse

    def at(name: str, *arguments: object) -> str:
        return address + reverse(name, args=arguments)

    return [
        f"find a firm by two characters of its name: {address}{reverse('portal:search')}?q={quote(found.two)}",
        f"see why a firm is yellow: {at('portal:entity', found.uscc)}",
        f"upload a file with ten bad rows as demo-filing: {at('intake:deliver')}  file: {found.sample}",
        f"hold a draw as demo-draw: {at('draw:plan', found.plan)}",
        f"record an inspection as demo-inspector, in a narrow window: {at('inspection:visit_form', found.visit)}",
    ]


commands = (seed_demo, demo_accounts, welcome)
