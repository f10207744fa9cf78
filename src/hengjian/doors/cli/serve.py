"""Run the platform: database, static files, web server, jobs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ._django import setup


def migrate() -> None:
    """Bring the database to the present shape and the organisation to the pack's."""
    setup()
    from django.core.management import call_command

    from hengjian.ground.people import services as people

    call_command("migrate", verbosity=0, interactive=False)
    people.establish_agencies()


def serve(
    host: Annotated[str, typer.Option(help="Address; empty: HENGJIAN_HOST.")] = "",
    port: Annotated[int, typer.Option(help="Port; 0: HENGJIAN_PORT.")] = 0,
    workers: Annotated[int, typer.Option(help="Processes; 0: HENGJIAN_WORKERS.")] = 0,
) -> None:
    """Serve pages and API with granian under WSGI, single-threaded workers."""
    from hengjian.config import env

    settings = env.load()
    (settings.data / "static").mkdir(parents=True, exist_ok=True)  # where collectstatic writes; whitenoise looks for it
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.config.settings")
    arguments = ["--interface", "wsgi", "--host", host or settings.host, "--port", str(port or settings.port)]
    arguments += ["--workers", str(workers or settings.workers), "--blocking-threads", "1", "--no-ws"]
    # A worker that is told to stop while it still loads does not hear it.
    arguments += ["--workers-kill-timeout", "5"]
    arguments += ["--respawn-failed-workers", "--log-level", "warning", "hengjian.config.wsgi:application"]
    granian = Path(sys.executable).with_name("granian")
    os.execv(granian, [str(granian), *arguments])


def shell() -> None:
    """A Python prompt with the platform loaded."""
    setup()
    from django.core.management import call_command

    call_command("shell")


def manage(arguments: list[str]) -> None:
    """Any Django management command with its options: `hengjian manage makemigrations ledger --name why`."""
    setup()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["hengjian manage", *arguments])


PASSED_ON = {"manage": {"ignore_unknown_options": True, "allow_interspersed_args": False}}
commands = (migrate, serve, shell, manage)
