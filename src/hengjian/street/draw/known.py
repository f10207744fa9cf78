"""The burden ledger as one officer may know it: a list that is still closed to them is not told by its counts."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer

from . import burden, queries


def visits(officer: Officer | None, on: date) -> tuple[Counter[int], Counter[str]]:
    """Visits by entity and by department, as an officer may know of them: entities of the officer's districts, and no draw
    whose list is still closed to this officer."""
    districts, firms, departments = scopes.districts_of(officer), Counter[int](), Counter[str]()
    drawn, off, filed = burden.counting(on)
    drawn = drawn.filter(Q(draw__opened_at__isnull=False) | Q(draw__in=queries.draws_visible_to(officer).order_by().values("pk")))
    rows: QuerySet[Any]
    for rows, agency in ((drawn, "draw__plan__agency__name"), (off, "agency__name"), (filed, "issuer__name")):
        rows = rows if districts is None else rows.filter(entity__district__in=districts)
        for entity, name in rows.order_by().values_list("entity_id", agency):
            firms[entity] += 1
            departments[name] += 1
    return firms, departments
