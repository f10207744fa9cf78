"""What an act may be told: each field by its type. No database; lists come from the law in force on the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground.kit import uscc
from hengjian.ground.people.language import named
from hengjian.ground.policy.law import Law
from hengjian.ground.policy.schema.procedures import Field_, Procedure

LONGEST = {"text": 400, "long": 20_000}
MOST_FEN = 10**15


def wrong(procedure: Procedure, names: Iterable[str], body: Mapping[str, Any], law: Law, on: date) -> dict[str, str]:
    """Field to what is wrong with it and what would be right; blank fields are left to `missing_fields`."""
    found = {}
    for name in names:
        value = body.get(name)
        if value in (None, "", [], {}):
            continue
        if word := _wrong(procedure.fields[name], value, law, on):
            found[name] = _("%(field)s：%(wrong)s") % {"field": named(procedure.fields[name]), "wrong": word}
    return found


def _wrong(field: Field_, value: Any, law: Law, on: date) -> str:
    kind = field.type
    if kind == "code":
        return _codes(field, value, law, on)
    if kind in ("officers", "files"):
        return "" if isinstance(value, list) and all(isinstance(one, str) for one in value) else _("应是列表")
    if kind in ("int", "money"):
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole and 0 <= value <= MOST_FEN:
            return ""
        return _("应是不小于零的整数") if kind == "int" else _("应是不小于零的金额（以分计）")
    if kind in ("date", "moment"):
        return _day(str(value), kind)
    if kind == "bool":
        return "" if isinstance(value, bool) else _("应是“是”或“否”")
    if kind == "entity":
        return "" if uscc.is_valid(str(value)) else _("应是 18 位统一社会信用代码，校验位须相符")
    if kind == "record":  # named values, filled in on a page of the house's own
        return "" if isinstance(value, dict) else _("应是项目和值")
    if not isinstance(value, str | int):
        return _("应是文字")
    most = LONGEST.get(kind, 400)
    return "" if len(str(value)) <= most else _("不能超过 %(most)s 字") % {"most": most}


def _codes(field: Field_, value: Any, law: Law, on: date) -> str:
    listed = law.catalogue(field.catalogue or "").on(on)
    if isinstance(value, list) is not field.many:
        return _("应是列表") if field.many else _("只能选一个代码")
    several = value if field.many else [value]
    stray = [code for code in several if not isinstance(code, str) or code not in listed]
    return _("“%(code)s”不在当日有效的代码表中") % {"code": stray[0]} if stray else ""


def _day(text: str, kind: str) -> str:
    try:
        if kind == "moment" and "T" in text:
            if datetime.fromisoformat(text).tzinfo:  # moments of the law are Beijing time; one with a zone sorts with none of them
                raise ValueError(text)
        else:
            date.fromisoformat(text)
    except ValueError:
        return _("应是日期，如 2026-03-02") if kind == "date" else _("应是日期和时间，如 2026-03-02T09:30")
    return ""
