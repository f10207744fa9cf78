"""The frame and the pool, read in columns: who may be drawn, and who may be sent."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people import queries as people
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.assessment.models import Assessment
from hengjian.street.assessment.queries import COLOURS, GRADES, ruleset_of
from hengjian.street.ledger import queries as ledger

from . import burden
from .lottery import Inspector
from .models import Plan, Recusal, Team
from .objects import sources
from .rules import FORMER_EMPLOYER, LAST_VISIT

IN_BUSINESS = ("1", "")  # catalogue registration-states; a state nobody has filed does not take a firm out
STEP = 900  # SQLite takes a thousand values in one list
FAMILIES = {"green-only": COLOURS, "by-grade": GRADES}


def eligible(plan: Plan, on: date) -> QuerySet[Assessment]:
    """Classes of entities in business within the plan's scope, under the classification in force."""
    ruleset = ruleset_of(FAMILIES[plan.mode], on)
    rows = Assessment.objects.filter(ruleset=ruleset.id, entity__status__in=IN_BUSINESS)
    if plan.base != "register":
        rows = rows.filter(entity__in=sources(on)[plan.base].entities(on))
    if plan.unvisited_since:
        seen = ledger.facts(on).filter(kind="inspection", decided__gte=plan.unvisited_since)
        rows = rows.exclude(entity__in=seen.order_by().values("entity"))
    if plan.districts:
        rows = rows.filter(entity__district__in=plan.districts)
    if plan.mode == "green-only":
        rows = rows.filter(class_code="green")
    elif plan.classes:
        rows = rows.filter(class_code__in=plan.classes)
    if plan.industries:
        wanted = Q(pk__in=[])
        for prefix in _prefixes(plan.industries):
            wanted |= Q(entity__industry__startswith=prefix)
        rows = rows.filter(wanted)
    return rows.order_by("entity__uscc")


def _prefixes(sections: list[str]) -> Iterator[str]:
    """A section is a letter; registers write either the letter or the two digits of its divisions."""
    items = policy.current().catalogue("industries").items.values()
    for section in sections:
        yield section
        yield from (item.code for item in items if item.parent == section)


def spared(plan: Plan, on: date) -> frozenset[int]:
    """Entities the yearly cap on visits keeps out of the frame; none where the plan cites an exception."""
    return frozenset() if plan.exception else burden.at_cap(on)


def sizes(plan: Plan, on: date) -> tuple[dict[str, int], int]:
    """How many entities each stratum of the frame holds, and how many in scope the cap keeps out."""
    rows = eligible(plan, on)
    counted = Counter(dict(rows.order_by("class_code").values_list("class_code").annotate(n=Count("pk"))))
    out: Counter[str] = Counter()
    spare = sorted(spared(plan, on))
    for start in range(0, len(spare), STEP):
        out.update(rows.filter(entity__in=spare[start : start + STEP]).order_by().values_list("class_code", flat=True))
    return dict(+(counted - out)), out.total()


def frame(plan: Plan, on: date) -> Iterator[tuple[str, str]]:
    """(credit code, stratum) of the whole frame."""
    spare = spared(plan, on)
    rows = eligible(plan, on).values_list("entity_id", "entity__uscc", "class_code").iterator(chunk_size=50_000)
    return ((code, stratum) for entity, code, stratum in rows if entity not in spare)


def pseudonym(key: str, officer_number: str) -> str:
    """The number an officer carries in one public bundle. Without the key nobody can tell whose it is."""
    return "P" + hmac.new(key.encode(), officer_number.encode(), hashlib.sha256).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Member:
    """An officer of the pool, with the department sent by and the fields the certificates qualify for."""

    officer: Officer
    agency: str
    fields: frozenset[str]


def members(agencies: Iterable[Agency], until: date | None, on: date) -> list[Member]:
    """Officers of a plan's departments and their offices whose certificate holds today and on the last day of visits.

    An officer belongs to the nearest department above: an office that takes part itself sends its own people.
    """
    held: dict[Officer, set[str]] = {}
    departments = {department.path: department.code for department in agencies}
    for certificate in people.certified(on, sorted(departments)):
        if until is None or certificate.until >= until:
            held.setdefault(certificate.officer, set()).update(certificate.fields)
    return [Member(officer, departments[_nearest(officer, departments)], frozenset(fields)) for officer, fields in held.items()]


def _nearest(officer: Officer, paths: Iterable[str]) -> str:
    return max((p for p in paths if f"{officer.agency.path}/".startswith(f"{p}/")), key=len)


def pool(plan: Plan, on: date, key: str) -> dict[str, tuple[Officer, Inspector]]:
    """The inspector pool under pseudonyms."""
    made = {}
    for member in members(plan.departments(), plan.visits_until, on):
        number = pseudonym(key, member.officer.number)
        made[number] = (member.officer, Inspector(number, member.fields, member.agency))
    return made


def lasting_ties(officers: Collection[Officer], on: date) -> Iterator[tuple[int, str, str]]:
    """(officer, credit code, ground) of everybody who may not visit a firm at all (回避): former employers and declared ties."""
    known = {officer.pk: officer for officer in officers}
    for pk, officer in known.items():
        yield from ((pk, uscc, FORMER_EMPLOYER) for uscc in officer.former_employers)
    declared = Recusal.objects.filter(Q(until=None) | Q(until__gte=on), since__lte=on)
    for pk, uscc, ground in declared.order_by("pk").values_list("officer_id", "uscc", "ground"):
        if pk in known:
            yield pk, uscc, ground


def ties(officers: Collection[Officer], on: date) -> Iterator[tuple[int, str, str]]:
    """The same, and who was sent there lately: a draw sends somebody else."""
    yield from lasting_ties(officers, on)
    known = {officer.pk for officer in officers}
    for pk, uscc, _drawn_at in sent_lately(on):
        if pk in known:
            yield pk, uscc, LAST_VISIT


def rotation(on: date) -> int:
    """For how many months an officer who was drawn for a firm is not sent there again (轮换期)."""
    return int(str(policy.current().term("recusal.last-visit").on(on).value))


def sent_lately(on: date) -> QuerySet[Any]:
    """(officer, credit code, moment of the draw) of everybody drawn within the rotation period."""
    since = datetime.combine(add_months(on, -rotation(on)), time.min, SHANGHAI)
    sent = Team.officers.through.objects.filter(team__pick__draw__drawn_at__gte=since).order_by("pk")
    return sent.values_list("officer_id", "team__pick__uscc", "team__pick__draw__drawn_at")


def recusals(people_drawn: dict[str, tuple[Officer, Inspector]], lines: list[str], on: date) -> dict[str, set[str]]:
    """Officers, by pseudonym, who may not visit an entity of the frame."""
    numbers = {officer.pk: number for number, (officer, _) in people_drawn.items()}
    found: dict[str, set[str]] = {}
    for pk, uscc, _ground in ties([officer for officer, _ in people_drawn.values()], on):
        found.setdefault(uscc, set()).add(numbers[pk])
    if not found:
        return {}
    in_frame = {line[:18] for line in lines}
    return {uscc: officers for uscc, officers in found.items() if uscc in in_frame}
