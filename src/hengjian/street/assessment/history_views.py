"""Pages: the class of a firm on every past day, what runs found changed, and the changes of a city in a period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.ui import sheets
from hengjian.street.register.models import Entity

from . import forms, queries, telling
from .models import Change
from .views import entity_for, family_of, own_entity, tabs

PERIOD = timedelta(days=90)  # of the list of changes, where nobody asks for another
HEADS = (
    gettext_lazy("起"), gettext_lazy("止"), gettext_lazy("天数"), gettext_lazy("信用类别"), gettext_lazy("理由与依据"), gettext_lazy("相关记录"),
)  # fmt: skip
FOUND = (
    gettext_lazy("基准日"), gettext_lazy("变动"), gettext_lazy("理由"), gettext_lazy("计算时刻"), gettext_lazy("台账序号"),
    gettext_lazy("法律包"),
)  # fmt: skip
MOVED = (gettext_lazy("基准日"), gettext_lazy("名称"), gettext_lazy("统一社会信用代码"), gettext_lazy("变动"), gettext_lazy("理由"))


def _asked(request: HttpRequest) -> tuple[forms.Past, date, date | None]:
    form = forms.Past(request.GET if request.GET.get("on") or request.GET.get("known") else None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return form, asked.get("on") or clock.today(), asked.get("known")


def _context(request: HttpRequest, entity: Entity, family: str) -> dict[str, Any]:
    form, on, known = _asked(request)
    days = urlencode({name: day.isoformat() for name, day in (("on", on), ("known", known)) if day}) if form.is_bound else ""
    found = [telling.spell(each, entity.kind) for each in queries.spells_of(entity, upto=on, known=known, family=family)]
    return {
        "entity": entity, "form": form, "on": on, "known": known, "replayed": form.is_bound and form.is_valid(), "heads": HEADS,
        "spells": found, "family": family, "tabs": tabs(family, clock.today(), f"&{days}" if days else ""),
    }  # fmt: skip


@never_cache
@requires("assessment.view")
def history(request: HttpRequest, uscc: str) -> HttpResponse:
    """The class of every past day with its reasons, beside what each run found at the time."""
    entity, family = entity_for(request, uscc), family_of(request)
    changes = [_found(change) for change in queries.history(entity) if _family_of(change) == family]
    context = _context(request, entity, family) | {"changes": changes, "found_heads": FOUND}
    return render(request, "assessment/history.html", context)


@never_cache
@requires("counter.own")
def own_history(request: HttpRequest) -> HttpResponse:
    """The public class of the representative's own firm on every past day."""
    return render(request, "assessment/own_history.html", _context(request, own_entity(request), queries.COLOURS))


@requires("assessment.view")
def history_export(request: HttpRequest, uscc: str) -> HttpResponse:
    """The same spells as a spreadsheet; who took it out is kept."""
    entity, family = entity_for(request, uscc), family_of(request)
    _form, on, known = _asked(request)
    found = queries.spells_of(entity, upto=on, known=known, family=family)
    heads = ("起", "止", "天数", "类别代码", "类别", "规则版本", "理由", "依据", "相关记录")
    lines = [
        (each.first, each.last, each.days, each.answer.code, told["item"].title, each.answer.ruleset.title,
         "；".join(rule["title"] for rule in told["rules"]), "；".join(rule["basis"] for rule in told["rules"]),
         "；".join(dict.fromkeys(record["ref"] for rule in told["rules"] for record in rule["records"])))
        for each, told in ((each, telling.spell(each, entity.kind)) for each in found)
    ]  # fmt: skip
    officer, asked = request.officer, {"on": on.isoformat(), "known": known and known.isoformat(), "family": family}  # type: ignore[attr-defined]
    return sheets.export("class-history", heads, lines, of=len(lines), by=officer, subject=f"entity:{entity.uscc}", filters=asked)


def _family_of(change: Change) -> str:
    ruleset = policy.current().sections["rules"].get(change.ruleset)
    return ruleset.family if ruleset else ""


def _found(change: Change) -> dict[str, Any]:
    """A change as a run found it: from which class to which, and why."""
    ruleset = policy.current().sections["rules"].get(change.ruleset)
    items = {item.code: item for item in ruleset.classes} if ruleset else {}
    return {
        "change": change, "before": items.get(change.before), "after": items.get(change.after),
        "reasons": telling.reasons(change.reasons), "at": change.recorded_at.astimezone(clock.SHANGHAI),
    }  # fmt: skip


def _moved(request: HttpRequest) -> tuple[forms.Moved, dict[str, Any], Any]:
    form, today = forms.Moved(request.GET or None), clock.today()
    told = form.cleaned_data if form.is_bound and (form.is_valid() or form.cleaned_data) else {}
    last = told.get("last") or today
    asked: dict[str, Any] = {
        "family": family_of(request), "first": told.get("first") or last - PERIOD, "last": last,
        "before": told.get("before") or "", "after": told.get("after") or "",
    }  # fmt: skip
    return form, asked, queries.changes(request.officer, **asked)  # type: ignore[attr-defined]


@never_cache
@requires("assessment.view")
def changes(request: HttpRequest) -> HttpResponse:
    """Whose class changed in a period, within the officer's scope, last first."""
    form, asked, found = _moved(request)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    ruleset = queries.ruleset_of(asked["family"], clock.today())
    context = {
        "form": form, "asked": asked, "page": page, "lines": [_found(change) for change in page], "heads": MOVED,
        "classes": [(item.code, telling.named(item)) for item in reversed(ruleset.classes)],
        "tabs": tabs(asked["family"], clock.today(), f"&first={asked['first']}&last={asked['last']}"),
    }  # fmt: skip
    return render(request, "assessment/changes.html", context)


@requires("assessment.view")
def changes_export(request: HttpRequest) -> HttpResponse:
    """The same changes as a spreadsheet; who took it out is kept."""
    _form, asked, found = _moved(request)
    heads = ("基准日", "统一社会信用代码", "名称", "原类别", "新类别", "理由", "计算时刻", "台账序号", "法律包", "规则版本")
    lines = (
        (each.on, each.entity.uscc, each.entity.name, told["before"].title if told["before"] else each.before,
         told["after"].title if told["after"] else each.after, "；".join(told["reasons"]), told["at"].isoformat(timespec="seconds"),
         each.ledger_seq, each.pack_version, each.ruleset)
        for each in found[: sheets.MOST].iterator(chunk_size=2_000)
        for told in [_found(each)]
    )  # fmt: skip
    filters = {name: str(value) for name, value in asked.items()}
    officer = request.officer  # type: ignore[attr-defined]
    return sheets.export("class-changes", heads, lines, of=found.count(), by=officer, subject=f"ruleset:{asked['family']}", filters=filters)
