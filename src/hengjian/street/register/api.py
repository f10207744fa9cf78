"""The register as JSON, within the officer's data scope."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import power

from . import past, queries, telling
from .models import Entity, Succession

router = Router()
Uscc = Annotated[str, Path(min_length=1, max_length=40)]
Day = Annotated[date | None, Query(ge=date(1900, 1, 1), le=date(2999, 12, 31))]


class EntityOut(Schema):
    """Present facts of an entity; `district` is null where it cannot be told, `district_why` says from what."""

    uscc: str
    name: str
    kind: str
    entity_type: str
    status: str
    district: str | None
    district_why: dict[str, Any]
    address: str
    scope: str = Field(alias="scope_text")
    capital_fen: int | None
    capital_currency: str
    established: date | None
    industry: str
    authority: str
    street: str
    former_names: list[str]
    approved: date | None
    delivery: int | None = Field(alias="origin_delivery_id")
    source_row: int | None = Field(alias="origin_row")
    updated_at: datetime

    @staticmethod
    def resolve_former_names(entity: Entity) -> list[str]:
        names: list[str] | None = getattr(entity, "names", None)
        return [former.name for former in queries.former_names(entity)] if names is None else names


class HitOut(Schema):
    """One entity found."""

    uscc: str
    name: str
    kind: str
    status: str
    district: str | None


class ChangeOut(Schema):
    """A registered fact that became another, from the day it was approved or reported; `late`: told after something newer was known."""

    field: str
    before: str
    after: str
    on: date
    recorded: datetime
    late: bool
    delivery: int | None = Field(alias="delivery_id")
    row: int | None


class SpellOut(Schema):
    """A registration state (code of `registration-states`), from a day up to the day before another; null: from the beginning, still."""

    value: str
    first: date | None
    until: date | None


class DwellingOut(Schema):
    """An address with the district and the street it lies in (codes), from when to when."""

    address: str
    district: str | None
    street: str
    first: date | None
    until: date | None


class NameOut(Schema):
    """A name given up, and the day it was."""

    name: str
    until: date


class TieOut(Schema):
    """A branch or an investor; an investor without a code is a natural person, whose name is protected."""

    key: str
    uscc: str = Field(alias="other_uscc")
    name: str = Field(alias="other_name")
    subscribed_fen: int | None
    subscribed_currency: str
    since: date | None
    until: date | None
    recorded: datetime


class SuccessionOut(Schema):
    """A merger, a division or a change of code; `reversed_on` where it was taken back."""

    kind: str
    before: str
    after: str
    on: date
    basis: str
    recorded: datetime
    reversed_on: date | None

    @staticmethod
    def resolve_before(one: Succession) -> str:
        return one.before.uscc

    @staticmethod
    def resolve_after(one: Succession) -> str:
        return one.after.uscc


class HistoryOut(Schema):
    changes: list[ChangeOut]
    states: list[SpellOut]
    addresses: list[DwellingOut]
    former_names: list[NameOut]
    branches: list[TieOut]
    investors: list[TieOut]
    successions: list[SuccessionOut]


@router.get("/entities", response=list[HitOut], auth=power("register.view"))
def search_entities(
    request: HttpRequest, q: Annotated[str, Query(max_length=60)] = "", kind: Annotated[str, Query(max_length=20)] = "",
    status: Annotated[str, Query(max_length=20)] = "", district: Annotated[str, Query(max_length=7)] = "",
    on: Day = None, known: Day = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20, offset: Annotated[int, Query(ge=0, le=100_000_000)] = 0,
) -> list[Entity]:  # fmt: skip
    """Entities by code, beginning of a code, or two or more characters of a present or former name. With `on` and `known` told as
    registered on a day as known on another, without those that were not there; found by the facts of today."""
    found = queries.listed(request.officer, q=q, kind=kind, status=status, district=district)  # type: ignore[attr-defined]
    if not on and not known:
        return list(found[offset : offset + limit])
    day = on or clock.today()
    return past.as_they_were(list(past.there(found, day, known)[offset : offset + limit]), day, known)


@router.get("/entities/{uscc}", response=EntityOut, auth=power("register.view"))
def get_entity(request: HttpRequest, uscc: Uscc, on: Day = None, known: Day = None) -> Entity:
    """One entity; with `on` and `known` as registered on a day as known at the end of another. Refused for days before it was
    established or known."""
    found = queries.entity_for(request.officer, uscc)  # type: ignore[attr-defined]
    if not on and not known:
        return found
    day = on or clock.today()
    _there(found, day, known)
    then = past.as_it_was(found, day, known)
    then.names = [one.name for one in past.names_before(found, day, known)]  # type: ignore[attr-defined]
    return then


def _there(found: Entity, day: date, known: date | None) -> None:
    if absence := past.absent(found, day, known):
        raise NotFound(telling.absence(absence))


@router.get("/entities/{uscc}/history", response=HistoryOut, auth=power("register.view"))
def get_history(request: HttpRequest, uscc: Uscc, on: Day = None, known: Day = None) -> dict[str, Any]:
    """What changed up to `on` as known at the end of `known`: facts, states and addresses from when to when, branches, investors with a
    credit code, mergers and divisions."""
    found = queries.entity_for(request.officer, uscc)  # type: ignore[attr-defined]
    day = on or clock.today()
    _there(found, day, known)
    return {
        "changes": past.changes_of(found, on=day, known=known),
        "states": past.spells_of(found, "status", on=day, known=known),
        "addresses": past.dwellings(found, day, known),
        "former_names": past.names_before(found, day, known),
        "branches": queries.ties_of(found.uscc, "branch", on=day, known=known),
        "investors": queries.ties_of(found.uscc, "investor", on=day, known=known),
        "successions": queries.successions_of(found, on=day, known=known),
    }  # fmt: skip
