"""The ledger as JSON: entries as they stood on a day as known on another, proofs, and the published daily roots."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field

from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import power
from hengjian.street.register import queries as register

from . import queries, services
from .models import DailyRoot, Entry

router = Router()
Uscc = Annotated[str, Path(min_length=1, max_length=40)]
Seq = Annotated[int, Path(ge=1, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=100_000_000)]
Day = Annotated[date | None, Query(ge=date(1900, 1, 1), le=date(2999, 12, 31))]


class EntryOut(Schema):
    """One credit record, or one record about a record (`refers`)."""

    seq: int
    uscc: str
    kind: str
    act: str
    issuer: str
    document: str
    decided: date
    effective: date
    recorded: datetime
    until: date | None
    fine_fen: int | None
    confiscated_fen: int | None
    warning_only: bool | None
    body: dict[str, Any]
    refers: int | None = Field(alias="refers_id")
    closed: bool = False
    delivery: int | None = Field(alias="delivery_id")
    source_row: int | None
    pack_version: str
    batch: int = Field(alias="batch_id")
    position: int
    digest: str

    @staticmethod
    def resolve_issuer(entry: Entry) -> str:
        return entry.issuer.code

    @staticmethod
    def resolve_digest(entry: Entry) -> str:
        return bytes(entry.digest).hex()


class RootOut(Schema):
    """The root that seals every batch written since the root before it (SM3, hexadecimal)."""

    day: date
    first_batch: int
    last_batch: int
    batches: int
    entries: int
    previous: str
    root: str
    sealed_at: datetime

    @staticmethod
    def resolve_previous(root: DailyRoot) -> str:
        return bytes(root.previous).hex()

    @staticmethod
    def resolve_root(root: DailyRoot) -> str:
        return bytes(root.root).hex()


class ProofOut(Schema):
    """What `verifier.py` checks. `day` is null until the day has been sealed."""

    entry: dict[str, Any]
    previous: str
    digest: str
    later: list[str]
    batch: dict[str, Any]
    day: dict[str, Any] | None


@router.get("/entities/{uscc}/entries", response=list[EntryOut], auth=power("ledger.view"))
def list_entries(
    request: HttpRequest, uscc: Uscc, on: Day = None, known: Day = None, limit: Limit = 100, offset: Offset = 0
) -> list[Entry]:
    """Entries of an entity decided by `on` and recorded by the end of `known`, last first; `closed` as of those days."""
    entity = register.entity_for(request.officer, uscc)  # type: ignore[attr-defined]
    return list(queries.entries_of(entity.uscc, on=on, known=known)[offset : offset + limit])


@router.get("/entries/{seq}", response=EntryOut, auth=power("ledger.view"))
def get_entry(request: HttpRequest, seq: Seq, on: Day = None, known: Day = None) -> Entry:
    """One entry; `closed` as of `on` as known at the end of `known`. Refused for days before it was decided or recorded."""
    found = queries.entry_for(request.officer, seq)  # type: ignore[attr-defined]
    held = queries.entries_of(found.uscc, on=on, known=known).filter(seq=found.seq).first()
    if held is None:
        raise NotFound(_("这一天还没有这条记录，或者那时还没有入账"), seq=seq)
    return held


@router.get("/entries/{seq}/proof", response=ProofOut, auth=power("ledger.view"))
def get_proof(request: HttpRequest, seq: Seq) -> dict[str, Any] | None:
    """The proof that an entry stands under a daily root, telling nothing about other entries."""
    return services.proof_of(queries.entry_for(request.officer, seq).seq)  # type: ignore[attr-defined]


@router.get("/roots", response=list[RootOut], auth=power("public"))
def list_roots(request: HttpRequest, limit: Limit = 30, offset: Offset = 0) -> list[DailyRoot]:
    """Daily roots, last first. Anybody may keep them and hold the platform to them."""
    return list(queries.roots()[offset : offset + limit])
