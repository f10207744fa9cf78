"""Classes as JSON, for officers: the current one, why, on any day as known on any day, and the way back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.access import power
from hengjian.ground.policy.by_row import Classification
from hengjian.street.ledger import queries as ledger
from hengjian.street.register.models import Entity

from . import queries, then
from .forms import FIRST, LAST
from .models import Change

router = Router()
Uscc = Annotated[str, Path(min_length=1, max_length=40)]
Day = Annotated[date | None, Query(ge=FIRST, le=LAST)]
Named = Annotated[str, Query(max_length=60)]
Family = Literal["tianjin-colours", "national-grades"]


class ClassOut(Schema):
    """A stored class. `on`, `ledger_seq` and `pack_version` say as of which day, record and law."""

    family: str
    ruleset: str
    code: str
    title: str
    public: bool
    reasons: list[str]
    on: date
    ledger_seq: int
    pack_version: str


class SpreadOut(Schema):
    """How many entities of a place or kind each class holds."""

    code: str
    title: str
    total: int
    classes: dict[str, int]


class SpellOut(Schema):
    """From `first` to `last`, both included, the class was this one for these reasons."""

    first: date
    last: date
    ruleset: str
    code: str
    title: str
    reasons: list[dict[str, Any]]


class ChangeOut(Schema):
    """A class that a run found changed: as of which day, ledger entry and law, and when it was computed."""

    uscc: str
    ruleset: str
    before: str
    after: str
    reasons: list[str]
    on: date
    ledger_seq: int
    pack_version: str
    recorded_at: datetime


class HistoryOut(Schema):
    spells: list[SpellOut]
    changes: list[ChangeOut]


def _entity(request: HttpRequest, uscc: str) -> Entity:
    return queries.visible_entity(request.officer, uscc)  # type: ignore[attr-defined]


@router.get("/entities/{uscc}", response=list[ClassOut], auth=power("assessment.view"))
def classes(request: HttpRequest, uscc: Uscc, on: Day = None, known: Day = None) -> list[dict[str, Any]]:
    """The current class under each classification, each for itself; with `on` and `known` that of a day as known on another, worked out
    from the ledger up to `ledger_seq`."""
    entity, law = _entity(request, uscc), policy.current()
    if on or known:
        return [_worked_out(answer, on or clock.today(), law) for answer in queries.explanations(entity, on=on or clock.today(), known=known)]
    found = []
    for stored in queries.current(entity):
        ruleset = law.ruleset(stored.ruleset)
        found.append(
            {"family": ruleset.family, "ruleset": ruleset.id, "code": stored.class_code, "public": ruleset.public,
             "title": ruleset.class_item(stored.class_code).title, "reasons": stored.reasons, "on": stored.on,
             "ledger_seq": stored.ledger_seq, "pack_version": stored.pack_version}
        )  # fmt: skip
    return found


def _worked_out(answer: Classification, on: date, law: policy.Law) -> dict[str, Any]:
    ruleset = answer.ruleset
    return {
        "family": ruleset.family, "ruleset": ruleset.id, "code": answer.code, "public": ruleset.public, "title": ruleset.class_item(answer.code).title,
        "reasons": [reason.rule.id for reason in answer.reasons], "on": on, "ledger_seq": ledger.last_seq(), "pack_version": law.version,
    }  # fmt: skip


@router.get("/entities/{uscc}/explain", response=list[dict[str, Any]], auth=power("assessment.view"))
def explain(request: HttpRequest, uscc: Uscc, on: Day = None, known: Day = None, ruleset: Named = "") -> list[dict[str, Any]]:
    """Every rule, met or not, with article, records, values read and what is missing; on `on` as known on `known`."""
    entity = _entity(request, uscc)
    found = queries.explanations(entity, on=on or clock.today(), known=known, ruleset=ruleset)
    return [{"family": each.ruleset.family, "public": each.ruleset.public, **each.as_json()} for each in found]


@router.get("/entities/{uscc}/way-back", response=dict[str, Any], auth=power("assessment.view"))
def way_back(request: HttpRequest, uscc: Uscc, on: Day = None, known: Day = None, ruleset: Named = "") -> dict[str, Any]:
    """What counts against the entity on `on` as known on `known`, until when, and when it returns to each better class."""
    return queries.way_back(_entity(request, uscc), on or clock.today(), known=known, ruleset=ruleset).as_json()


@router.get("/entities/{uscc}/history", response=HistoryOut, auth=power("assessment.view"))
def history(request: HttpRequest, uscc: Uscc, on: Day = None, known: Day = None, family: Family = "tianjin-colours") -> dict[str, Any]:
    """The class of every day up to `on` as known on `known`, last first, and what runs found changed at the time."""
    entity, law = _entity(request, uscc), policy.current()
    spells = [
        {"first": each.first, "last": each.last, "ruleset": each.answer.ruleset.id, "code": each.answer.code,
         "title": each.answer.ruleset.class_item(each.answer.code).title, "reasons": [reason.as_json() for reason in each.answer.reasons]}
        for each in queries.spells_of(entity, upto=on or clock.today(), known=known, family=family)
    ]  # fmt: skip
    readings = {each.id for each in law.sections["rules"].values() if each.family == family}
    return {"spells": spells, "changes": [_moved(each) for each in queries.history(entity) if each.ruleset in readings]}


def _moved(change: Change) -> dict[str, Any]:
    names = ("ruleset", "before", "after", "reasons", "on", "ledger_seq", "pack_version", "recorded_at")
    return {name: getattr(change, name) for name in names} | {"uscc": change.entity.uscc}


@router.get("/changes", response=list[ChangeOut], auth=power("assessment.view"))
def changes(
    request: HttpRequest, first: Annotated[date, Query(ge=FIRST, le=LAST)], last: Annotated[date, Query(ge=FIRST, le=LAST)],
    family: Family = "tianjin-colours", before: Annotated[str, Query(max_length=20)] = "", after: Annotated[str, Query(max_length=20)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200, offset: Annotated[int, Query(ge=0, le=100_000_000)] = 0,
) -> list[dict[str, Any]]:  # fmt: skip
    """Classes that runs of a period found changed, within the officer's scope, last first."""
    officer = request.officer  # type: ignore[attr-defined]
    found = queries.changes(officer, family=family, first=first, last=last, before=before, after=after)
    return [_moved(each) for each in found[offset : offset + limit]]


@router.get("/distribution", response=list[SpreadOut], auth=power("assessment.view"))
def distribution(
    request: HttpRequest, family: Family = "tianjin-colours", by: Literal["", "district", "kind"] = "", on: Day = None, known: Day = None
) -> list[dict[str, Any]]:
    """Entities in each class within the officer's scope, in all, by district or by kind; with `on` and `known` on a day as known on
    another, by the districts of today."""
    law, officer = policy.current(), request.officer  # type: ignore[attr-defined]
    ruleset = queries.ruleset_of(family, on or clock.today(), law)
    if on or known:
        [spreads] = then.City(officer, ruleset, on or clock.today(), known).spread(by)
    else:
        spreads = queries.spread(officer, ruleset, by, law)
    return [
        {"code": each.code, "title": each.title, "total": each.total, "classes": {code: n for code, n, _ in each.counts}}
        for each in spreads
    ]
