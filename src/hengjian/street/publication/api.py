"""The public projection as JSON. Open to anybody; reads only the projection."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from ninja.decorators import decorate_view
from pydantic import Field

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import power

from . import consents, queries
from .caching import cached_by_projection
from .models import PublicNotice

router = Router()
Code = Annotated[str, Path(min_length=1, max_length=40)]
Kind = Literal["penalty", "abnormal-list", "serious-list", "court-defaulter", "inspection", "licence", "honour", "annual-report", "red-list"]


class NoticeOut(Schema):
    """One notice within its term. `until` is its last public day; null: until the record is closed.

    `replies` are the firm's own words; `objection` says since when it is objected to, and the outcome once decided.
    `redacted`: words that were masked since, with the day, the fields and the ground (PII, trade secret).
    """

    entry_seq: int
    uscc: str
    name: str
    kind: str
    issuer: str
    document: str
    decided: date
    published_on: date
    until: date | None
    basis: dict[str, Any]
    body: dict[str, Any]
    replies: list[dict[str, Any]]
    objection: dict[str, Any]
    redacted: list[dict[str, Any]]


class EntityBrief(Schema):
    uscc: str
    name: str
    kind: str
    status: str
    district: str
    class_code: str


class RegisterChange(Schema):
    """A registered fact that became another; codes and fen as the register keeps them."""

    field: str
    before: str
    after: str
    on: date


class Branch(Schema):
    """A branch as last told; `until` is the first day on which it is no more."""

    uscc: str
    name: str
    since: date | None
    until: date | None


class EntityOut(EntityBrief):
    """What the public sees of an entity. `data_as_of` is 数据截至."""

    former_names: list[str]
    entity_type: str
    address: str
    scope_text: str
    capital_fen: int | None
    capital_currency: str
    established: date | None
    industry: str
    authority: str
    ruleset: str
    class_on: date | None
    reasons: list[str]
    changes: list[RegisterChange]
    branches: list[Branch]
    counts: dict[str, int]
    notices: list[NoticeOut]
    data_as_of: date | None


class Found(Schema):
    total: int
    page: int
    items: list[EntityBrief]
    data_as_of: date | None


class Feed(Schema):
    """The newest notices; `before` of the next page is `next`."""

    items: list[NoticeOut]
    next: int | None
    data_as_of: date | None


@router.get("/entities/{uscc}", response=EntityOut, auth=power("public"), summary="主体的公示信息")
@decorate_view(cached_by_projection)
def get_entity(request: HttpRequest, uscc: Code) -> dict[str, Any]:
    on = clock.today()
    entity = queries.public_entity(uscc, on)
    if entity is None:
        raise NotFound("公示系统中没有这个主体", uscc=uscc)
    notices = list(queries.notices_of(entity.uscc, None, on)[:500])
    whole = {field.attname: getattr(entity, field.attname) for field in entity._meta.fields}
    counted: dict[str, int] = {}
    for notice in notices:
        counted[notice.kind] = counted.get(notice.kind, 0) + 1
    return whole | {"counts": counted, "notices": notices, "data_as_of": queries.data_as_of()}


@router.get("/search", response=Found, auth=power("public"), summary="按名称、曾用名、信用代码查找主体")
def search_entities(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=100)],
    class_code: Annotated[str, Query(max_length=20)] = "",
    district: Annotated[str, Query(max_length=6)] = "",
    page: Annotated[int, Query(ge=1, le=100)] = 1,
) -> dict[str, Any]:
    found = queries.search(q, {"class": class_code, "district": district}, clock.today())
    return {"total": found.total, "page": page, "items": found.page(page), "data_as_of": queries.data_as_of()}


@router.get("/notices", response=Feed, auth=power("public"), summary="最新公示（订阅源）")
def list_notices(
    request: HttpRequest,
    kind: Kind | None = None,
    before: Annotated[int, Query(ge=0, le=2**62)] = 0,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    on = clock.today()
    notices: QuerySet[PublicNotice] = queries.newest(on, kind)
    if before:
        notices = notices.filter(entry_seq__lt=before)
    items = list(notices[:size])
    more = items[-1].entry_seq if len(items) == size else None
    return {"items": items, "next": more, "data_as_of": queries.data_as_of()}


class ComparisonIn(Schema):
    """A bank's question, brought by an officer: which bank, for what, about which firms."""

    recipient_uscc: str = Field(min_length=1, max_length=40)
    purpose: str = Field(min_length=1, max_length=200)
    usccs: list[str] = Field(min_length=1, max_length=consents.MOST)


class LineOut(Schema):
    """One firm; `told` is empty where it has not consented."""

    uscc: str
    consent: bool
    told: dict[str, str]


class ComparisonOut(Schema):
    """The answer; `digest` is SM3 of the same as a CSV file."""

    number: int
    on: date
    asked: int
    given: int
    digest: str
    lines: list[LineOut]


@router.post("/comparisons", response=ComparisonOut, auth=power("publication.compare"), summary="银行比对：只告知有授权的企业")
def make_comparison(request: HttpRequest, body: ComparisonIn) -> dict[str, Any]:
    """Of each firm what it allowed this bank to read; refused where none of them has consented. Every answer is kept."""
    officer = request.officer  # type: ignore[attr-defined]
    made = consents.compare(
        by=officer, recipient_uscc=body.recipient_uscc, usccs=body.usccs, purpose=body.purpose, on=clock.today(), at=clock.now()
    )
    lines = [{"uscc": line.uscc, "consent": line.consent is not None, "told": line.told} for line in made.lines]
    told = {name: getattr(made.comparison, name) for name in ("on", "asked", "given", "digest")}
    return {"number": made.comparison.pk, **told, "lines": lines}
