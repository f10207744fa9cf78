"""Hot spots by firm, street, goods and category, and filings that belong together; a person decides what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.text import fold
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure.services import FieldMissing, FieldWrong
from hengjian.street.casework import services as casework
from hengjian.street.register.models import Entity

from . import patterns
from .models import Filing, Spot

KINDS = ("firm", "street", "goods", "category")
OUTCOMES = ("lead", "draw", "warning", "nothing")


class Window(NamedTuple):
    """Days of the search: the window is held against the time before it."""

    past: date
    since: date
    until: date


def number(name: str, on: date) -> int:
    """A number of the pack that a place may set."""
    return policy.at(on).number(f"complaints.pattern.{name}")


def window(on: date) -> Window:
    """The window that ends on a day, and the time it is held against."""
    since = on - timedelta(days=number("window", on) - 1)
    return Window(since - timedelta(days=number("past", on)), since, on)


def found(on: date) -> dict[str, list[patterns.Spot]]:
    """What stands out on a day, by kind; nothing is stored."""
    days, least, falsely = window(on), number("least", on), number("falsely", on) / 100
    return {
        kind: patterns.spots(
            _counts(kind, days.since, days.until), _counts(kind, days.past, days.since - timedelta(days=1)), least=least, falsely=falsely
        )
        for kind in KINDS
    }


@transaction.atomic
def search(on: date) -> int:
    """Keep what stands out and is not waiting for a decision already; returns how many are new."""
    days, rows = window(on), []
    # What was decided within the window is not named again for the same filings.
    known = set(Spot.objects.filter(on__gte=days.since).values_list("kind", "key"))
    for kind, spots in found(on).items():
        titles = _titles(kind, [spot.key for spot in spots])
        rows += [
            Spot(
                on=on, kind=kind, key=spot.key, title=titles.get(spot.key, spot.key)[:200], seen=spot.seen, before=spot.before,
                expected=spot.expected, chance=spot.chance,
            )
            for spot in spots
            if (kind, spot.key) not in known
        ]  # fmt: skip
    Spot.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def filings_of(spot: Spot) -> QuerySet[Filing]:
    """The filings a spot was seen in."""
    days = window(spot.on)
    return _of(spot.kind, Filing.objects.filter(received__range=(days.since, days.until)), spot.key).order_by("-received", "-pk")


@transaction.atomic
def decide(spot: Spot, *, by: Officer, outcome: str, because: str, on: date, at: datetime) -> Spot:
    """What somebody makes of a spot: a lead for casework, a look by inspectors, a warning to consumers, or nothing; always with the reason."""
    if outcome not in OUTCOMES:
        raise FieldWrong("没有结论“%(outcome)s”", outcome=outcome, fields={"outcome": outcome})
    if not because.strip():
        raise FieldMissing(_("请写明理由"), fields=["because"])
    spot = Spot.objects.select_for_update().get(pk=spot.pk)
    if spot.outcome:
        raise FieldWrong("这个热点已经有结论", fields={"outcome": spot.outcome})
    if outcome == "lead":
        if spot.kind != "firm":
            raise FieldWrong("只有企业热点可以转为线索", fields={"outcome": outcome})
        entity = Entity.objects.get(uscc=spot.key)
        facts = _("%(days)s天内收到关于该主体的投诉举报%(n)s件，按其以往和总量应为%(expected)s件。") % {
            "days": number("window", spot.on), "n": spot.seen, "expected": round(spot.expected, 1),
        }  # fmt: skip
        spot.lead = casework.open_lead(
            by=by, agency=by.agency, entity=entity, source="complaint-report", facts=f"{facts}{because.strip()}", on=on, at=at,
            origin=f"SPOT-{spot.pk}",
        )  # fmt: skip
    spot.outcome, spot.because, spot.decided, spot.by = outcome, because.strip()[:400], on, by
    spot.save(update_fields=["outcome", "because", "decided", "by", "lead"])
    audit.record("complaints.spot", f"spot:{spot.pk}", by=by, outcome=outcome, kind=spot.kind, key=spot.key)
    return spot


def groups(officer: Officer, on: date) -> list[tuple[list[Filing], bool]]:
    """Filings of the window in scope that belong together, the largest group first; and whether all are copies."""
    days = window(on)
    rows = list(
        Filing.objects.filter(scopes.visible(officer), received__range=(days.since, days.until), disposed=None)
        .select_related("entity").order_by("received", "pk")
    )  # fmt: skip
    told = [
        patterns.Told(row.pk, row.received, row.text, row.entity.uscc if row.entity else fold(row.firm_name), row.category) for row in rows
    ]
    copied, event = number("copied", on) / 100, number("event", on) / 100
    by_pk = {row.pk: row for row in rows}
    joined = patterns.grouped(told, copied=copied, event=event, days=number("event-days", on))
    return [([by_pk[key] for key in group.keys], group.copied) for group in joined]


def _of(kind: str, filings: QuerySet[Filing], key: str) -> QuerySet[Filing]:
    if kind == "firm":
        return filings.filter(entity__uscc=key)
    return filings.filter(**{kind: key})


def _counts(kind: str, since: date, until: date) -> Mapping[str, int]:
    """Filings by unit; those without the unit (no firm found, no street told) are left out."""
    name = "entity__uscc" if kind == "firm" else kind
    filings = Filing.objects.filter(received__range=(since, until))
    filings = filings.exclude(entity=None) if kind == "firm" else filings.exclude(**{kind: ""})
    return {row[name]: row["n"] for row in filings.order_by().values(name).annotate(n=Count("pk"))}


def _titles(kind: str, keys: list[str]) -> dict[str, str]:
    if kind == "firm":
        return dict(Entity.objects.filter(uscc__in=keys).values_list("uscc", "name"))
    if kind in ("street", "category"):
        items = policy.current().catalogue("streets" if kind == "street" else "complaint-categories").items
        return {key: items[key].title for key in keys if key in items}
    return {}
