"""Desk: the register as a list, and one entity's facts with where each came from."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import named, office, title_in
from hengjian.ground.ui.days import asked
from hengjian.ground.ui.reasons import WhyShown
from hengjian.street.intake import queries as intake

from . import addresses, forms, history, past, queries, telling
from .models import Change, Entity
from .rules import Spell

SHOWN = 20


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


@requires("register.view")
def entity_list(request: HttpRequest) -> HttpResponse:
    """Entities in the officer's scope, found by name, code, kind, status or district."""
    form = forms.FilterForm(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    days, listed = asked(request.GET, clock.today()), queries.listed(_officer(request), **wanted)
    page = Paginator(past.there(listed, days.on, days.known) if days.replayed else listed, SHOWN).get_page(request.GET.get("page"))
    shown = past.as_they_were(list(page), days.on, days.known) if days.replayed else list(page)
    names = {catalogue: dict(forms.items(catalogue)) for catalogue in ("districts", "registration-states")}
    rows = [
        (found, telling.KINDS.get(found.kind, found.kind), names["registration-states"].get(found.status, found.status),
         names["districts"].get(found.district or "", ""))
        for found in shown
    ]  # fmt: skip
    former = {} if days.replayed else queries.names_given_up([found.pk for found in shown])
    context = {"form": form, "page": page, "rows": [(*row, former.get(row[0].pk, [])) for row in rows], "days": days,
               "asked": any(wanted.values())}  # fmt: skip
    return render(request, "register/entity_list.html", context)


@requires("register.view")
def crowded(request: HttpRequest) -> HttpResponse:
    """Addresses with many entities within the officer's scope: to be looked at, or hosted by their own words."""
    on, hosts = clock.today(), request.GET.get("show") == "hosted"
    every = addresses.crowds(_officer(request), on)
    parts = {"": every.exclude(addresses.words()), "hosted": every.filter(addresses.words())}
    page = Paginator(parts["hosted" if hosts else ""], SHOWN).get_page(request.GET.get("page"))
    tabs = [
        {"href": f"?show={key}", "title": title, "count": parts[key].count(), "here": (key == "hosted") is hosts}
        for key, title in (("", _("待核查")), ("hosted", _("集群注册、托管")))
    ]  # fmt: skip
    context = {"page": page, "tabs": tabs, "limit": addresses.limit(on), "hosts": hosts, "heads": (_("住所"), _("登记主体（户）"))}
    return render(request, "register/addresses.html", context)


@requires("register.view")
def entity(request: HttpRequest, uscc: str) -> HttpResponse:
    """One file (一户一档): facts of a day as known on another, what changed, what stands around, where each came from."""
    found = queries.entity_for(_officer(request), uscc)
    days = asked(request.GET, clock.today())
    on, known = days.on, days.known
    then, absence = past.as_it_was(found, on, known), past.absent(found, on, known)
    origin = intake.opens(_officer(request), request.powers, found.origin_delivery_id)  # type: ignore[attr-defined]
    context = {
        "origin_opens": origin, "entity": found, "then": then, "facts": facts_of(then), "former": past.names_before(found, on, known),
        "why": _why(found), "asked": days, "on": on, "known": known, "replayed": days.replayed,
        "absence": telling.absence(absence) if absence else "", "states": told_states(found, on, known),
        "crowd": None if days.replayed else addresses.crowd_of(found, on),
        "dwellings": told_dwellings(found, on, known),
        "changes": told_changes(past.changes_of(found, on=on, known=known)), **around(_officer(request), found, on, known),
        "may_see_people": may(request, "desk.personal"), "may_unite": may(request, "register.unite"),
    }  # fmt: skip
    return render(request, "register/entity.html", context)


def around(officer: Any, found: Entity, on: date, known: date | None) -> dict[str, Any]:
    """Branches, investors, entities it belongs to, mergers and divisions, with the names the register knows; which of them open."""
    branches = queries.ties_of(found.uscc, "branch", on=on, known=known)
    investors = queries.ties_of(found.uscc, "investor", on=on, known=known)
    above = queries.tied_to(found.uscc, on=on, known=known)
    codes = {code for tie in (*branches, *investors, *above) for code in (tie.uscc, tie.other_uscc) if code}
    names, seen = queries.names_by_code(codes), set(queries.visible_to(officer).filter(uscc__in=codes).values_list("uscc", flat=True))
    successions = queries.successions_of(found, on=on, known=known)
    return {
        "branches": [(tie, names.get(tie.other_uscc) or tie.other_name, tie.other_uscc in seen) for tie in branches],
        "investors": [
            (tie, names.get(tie.other_uscc, ""), telling.capital(tie.subscribed_fen, tie.subscribed_currency), tie.other_uscc in seen) for tie in investors
        ],
        "above": [(tie, names.get(tie.uscc, tie.uscc), tie.uscc in seen) for tie in above],
        "successions": [
            (one, str(forms.UNIONS[one.kind]).partition("：")[0].partition(":")[0], queries.opens(officer, one.before), queries.opens(officer, one.after))
            for one in successions
        ],
    }  # fmt: skip


def told_states(found: Entity, on: date, known: date | None) -> list[tuple[Spell, str]]:
    """Registration states from when to when, last first."""
    return [(spell, _said("status", spell.value)) for spell in past.spells_of(found, "status", on=on, known=known)]


def told_dwellings(found: Entity, on: date, known: date | None) -> list[dict[str, Any]]:
    """Addresses with the names of their districts and streets, last first."""
    return [
        {"spell": one, "address": one.address or "—", "district": title_in("districts", one.district) or _("不能确定"), "street": title_in("streets", one.street)}
        for one in past.dwellings(found, on, known)
    ]  # fmt: skip


def told_changes(changes: list[Change]) -> list[dict[str, Any]]:
    """Changes with titles for fields and codes."""
    fields = policy.current().record("registration").fields
    titles = {"scope_text": "scope", "capital_fen": "capital"}
    street = _("街道、乡镇")
    return [
        {
            "change": one, "title": street if one.field == "street" else named(fields[titles.get(one.field, one.field)]),
            "before": _said(one.field, one.before), "after": _said(one.field, one.after),
        }
        for one in changes
    ]  # fmt: skip


CODED = {"status": "registration-states", "district": "districts", "street": "streets", "entity_type": "entity-types"}


def _said(field: str, value: str) -> str:
    if field == "capital_fen" and value:
        return telling.capital(int(value), "CNY")
    if field == "industry":
        return telling.industry(value) or "—"
    return (title_in(CODED[field], value) if field in CODED else value) or "—"


@never_cache
@requires("desk.personal")
def people(request: HttpRequest, uscc: str) -> HttpResponse:
    """The natural persons behind an entity, for a reason that is kept before anything is shown."""
    found = queries.entity_for(_officer(request), uscc)
    form, shown = WhyShown(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        audit.record("personal.register", f"entity:{found.uscc}", by=_officer(request), reason=form.cleaned_data["reason"])
        law = policy.current()
        titles = {**law.record("registration").fields, **law.record("investor").fields}
        shown = [
            (person, [(named(titles[name]) if name in titles else name, value) for name, value in (person.data or {}).items()])
            for person in queries.people_of(found.uscc)
        ]
    return render(request, "register/people.html", {"entity": found, "form": form, "shown": shown})


@requires("register.unite")
def unite(request: HttpRequest, uscc: str) -> HttpResponse:
    """Record a merger, a division or a change of code."""
    found = queries.entity_for(_officer(request), uscc)
    form = forms.UniteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        other = queries.by_uscc(told["uscc"])
        if other is None or other == found:
            form.add_error("uscc", _("登记库里没有这个代码，或者就是本主体"))
        else:
            history.unite(
                by=_officer(request), kind=told["kind"], before=found, after=other, on=told["on"], basis=told["basis"], at=clock.now()
            )
            messages.success(request, _("已登记"))
            return redirect("register:entity", uscc=found.uscc)
    return render(request, "register/unite.html", {"entity": found, "form": form}, status=422 if form.errors else 200)


@require_POST
@requires("register.unite")
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Reverse a merger, a division or a change of code, with the reason."""
    held = queries.succession_for(_officer(request), pk)
    history.part(by=_officer(request), succession=held, on=clock.today(), because=request.POST.get("because", "")[:400], at=clock.now())
    messages.success(request, _("已撤销；原来的登记仍然可查"))
    return redirect("register:entity", uscc=held.before.uscc)


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
        (_("主体类型"), str(telling.KINDS.get(found.kind, found.kind))),
        (_("登记类型"), title_in(str(law.record("registration").fields["entity_type"].catalogue), found.entity_type)),
        (_("登记状态"), title_in("registration-states", found.status)),
        (_("成立日期"), found.established.isoformat() if found.established else ""),
        (_("注册资本"), telling.capital(found.capital_fen, found.capital_currency)),
        (_("登记机关"), office(found.authority)),
        (_("行业"), telling.industry(found.industry)),
        (_("辖区"), title_in("districts", found.district) or _("不能确定")),
        (_("街道、乡镇"), title_in("streets", found.street)),
        (_("住所"), found.address),
        (_("经营范围"), found.scope_text),
    )
    return [(label, value or "—") for label, value in lines]
