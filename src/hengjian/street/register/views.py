"""Desk: the register as a list, and one entity's facts with where each came from."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import title_in
from hengjian.street.intake import queries as intake

from . import forms, queries, telling
from .models import Entity

SHOWN = 20


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


@requires("register.view")
def entity_list(request: HttpRequest) -> HttpResponse:
    """Entities in the officer's scope, found by name, code, kind, status or district."""
    form = forms.FilterForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = Paginator(queries.listed(_officer(request), **asked), SHOWN).get_page(request.GET.get("page"))
    names = {catalogue: dict(forms.items(catalogue)) for catalogue in ("districts", "registration-states")}
    rows = [
        (found, forms.KINDS.get(found.kind, found.kind), names["registration-states"].get(found.status, found.status),
         names["districts"].get(found.district or "", ""))
        for found in page
    ]  # fmt: skip
    former = queries.names_given_up([found.pk for found in page])
    context = {"form": form, "page": page, "rows": [(*row, former.get(row[0].pk, [])) for row in rows], "asked": any(asked.values())}
    return render(request, "register/entity_list.html", context)


@requires("register.view")
def entity(request: HttpRequest, uscc: str) -> HttpResponse:
    """One entity: present facts, former names, the delivery and row they were read from."""
    found = queries.entity_for(_officer(request), uscc)
    origin = intake.opens(_officer(request), request.powers, found.origin_delivery_id)  # type: ignore[attr-defined]
    context = {"origin_opens": origin, "entity": found, "facts": facts_of(found), "former": queries.former_names(found), "why": _why(found)}
    return render(request, "register/entity.html", context)


def _why(found: Entity) -> dict[str, Any]:
    """What the district was read from, with a code shown as its name."""
    why = dict(found.district_why)
    if str(why.get("read", "")).isdigit():
        why["read"] = title_in("districts", why["read"])
    return why


def facts_of(found: Entity) -> list[tuple[str, str]]:
    """Label and value of each registered fact; what no file has told is a dash."""
    law = policy.current()
    lines = (
        (_("主体类型"), str(forms.KINDS.get(found.kind, found.kind))),
        (_("登记类型"), title_in(str(law.record("registration").fields["entity_type"].catalogue), found.entity_type)),
        (_("登记状态"), title_in("registration-states", found.status)),
        (_("成立日期"), found.established.isoformat() if found.established else ""),
        (_("注册资本"), telling.capital(found.capital_fen, found.capital_currency)),
        (_("登记机关"), found.authority),
        (_("行业"), title_in("industries", found.industry)),
        (_("辖区"), title_in("districts", found.district) or _("不能确定")),
        (_("住所"), found.address),
        (_("经营范围"), found.scope_text),
    )
    return [(label, value or "—") for label, value in lines]
