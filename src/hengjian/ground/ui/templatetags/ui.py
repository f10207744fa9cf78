"""Tags and filters every page has (a template builtin)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import segno
from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from hengjian.ground.kit import text as kit_text
from hengjian.ground.people import citing, language, powers
from hengjian.ground.policy.clocks import Step
from hengjian.ground.procedure import telling
from hengjian.ground.ui import looks, pages, sheets

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=1000)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; with a label it is read aloud, without one it is decoration."""
    aria = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"></use></svg>', css, aria, static("ui/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def pages_of(context: dict[str, Any], kind: str) -> list[pages.Link]:
    """Links of a navigation: `{% pages_of "desk_pages" as links %}`."""
    request: HttpRequest | None = context.get("request")
    return pages.links(kind, request)


@register.simple_tag(takes_context=True)
def bar(context: dict[str, Any], kind: str) -> SafeString:
    """A navigation as one row of links, this page's marked. It is made once for each set of pages and language."""
    links = pages.links(kind, context.get("request"))
    key = (get_language(), *((link.href, link.here) for link in links))
    if key not in _BARS:
        told = ((link.href, HERE if link.here else "", link.title) for link in links)
        _BARS[key] = format_html_join("", '<a href="{}"{}>{}</a>', told)
    return _BARS[key]


HERE = mark_safe(' aria-current="page"')
WIDE = mark_safe(' class="full"')
_BARS: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag
def tab_links(tabs: Iterable[Mapping[str, Any]]) -> SafeString:
    """Links of a row of tabs: {href, title, here}; count and id may be missing, `hot` marks a count that warns."""
    return mark_safe("".join(_tab(**tab) for tab in tabs))


def _tab(href: str, title: object, here: object = "", count: object = None, id: str = "", hot: object = "") -> SafeString:
    named = format_html(' id="{}"', id) if id else ""
    number = "" if count is None else format_html('<span class="n{}">{}</span>', " hot" if hot else "", count)
    return format_html('<a{} href="{}"{}>{}{}</a>', named, href, HERE if here else "", title, number)


LONG = 24  # a longer value takes the whole width


@register.simple_tag
def facts(pairs: Iterable[tuple[object, ...]]) -> SafeString:
    """Rows of a `dl.facts`: label, value and, where its length does not tell, whether it takes the whole width."""
    told = (
        (WIDE if (wide[0] if wide else len(str(value)) > LONG) else "", label, value) for label, value, *wide in pairs
    )
    return format_html_join("", "<div{}><dt>{}</dt><dd>{}</dd></div>", told)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """The address's query string with some values changed; an empty value drops the key."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in ("", None):
            params[key] = str(value)
    return "?" + params.urlencode() if params else "?"


@register.filter
def class_look(code: object) -> looks.Look:
    return looks.of_class(code)


@register.simple_tag(takes_context=True)
def countdown(context: dict[str, Any], due: date | datetime | None) -> looks.Countdown | None:
    return looks.countdown(due, context["today"]) if due else None


@register.filter
def highlight(value: object, words: object) -> SafeString:
    """Mark the searched words in a name; half- and full-width brackets count as equal."""
    return mark_safe("".join(_marked(str(value or ""), str(words or ""))))


def _marked(value: str, words: str) -> list[SafeString]:
    folded, found = [kit_text.fold(char) for char in value], kit_text.fold(words)
    plain = "".join(folded)
    at = plain.find(found) if found else -1
    if at < 0 or len(plain) != len(value):
        return [format_html("{}", value)]
    end = at + len(found)
    return [format_html("{}<mark>{}</mark>{}", value[:at], value[at:end], value[end:])]


@register.filter
def get(mapping: Mapping[str, object] | None, key: str) -> object:
    """A value by a key held in a variable."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def titled(entry: object) -> str:
    """The title of an entry of the packs in the language of the page."""
    return language.named(entry)


@register.filter
def told(entry: object, name: str) -> str:
    """A field of an entry of the packs in the language of the page: `{{ indicator|told:"numerator" }}`."""
    return language.told(entry, name)


@register.filter
def titles_in(codes: Iterable[str], catalogue: str) -> list[str]:
    """Titles of codes of a list of the packs: `{{ task.lead|titles_in:"departments"|join:", " }}`."""
    return [language.title_in(catalogue, code) for code in codes]


@register.filter
def office(name: object) -> str:
    """An agency, given or named in Chinese, in the language of the page."""
    return language.office(str(name))


@register.filter
def at(values: Sequence[object], place: int) -> object:
    """The value at a place held in a variable."""
    return values[place]


@register.filter
def cite(basis: str) -> str:
    """A basis as people read it: the title of the text and its article."""
    return citing.cited(basis)


@register.filter
def doubt(confidence: str) -> str:
    """What is still to check of a value of the packs (待核); empty where the text of the law was read."""
    return citing.doubt(confidence)


@register.simple_tag
def in_chinese() -> str:
    """Said beside a PDF on English pages: an issued paper has one wording, the Chinese one."""
    return gettext("（中文文书）") if language.english() else ""


@register.filter
def sum_line(step: Step | str) -> str:
    """A line of the sum of a deadline; one that was told already stays as it is."""
    return telling.line(step) if isinstance(step, Step) else step


@register.filter
def power_title(power: str) -> str:
    """What a power lets people do, as its house says it."""
    title = powers.catalogue().get(power)
    return gettext(str(title)) if title else power


@register.filter
def percent(value: float | None) -> str:
    """A share as people read it: 0.0815 → 8.2%."""
    return "—" if value is None else f"{100 * value:.1f}%"


@register.filter
def wan(value: int | float | None) -> str:
    """A count with thousands separators: 82468 → 82,468."""
    return "—" if value is None else f"{value:,}"


@register.simple_tag
def qr_svg(data: str, scale: int = 4) -> SafeString:
    """A QR code as inline SVG without style attributes (the content security policy forbids them)."""
    return mark_safe(
        segno.make(data, error="m").svg_inline(scale=scale, border=2, dark="#0b2a55", light="#ffffff", omitsize=False)
    )


def qr_file(data: str, scale: int = 4) -> bytes:
    """The same QR code as a file of its own: an image element shows only an SVG that names its namespace."""
    out = io.BytesIO()
    segno.make(data, error="m").save(out, kind="svg", scale=scale, border=2, dark="#0b2a55", light="#ffffff", omitsize=False)
    return out.getvalue()


@register.simple_tag
def export_label(total: int) -> str:
    """What the button of an export says: also when a file cannot take all rows."""
    if total <= sheets.MOST:
        return gettext("导出 Excel")
    return gettext("导出前 %(most)s 行（共 %(total)s 行）") % {"most": wan(sheets.MOST), "total": wan(total)}


@register.filter
def to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


@register.simple_tag
def link_with(base: str, **params: object) -> str:
    return f"{base}?{urlencode({key: str(value) for key, value in params.items() if value not in ('', None)})}"
