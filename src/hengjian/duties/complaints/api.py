"""Work orders over the API: the same columns as in a file, the same answer twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from hengjian.ground.kit import clock
from hengjian.ground.people.access import power

from . import imports

router = Router(tags=["complaints"])
MOST = 500


class WorkOrderIn(Schema):
    """One work order of 12345 or 12315."""

    reference: str = Field(..., max_length=60)
    received: datetime | None = None
    dispatched: datetime | None = None
    kind: str = Field("投诉", max_length=10)
    text: str = Field(..., max_length=5000)
    firm: str = Field("", max_length=200)
    uscc: str = Field("", max_length=18)
    address: str = Field("", max_length=400)
    goods: str = Field("", max_length=120)
    amount: str = Field("", max_length=40)
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=40)
    agency: str = Field("", max_length=80)
    category: str = Field("", max_length=60)


class WorkOrdersIn(Schema):
    source: str = Field(..., max_length=12)
    orders: list[WorkOrderIn] = Field(..., max_length=MOST)


class RefusedOut(Schema):
    row: int
    reference: str
    why: str


class TakenOut(Schema):
    """received = accepted + known + refused, always."""

    received: int
    accepted: int
    known: int
    refused: list[RefusedOut]


@router.post("/work-orders", response=TakenOut, auth=power("complaints.take"))
def take_work_orders(request: HttpRequest, told: WorkOrdersIn) -> Any:
    """Take work orders in; one that is known already changes nothing."""
    rows = [imports.Row(n, one.dict()) for n, one in enumerate(told.orders, 1)]
    return imports.take_rows(told.source, rows, by=request.officer, at=clock.now())  # type: ignore[attr-defined]
