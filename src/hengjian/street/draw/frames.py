"""The frame and the pool, read in columns: who may be drawn, and who may be sent."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q, QuerySet

from hengjian.ground import policy
from hengjian.ground.people import queries as people
from hengjian.ground.people.models import Officer
from hengjian.street.assessment.models import Assessment
from hengjian.street.assessment.queries import COLOURS, GRADES, ruleset_of

from .lottery import Inspector
from .models import Plan

IN_BUSINESS = ("1", "")  # catalogue registration-states; a state nobody has filed does not take a firm out
FAMILIES = {"green-only": COLOURS, "by-grade": GRADES}


def eligible(plan: Plan, on: date) -> QuerySet[Assessment]:
    """Classes of entities in business within the plan's scope, under the classification in force."""
    ruleset = ruleset_of(FAMILIES[plan.mode], on)
    rows = Assessment.objects.filter(ruleset=ruleset.id, entity__status__in=IN_BUSINESS)
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


def sizes(plan: Plan, on: date) -> dict[str, int]:
    """How many entities each stratum of the frame holds."""
    counted = eligible(plan, on).order_by("class_code").values_list("class_code").annotate(n=Count("pk"))
    return dict(counted)


def frame(plan: Plan, on: date) -> Iterator[tuple[str, str]]:
    """(credit code, stratum) of the whole frame."""
    return eligible(plan, on).values_list("entity__uscc", "class_code").iterator(chunk_size=50_000)


def pseudonym(key: str, officer_number: str) -> str:
    """The number an officer carries in one public bundle. Without the key nobody can tell whose it is."""
    return "P" + hmac.new(key.encode(), officer_number.encode(), hashlib.sha256).hexdigest()[:12]


def officers(plan: Plan, on: date) -> dict[Officer, frozenset[str]]:
    """Officers of the agency and below whose certificate holds today and on the last day of visits, with their fields."""
    held: dict[Officer, set[str]] = {}
    for certificate in people.certified(on, [plan.agency.path]):
        if plan.visits_until is None or certificate.until >= plan.visits_until:
            held.setdefault(certificate.officer, set()).update(certificate.fields)
    return {officer: frozenset(fields) for officer, fields in held.items()}


def pool(plan: Plan, on: date, key: str) -> dict[str, tuple[Officer, Inspector]]:
    """The inspector pool under pseudonyms."""
    made = {}
    for officer, fields in officers(plan, on).items():
        number = pseudonym(key, officer.number)
        made[number] = (officer, Inspector(number, fields))
    return made


def recusals(people_drawn: dict[str, tuple[Officer, Inspector]], lines: list[str]) -> dict[str, set[str]]:
    """Officers who may not visit an entity of the frame because it once employed them (回避)."""
    found: dict[str, set[str]] = {}
    for number, (officer, _) in people_drawn.items():
        for uscc in officer.former_employers:
            found.setdefault(uscc, set()).add(number)
    if not found:
        return {}
    in_frame = {line[:18] for line in lines}
    return {uscc: numbers for uscc, numbers in found.items() if uscc in in_frame}
