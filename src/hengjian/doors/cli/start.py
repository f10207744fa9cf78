"""The first minutes: demonstration accounts, and what to try."""

from __future__ import annotations

from typing import Annotated

import typer

from ._django import setup

PASSWORD = "hengjian-demo-2026"
ACCOUNTS = (  # user, plainly generated name, post, agency, scope
    ("demo-filing", "演示归集员", "filing-clerk", "120000-ecology", "unit"),
    ("demo-inspector", "演示检查员", "inspector", "120119", "unit"),
    ("demo-case", "演示办案员", "case-officer", "120119", "unit"),
    ("demo-draw", "演示抽查员", "draw-officer", "120119", "below"),
    ("demo-leader", "演示负责人", "leader", "120119", "district"),
    ("demo-legal", "演示法制员", "legal-officer", "120000", "city"),
    ("demo-auditor", "演示审计员", "auditor", "120000", "city"),
    ("demo-admin", "演示管理员", "administrator", "120000", "city"),
)


def demo_accounts() -> None:
    """Give each kind of person a demonstration account; running it again changes nothing."""
    setup()
    from hengjian.ground.people import services
    from hengjian.ground.people.models import Agency

    for user, name, post, agency, scope in ACCOUNTS:
        services.appoint(
            number=user.upper(),
            name=name,
            agency=Agency.objects.get(code=agency),
            posts=[post],
            scope=scope,
            username=user,
            password=PASSWORD,
        )


def welcome(
    address: Annotated[str, typer.Option(help="Where the platform answers.")] = "http://127.0.0.1:8000",
) -> None:
    """Print where the platform answers, the demonstration logins and what to try."""
    typer.echo(f"\n  衡鉴 Hengjian  {address}\n\n  Demonstration logins, password {PASSWORD}:")
    for user, name, post, agency, _ in ACCOUNTS:
        typer.echo(f"    {user:<16}{name}  {post} @ {agency}")
    typer.echo(
        f"""
  Try:
    1. {address}/                 the home page and the version of the law
    2. {address}/ui/              the gallery of components
    3. {address}/desk/people/     agencies of Tianjin (sign in as demo-leader)
    4. {address}/api/openapi.json the API as a document
    5. python3 run.py --help      the command line
  Stop with Ctrl+C. The data stay.
"""
    )


commands = (demo_accounts, welcome)
