"""Desk: the league of a month, one source with its distribution, its sample and the re-check of its rows."""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import citing
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import named
from hengjian.ground.ui import sheets

from . import figures, forms, owing, queries, services, showing


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def _lines(request: HttpRequest, month: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines of the month the officer may see, all kinds and those asked for."""
    own = queries.agencies_of(_officer(request))
    every = [line for line in figures.of_month(month, clock.today())["sources"] if line["agency"] in own]
    kind = request.GET.get("kind", "")
    return every, [line for line in every if line["kind"] == kind] if kind else every


@requires("filing.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Who files late, badly, wrongly or not at all. An officer of one department finds its own scorecard here."""
    today = clock.today()
    month = forms.month_of(request.GET.get("month", ""), today)
    every, lines = _lines(request, month)
    kinds = sorted({line["kind"] for line in every})
    form = forms.Choice({"month": f"{month:%Y-%m}", "kind": request.GET.get("kind", "")}, today=today, kinds=kinds)
    units = [showing.unit(one) for one in figures.units(lines)]
    context = {"form": form, "month": month, "lines": lines, "own": len(queries.agencies_of(_officer(request))) == 1} | board(units)
    context |= {"alarms": _alarms(request), "expected": _expected(request, month, today), "frozen": queries.frozen(month)}
    context |= {"unfiled": [showing.kind_title(kind) for kind in queries.unfiled()], "parameters": _parameters(today)}
    return render(request, "filing/overview.html", context)


def board(units: list[dict[str, Any]]) -> dict[str, Any]:
    """What the page and the frozen report show of the units."""
    counted = showing.counted(units)
    worst = next((tone for tone in ("red", "yellow", "green") if counted[tone]), "grey")
    return {"units": units, "counted": counted, "whole": showing.look(worst), "chart": showing.slowest(units) if any(one["worst"] is not None for one in units) else None}


def _alarms(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"alarm": alarm, "kind": showing.kind_title(alarm.kind)} for alarm in queries.open_alarms(_officer(request))[:50]]


def _expected(request: HttpRequest, month: date, today: date) -> list[dict[str, Any]]:
    own = queries.districts_of(_officer(request))
    return expected_shown([row for row in owing.expected(month, today) if row["district"] in own])


def expected_shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One table for each kind: who owed what by when, by district."""
    held: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        held[row["kind"], row.get("of", "reporting-entities")].append(row)
    return [_owed(kind, of, parts) for (kind, of), parts in held.items()]


def _owed(kind: str, of: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    law = policy.current()
    districts, record = law.catalogue("districts"), law.records.get(kind)
    owed = next((one for one in record.owed if one.of == of), None) if record else None
    shown = [{**row, "title": districts.title_of(row["district"]), "look": showing.look(row["tone"]),
              "share": row["received"] / row["expected"] if row["expected"] else None} for row in rows]  # fmt: skip
    by = citing.cited(law.term(owed.term).readings[-1].basis) if owed else ""
    sums = {name: sum(row[name] for row in rows) for name in ("expected", "received")}
    title = showing.kind_title(kind)
    return {"kind": kind, "title": title, "heading": _("应报与已报：%(kind)s") % {"kind": title}, "what": named(owed) if owed else "", "by": by, "year": rows[0]["year"],
            "last": rows[0].get("last", "") if of != "visits" else "", "rows": shown, **sums}  # fmt: skip


def _parameters(on: date) -> list[tuple[Any, Any]]:
    law = policy.current()
    found = [term for name, term in sorted(law.sections["terms"].items()) if name.startswith("filing.")]
    return [(term, term.on(on)) for term in found if term.readings[0].since <= on]


@requires("filing.view")
def export(request: HttpRequest) -> HttpResponse:
    """The sources of a month as a sheet."""
    month = forms.month_of(request.GET.get("month", ""), clock.today())
    _every, lines = _lines(request, month)
    filters = {"month": f"{month:%Y-%m}", "kind": request.GET.get("kind", "")}
    also = showing.further(figures.units(lines), _expected(request, month, clock.today()))
    return sheets.export("filing", showing.HEADS, (showing.row(line) for line in lines), of=len(lines), by=_officer(request), subject="filing:figures", filters=filters, also=also)


@requires("filing.view")
def source(request: HttpRequest, agency: str, kind: str) -> HttpResponse:
    """One department and kind: the distribution behind its figures, its files, its sample."""
    office = queries.agency_for(_officer(request), agency)
    month = forms.month_of(request.GET.get("month", ""), clock.today())
    found = next((line for line in figures.of_month(month, clock.today())["sources"] if (line["agency"], line["kind"]) == (agency, kind)), None)
    sample = queries.sample_of(office, kind, month)
    context: dict[str, Any] = {
        "agency": office, "kind": kind, "kind_title": showing.kind_title(kind), "month": month, "line": showing.shown(found) if found else None,
        "sample": sample, "may_draw": sample is None and may(request, "filing.recheck") and found and found["accepted"],
        "deliveries": queries.sources_of(_officer(request), month).filter(agency=office, kind=kind)[:50], "may_open": may(request, "intake.view"),
    }  # fmt: skip
    if found and found["flow"]:
        context["chart"], context["table"] = showing.distribution(found)
    return render(request, "filing/source.html", context)


@require_POST
@requires("filing.recheck")
def draw(request: HttpRequest, agency: str, kind: str) -> HttpResponse:
    """Draw the sample of a month by lot."""
    month = forms.month_of(request.POST.get("month", ""), clock.today())
    office = queries.agency_for(_officer(request), agency)
    made = services.draw_sample(by=_officer(request), agency=office, kind=kind, month=month, seed=secrets.token_hex(16), at=clock.now())
    return redirect("filing:sample", pk=made.pk)


@requires("filing.view")
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows drawn, and what was found of each."""
    found = queries.sample_for(_officer(request), pk)
    picks = [(pick, dict(forms.OUTCOMES).get(pick.outcome, ""), _("、").join(showing.field_title(found.kind, name) for name in pick.fields)) for pick in queries.picks_of(found)]
    checked = queries.rechecked(found.month).get((found.agency_id, found.kind))
    context = {"sample": found, "kind_title": showing.kind_title(found.kind), "picks": picks, "accuracy": figures.accuracy(checked) if checked else None}
    return render(request, "filing/sample.html", context | {"may_recheck": may(request, "filing.recheck")})


@requires("filing.recheck")
def pick(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """One row beside the question whether the original says the same."""
    held = queries.sample_for(_officer(request), pk)
    one = queries.pick_of(held, position)
    record = policy.current().record(held.kind)
    names = [(name, named(field)) for name, field in record.fields.items()]
    initial = {"outcome": one.outcome, "fields_": one.fields, "note": one.note}
    form = forms.Finding(request.POST or None, names=names, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.recheck(by=_officer(request), pick=one, outcome=given["outcome"], fields=given["fields_"], note=given["note"], at=clock.now())
        except Refusal as refusal:
            form.add_error(None, refusal.told(_))
        else:
            following = queries.picks_of(held).filter(outcome="").first()
            return redirect("filing:pick", pk=pk, position=following.position) if following else redirect("filing:sample", pk=pk)
    row = queries.record_behind(one)
    audit.record("filing.look", f"delivery:{one.delivery_id}", by=_officer(request), row=one.number)
    context = {"sample": held, "pick": one, "form": form, "kind_title": showing.kind_title(held.kind), "cells": showing.cells(held.kind, row.data) if row else None}
    return render(request, "filing/pick.html", context, status=422 if form.is_bound else 200)
