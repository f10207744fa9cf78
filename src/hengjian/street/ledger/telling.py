"""Words for what was masked, beside the record on every page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.people.citing import cited, doubt
from hengjian.ground.people.language import named

from .masking import NESTED

WORDS = {"because": gettext_lazy("理由"), "text": gettext_lazy("企业的话"), "restored": gettext_lazy("撤销修复的理由")}


def field_title(kind: str, path: str) -> str:
    """A field as people call it; a column nobody recognised by its heading."""
    law = policy.current()
    fields = law.records[kind].fields if kind in law.records else {}
    if path in fields:
        return named(fields[path])
    return path.removeprefix(f"{NESTED}.") if path.startswith(f"{NESTED}.") else str(WORDS.get(path, path))


def ground(code: str) -> tuple[str, str]:
    """The ground and the articles it rests on, with the mark of what still has to be checked against the text of the law."""
    listed = policy.current().catalogue("redaction-grounds")
    item, mark = listed.items.get(code), doubt(listed.confidence)
    return (named(item), cited(str(item.extra["law"])) + (f" · {mark}" if mark else "")) if item else (code, "")


def grounds() -> list[tuple[str, str]]:
    """Every ground with its articles, for a form."""
    found = policy.current().catalogue("redaction-grounds").items
    return [(code, _("%(ground)s（%(basis)s）") % {"ground": named(item), "basis": ground(code)[1]}) for code, item in found.items()]


def masked(kind: str, day: date | str, fields: Iterable[str], code: str) -> str:
    """That words of a record were masked: when, which fields, on which ground."""
    title, basis = ground(code)
    told = {"day": str(day), "fields": "、".join(field_title(kind, one) for one in fields), "ground": title, "basis": basis}
    return _("%(day)s 起遮蔽“%(fields)s”中的内容：%(ground)s（%(basis)s）") % told


def beside(kind: str, records: Iterable[Any]) -> list[dict[str, Any]]:
    """The sealed accounts of masking as notes beside the record."""
    return [{"seq": one.seq, "says": masked(kind, one.decided, one.body["fields"], one.body["ground"])} for one in records]
