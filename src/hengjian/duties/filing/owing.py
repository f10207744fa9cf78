"""What must be there against what is there (应报与已报), where the platform itself knows who owes a record: the packs say of
each kind who owes it and by when (`owed` in the record kind).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from hengjian.ground import policy
from hengjian.ground.policy.errors import NotInForce
from hengjian.ground.policy.schema.records import Owed
from hengjian.street.inspection.models import Result, Visit
from hengjian.street.ledger import queries as ledger
from hengjian.street.register.models import Entity

from . import rules

LIVING = ("", "1", "7")  # states of registration in which a report is owed: in business, dormant, not told
Line = dict[str, Any]
Found = Iterable[tuple[str, int, int]]  # district, owed, there


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: who owes this kind of record, as of a day."""

    kind: str
    owed: Owed
    year: int
    last: date  # last day of the term
    end: date


def expected(month: date, on: date) -> list[Line]:
    """Records owed against those received, by kind and district, once the term for them is over."""
    end = min(on, rules.after(month) - rules.DAY)
    law = policy.current()
    red = float(law.at(end).value("filing.expected.red"))
    asked = [one for kind, record in law.records.items() for owed in record.owed if (one := _asked(kind, owed, end))]
    return [
        {"kind": one.kind, "of": one.owed.of, "year": one.year, "last": one.last.isoformat(), "district": district, "expected": owed, "received": there,
         "tone": rules.tone_of_share(owed - there, owed, red)}
        for one in asked for district, owed, there in sorted(OWING[one.owed.of](one))
    ]  # fmt: skip


def _asked(kind: str, owed: Owed, end: date) -> Asked | None:
    """The question of this year, if its term is over; visits have each their own day."""
    if owed.of == "visits":
        return Asked(kind, owed, end.year, end, end)
    law = policy.current()
    window = date.fromisoformat(f"{end.year}-{law.at(end).value('annual-report.annual-report-window.to')}")
    try:
        last = window if owed.of == "reporting-entities" else law.deadline(owed.term, {"report_period_ended": window}).day
    except NotInForce:
        return None
    return Asked(kind, owed, end.year - 1, last, end) if end > last else None


def _reporting(year: int) -> Any:
    return Entity.objects.filter(status__in=LIVING, established__lte=date(year, 12, 31), district__isnull=False).exclude(district="")


def _counted(owing: Any, there: Any) -> Found:
    rows = owing.order_by("district").values("district").annotate(owed=Count("pk"), there=Count("pk", filter=Exists(there.filter(entity=OuterRef("pk")))))
    return [(row["district"], row["owed"], row["there"]) for row in rows]


def reports(asked: Asked) -> Found:
    """Entities that owed an annual report, and those of them that sent one since: one query."""
    sent = ledger.recorded_of("annual-report", since=date(asked.year + 1, 1, 1), until=asked.end)
    return _counted(_reporting(asked.year), sent)


def listings(asked: Asked) -> Found:
    """Entities of which no report had come by the last day for listing them, and those of them that were listed or marked for it."""
    sent = ledger.recorded_of("annual-report", since=date(asked.year + 1, 1, 1), until=asked.last)
    listed = ledger.recorded_of(asked.kind, since=date(asked.year + 1, 1, 1), until=asked.end)
    listed = listed.annotate(why=Cast(KT("body__ground"), CharField())).filter(why__in=asked.owed.grounds)
    return _counted(_reporting(asked.year).filter(~Exists(sent.filter(entity=OuterRef("pk")))), listed)


def visits(asked: Asked) -> Found:
    """Visits of the last twelve months whose result must be filed by now, and those with one in the ledger. A visit owes its result
    from the day by which it was to be done."""
    law, term = policy.current(), asked.owed.term
    done = Result.objects.filter(visit=OuterRef("pk"), withdrawn=None).filter(Q(entry__isnull=False) | Q(refusal__isnull=False))
    ordered = Visit.objects.filter(due__gte=date(asked.end.year - 1, asked.end.month, 1), due__lt=asked.end, entity__district__gt="")
    rows: Any = ordered.order_by().values("entity__district", "due").annotate(owed=Count("pk"), there=Count("pk", filter=Exists(done)))
    owed, there = Counter[str](), Counter[str]()
    over: dict[date, bool] = {}
    for row in rows:
        if row["due"] not in over:
            over[row["due"]] = law.deadline(term, {"decided": row["due"]}).day < asked.end
        if over[row["due"]]:
            owed[row["entity__district"]] += row["owed"]
            there[row["entity__district"]] += row["there"]
    return [(district, n, there[district]) for district, n in owed.items()]


OWING: dict[str, Callable[[Asked], Found]] = {"reporting-entities": reports, "missing-reports": listings, "visits": visits}
