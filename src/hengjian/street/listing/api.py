"""Another system's question before it lets an act go on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import power
from hengjian.street.register import queries as register

from . import counters, queries, services
from .rules import Lock

router = Router()
Day = Annotated[date | None, Query(ge=date(1900, 1, 1), le=date(2999, 12, 31))]


class LockOut(Schema):
    """One live restriction. `opens`: the first day without it; null: until the record is closed. `matter`, `domain`, `by`: of
    the department that laid it, where it does not follow from the law alone.
    """

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
    matter: int | None = None
    domain: str = ""
    by: str = ""


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
    told = ("code", "title", "effect", "basis", "confidence", "since", "opens", "provisional", "matter", "domain", "by")
    record = lock.record
    return {name: getattr(lock, name) for name in told} | {
        "record_kind": record.kind, "entry": record.seq, "document": record.document, "issuer": record.issuer.name,
    }  # fmt: skip


class OutcomeIn(Schema):
    """What the asking system did after an answer: a code of the catalogue restriction-results."""

    result: Annotated[str, Field(min_length=1, max_length=20)]
    note: Annotated[str, Field(max_length=400)] = ""


class OutcomeOut(Schema):
    """The report that stands; the first one counts."""

    number: int
    result: str
    note: str


class ListedOut(Schema):
    """A live entry on a list. `last`: the last day on it by mere time; null: until it is removed or annulled."""

    kind: str
    title: str
    ground: str
    ground_title: str
    entry: int
    document: str
    issuer: str
    decided: date
    last: date | None
    apply_from: date


class CountersOut(Schema):
    """Restrictions of today. `without_cause` must be 0: no lock stands without a live record behind it."""

    on: date
    live: int
    laid: int
    released_with_cause: int
    without_cause: int
    answers: int
    stopped: int
    weighed: int
    reported: int
    effective: int


@router.post("/restrictions/answers/{number}/outcome", response=OutcomeOut, auth=power("listing.ask"), summary="反馈约束效果")
def feed_back(request: HttpRequest, number: Annotated[int, Path(ge=1, le=2**62)], told: OutcomeIn) -> dict[str, object]:
    officer = request.officer  # type: ignore[attr-defined]
    answer = queries.answers(officer).filter(pk=number).first()
    if answer is None:
        raise NotFound(_("没有这次答复，或者不在您的数据范围内"), number=number)
    kept = services.feed_back(answer, result=told.result, note=told.note, by=officer, at=clock.now())
    return {"number": answer.pk, "result": kept.result, "note": kept.note}


@router.get("/entities/{uscc}/lists", response=list[ListedOut], auth=power("listing.ask"), summary="主体在哪些名单上：今天，或者某一天（on）按另一天所知（known）")
def lists_of(
    request: HttpRequest, uscc: Annotated[str, Path(min_length=1, max_length=40)], on: Day = None, known: Day = None
) -> list[dict[str, object]]:
    entity = register.entity_for(request.officer, uscc)  # type: ignore[attr-defined]
    return [
        {
            "kind": one.kind, "title": one.title, "ground": one.ground, "ground_title": one.ground_title, "entry": one.entry.seq,
            "document": one.entry.document, "issuer": one.entry.issuer.name, "decided": one.entry.decided, "last": one.last,
            "apply_from": one.apply_from,
        }
        for one in queries.live_listings(entity.uscc, on or clock.today(), known)
    ]  # fmt: skip


@router.get("/counters", response=CountersOut, auth=power("listing.view"), summary="约束计数：每一项约束都有有效的所据记录")
def count(request: HttpRequest) -> counters.Told:
    return counters.of(request.officer, clock.today())  # type: ignore[attr-defined]
