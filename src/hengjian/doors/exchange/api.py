"""Feeds for whoever keeps a copy of what we publish, and the door for what peers answer."""

from __future__ import annotations

import hmac
from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router, Schema
from pydantic import Field

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotAllowed, NotFound
from hengjian.ground.people.access import power

from . import answers, lines, website
from .peers import Peer, named

router = Router()
NDJSON = {"responses": {200: {"description": "NDJSON：每行一个 JSON 对象", "content": {"application/x-ndjson": {"schema": {"type": "string"}}}}}}
After = Annotated[int, Query(ge=0, le=2**62)]
Most = Annotated[int, Query(ge=1, le=lines.MOST)]


@router.get("/changes", auth=power("public"), summary="某一台账序号之后的公示变化", openapi_extra=NDJSON)
def list_changes(request: HttpRequest, after: After = 0, limit: Most = 1000) -> HttpResponse:
    """Each notice once, in its latest state. The last line says from where to go on (`next`) and whether there is more."""
    on = clock.today()
    told, through, more = lines.changed(after, limit, on)
    return _ndjson([*told, {"next": through, "more": more, "as_of": on}])


@router.get("/entities", auth=power("public"), summary="主体公示信息的变化", openapi_extra=NDJSON)
def list_entities(request: HttpRequest, after: After = 0, limit: Most = 1000) -> HttpResponse:
    told, through, more = lines.entities(after, limit)
    return _ndjson([*told, {"next": through, "more": more, "as_of": clock.today()}])


@router.get("/withdrawn", auth=power("public"), summary="自某日起不再公示的记录：下游须同步删除", openapi_extra=NDJSON)
def list_withdrawn(request: HttpRequest, since: date, after: After = 0, limit: Most = 1000) -> HttpResponse:
    """Numbers of records whose publicity ended from a day on, by a closing act or because their term was over. Nothing
    of what they said."""
    on = clock.today()
    told = lines.gone(since, on, after, limit)
    through = told[-1]["entry_seq"] if told else after
    return _ndjson([*told, {"next": through, "more": len(told) == limit, "as_of": on}])


class AnswerIn(Schema):
    """One answer of a peer about one record."""

    number: str = Field(min_length=1, max_length=80)
    entry_seq: int = Field(ge=1, le=2**62)
    outcome: Literal["taken", "removed", "refused"]
    says: str = Field("", max_length=300)


class Taken(Schema):
    received: int
    new: int


@router.post("/peers/{code}/answers", response=Taken, auth=power("public"), summary="交换对象回告处理结果（须签名）")
def take_answers(
    request: HttpRequest, code: Annotated[str, Path(max_length=40)], items: Annotated[list[AnswerIn], Body(max_length=5000)]
) -> dict[str, int]:
    """Signed with the peer's key: `X-Hengjian-Signature: sha256=` and the HMAC-SHA256 of the body. May be sent twice."""
    peer = _signed(request, code, request.body)
    new = answers.take(peer, [item.dict() for item in items], at=clock.now())
    for item in items:
        if item.outcome == "removed":
            website.followed(peer, item.entry_seq, item.number, on=clock.today(), at=clock.now())
    return {"received": len(items), "new": new}


def _signed(request: HttpRequest, code: str, text: bytes) -> Peer:
    """The peer, if the text is signed with its key."""
    peer = named(code)
    if peer is None:
        raise NotFound(_("没有这个交换对象"), peer=code)
    told = request.headers.get("X-Hengjian-Signature", "")
    expected = "sha256=" + hmac.new(peer.key.encode(), text, "sha256").hexdigest()
    if not peer.key or not hmac.compare_digest(told.encode(), expected.encode()):
        raise NotAllowed(_("签名不符：请用双方约定的密钥计算 HMAC-SHA256"), header="X-Hengjian-Signature")
    return peer


class RepairIn(Schema):
    """An application for repair the website received, or its taking back (`retract`). `document`: of the record here."""

    number: str = Field(min_length=1, max_length=80)
    act: Literal["apply", "retract"] = "apply"
    uscc: str = Field("", max_length=18)
    document: str = Field("", max_length=120)
    asked_on: date
    said: str = Field("", max_length=2000)
    signed_by: str = Field("", max_length=200)


class RepairTaken(Schema):
    """`sent-back`: not taken over, with the reason; it may be sent again."""

    number: str
    outcome: Literal["taken", "retracted", "sent-back"]
    matter: str = ""
    because: str = ""


class RepairOutcome(Schema):
    """What became of one application: received, accepted, declined, refused, granted or retracted; since when, why."""

    number: str
    matter: str
    entry_seq: int
    outcome: str
    on: date
    because: str


@router.post("/peers/{code}/repairs", response=list[RepairTaken], auth=power("public"), summary="信用网站转来修复申请（须签名）")
def take_repairs(
    request: HttpRequest, code: Annotated[str, Path(max_length=40)], items: Annotated[list[RepairIn], Body(max_length=500)]
) -> list[dict[str, str]]:
    """Signed like answers. May be sent twice: a number is taken over once."""
    peer = _signed(request, code, request.body)
    return website.take(peer, [item.dict() for item in items], on=clock.today(), at=clock.now())


@router.get("/peers/{code}/repairs", response=list[RepairOutcome], auth=power("public"), summary="转来的修复申请办到哪里（须签名）")
def list_repairs(request: HttpRequest, code: Annotated[str, Path(max_length=40)], since: date) -> list[dict[str, object]]:
    """Signed over the path with its query, as sent: `/api/exchange/peers/…/repairs?since=2026-03-02`."""
    peer = _signed(request, code, request.get_full_path().encode())
    return website.outcomes(peer, since)


def _ndjson(told: list[dict[str, object]]) -> HttpResponse:
    return HttpResponse(lines.as_text(told), content_type="application/x-ndjson; charset=utf-8")
