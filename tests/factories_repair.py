"""A bureau with repair officers and a leader, a firm with records, and an application taken to any stage of its main way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import proposals, services
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.ledger import services as ledger
from hengjian.street.ledger.models import Entry
from hengjian.street.publication import services as publication
from hengjian.street.register.models import Entity
from hengjian.street.repair import effects
from hengjian.street.repair import services as repair
from hengjian.street.repair.models import Application
from tests import factories_casework as cases
from tests import factories_draw as make

TEXT = repair.File("说明.txt", "整改已经完成".encode())
FILES = {"performed": [TEXT], "corrected": [repair.File("照片.txt", "整改照片说明".encode())]}
ALL = ["performed", "corrected", "not-repeated", "not-listed"]


@dataclass
class Office:
    """Who works on repair."""

    agency: Agency
    first: Officer
    other: Officer
    leader: Officer


def at(day: date) -> datetime:
    return datetime.combine(day, time(10), SHANGHAI)


def office() -> Office:
    bureau = make.bureau()
    handling = [cases.officer(number, "repair-officer", bureau, certified=False) for number in ("R-1", "R-2")]
    return Office(bureau, *handling, cases.officer("R-3", "leader", bureau, certified=False))


def penalty(firm: Entity, by: Office, decided: date, document: str = "津蓟市监罚〔2026〕1号", **more: Any) -> Entry:
    """A penalty in the ledger, public from the day it was decided."""
    body = {"kind_of_penalty": ["03"], "facts": "演示事实", **more.pop("body", {})}
    told = {"fine_fen": 6_000_000, **more}
    entry = ledger.append(by=None, entity=firm, kind="penalty", on=decided, issuer=by.agency, document=document, body=body, at=at(decided), **told)
    publication.publish_due(on=decided)
    return entry


def listing(firm: Entity, by: Office, decided: date, kind: str = "abnormal-list", **body: Any) -> Entry:
    entry = ledger.append(
        by=None, entity=firm, kind=kind, on=decided, issuer=by.agency, document=f"津蓟市监列〔{decided.year}〕1号", body={"ground": "4", **body}, at=at(decided)
    )
    publication.publish_due(on=decided)
    return entry


def asked(entry: Entry, on: date, *, channel: str = "counter", files: Any = None, said: str = "已经改正") -> Proceeding:
    told = repair.Asked(said, entry.entity.name, FILES if files is None else files)
    [matter] = repair.apply(uscc=entry.uscc, entries=[entry.seq], asked=told, channel=channel, actor="firm", on=on, at=at(on))
    return matter


def again(matter: Proceeding) -> Proceeding:
    return Proceeding.objects.select_related("agency", "owner").get(pk=matter.pk)


def do(matter: Proceeding, act: str, on: date, by: Officer, **body: Any):
    found = again(matter)
    return services.act(found, act, by=by, on=on, at=at(on), expected_version=found.version, body=body)


def approved(matter: Proceeding, act: str, on: date, by: Office, **body: Any):
    found = again(matter)
    proposals.propose(found, act, by=by.first, on=on, at=at(on), expected_version=found.version, body=body)
    found = again(matter)
    return proposals.confirm(found, act, by=by.leader, on=on, at=at(on), expected_version=found.version)


def accepted(matter: Proceeding, on: date, by: Office, act: str = "accept") -> None:
    target = procedure.events_of(again(matter))[0].body["target"]
    do(matter, act, on, by.first, target=target)


def verified(matter: Proceeding, on: date, by: Office, met: list[str] | None = None) -> None:
    do(matter, "verify", on, by.first, method="papers", met=ALL if met is None else met, verified="材料与案卷相符")


def granted(matter: Proceeding, on: date, by: Office, met: list[str] | None = None, act: str = "accept") -> Application:
    """Accepted, verified, granted by two persons, and what follows at once."""
    accepted(matter, on, by, act)
    verified(matter, on, by, met)
    approved(matter, "grant", on, by)
    followed(on)
    return Application.objects.get(proceeding=matter)


def followed(on: date) -> None:
    """What the jobs do: hide, and record that it is hidden."""
    publication.publish_due(on=on)
    effects.settle(at=at(on))
