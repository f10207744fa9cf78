"""hengjian reference: the pages under docs/reference, made from the code they describe."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Annotated, Any

import typer

from ._django import setup

HEAD = "<!-- Made from the code by `hengjian reference --write docs/reference`; do not edit. -->\n"


def reference(
    write: Annotated[Path | None, typer.Option(help="Write the pages into this folder.")] = None,
) -> None:
    """Print the reference pages (settings, commands, powers, refusals, houses), or write them."""
    setup()
    for name, page in pages().items():
        if write:
            write.mkdir(parents=True, exist_ok=True)
            (write / name).write_text(page, encoding="utf-8")
        else:
            print(page)


def pages() -> dict[str, str]:
    """File name to text of every page; needs Django."""
    makers: dict[str, Callable[[], Iterator[str]]] = {
        "settings.md": _settings,
        "commands.md": _commands,
        "powers.md": _powers,
        "refusals.md": _refusals,
        "houses.md": _houses,
    }
    return {name: HEAD + "\n".join(make()) + "\n" for name, make in makers.items()}


def _table(heads: str, rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads.split(','))} |"
    yield f"|{'---|' * len(heads.split(','))}"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"


def _settings() -> Iterator[str]:
    from hengjian.config.env import ROOT, Env

    yield "# Settings\n\nEvery setting is an environment variable. A value of the wrong type stops the start.\n"
    rows = []
    for name, field in Env.model_fields.items():
        default = str(field.default).replace(str(ROOT), "<clone>")
        kind = getattr(field.annotation, "__name__", str(field.annotation))
        rows.append([f"`HENGJIAN_{name.upper()}`", kind, f"`{default}`" if default else "—", field.description or ""])
    yield from _table("variable,type,default,meaning", rows)


def _commands() -> Iterator[str]:
    from typer.main import get_command

    from . import build

    yield "# Commands\n\n`python3 run.py WORD …` in a clone, `hengjian WORD …` where it is installed.\n"
    yield "Exit codes: 0 done; 1 the answer is no; 2 the call is wrong; 3 refused by a rule of the platform.\n"
    yield from _words(get_command(build()), "hengjian")


def _words(command: Any, path: str) -> Iterator[str]:
    for name, sub in sorted(getattr(command, "commands", {}).items()):
        if hasattr(sub, "commands"):
            yield from _words(sub, f"{path} {name}")
            continue
        yield f"## {path} {name}\n\n{inspect.cleandoc(sub.help or '').strip()}\n"
        rows = [_parameter(one) for one in sub.params if one.name != "help"]
        if rows:
            yield from _table("word,default,meaning", rows)
            yield ""


def _parameter(one: Any) -> list[str]:
    name = ", ".join(one.opts) if one.param_type_name == "option" else (one.name or "").upper()
    default = "required" if one.required else _default_of(one.default)
    return [f"`{name}`", default, getattr(one, "help", None) or ""]


def _default_of(value: Any) -> str:
    return f"`{value}`" if isinstance(value, str | int | float) and value != "" else "—"


def _powers() -> Iterator[str]:
    from hengjian.ground import policy
    from hengjian.ground.people import powers

    posts = policy.current().catalogue("posts").items
    yield "# Powers\n\nEvery page and endpoint names one; a person has those of the posts held on the day.\n"
    rows = []
    for power, title in powers.catalogue().items():
        holders = sorted(item.title for code, item in posts.items() if power in powers.of_post(code))
        rows.append([f"`{power}`", str(title), "、".join(holders) or "—"])
    yield from _table("power,title,posts", rows)


def _refusals() -> Iterator[str]:
    from hengjian.config import houses
    from hengjian.ground.kit.refusals import Refusal

    # Every module of every storey, so that the page does not depend on what happens to be loaded already.
    for storey in houses.STOREYS:
        package = import_module(f"hengjian.{storey}")
        for found in walk_packages(package.__path__, f"hengjian.{storey}."):
            if "migrations" not in found.name:
                import_module(found.name)
    kinds = {one for one in _below(Refusal) if one.__module__.startswith("hengjian.")}
    yield "# Refusals\n\nThe `code` of a problem document or of exit code 3, with its HTTP status.\n"
    rows = [[f"`{one.code}`", str(one.status), one.__module__, inspect.cleandoc(one.__doc__ or "")] for one in kinds]
    yield from _table("code,status,where,meaning", sorted(rows))


def _below(kind: type) -> Iterator[Any]:
    sub: Any
    for sub in kind.__subclasses__():
        yield sub
        yield from _below(sub)


def _packages() -> list[str]:
    from hengjian.config import houses

    return [f"hengjian.{storey}.{house}" for storey in houses.STOREYS for house in houses.houses(storey)]


def _houses() -> Iterator[str]:
    yield "# Houses\n\nThe card of every house, as it stands in its `__init__`.\n"
    for house in _packages():
        card = inspect.cleandoc(import_module(house).__doc__ or "")
        yield f"## {house.removeprefix('hengjian.')}\n\n```text\n{card}\n```\n"


commands = [reference]
