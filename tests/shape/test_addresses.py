"""What imports do not show: powers, cards, links."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "hengjian"
HOUSES = sorted(
    path
    for storey in ("ground", "street", "duties")
    for path in (PACKAGE / storey).iterdir()
    if (path / "__init__.py").exists()
)


def _patterns(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.pattern}", pattern.callback
        else:
            yield from _patterns(pattern, f"{prefix}{pattern.pattern}")


def test_every_page_names_the_power_it_needs():
    nameless = [
        address
        for address, view in _patterns(get_resolver())
        if not hasattr(view, "power") and not address.startswith("api/")
    ]
    assert nameless == []


@pytest.mark.parametrize("house", HOUSES, ids=lambda path: path.name)
def test_every_house_introduces_itself(house):
    card = ast.get_docstring(ast.parse((house / "__init__.py").read_text())) or ""
    missing = [word for word in ("In:", "Out:", "Law:", "Read:") if word not in card]
    assert missing == []


@pytest.mark.parametrize("house", HOUSES, ids=lambda path: path.name)
def test_keys_between_houses_look_away_from_the_reader(house):
    models = house / "models.py"
    if not models.exists():
        return
    for call in (node for node in ast.walk(ast.parse(models.read_text())) if isinstance(node, ast.Call)):
        if getattr(call.func, "attr", "") not in {"ForeignKey", "OneToOneField"} or not call.args:
            continue
        target = call.args[0]
        if isinstance(target, ast.Constant) and "." in str(target.value):
            if target.value.split(".")[0] == house.name:
                continue
            names = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert names.get("related_name") == "'+'", f"{house.name}: {ast.unparse(call)}"
