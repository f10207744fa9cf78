"""Visits in the words of the reader: what pages of the phone, the desk, the counter and the public share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.people import citing
from hengjian.ground.people.language import named, title_in
from hengjian.ground.people.models import Agency, Certificate, Officer
from hengjian.ground.procedure import queries as procedures

from . import forms, queries, rules
from .models import Draft, Result, Visit

FIELDS = {
    "arrived": gettext_lazy("到场"), "place": gettext_lazy("到场地点"), "path": gettext_lazy("检查经过"), "codes": gettext_lazy("检查结果"),
    "photos": gettext_lazy("照片"), "disposal": gettext_lazy("后续处理"), "method": gettext_lazy("检查方式"), "note": gettext_lazy("说明"),
    "witness": gettext_lazy("见证人姓名、单位"), "signed_by_firm": gettext_lazy("当事人签字（姓名）"), "finished": gettext_lazy("结束时间"),
    "left": gettext_lazy("结束地点"), "sign_firm": gettext_lazy("当事人签名"), "sign_witness": gettext_lazy("见证人签名"),
    "sign_officer": gettext_lazy("检查人员签名"), "sign_second": gettext_lazy("另一名检查人员签名"),
}  # fmt: skip
CODED = {"codes": queries.RESULTS, "disposal": queries.DISPOSALS, "method": queries.METHODS}


def titles(catalogue: str, codes: list[str]) -> list[str]:
    """Titles of codes, in the language of the page."""
    return [title_in(catalogue, code) for code in codes]


def listed(catalogue: str, on: date) -> list[tuple[str, str]]:
    return [(item.code, named(item)) for item in policy.current().catalogue(catalogue).on(on).values()]


def row_of(visit: Visit) -> dict[str, Any]:
    """One line of a list."""
    standing: Result | None = next(iter(visit.standing), None)  # type: ignore[attr-defined]
    state = procedures.state_of(visit.proceeding)
    against = standing and rules.speaks_against(standing.codes, queries.lists_for(visit, timezone.localdate(standing.recorded)))
    return {
        "visit": visit, "state": named(procedures.definition(rules.KIND).states[state]), "closed": visit.proceeding.closed,
        "result": standing, "results": titles(queries.RESULTS, standing.codes) if standing else [],
        "against": bool(against),
    }  # fmt: skip


def parts_of(visit: Visit) -> list[dict[str, Any]]:
    """The form, department by department: whose items, and the article behind each."""
    parts = visit.parts or [{"agency": visit.proceeding.agency.code, "items": visit.items}]
    names = dict(Agency.objects.filter(code__in=[part["agency"] for part in parts]).values_list("code", "name"))
    return [
        {"agency": names.get(part["agency"], part["agency"]), "items": [item_of(code) for code in part["items"]]} for part in parts
    ]


def item_of(code: str) -> dict[str, str]:
    """An item of the list: its title, the articles behind it, and what is still to check of them (待核)."""
    catalogue = policy.current().catalogue(queries.ITEMS)
    extra = catalogue.items[code].extra if code in catalogue.items else {}
    basis, mark = extra.get("basis") or catalogue.basis or "", extra.get("confidence") or catalogue.confidence
    return {"code": code, "title": title_in(queries.ITEMS, code), "basis": citing.cited(str(basis)), "doubt": citing.doubt(mark)}


def certificates_of(visit: Visit, on: date) -> list[str]:
    """Numbers of the certificates the team must show; the law wants no more of its people made public."""
    held = Certificate.objects.filter(officer__in=visit.officers.all(), kind="enforcement", since__lte=on, until__gte=on)
    return list(held.order_by("number").values_list("number", flat=True))


def returned(visit: Visit) -> str:
    """Why the last result no longer stands, where it was sent back or taken back and the team has to record again."""
    ended = visit.proceeding.events.filter(act__in=("send-back", "undo")).order_by("-position").first()
    return str(ended.body.get("reason", "")) if ended and not queries.result_of(visit) else ""


def signers(visit: Visit, officer: Officer) -> list[tuple[str, str, str]]:
    """Who signs: field, words, and on which ways a visit can go."""
    other = next((one.name for one in visit.officers.all() if one != officer), "")
    return [
        ("firm", _("当事人签名"), "done"),
        ("witness", _("见证人签名"), "refused not-found"),
        ("officer", _("检查人员签名：%(name)s") % {"name": officer.name}, "done refused not-found"),
        ("second", _("检查人员签名：%(name)s") % {"name": other}, "done refused not-found"),
    ]


def signatures(result: Result) -> list[tuple[str, str]]:
    """Who signed, with the lines of the pen; anything that is no such line is left out."""
    words = {"firm": _("当事人"), "witness": _("见证人"), "officer": result.by.name, "second": result.second.name}
    drawn = {who: result.signatures.get(who, "") for who in words}
    return [(words[who], strokes) for who, strokes in drawn.items() if strokes and rules.is_signature(strokes)]


def result(result: Result) -> dict[str, Any]:
    """The result in words."""
    names = {answer["item"]: answer for answer in result.answers}
    words = {code: str(word) for code, word in forms.ANSWERS}
    return {
        "path": dict(forms.PATHS)[result.path], "codes": titles(queries.RESULTS, result.codes),
        "disposal": titles(queries.DISPOSALS, [result.disposal])[0], "method": titles(queries.METHODS, [result.method])[0],
        "items": [item_of(code) | {"word": words[answer["answer"]], **answer} for code, answer in names.items()],
    }  # fmt: skip


def draft(row: Draft) -> list[tuple[str, str]]:
    """What one device had filled in, field by field in the words of the form; its own fields and empty ones left out."""
    return [(label, _said(name, value)) for name, value in row.entries if value and (label := _label(name))]


def _label(name: str) -> str:
    head, _mark, code = name.partition("_")
    if head in ("item", "note") and code:
        title = title_in(queries.ITEMS, code)
        return title if head == "item" else _("%(item)s（具体情况）") % {"item": title}
    return str(FIELDS.get(name, ""))


def _said(name: str, value: str) -> str:
    if name.startswith("sign_"):
        return _("（已签名）")
    if name in CODED:
        return title_in(CODED[name], value)
    words = dict(forms.PATHS if name == "path" else forms.ANSWERS if name.startswith("item_") else ())
    return str(words.get(value, value))
