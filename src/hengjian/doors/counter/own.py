"""A firm's own file: what is public and until when, why its class, what changed lately."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from hengjian.ground.ui.pages import address
from hengjian.street.assessment import queries as assessment
from hengjian.street.assessment.evaluations import evaluation_of
from hengjian.street.draw import burden
from hengjian.street.draw.burden_views import SOURCES
from hengjian.street.inspection import queries as inspection
from hengjian.street.inspection import showing
from hengjian.street.publication import queries as publication
from hengjian.street.publication import standing
from hengjian.street.publication.models import PublicNotice
from hengjian.street.register import past
from hengjian.street.register import queries as register
from hengjian.street.register import telling as registered
from hengjian.street.register.models import Entity

LATELY = 90  # calendar days of “recent changes”


def file_of(entity: Entity, on: date, known: date | None = None) -> dict[str, Any]:
    """Everything the firm's page shows of a day as known on another. Internal grades and other people's matters are not in it."""
    entries = standing.entries(entity)
    sections = standing.records(entries, publication.all_notices(entity.uscc), on=on, known=known, of=entity.kind)
    records = [record for section in sections for record in section.records]
    told = past.told_of(entity)
    return {
        "entity": entity,
        "facts": standing.facts_of_register(past.as_it_was(entity, on, known, told=told), source=False),
        "former": past.names_before(entity, on, known, told=told),
        "absence": registered.absence(absence) if (absence := past.absent(entity, on, known)) else "",
        "sections": sections,
        "anchors": {record.entry.document or f"#{record.entry.seq}": record.anchor for record in records},
        "colour": standing.answer(standing.facts(entries, known=known), family=assessment.COLOURS, on=on, known=known),
        "evaluation": evaluation_of(entity.uscc, on=on, known=known),
        "public": shown(records, on),
        "changes": changes(records, on),
        "way_back": address("assessment-counter:way-back"),
        "repair": address("repair-counter:records"),
        "as_of": publication.data_as_of(),
    }


def shown(records: list[standing.Record], on: date) -> list[tuple[standing.Record, PublicNotice]]:
    """Records the public sees today, the one that leaves first on top."""
    found = [(record, record.notice) for record in records if record.notice and publication.is_shown(record.notice, on)]
    return sorted(found, key=lambda pair: (pair[1].until or date.max, pair[1].entry_seq))


def changes(records: list[standing.Record], on: date) -> list[tuple[date, str, standing.Record]]:
    """What was entered, closed or left the public site lately; newest first. Kinds: entered | closed | hidden."""
    since, found = on - timedelta(days=LATELY), []
    for record in records:
        found.append((timezone.localdate(record.entry.recorded), "entered", record))
        if record.closing:
            found.append((record.closing.effective, "closed", record))
        if record.notice and record.notice.until and not record.notice.withdrawn_on:
            found.append((record.notice.until + timedelta(days=1), "hidden", record))
    return sorted((change for change in found if since <= change[0] <= on), key=lambda change: change[0], reverse=True)


def inspections_of(uscc: str) -> list[dict[str, Any]]:
    """Inspections the firm knows of, last first; a drawn list stays closed until somebody came or gave notice."""
    return [_inspection(visit) for visit in inspection.of_firm(uscc)[:200]]


def burden_of(uscc: str, on: date) -> dict[str, Any]:
    """How often the firm was visited this year, as far as it may know, and how often it may be.

    A visit off plan is not announced before somebody comes; the firm finds it in the list of its inspections then.
    """
    firm = register.by_uscc(uscc)
    known = [visit for visit in burden.of_entity(firm.pk, on) if visit.source != "off-plan"] if firm else []
    return {"year": on.year, "cap": burden.cap(on), "had": [(visit, SOURCES[visit.source]) for visit in known]}


def _inspection(visit: Any) -> dict[str, Any]:
    result = inspection.result_of(visit)
    due = inspection.deadlines_of(result)[0] if result else None
    return {
        "visit": visit, "parts": showing.parts_of(visit), "result": result, "shown": showing.result(result) if result else None, "due": due,
        "left": [row for row in visit.follow_ups.all() if row.settled is None],
    }  # fmt: skip
