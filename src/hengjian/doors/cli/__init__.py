"""The command line (命令行): `hengjian COMMAND`.

In:   words typed by an operator, an auditor, a script
Out:  one call to a service or query; text for people, one JSON object with --json
Law:  —
Read: any module of this folder; each brings `app` (a group) or `commands` (single ones)

Exit codes: 0 done; 1 the answer is no (a check failed, a seal is broken); 2 the call is wrong;
3 refused by a rule of the platform, with the reason on standard error.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import typer

from hengjian.ground.kit.refusals import Refusal


def build() -> typer.Typer:
    """The whole command, gathered from the modules of this folder."""
    root = typer.Typer(name="hengjian", no_args_is_help=True, pretty_exceptions_enable=False, help="衡鉴 Hengjian")
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if found.name.startswith("_"):
            continue
        module = import_module(f"{__name__}.{found.name}")
        for function in getattr(module, "commands", ()):
            settings = getattr(module, "PASSED_ON", {}).get(function.__name__)
            root.command(function.__name__.replace("_", "-"), context_settings=settings)(function)
        if hasattr(module, "app"):
            root.add_typer(module.app, name=found.name.replace("_", "-"))
    return root


def main() -> None:
    try:
        build()()
    except Refusal as refusal:
        print(f"{refusal.code}: {refusal}", file=sys.stderr)
        for name, value in refusal.facts.items():
            print(f"  {name}: {value}", file=sys.stderr)
        sys.exit(3)
