"""What a printed form of a matter says: only what was on record when it was issued."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from hengjian.ground import policy
from hengjian.ground.people import citing
from hengjian.ground.people.language import named

from . import effects, queries, rules
from .models import Paper, Proceeding
from .words import Words

PAPER = "matter-paper"  # one template for every form: the act's own fields fill it


def template_of(one: Paper) -> str:
    """The template a form is set from: its own, or the one for all."""
    return policy.current().document(one.form).template or PAPER


def data_of(matter: Proceeding, one: Paper) -> dict[str, Any]:
    """What a printed form says: only what was on record when it was issued."""
    with translation.override("zh-hans"):  # an issued paper has one wording
        return {**_data(matter, one), **effects.printed(matter, one)}


def _data(matter: Proceeding, one: Paper) -> dict[str, Any]:
    procedure, words = queries.definition(matter.kind), Words(matter, queries.definition(matter.kind))
    upto = [event for event in queries.events_of(matter) if event.position <= one.event.position]
    act = procedure.acts[one.event.act]
    to = act.to or rules.state_of(procedure, upto)
    roles = {key: named(role) for key, role in procedure.roles.items()}
    gone = {event.body["party"] for event in upto if event.act == "left"}
    present = {event.position for event in upto if event.act == "joined"} - gone
    people = matter.parties.filter(position__in=present).order_by("position")
    return {
        "agency": matter.agency.name, "title": policy.current().document(one.form).title, "number": one.number,
        "on": f"{one.on.year}年{one.on.month}月{one.on.day}日", "void": one.voided.isoformat() if one.voided else "",
        "parties": [
            {"role": roles.get(party.role, ""), "name": party.name, "uscc": party.uscc, "address": party.address} for party in people
        ],
        "rows": [["案卷编号", matter.number], *map(list, words.told(rules.said(upto)))], "basis": citing.cited(act.basis) if act.basis else "",
        "remedies": [remedy.title for remedy in procedure.remedies if to in remedy.states],
        "signed": [who.name for who in (one.event.by, one.event.second) if who],
    }  # fmt: skip
