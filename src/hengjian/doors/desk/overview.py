"""What is late and where, how classes are spread, how draws go, how departments file. Counts only; pages link to rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.language import named, office
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.ui import charts, looks
from hengjian.street.assessment import queries as assessment
from hengjian.street.draw import queries as draws
from hengjian.street.intake import queries as intake
from hengjian.street.ledger import queries as ledger

from .inbox import SOON

SILENT = 30  # calendar days without a file after which a source counts as silent; project, not law
DELAYS = (7, 20, 60)


@dataclass(frozen=True, slots=True)
class Unit:
    """Open and late matters of one agency."""

    code: str
    name: str
    open: int
    late: int
    soon: int

    @property
    def share(self) -> str:
        """Late matters among open ones."""
        return f"{100 * self.late / self.open:.1f}%" if self.open else "—"


def open_tasks(officer: Officer, on: date) -> list[procedure.Task]:
    """Open matters in scope, nearest deadline first."""
    found = procedure.with_events(procedure.visible_to(officer).filter(closed=None))
    return procedure.by_deadline(procedure.task_of(matter, on) for matter in found)


def by_unit(tasks: Iterable[procedure.Task]) -> list[Unit]:
    """Open, late and soon by agency; most late first."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for task in tasks:
        counted = counts[task.proceeding.agency.code, task.proceeding.agency.name]
        counted["open"] += 1
        if task.left is not None:
            counted["late"] += task.left < 0
            counted["soon"] += 0 <= task.left <= SOON
    units = [Unit(code, name, n["open"], n["late"], n["soon"]) for (code, name), n in counts.items()]
    return sorted(units, key=lambda unit: (-unit.late, -unit.open, unit.code))


def classes(officer: Officer, on: date) -> dict[str, Any]:
    """Entities in scope by district and class under the public ruleset in force; kept for a minute."""
    ruleset = assessment.ruleset_of(assessment.COLOURS, on)
    key = f"desk.classes:{officer.pk}:{officer.scope}:{ruleset.id}:{get_language()}"  # a scope is the officer's own
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _spread(assessment.spread(officer, ruleset, "district", policy.current()))
        run = assessment.last_run(ruleset.id)
        found |= {"ruleset": named(ruleset), "as_of": run.on if run else None}
        cache.set(key, found, 60)
    return found


def _spread(spreads: list[assessment.Spread]) -> dict[str, Any]:
    rows = [
        {
            "code": spread.code or "-",
            "name": spread.title or _("无法判明"),
            "cells": [(code, n) for code, n, _share in spread.counts],
            "total": sum(n for _code, n, _share in spread.counts),
        }
        for spread in spreads
    ]
    totals = Counter[str]()
    for spread in spreads:
        totals.update({code: n for code, n, _share in spread.counts})
    whole = totals.total()
    return {"rows": rows, "totals": [(code, n, f"{100 * n / whole:.2f}%") for code, n in totals.items()], "whole": whole}


def classes_chart(spread: dict[str, Any]) -> dict[str, Any]:
    """Districts as stacked bars of the classes that are not good; the good ones would hide them."""
    rows, shown = spread["rows"], [code for code, _n, _share in spread["totals"] if code != "green"]
    return charts.stacked_bars(
        [row["name"] for row in rows],
        [(looks.of_class(code).label, charts.CLASSES[code], [dict(row["cells"])[code] for row in rows]) for code in shown],
    )


def units_chart(units: list[Unit]) -> dict[str, Any]:
    """Late and open matters of the units with most late ones."""
    shown = units[:12]
    late = (_("已超期"), charts.LATE, [unit.late for unit in shown])
    rest = (_("未超期"), charts.OPEN, [unit.open - unit.late for unit in shown])
    return charts.stacked_bars([office(unit.name) for unit in shown], [late, rest])


def draws_in_hand(officer: Officer) -> list[Any]:
    """The last draws in scope with how many were drawn."""
    return list(draws.draws_visible_to(officer).annotate(n=Count("picks", filter=Q(picks__reserve=False)))[:10])


def filing(officer: Officer, on: date) -> list[dict[str, Any]]:
    """Deliveries by agency: what arrived, what had to go back, how long since the last file."""
    rows = intake.visible_to(officer).order_by().values("agency__code", "agency__name").annotate(
        files=Count("pk"), lines=Sum("received"), taken=Sum("accepted"), again=Sum("duplicate"), back=Sum("quarantined"),
        last=Max("received_at"),
    )  # fmt: skip
    found = []
    for row in rows:
        silent = (on - row["last"].astimezone(clock.SHANGHAI).date()).days
        share = f"{100 * row['back'] / row['lines']:.2f}%" if row["lines"] else "—"
        found.append(row | {"share": share, "silent": silent, "is_silent": silent > SILENT})
    return sorted(found, key=lambda row: (-row["silent"], row["agency__code"]))


def delays(officer: Officer, on: date) -> list[dict[str, Any]]:
    """How long after the decision the records of the last year arrived, by issuer, in calendar days."""
    year = datetime.combine(on - timedelta(days=365), datetime.min.time(), clock.SHANGHAI)
    entries: QuerySet[Any, Any] = ledger.visible_to(officer).filter(delivery__isnull=False, recorded__gte=year, refers=None)
    within = {
        f"d{days}": Count("seq", filter=Q(recorded__date__lte=F("decided") + timedelta(days=days))) for days in DELAYS
    }
    rows: QuerySet[Any, dict[str, Any]] = (
        entries.select_related(None).order_by().values("issuer__name").annotate(n=Count("seq"), **within)
    )
    return [
        {"name": row["issuer__name"], "n": row["n"], "shares": [f"{100 * row[f'd{days}'] / row['n']:.0f}%" for days in DELAYS]}
        for row in sorted(rows, key=lambda row: -row["n"])
    ]
