"""Numbers without gaps and doubles: one row for each kind, agency and year."""

from __future__ import annotations

from django.db.models import F

from hengjian.ground.people.models import Agency

from .models import Counter


def next_serial(kind: str, agency: Agency, year: int, count: int = 1) -> int:
    """The last of `count` numbers. The update holds the row until commit, so numbers have no double; a rollback
    gives them back."""
    row = Counter.objects.filter(kind=kind, agency=agency, year=year)
    if not row.update(last=F("last") + count):
        Counter.objects.get_or_create(kind=kind, agency=agency, year=year)
        row.update(last=F("last") + count)
    return row.values_list("last", flat=True).get()
