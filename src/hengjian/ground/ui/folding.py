"""Templates put together ahead: neighbouring parts that read alike for everybody become one part per language.

Half of a page is text, literal translations, icons and addresses of files. Django renders each of them anew for every
reader; folded, a run of them is one string, made when first read in a language. What depends on anything but the
language is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from django.template import Context
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Template,
    TextNode,
    Variable,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import CommentNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from .templatetags.ui import icon


class Loader(cached.Loader):
    """Keeps compiled templates as Django's cached loader does, folded."""

    def get_template(self, template_name: str, skip: list[Any] | None = None) -> Template:
        known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known:
            fold(template.nodelist)
        return template


class Folded(Node):
    """A run of parts that depend on the language alone."""

    child_nodelists = ()

    def __init__(self, parts: list[Node], spoken: bool) -> None:
        self.parts, self.spoken = parts, spoken
        self.token, self.origin = parts[0].token, parts[0].origin
        self.known: dict[str | None, SafeString] = {}

    def render_annotated(self, context: Context) -> SafeString:
        language = get_language() if self.spoken else None
        text = self.known.get(language)
        if text is None:
            text = self.known[language] = mark_safe("".join(part.render(context) for part in self.parts))
        return text

    render = render_annotated


class Plain(VariableNode):
    """A variable; a plain string, which most are, needs no more than escaping."""

    def __init__(self, node: VariableNode) -> None:
        super().__init__(node.filter_expression)
        self.token, self.origin = node.token, node.origin

    def render(self, context: Context) -> str:
        value = self.filter_expression.resolve(context)
        if type(value) is str and context.autoescape:
            return escape(value)
        return render_value_in_context(value, context)


def fold(nodes: NodeList) -> None:
    """Fold a list of nodes, and the lists inside them, in place."""
    folded: list[Node] = []
    run: list[Node] = []
    for node in nodes:
        if _constant(node):
            run.append(node)
            continue
        folded += _joined(run)
        run = []
        folded.append(Plain(node) if type(node) is VariableNode else node)
        for inner in _lists(node):
            fold(inner)
    nodes[:] = [*folded, *_joined(run)]


def _joined(run: list[Node]) -> list[Node]:
    if len(run) < 2 and all(isinstance(node, TextNode) for node in run):
        return list(run)
    return [Folded(list(run), any(not isinstance(node, TextNode | StaticNode) for node in run))]


def _lists(node: Node) -> Iterator[NodeList]:
    """Every list of nodes a node holds, whatever it calls them; `if` keeps its lists in pairs."""
    for value in vars(node).values():
        if isinstance(value, NodeList):
            yield value
        elif isinstance(value, list):
            yield from (part for pair in value if isinstance(pair, tuple) for part in pair if isinstance(part, NodeList))


def _constant(node: Node) -> bool:
    if isinstance(node, TextNode | CommentNode | LoadNode):
        return True
    if isinstance(node, TranslateNode):
        return not (node.asvar or node.noop or node.message_context) and _literal(node.filter_expression)
    if isinstance(node, StaticNode):
        return node.varname is None and _literal(node.path)
    if isinstance(node, URLNode):
        return not (node.args or node.kwargs or node.asvar) and _literal(node.view_name)
    if isinstance(node, SimpleNode):
        words = [*node.args, *node.kwargs.values()]
        return node.func is icon and node.target_var is None and all(_literal(word) for word in words)
    return False


def _literal(word: FilterExpression) -> bool:
    if word.filters or not word.is_var:
        return not word.filters
    return isinstance(word.var, Variable) and isinstance(word.var.literal, str) and not word.var.translate
