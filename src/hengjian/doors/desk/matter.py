"""Everything the one page of a matter shows, for any procedure: where it stands, what may be done, by when, on what record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Officer
from hengjian.ground.policy.schema.procedures import Act, Procedure
from hengjian.ground.procedure import effects, parties, queries, rules
from hengjian.ground.procedure.models import Event, Paper, Proceeding
from hengjian.ground.procedure.words import Words
from hengjian.ground.ui.pages import address
from hengjian.street.register import queries as register
from hengjian.street.register.models import Entity

LOOK = {"done": "done", "current": "now", "ahead": ""}


@dataclass(frozen=True, slots=True)
class Choice:
    """An act that is lawful in this state: whether this officer may do it now, and what is in the way."""

    name: str
    act: Act
    title: str
    href: str
    reasons: tuple[str, ...]
    may: bool
    aside: bool  # leads off the main way

    @property
    def open(self) -> bool:
        return self.may and not self.reasons


def choices(matter: Proceeding, powers: frozenset[str], on: date, events: Sequence[rules.Done]) -> list[Choice]:
    """Acts of this state: those this officer may do first, those that lead aside last."""
    procedure = queries.definition(matter.kind)
    found = []
    for name, act in rules.acts_from(procedure, rules.state_of(procedure, events)).items():
        if act.power == "system":
            continue
        place = effects.place_of(matter, name)
        href = address(place.url, *place.args) if place else address("desk:matter_act", matter.pk, name)
        reasons = tuple(queries.hindrances(matter, name, on, events))
        aside = bool(act.to and procedure.path and act.to not in procedure.path)
        may = act.power in powers and (place is None or not place.power or place.power in powers)
        found.append(Choice(name, act, named(act), href, reasons, may, aside))
    return sorted(found, key=lambda one: (not one.open, not one.may, one.aside))


def proposals(
    matter: Proceeding, officer: Officer, powers: frozenset[str], events: Sequence[rules.Done], words: Words
) -> list[dict[str, Any]]:
    """What waits to be confirmed, with its content; whether this officer may confirm it."""
    procedure = queries.definition(matter.kind)
    return [
        {
            "act": name, "title": words.act(name), "told": words.told(event.body["body"]), "by": words.officer(event.by),
            "second": words.officer(event.second) if event.second else "", "on": event.on, "basis": procedure.acts[name].basis,
            "mine": officer.number == event.by,
            "may": procedure.acts[name].confirm in powers and officer.number not in (event.by, event.second),
        }
        for name, event in rules.pending(procedure, events).items()
    ]  # fmt: skip


def steps(matter: Proceeding) -> list[dict[str, str]]:
    return [
        {
            "title": named(step),
            "note": _when(step),
            "state": LOOK[step.status] if step.on or step.status != "done" else "",
        }
        for step in queries.steps_of(matter)
    ]


def _when(step: rules.Step) -> str:
    return f"{step.on:%m-%d}" if step.on else _("未经") if step.status == "done" else ""


def history(matter: Proceeding, words: Words, procedure: Procedure) -> list[dict[str, Any]]:
    """The chained record, last first: what, who, when, by which article, what was said."""
    taken_back = {event.body.get("undoes") for event in matter.events.all() if event.act == rules.UNDO}
    return [_told(event, words, procedure, event.position in taken_back) for event in reversed(matter.events.all())]


def _told(event: Event, words: Words, procedure: Procedure, undone: bool) -> dict[str, Any]:
    title, said = words.event(event.act, event.body)
    act = procedure.acts.get(event.act)
    return {
        "position": event.position, "title": title, "told": said, "undone": undone, "on": event.on,
        "at": event.at.astimezone(clock.SHANGHAI), "who": _("、").join(one.name for one in (event.by, event.second) if one),
        "basis": (act.basis or "") if act else "", "digest": event.digest[:16],
    }  # fmt: skip


def clocks(matter: Proceeding, on: date) -> list[dict[str, Any]]:
    """Clocks, running ones first; one that was stopped says whether it was kept."""
    return [
        {
            "face": face,
            "title": named(face),
            "kept": face.due is None or face.stopped is None or face.stopped <= face.due,
        }
        for face in queries.clocks_of(matter, on)
    ]


def remedies(matter: Proceeding, procedure: Procedure, state: str) -> list[dict[str, Any]]:
    """How to object, with the term of the law of the day the matter began under."""
    found = []
    for remedy in procedure.remedies:
        if state in remedy.states:
            term = policy.current().term(remedy.term) if remedy.term else None
            found.append({"title": named(remedy), "term": named(term) if term else "", "basis": remedy.basis or ""})
    return found


def papers(matter: Proceeding) -> list[dict[str, Any]]:
    law = policy.current()
    rows = Paper.objects.filter(proceeding=matter).select_related("event").order_by("pk")
    return [{"paper": paper, "title": named(law.document(paper.form))} for paper in rows]


def page(matter: Proceeding, officer: Officer, powers: frozenset[str], on: date) -> dict[str, Any]:
    """The context of the page."""
    procedure, events = queries.definition(matter.kind), queries.events_of(matter)
    state, words = rules.state_of(procedure, events), Words(matter, procedure)
    mark, shown = rules.supervised(events), choices(matter, powers, on, events)
    house = effects.panels_of(matter, powers, on)
    entity = Entity.objects.filter(uscc=matter.subject).first() if matter.subject else None
    return {
        "matter": matter, "procedure": procedure, "kind_title": named(procedure), "state": state,
        "state_title": named(procedure.states[state]), "steps": steps(matter), "choices": shown,
        "proposals": proposals(matter, officer, powers, events, words), "clocks": clocks(matter, on),
        "said": words.told(rules.said(events)), "history": history(matter, words, procedure), "papers": papers(matter),
        "parties": list(parties.of(matter)), "roles": [(key, named(role)) for key, role in procedure.roles.items()],
        "files_open": not effects.files_power(matter.kind) or effects.files_power(matter.kind) in powers,
        "files": list(matter.attachments.select_related("by").order_by("position")), "remedies": remedies(matter, procedure, state),
        "errands": list(matter.errands.select_related("to").order_by("pk")), "helpers": list(matter.helpers.order_by("number")),
        "entity": entity, "opens_entity": entity is not None and "register.view" in powers and register.opens(officer, entity),
        "mark": mark, "marked_by": words.officer(mark.by) if mark else "", "paused": rules.paused(procedure, events),
        "first_panels": [panel for panel in house if panel.first], "panels": [panel for panel in house if not panel.first],
        "works": queries.may_work(matter, officer, on), "owns": matter.owner_id == officer.pk,
        "colleagues": colleagues(matter), "may_undo": "procedure.undo" in powers and len(rules.effective(events)) > 1,
        "altered": queries.first_altered(matter),
    }  # fmt: skip


def colleagues(matter: Proceeding) -> list[Officer]:
    """Active officers of the agency that has the matter."""
    return list(Officer.objects.filter(agency=matter.agency_id, active=True).order_by("number"))
