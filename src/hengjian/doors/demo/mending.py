"""Repair on the desks of the demo city: one firm that may ask today, and one application at each stage of the way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import proposals
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.street import ledger
from hengjian.street.assessment.models import Assessment
from hengjian.street.assessment.queries import COLOURS, ruleset_of
from hengjian.street.publication import services as publication
from hengjian.street.register.models import Entity
from hengjian.street.repair import effects
from hengjian.street.repair import services as repair
from hengjian.street.repair.models import Application

from .logins import DISTRICT

AGO = 190  # calendar days since the penalties; longer than the shortest publicity
MET = ["performed", "corrected", "not-repeated", "not-listed"]
FILES = {
    "performed": [repair.File("缴款凭证（演示）.txt", "演示材料：罚款已缴清".encode())],
    "corrected": [repair.File("整改报告（演示）.txt", "演示材料：已下架并整改".encode())],
}


@transaction.atomic
def fill(firm: Entity, on: date) -> None:
    """Leave repairs behind; running it again changes nothing."""
    if Application.objects.exists():
        return
    bureau, at = Agency.objects.get(code=DISTRICT), clock.now()
    green = Assessment.objects.filter(ruleset=ruleset_of(COLOURS, on).id, class_code="green").values("entity")
    clean = Entity.objects.filter(pk__in=green, district=DISTRICT, status="1").exclude(pk=firm.pk).exclude(kind="cooperative").order_by("kind", "-pk")[:4]
    firms = [firm, *clean]
    entries = [_penalty(one, bureau, number, on) for number, one in enumerate(firms, start=1)]
    publication.publish_due(on=on)
    handler, leader = Officer.objects.get(number="DEMO-REPAIR"), Officer.objects.get(number="DEMO-LEADER")
    matters = [_ask(entry, on, at) for entry in entries[1:]]
    waiting, proposed, granted, refused = matters
    assert waiting.awaits  # stays as it is, on the desk of whoever handles repair
    for matter in (proposed, granted):
        _do(matter, "accept", handler, on, at, target="penalty")
        _do(matter, "verify", handler, on, at, method="papers", met=MET, verified="材料与案卷相符（演示）")
    _propose(proposed, "grant", handler, on, at)
    _propose(granted, "grant", handler, on, at)
    _confirm(granted, "grant", leader, on, at)
    _propose(refused, "refuse-entry", handler, on, at, refusal="not-performed", reasons="罚款未缴清（演示）")
    _confirm(refused, "refuse-entry", leader, on, at)
    publication.publish_due(on=on)
    effects.settle(at=at)


def _penalty(firm: Entity, bureau: Agency, number: int, on: date) -> Any:
    decided = on - timedelta(days=AGO + number)
    body = {"name": firm.name, "kind_of_penalty": ["03"], "facts": "未明码标价（演示）", "article": "价格法第四十二条", "issuer": bureau.name}
    return ledger.append(
        by=None, entity=firm, kind="penalty", on=decided, issuer=bureau, document=f"津蓟市监罚〔{decided.year}〕修演{number}号", body=body,
        fine_fen=100_000,
    )  # fmt: skip


def _ask(entry: Any, on: date, at: datetime) -> Proceeding:
    asked = repair.Asked("已改正并缴清罚款（演示）", entry.entity.name, FILES)
    [matter] = repair.apply(uscc=entry.uscc, entries=[entry.seq], asked=asked, channel="counter", actor="demo", on=on, at=at)
    return matter


def _now(matter: Proceeding) -> Proceeding:
    return Proceeding.objects.get(pk=matter.pk)


def _do(matter: Proceeding, act: str, by: Officer, on: date, at: datetime, **body: object) -> None:
    found = _now(matter)
    procedure.act(found, act, by=by, on=on, at=at, expected_version=found.version, body=body)


def _propose(matter: Proceeding, act: str, by: Officer, on: date, at: datetime, **body: object) -> None:
    found = _now(matter)
    proposals.propose(found, act, by=by, on=on, at=at, expected_version=found.version, body=body)


def _confirm(matter: Proceeding, act: str, by: Officer, on: date, at: datetime) -> None:
    found = _now(matter)
    proposals.confirm(found, act, by=by, on=on, at=at, expected_version=found.version)
