"""The register as JSON, within the officer's data scope."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from hengjian.ground.people.access import power

from . import queries
from .models import Entity

router = Router()


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
    former_names: list[str]
    delivery: int | None = Field(alias="origin_delivery_id")
    source_row: int | None = Field(alias="origin_row")
    updated_at: datetime

    @staticmethod
    def resolve_former_names(entity: Entity) -> list[str]:
        return [former.name for former in queries.former_names(entity)]


class HitOut(Schema):
    """One entity found."""

    uscc: str
    name: str
    kind: str
    status: str
    district: str | None


@router.get("/entities", response=list[HitOut], auth=power("register.view"))
def search_entities(
    request: HttpRequest, q: Annotated[str, Query(max_length=60)] = "", kind: Annotated[str, Query(max_length=20)] = "",
    status: Annotated[str, Query(max_length=20)] = "", district: Annotated[str, Query(max_length=7)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 20, offset: Annotated[int, Query(ge=0, le=100_000_000)] = 0,
) -> list[Entity]:  # fmt: skip
    """Entities by code, beginning of a code, or two or more characters of a present or former name."""
    found = queries.listed(request.officer, q=q, kind=kind, status=status, district=district)  # type: ignore[attr-defined]
    return list(found[offset : offset + limit])


@router.get("/entities/{uscc}", response=EntityOut, auth=power("register.view"))
def get_entity(request: HttpRequest, uscc: Annotated[str, Path(min_length=1, max_length=40)]) -> Entity:
    """One entity."""
    return queries.entity_for(request.officer, uscc)  # type: ignore[attr-defined]
