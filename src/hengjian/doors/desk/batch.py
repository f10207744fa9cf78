"""One act over several chosen matters: which acts can be offered, and what each matter answers on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Officer
from hengjian.ground.policy.schema.procedures import Procedure
from hengjian.ground.procedure import effects, forms, proposals, queries, rules, services
from hengjian.ground.procedure.models import Proceeding

MOST = 100  # matters at a time
CONFIRM = "confirm."  # before the name of an act: confirm what was proposed
ALONE = ("files", "party", "record")  # what differs from matter to matter is told on its own page


@dataclass(frozen=True, slots=True)
class Offer:
    """An act, for how many of the chosen matters it is open now."""

    name: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one matter: done, or why not."""

    matter: Proceeding
    done: bool
    says: str


def chosen(officer: Officer, held: frozenset[str], words: Iterable[str]) -> list[Proceeding]:
    """The chosen matters that this officer may open, in the order of the list."""
    wanted = {int(word) for word in words if word.isdecimal() and len(word) < 12}
    readable = queries.open_to(officer, held, sorted(wanted)[:MOST])
    return list(queries.with_events(queries.visible_to(officer).filter(pk__in=readable)))


def offers(matters: Iterable[Proceeding], officer: Officer, held: frozenset[str], on: date) -> list[Offer]:
    """Acts open in at least one of the matters, the most frequent first."""
    found, titles = Counter[str](), {}
    for matter in matters:
        procedure, events = queries.definition(matter.kind), queries.events_of(matter)
        waiting = rules.pending(procedure, events)
        for name, proposal in waiting.items():
            act = procedure.acts[name]
            if act.confirm in held and officer.number not in (proposal.by, proposal.second):
                found[CONFIRM + name] += 1
                titles[CONFIRM + name] = _("批准：%(act)s") % {"act": named(act)}
        for name, act in rules.acts_from(procedure, rules.state_of(procedure, events)).items():
            if act.power in held and _together(matter, procedure, name) and not queries.hindrances(matter, name, on, events):
                found[name] += 1
                titles[name] = named(act)
    return [Offer(name, titles[name], count) for name, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def _together(matter: Proceeding, procedure: Procedure, name: str) -> bool:
    told = {procedure.fields[field].type for field in procedure.acts[name].requires}
    return told.isdisjoint(ALONE) and effects.place_of(matter, name) is None


def form_for(matters: Iterable[Proceeding], name: str, on: date, people: Iterable[Officer], *given: Any) -> forms.FieldsForm | None:
    """The fields of the act; what every matter already says need not be typed. None where it needs none."""
    alike = [one for one in matters if name in queries.definition(one.kind).acts]
    if name.startswith(CONFIRM) or not alike:
        return None
    procedure = queries.definition(alike[0].kind)
    act, known = procedure.acts[name], [rules.said(queries.events_of(one)) for one in alike]
    here = [field for field in act.requires if not all(_known(procedure, field, said) for said in known)]
    rest = [f for f in (*act.requires, *act.optional) if f not in here and procedure.fields[f].type not in ALONE]
    return forms.FieldsForm(*given, procedure=procedure, required=here, optional=rest, on=on, officers=people)


def _known(procedure: Procedure, name: str, said: Mapping[str, Any]) -> bool:
    return not procedure.fields[name].fresh and name in said


def judge(
    matters: Iterable[Proceeding], name: str, *, by: Officer, second: Officer | None, told: Mapping[str, Any], opinion: str,
    versions: Mapping[str, str], on: date, at: datetime,
) -> list[Outcome]:  # fmt: skip
    """Each matter alone, in a transaction of its own: what one refuses does not touch the others."""
    return [_one(matter, name, by, second, told, opinion, versions.get(f"version-{matter.pk}", ""), on, at) for matter in matters]


def _one(
    matter: Proceeding, name: str, by: Officer, second: Officer | None, told: Mapping[str, Any], opinion: str, version: str,
    on: date, at: datetime,
) -> Outcome:  # fmt: skip
    seen: dict[str, Any] = {"by": by, "on": on, "at": at, "expected_version": int(version) if version.isdecimal() and len(version) < 10 else -1}
    try:
        if name.startswith(CONFIRM):
            proposals.confirm(matter, name.removeprefix(CONFIRM), opinion=opinion, **seen)
            return Outcome(matter, True, _("已批准"))
        procedure, events = queries.definition(matter.kind), queries.events_of(matter)
        act, said = services.lawful_act(matter, name, events), rules.said(events)
        names = [field for field in (*act.requires, *act.optional) if procedure.fields[field].type not in ALONE]
        body = {field: told.get(field, said[field] if _known(procedure, field, said) else None) for field in names}
        command = proposals.propose if act.confirm else services.act
        command(matter, name, body={k: v for k, v in body.items() if v not in (None, "", [])}, second=second, **seen)
    except Refusal as refused:
        return Outcome(matter, False, str(refused))
    return Outcome(matter, True, _("已提请批准") if act.confirm else _("已办理"))
