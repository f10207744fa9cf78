"""Templates put together ahead read exactly as Django renders them, in every language."""

from __future__ import annotations

import pytest
from django.template import Context, Engine, engines
from django.test import RequestFactory
from django.utils.translation import override

from hengjian.ground.ui.folding import Folded, Plain, fold

SOURCE = """{% translate "首页" %} {% icon "search" %}<a href="{% url 'portal:home' %}">{% translate "企业信用" %}</a>
{% for name in names %}{% translate "查询" %}: {{ name }}{% if forloop.first %}{% translate "打印" %}!{% endif %};{% endfor %}
{% translate name as said %}{{ said }} {% icon chosen %} {{ amount }} {{ day|date:"Y-m-d" }} {{ safe }} {{ missing }}
{% autoescape off %}{{ markup }}{% endautoescape %}<c-copy text="{{ markup }}" /><c-note>{% translate "打印" %} {{ markup }}</c-note>"""
WORDS = {
    "names": ["<甲>", "乙&丙", "'丁'"], "name": "查询", "chosen": "printer", "amount": 1234.5, "day": None,
    "safe": "plain", "markup": "<b>&</b>",
}  # fmt: skip


def _engine() -> Engine:
    return engines["django"].engine


def _read(folded: bool, language: str) -> str:
    template = _engine().from_string(SOURCE)
    if folded:
        fold(template.nodelist)
    with override(language):
        return template.render(Context(WORDS | {"request": RequestFactory().get("/")}))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_folded_template_reads_as_the_unfolded_one(language):
    assert _read(True, language) == _read(False, language)


def test_one_folded_template_speaks_the_language_of_each_reader():
    template = _engine().from_string('{% translate "首页" %}{% icon "search" %}')
    fold(template.nodelist)
    said = []
    for language in ("zh-hans", "en", "zh-hans"):
        with override(language):
            said.append(template.render(Context()))
    assert said[0] == said[2] != said[1]


def test_text_translations_icons_and_addresses_become_one_part():
    template = _engine().from_string(SOURCE.splitlines()[0] + "{{ name }}")
    fold(template.nodelist)
    assert [type(node) for node in template.nodelist] == [Folded, Plain]


def test_the_pages_of_the_platform_are_folded():
    entity = _engine().get_template("ui/portal.html")
    assert entity.nodelist.get_nodes_by_type(Folded)
