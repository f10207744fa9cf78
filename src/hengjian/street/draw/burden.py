"""How often a firm is visited in a year, over all departments (涉企检查频次), and who has had enough.

Counted are: firms drawn in a draw that was not superseded (a joint visit once), approved visits off plan whose
origin counts, and results that other departments filed. What a complaint or a referral sets off does not count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet

from hengjian.ground import policy
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.street.ledger import queries as ledger

from .models import OffPlan, Pick

CAP, ORIGINS, EXCEPTIONS = "inspection.firm-cap", "inspection-origins", "visit-cap-exceptions"


@dataclass(frozen=True, slots=True)
class Counted:
    """One visit that counts: when, whose, and where it comes from (draw | off-plan | filed)."""

    on: date
    agency: str
    source: str
    title: str
    slug: str = ""


def cap(on: date) -> int:
    """How many visits a firm may have in a year (同一企业年度检查频次上限)."""
    return int(str(policy.current().term(CAP).on(on).value))


def counting_origins() -> list[str]:
    """Origins whose visits count against the cap."""
    return [item.code for item in policy.current().catalogue(ORIGINS).rows if item.extra.get("counts", True)]


def _drawn(on: date) -> Q:
    year = datetime.combine(date(on.year, 1, 1), time.min, SHANGHAI), datetime.combine(date(on.year + 1, 1, 1), time.min, SHANGHAI)
    return Q(reserve=False, joined_to=None, draw__successor=None, draw__drawn_at__gte=year[0], draw__drawn_at__lt=year[1])


def counting(on: date) -> tuple[QuerySet[Pick], QuerySet[OffPlan], QuerySet[Any]]:
    """The rows that count in the year of `on`: drawn, off plan, filed by others."""
    off = OffPlan.objects.filter(approved=True, decided__year=on.year, origin__in=counting_origins())
    filed = ledger.facts(on).filter(kind="inspection", decided__year=on.year, delivery__isnull=False)
    return Pick.objects.filter(_drawn(on)), off, filed


def visits(on: date, entities: Iterable[int] | None = None) -> Counter[int]:
    """Visits of the year of `on`, by entity; of some entities, or of all that have any."""
    wanted = None if entities is None else list(entities)
    counted: Counter[int] = Counter()
    rows: QuerySet[Any]
    for rows in counting(on):
        rows = rows if wanted is None else rows.filter(entity__in=wanted)
        counted.update(rows.order_by().values_list("entity_id", flat=True))
    return counted


def at_cap(on: date) -> frozenset[int]:
    """Entities that have had as many visits as a year allows."""
    most = cap(on)
    return frozenset(entity for entity, n in visits(on).items() if n >= most)


def uncounted(entity: int, on: date) -> list[OffPlan]:
    """Approved visits of the year that do not count against the cap: what a complaint, a referral, an alert set off."""
    off = OffPlan.objects.filter(approved=True, decided__year=on.year, entity=entity).exclude(origin__in=counting_origins())
    return list(off.select_related("agency").order_by("decided", "pk"))


def of_entity(entity: int, on: date) -> list[Counted]:
    """The visits of one firm in the year, first first. A draw under embargo is left out: its list is secret."""
    drawn, off, filed = counting(on)
    found = [
        Counted(p.draw.drawn_at.astimezone(SHANGHAI).date(), p.draw.plan.agency.name, "draw", p.draw.plan.title, p.draw.slug)
        for p in drawn.filter(entity=entity, draw__opened_at__isnull=False)
        .select_related("draw__plan__agency")
        .order_by("draw__drawn_at", "pk")
        if p.draw.drawn_at
    ]
    for visit in off.filter(entity=entity).select_related("agency").order_by("decided", "pk"):
        found.append(Counted(visit.decided or visit.asked, visit.agency.name, "off-plan", visit.reason))
    for entry in filed.filter(entity=entity).select_related("issuer"):
        found.append(Counted(entry.decided, entry.issuer.name, "filed", entry.document))
    return sorted(found, key=lambda one: one.on)


def overlapping(on: date, entity: int | None = None) -> list[list[Pick]]:
    """Merge suggestions (一次多查): firms that several draws of this year send a team to, with periods that meet."""
    periods = Q(draw__plan__visits_until=None) | Q(draw__plan__visits_until__gte=on)
    waiting = Pick.objects.filter(_drawn(on), periods, joins=None)
    if entity is not None:
        waiting = waiting.filter(entity=entity)
    several = waiting.order_by().values("entity").annotate(plans=Count("draw__plan", distinct=True)).filter(plans__gt=1)
    found = waiting.filter(entity__in=several.values("entity")).select_related("entity", "draw__plan__agency", "team")
    by_firm: dict[int, list[Pick]] = defaultdict(list)
    for pick in found.prefetch_related("team__officers").order_by("draw__drawn_at", "pk"):
        by_firm[pick.entity_id].append(pick)
    return [picks for picks in by_firm.values() if _meet(picks)]


def _meet(picks: list[Pick]) -> bool:
    """Whether there is a day on which all of them may be visited."""
    begins = max(p.draw.plan.visits_from or p.draw.plan.filed for p in picks)
    return all(p.draw.plan.visits_until is None or p.draw.plan.visits_until >= begins for p in picks)
