"""Draws as JSON, open to anybody from the commitment on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from ninja import Path, Query, Router, Schema

from hengjian.ground.people.access import power

from . import queries
from .models import Draw

router = Router()
Slug = Annotated[str, Path(min_length=1, max_length=20)]


class DrawOut(Schema):
    """One draw. `seed` and the bundle are public once the list is opened; `source_value` as soon as it is known."""

    slug: str
    title: str
    agency: str
    number: int
    state: str
    predecessor: str | None
    redraw_reason: str
    frame_size: int
    strata: dict[str, Any]
    commitment: str
    committed_at: datetime
    source: dict[str, Any]
    source_value: str
    seed: str
    drawn_at: datetime | None
    picks_digest: str
    teams_digest: str
    opened_at: datetime | None
    bundle_digest: str

    @staticmethod
    def resolve_title(draw: Draw) -> str:
        return draw.plan.title

    @staticmethod
    def resolve_agency(draw: Draw) -> str:
        return draw.plan.agency.name

    @staticmethod
    def resolve_predecessor(draw: Draw) -> str | None:
        return draw.predecessor.slug if draw.predecessor else None

    @staticmethod
    def resolve_seed(draw: Draw) -> str:
        return draw.seed if draw.opened_at else ""


@router.get("/draws", response=list[DrawOut], auth=power("public"))
def list_draws(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> QuerySet[Draw]:
    """Every draw since its commitment, newest first; superseded ones are never left out."""
    return queries.public_draws()[offset : offset + limit]


@router.get("/draws/{slug}", response=DrawOut, auth=power("public"))
def get_draw(request: HttpRequest, slug: Slug) -> Draw:
    """One draw."""
    return queries.public_draw(slug)


@router.get(
    "/draws/{slug}/bundle",
    auth=power("public"),
    openapi_extra={
        "responses": {200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}}
    },
)
def get_bundle(request: HttpRequest, slug: Slug) -> FileResponse:
    """The public bundle (zip) with its standard-library verifier, once the list is opened."""
    return FileResponse(
        queries.opened_bundle(slug).open("rb"),
        as_attachment=True,
        filename=f"draw-{slug}.zip",
        content_type="application/zip",
    )
