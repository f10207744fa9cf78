"""My visits and their results for other devices. A result may be sent again with its token: it is recorded once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Path, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from hengjian.ground.kit import clock
from hengjian.ground.people.access import power

from . import forms, queries, services
from .models import Photo, Result, Visit
from .rules import Answer, Finding

router = Router()
VisitKey = Annotated[int, Path(ge=1, le=2**63 - 1)]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9-]+$")]

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


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


class PlaceIn(Schema):
    """Where a device was: degrees, and how exact they are in metres."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    accuracy: Annotated[float, Field(ge=0, le=100_000)] = 0

    def place(self) -> dict[str, float]:
        return {"lat": round(self.lat, 5), "lon": round(self.lon, 5), "accuracy": round(self.accuracy)}


Strokes = Annotated[str, Field(max_length=20_000, pattern=r"^(M-?\d+ -?\d+(L-?\d+ -?\d+)*)+$")]


class SignaturesIn(Schema):
    """Lines of a pen in a field of 600 × 200, as SVG writes a path: `M10 20L30 40`."""

    firm: Strokes | None = None
    officer: Strokes | None = None  # who sends the result
    second: Strokes | None = None  # the other officer of the team
    witness: Strokes | None = None


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
    place: PlaceIn | None = None  # on arriving
    finished: AwareDatetime | None = None
    left: PlaceIn | None = None  # on finishing
    signatures: SignaturesIn = SignaturesIn()
    signed_by_firm: Annotated[str, Field(max_length=forms.NAME)] = ""
    photos: Annotated[list[Digest], Field(max_length=100)] = []

    def finding(self) -> Finding:
        apart = {"token", "answers", "codes", "photos", "place", "left", "signatures"}
        fields: dict[str, Any] = self.model_dump(exclude=apart)
        return Finding(
            answers=tuple(Answer(one.item, one.answer, one.note) for one in self.answers), codes=tuple(self.codes),
            photos=tuple(self.photos), signatures=self.signatures.model_dump(exclude_none=True),
            place=self.place.place() if self.place else {}, left=self.left.place() if self.left else {}, **fields,
        )  # fmt: skip


class ResultOut(Schema):
    """The result that stands. `entry` is the number of its credit record, from its review on."""

    visit: int
    token: str
    recorded: datetime
    path: str
    codes: list[str]
    disposal: str
    entry: int | None
    refusal: int | None

    @staticmethod
    def resolve_visit(result: Result) -> int:
        return result.visit_id

    @staticmethod
    def resolve_recorded(result: Result) -> datetime:
        return timezone.localtime(result.recorded)

    @staticmethod
    def resolve_entry(result: Result) -> int | None:
        return result.entry_id

    @staticmethod
    def resolve_refusal(result: Result) -> int | None:
        return result.refusal_id


class PhotoOut(Schema):
    """A kept picture: the digest is what a result names. What the camera wrote beside the picture is gone, so it may differ from yours."""

    sha256: str
    size: int
    width: int
    height: int


class PhotoIn(Schema):
    """Where and when a picture was taken, and for which item; empty: of the scene."""

    item: Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9-]*$")] = ""
    taken: AwareDatetime | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    accuracy: Annotated[float, Field(ge=0, le=100_000)] = 0

    def place(self) -> dict[str, float]:
        if self.lat is None or self.lon is None:
            return {}
        return PlaceIn(lat=self.lat, lon=self.lon, accuracy=self.accuracy).place()


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


@router.post("/visits/{visit}/photos", response=PhotoOut, auth=power("inspection.record"))
def add_photo(request: HttpRequest, visit: VisitKey, photo: Annotated[UploadedFile, File()], told: Annotated[PhotoIn, Form()]) -> Photo:
    """Keep one picture (JPEG, PNG, WebP, up to 8 MB) before the result that names its digest. The same again is kept once.

    403 `not_on_team`. 422 `bad_photo`.
    """
    found, by = queries.visit_of(_officer(request), visit), _officer(request)
    return services.add_photo(found, photo.read(), by=by, at=clock.now(), item=told.item, taken=told.taken, place=told.place())


@router.post("/visits/{visit}/result", response=ResultOut, auth=power("inspection.record"))
def record_result(request: HttpRequest, visit: VisitKey, result: ResultIn) -> Result:
    """Record a result. The same token answers the same result again.

    409 `already_recorded`: the visit has another result. 403 `not_on_team`. 422 `bad_finding`: `facts.fields` says
    what is wrong, field by field.
    """
    found = queries.visit_of(_officer(request), visit)
    return services.record_result(found, result.finding(), token=result.token, by=_officer(request), at=clock.now())
