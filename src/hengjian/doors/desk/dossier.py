"""One entity through every stop: register, classes and why, records and what became of them, draws, matters."""

from __future__ import annotations

from datetime import date
from typing import Any

from hengjian.duties.filing import sources
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as procedure
from hengjian.street.assessment import evaluations
from hengjian.street.assessment import queries as assessment
from hengjian.street.draw.models import Pick
from hengjian.street.listing import queries as listing
from hengjian.street.publication import queries as publication
from hengjian.street.publication import standing
from hengjian.street.register import past
from hengjian.street.register import queries as register
from hengjian.street.register import telling as registered
from hengjian.street.register.models import Entity

from .inbox import page_of


def matters(officer: Officer, powers: frozenset[str], uscc: str, on: date) -> list[dict[str, Any]]:
    """Matters about the entity that the officer may open and that had begun by a day, open ones first."""
    readable = procedure.visible_to(officer).filter(procedure.readable(officer, powers), subject=uscc, opened__lte=on)
    found = procedure.with_events(readable)[:50]
    tasks = [procedure.task_of(matter, on) for matter in found]
    tasks.sort(key=lambda task: task.proceeding.closed is not None)
    titled = [(task, named(procedure.definition(task.proceeding.kind))) for task in tasks]
    return [
        {"task": task, "title": title, "href": page_of(task.proceeding)}
        for task, title in titled
    ]


def picks(uscc: str, on: date) -> list[Pick]:
    """Draws that picked the entity and were opened by a day. A list is embargoed until it is opened, here too."""
    found = Pick.objects.filter(uscc=uscc, reserve=False, draw__opened_at__lte=register.end_of(on))
    return list(found.select_related("draw__plan").order_by("-draw__opened_at", "-pk")[:20])


def dossier(entity: Entity, *, officer: Officer, powers: frozenset[str], on: date, known: date | None) -> dict[str, Any]:
    """Everything the page of one entity shows."""
    entries = standing.entries(entity)
    sections = standing.records(entries, publication.all_notices(entity.uscc), on=on, known=known, of=entity.kind)
    facts = standing.facts(entries, known=known)
    live = standing.live(entries, on=on, known=known)
    listed, locks = listing.standing(live, on, known)
    states = sources.states(on)
    absence, told = past.absent(entity, on, known), past.told_of(entity)
    anchors = {record.entry.document or f"#{record.entry.seq}": record.anchor for s in sections for record in s.records}
    return {
        "entity": entity,
        "facts": standing.facts_of_register(past.as_it_was(entity, on, known, told=told)),
        "former": past.names_before(entity, on, known, told=told),
        "united": [
            (one, register.opens(officer, one.before), register.opens(officer, one.after))
            for one in register.successions_of(entity, on=on, known=known) if not one.reversed_on
        ],
        "absence": registered.absence(absence) if absence else "",
        "sections": sections,
        "unsure": [(section.short, states[section.kind]) for section in sections if section.kind in states],
        "empty": [section for section in sections if not section.records],
        "anchors": anchors,
        "colour": standing.answer(facts, family=assessment.COLOURS, on=on, known=known),
        "grade": standing.answer(facts, family=assessment.GRADES, on=on, known=known),
        "evaluation": evaluations.newest(live, on),
        "matters": matters(officer, powers, entity.uscc, on),
        "picks": picks(entity.uscc, on),
        "listed": listed,
        "locks": locks if "listing.view" in powers else [],
    }
