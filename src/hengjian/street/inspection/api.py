"""My visits and their results for other devices. A result may be sent again with its token: it is recorded once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema
from pydantic import AwareDatetime

from hengjian.ground.kit import clock
from hengjian.ground.people.access import power

from . import forms, queries, services
from .models import Result, Visit
from .rules import Answer, Finding

router = Router()
VisitKey = Annotated[int, Path(ge=1, le=2**63 - 1)]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9-]+$")]


class VisitOut(Schema):
    """One visit of my team. `items` are codes of the catalogue inspection-items."""

    id: int
    number: str
    uscc: str
    name: str
    address: str
    due: date
    items: list[str]
    officers: list[str]
    recorded: bool

    @staticmethod
    def resolve_number(visit: Visit) -> str:
        return visit.proceeding.number

    @staticmethod
    def resolve_uscc(visit: Visit) -> str:
        return visit.entity.uscc

    @staticmethod
    def resolve_name(visit: Visit) -> str:
        return visit.entity.name

    @staticmethod
    def resolve_address(visit: Visit) -> str:
        return visit.entity.address

    @staticmethod
    def resolve_officers(visit: Visit) -> list[str]:
        return [officer.name for officer in visit.officers.all()]


class AnswerIn(Schema):
    item: Code
    answer: Literal["pass", "problem", "not-applicable"]
    note: Annotated[str, Field(max_length=forms.NOTE)] = ""


class ResultIn(Schema):
    """What was found. `token` is made by the device, once for each result."""

    token: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
    path: Literal["done", "refused", "not-found"]
    answers: Annotated[list[AnswerIn], Field(max_length=200)] = []
    codes: Annotated[list[Code], Field(max_length=30)] = []
    disposal: Code
    method: Code = "1"
    note: Annotated[str, Field(max_length=forms.NOTE)] = ""
    witness: Annotated[str, Field(max_length=forms.WITNESS)] = ""  # of a refusal, or of a firm that was not found
    arrived: AwareDatetime | None = None
    finished: AwareDatetime | None = None
    signed_by_firm: Annotated[str, Field(max_length=forms.NAME)] = ""
    photos: Annotated[list[Code], Field(max_length=100)] = []

    def finding(self) -> Finding:
        fields: dict[str, Any] = self.model_dump(exclude={"token", "answers", "codes", "photos"})
        answers = tuple(Answer(one.item, one.answer, one.note) for one in self.answers)
        return Finding(answers=answers, codes=tuple(self.codes), photos=tuple(self.photos), **fields)


class ResultOut(Schema):
    """The result that stands. `entry` is the number of its credit record."""

    visit: int
    token: str
    recorded: datetime
    path: str
    codes: list[str]
    disposal: str
    entry: int
    refusal: int | None

    @staticmethod
    def resolve_visit(result: Result) -> int:
        return result.visit_id

    @staticmethod
    def resolve_recorded(result: Result) -> datetime:
        return timezone.localtime(result.recorded)

    @staticmethod
    def resolve_entry(result: Result) -> int:
        return result.entry_id

    @staticmethod
    def resolve_refusal(result: Result) -> int | None:
        return result.refusal_id


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


@router.get("/visits", response=list[VisitOut], auth=power("inspection.record"))
def list_my_visits(
    request: HttpRequest,
    recorded: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> QuerySet[Visit]:
    """Visits of my team, nearest day first."""
    mine = queries.mine(_officer(request))
    return (mine if recorded is None else mine.filter(recorded=recorded))[offset : offset + limit]


@router.post("/visits/{visit}/result", response=ResultOut, auth=power("inspection.record"))
def record_result(request: HttpRequest, visit: VisitKey, result: ResultIn) -> Result:
    """Record a result. The same token answers the same result again.

    409 `already_recorded`: the visit has another result. 403 `not_on_team`. 422 `bad_finding`: `facts.fields` says
    what is wrong, field by field.
    """
    found = queries.visit_of(_officer(request), visit)
    return services.record_result(found, result.finding(), token=result.token, by=_officer(request), at=clock.now())
