"""Templates: nothing inline (strict CSP), every address and every static file exists, keys look upstream."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.urls import URLPattern, get_resolver

from hengjian.config.houses import STREET, houses

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "hengjian"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=.application/(ld\+)?json)|\sstyle\s*=\s*[\"']|<style|\son[a-z]+\s*=\s*[\"']",
    re.IGNORECASE,
)
ids = [path.relative_to(PACKAGE).as_posix() for path in TEMPLATES]


def _names(resolver=None, spaces=()):
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            if one.name:
                yield ":".join((*spaces, one.name))
        else:
            yield from _names(one, (*spaces, one.namespace) if one.namespace else spaces)


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_no_template_carries_script_or_style_of_its_own(path):
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert INLINE.findall(text) == []


def test_every_address_a_template_names_exists():
    known = set(_names())
    wrong = []
    for path in TEMPLATES:
        for name in re.findall(r"\{%\s*url\s+['\"]([\w:-]+)['\"]", path.read_text(encoding="utf-8")):
            if name not in known:
                wrong.append(f"{path.relative_to(PACKAGE)}: {name}")
    assert wrong == []


def test_every_static_file_a_template_names_exists():
    wrong = []
    for path in TEMPLATES:
        for name in re.findall(r"\{%\s*static\s+['\"]([^'\"]+)['\"]", path.read_text(encoding="utf-8")):
            if not finders.find(name):
                wrong.append(f"{path.relative_to(PACKAGE)}: {name}")
    assert wrong == []


def test_keys_look_upstream_or_down_to_the_ground():
    # The order inside the ground is kept by the import contracts; here it only has to lie before the street.
    order = {label: place for place, label in enumerate((*houses("ground"), *STREET))}
    wrong = []
    for model in apps.get_models():
        label = model._meta.app_label
        for field in model._meta.get_fields():
            if field.many_to_one or field.one_to_one or field.many_to_many:
                if field.auto_created or not field.related_model:
                    continue
                target = field.related_model._meta.app_label
                if label in order and target in STREET and order[target] > order[label]:
                    wrong.append(f"{model.__name__}.{field.name} looks down the street at {target}")
    assert wrong == []
