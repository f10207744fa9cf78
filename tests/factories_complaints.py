"""Filings for tests: a bureau with officers of complaints, citizens with made-up data, days around the edges of the law."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from hengjian.duties.complaints import filing as taking
from hengjian.duties.complaints.filing import Firm, Receipt, Told, Who
from hengjian.duties.complaints.models import Filing, Track
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency, Holding, Officer
from hengjian.ground.procedure import queries, services
from hengjian.ground.procedure.models import Proceeding
from tests import factories_draw as make

CITIZEN = Who(name="演示市民", phone="13900000001", address="演示路1号")
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


def officer(number: str, agency: Agency, post: str = "complaint-officer") -> Officer:
    made = Officer.objects.create(number=number, name=f"演示{number}", agency=agency, scope="unit")
    Holding.objects.create(officer=made, post=post)
    return made


def told(*kinds: str, **more: Any) -> Told:
    values: dict[str, Any] = {"text": "买的电水壶用了两天就坏了，店家不给退", "kinds": kinds or ("complaint",), "firm": Firm(name="演示小店")}
    return Told(**values | more)


def filed(on: date, *kinds: str, who: Who = CITIZEN, agency: Agency | None = None, **more: Any) -> Receipt:
    return taking.file(told=told(*kinds, **more), who=who, at=at(on), agency=agency or make.bureau())


def track(filing: Filing, kind: str = "complaint") -> Track:
    return Track.objects.select_related("proceeding__agency", "filing").get(filing=filing, kind=kind)


def matter(filing: Filing, kind: str = "complaint") -> Proceeding:
    return queries.with_events(Proceeding.objects.filter(pk=track(filing, kind).proceeding_id)).get()


def do(filing: Filing, act: str, on: date, by: Officer | None, kind: str = "complaint", **body: Any):
    found = Proceeding.objects.select_related("agency", "owner", "opener").get(pk=track(filing, kind).proceeding_id)
    return services.act(found, act, by=by, on=on, at=at(on), expected_version=found.version, body=body)


def clock(filing: Filing, name: str, kind: str = "complaint", on: date | None = None):
    found = queries.clocks_of(matter(filing, kind), on)
    return next(one for one in found if one.name == name)
