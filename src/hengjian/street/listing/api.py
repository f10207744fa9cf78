"""Another system's question before it lets an act go on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from hengjian.ground.kit import clock
from hengjian.ground.people.access import power

from . import services
from .rules import Lock

router = Router()


class LockOut(Schema):
    """One live restriction. `opens`: the first day without it; null: until the record is closed."""

    code: str
    title: str
    effect: Literal["stop", "weigh"]
    basis: str
    confidence: str
    since: date
    opens: date | None
    provisional: bool
    record_kind: str
    entry: int
    document: str
    issuer: str


class AnswerOut(Schema):
    """`verdict`: free (nothing stands against it), weigh (to be weighed by whoever decides), stop (refused)."""

    number: int
    uscc: str
    act: str
    on: date
    verdict: Literal["free", "weigh", "stop"]
    locks: list[LockOut]
    ledger_seq: int
    pack_version: str


@router.get("/restrictions/{uscc}", response=AnswerOut, auth=power("listing.ask"), summary="这个事项能不能继续办理")
def may_it_go_on(
    request: HttpRequest,
    uscc: Annotated[str, Path(min_length=1, max_length=40)],
    act: Annotated[str, Query(min_length=1, max_length=60)],
) -> dict[str, object]:
    answer, found = services.ask(uscc=uscc, act=act, on=clock.today(), at=clock.now(), by=request.officer)  # type: ignore[attr-defined]
    told = {name: getattr(answer, name) for name in ("uscc", "act", "on", "verdict", "ledger_seq", "pack_version")}
    return {"number": answer.pk, **told, "locks": [_out(lock) for lock in found]}


def _out(lock: Lock) -> dict[str, object]:
    told = ("code", "title", "effect", "basis", "confidence", "since", "opens", "provisional")
    record = lock.record
    return {name: getattr(lock, name) for name in told} | {
        "record_kind": record.kind, "entry": record.seq, "document": record.document, "issuer": record.issuer.name,
    }  # fmt: skip
