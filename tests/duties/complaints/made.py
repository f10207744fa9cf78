"""Filings and their matters for tests of what is seen over many: made by the kernel, with real events and clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from hengjian.duties.complaints.models import Filing, Track
from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import services as procedure
from hengjian.street.register.models import Entity

NUMBERS = count(1)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI)


def filing(agency: Agency, on: date, *, entity: Entity | None = None, text: str = "商品有质量问题", **more: Any) -> Filing:
    told = {"firm_name": entity.name if entity else "", "category": "quality", "may_publish": True, "requests": ["refund"]} | more
    return Filing.objects.create(
        number=f"T{next(NUMBERS):08d}", salt="s", code="c", source="portal", channel="platform", received=on, received_at=at(on),
        agency=agency, entity=entity, text=text, **told,
    )  # fmt: skip


def track(made: Filing, kind: str = "complaint", owner: Officer | None = None) -> Track:
    """The matter of a filing under Order 121, begun on the day of receipt."""
    matter = procedure.open(
        by=owner, kind=kind, agency=made.agency, subject=made.entity.uscc if made.entity else "", on=made.received, owner=owner,
        body={"channel": "platform", "filing": made.number}, at=at(made.received), follows=True,
    )  # fmt: skip
    return Track.objects.create(filing=made, proceeding=matter, kind=kind, agency=made.agency, state="received", open=True)


def act(one: Track, name: str, on: date, by: Officer | None, **body: Any) -> None:
    """One act of the matter, and what the lists are selected by."""
    matter = one.proceeding
    matter.refresh_from_db()
    procedure.act(matter, name, by=by, on=on, expected_version=matter.version, body=body, at=at(on))
    matter.refresh_from_db()
    one.open = matter.closed is None
    one.save(update_fields=["open"])


def agreed(made: Filing, by: Officer, *, accepted: date, ended: date, **body: Any) -> Track:
    """A complaint that was accepted, mediated and agreed."""
    one = track(made, owner=by)
    act(one, "accept", accepted, by)
    act(one, "mediate", accepted, by, manner="phone")
    act(one, "agree", ended, by, terms="退款", paper="performed", **body)
    return one


def failed(made: Filing, by: Officer, *, accepted: date, ended: date, ground: str = "3") -> Track:
    """A complaint whose mediation ended without an agreement, both sides told on the next day."""
    one = track(made, owner=by)
    act(one, "accept", accepted, by)
    act(one, "end", ended, by, ground=ground, why="双方未达成一致")
    act(one, "tell", ended + timedelta(days=1), by)
    return one
