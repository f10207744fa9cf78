"""Deliveries as JSON: send a file or rows, ask how it stands, take rejected rows back. Sending twice changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from ninja import File, Form, Header, Path, Query, Router, Schema, UploadedFile
from ninja.utils import check_csrf
from pydantic import Field

from hengjian.ground import audit
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotAllowed, Refusal
from hengjian.ground.people.access import power

from . import masking, queries, services, uploads
from .models import Delivery, Row

router = Router()
KIND = "^[a-z][a-z-]{0,39}$"
WORK = 5.0  # seconds one call works on a delivery; the timetable goes on with what is left
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
REFUSED = {413: {"description": "too_large", "content": PROBLEM}, 415: {"description": "unsupported_file", "content": PROBLEM}}
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]
Pk = Annotated[int, Path(ge=1, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=100_000_000)]
Cell = str | int | float | bool | None


class KeyReused(Refusal):
    """The same Idempotency-Key came with another file."""

    code = "idempotency_key_reused"


class DeliveryOut(Schema):
    """One delivery. received = accepted + duplicate + quarantined, at every moment."""

    id: int = Field(alias="pk")
    kind: str
    agency: str
    filename: str
    sha256: str
    size: int
    state: str
    trouble: str
    received_at: datetime
    finished_at: datetime | None
    total: int | None
    received: int
    accepted: int
    duplicate: int
    quarantined: int
    progress: int
    corrects: int | None = Field(alias="corrects_id")

    @staticmethod
    def resolve_agency(delivery: Delivery) -> str:
        return delivery.agency.code


class ReasonOut(Schema):
    """Why a row goes back and what to do."""

    code: str
    field: str
    value: str
    says: str
    remedy: str


class RejectedOut(Schema):
    """A rejected row: its line in the file, its cells by heading, its reasons."""

    number: int
    cells: dict[str, str]
    reasons: list[ReasonOut]


class WhyIn(Schema):
    """Why protected cells are looked at: a case, a task. Kept in the audit."""

    reason: str = Field(min_length=4, max_length=100)


class RowsIn(Schema):
    """Rows instead of a file: each maps headings or field names to cells."""

    kind: str = Field(pattern=KIND)
    rows: list[dict[str, Cell]] = Field(min_length=1, max_length=uploads.MOST_ROWS)


@router.post(
    "/deliveries", response={200: DeliveryOut, 201: DeliveryOut}, auth=power("intake.deliver"),
    openapi_extra={"responses": REFUSED},
)  # fmt: skip
def send_file(
    request: HttpRequest, kind: Annotated[str, Form(pattern=KIND)], file: Annotated[UploadedFile, File()], key: Key = ""
) -> tuple[int, Delivery]:
    """Send a file as the officer's own agency. 201 for a new file, 200 where it was sent before."""
    checked = uploads.check(file)
    return _take(request, kind, checked.name or "file", checked.chunks(), key)


@router.post("/rows", response={200: DeliveryOut, 201: DeliveryOut}, auth=power("intake.deliver"), openapi_extra={"responses": REFUSED})
def send_rows(request: HttpRequest, body: RowsIn, key: Key = "") -> tuple[int, Delivery]:
    """Send up to 10,000 rows; they are kept and judged as a file of the same rows would be."""
    return _take(request, body.kind, "rows.csv", [uploads.as_file(body.rows)], key)


def _take(request: HttpRequest, kind: str, filename: str, chunks: Any, key: str) -> tuple[int, Delivery]:
    if check_csrf(request):
        raise NotAllowed("缺少 X-CSRFToken：请先取得 csrftoken 并随请求送出")
    officer = request.officer  # type: ignore[attr-defined]
    earlier = queries.sent_with(officer.agency, key) if key else None
    with transaction.atomic():
        delivery, new = services.receive(
            by=officer, agency=officer.agency, kind=kind, filename=filename, chunks=chunks, at=clock.now(),
            request_key=key,
        )  # fmt: skip
        if earlier and earlier.pk != delivery.pk:
            raise KeyReused("这个 Idempotency-Key 已经用于另一份文件；内容变了请换一个", delivery=earlier.pk)
    return (201 if new else 200), services.process(delivery, at=clock.now(), seconds=WORK)


@router.get("/deliveries", response=list[DeliveryOut], auth=power("intake.view"))
def list_deliveries(
    request: HttpRequest, kind: Annotated[str, Query(max_length=40)] = "", state: Annotated[str, Query(max_length=10)] = "",
    limit: Limit = 50, offset: Offset = 0,
) -> list[Delivery]:  # fmt: skip
    """Deliveries in the officer's scope, newest first; state may be `rejected` for those with rows to send back."""
    found = queries.listed(request.officer, kind=kind, state=state)  # type: ignore[attr-defined]
    return list(found[offset : offset + limit])


@router.get("/deliveries/{pk}", response=DeliveryOut, auth=power("intake.view"))
def get_delivery(request: HttpRequest, pk: Pk) -> Delivery:
    """How one delivery stands."""
    return queries.delivery_of(request.officer, pk)  # type: ignore[attr-defined]


@router.get("/deliveries/{pk}/rejected", response=list[RejectedOut], auth=power("intake.view"))
def list_rejected(request: HttpRequest, pk: Pk, limit: Limit = 100, offset: Offset = 0) -> list[dict[str, Any]]:
    """Rejected rows in the order of the file; what is protected stands as （受保护）."""
    found = queries.delivery_of(request.officer, pk)  # type: ignore[attr-defined]
    return [_plain(row) for row in queries.rejected(found).select_related("delivery")[offset : offset + limit]]


@router.post("/deliveries/{pk}/rejected", response=list[RejectedOut], auth=power("intake.deliver"))
def open_rejected(request: HttpRequest, pk: Pk, body: WhyIn, limit: Limit = 100, offset: Offset = 0) -> list[dict[str, Any]]:
    """The same rows with what is protected, for the agency that sent them; who looked and why is kept first."""
    officer = request.officer  # type: ignore[attr-defined]
    found = queries.delivery_of(officer, pk)
    if found.agency_id != officer.agency_id:
        raise NotAllowed("含自然人信息的原始行只交还报送机关")
    rows = list(queries.rejected(found).select_related("delivery")[offset : offset + limit])
    audit.record("export.rejected", f"delivery:{pk}", by=officer, rows=len(rows), form="api", whole=True, reason=body.reason)
    return [_plain(row, opened=True) for row in rows]


def _plain(row: Row, *, opened: bool = False) -> dict[str, Any]:
    cells, reasons = masking.row(row, opened=opened)
    return {"number": row.number, "cells": {cell.heading: cell.text for cell in cells}, "reasons": reasons}
