"""A district bureau with its superior, and listings taken to any stage of their main way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency, Holding, Officer
from hengjian.ground.procedure import proposals
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.ledger import services as ledger
from hengjian.street.listing import services
from hengjian.street.listing.models import Listing
from hengjian.street.register.models import Entity
from tests import factories_desk as desk


@dataclass
class Office:
    """Who works on a listing; `superior` is of the city bureau, `housing` of another department."""

    agency: Agency
    clerk: Officer
    legal: Officer
    leader: Officer
    superior: Officer
    housing: Officer


def officer(number: str, post: str, agency: Agency, scope: str = "below") -> Officer:
    made = Officer.objects.create(number=number, name=f"演示{number}", agency=agency, scope=scope)
    Holding.objects.create(officer=made, post=post)
    return made


def office() -> Office:
    city = Agency.objects.get_or_create(code="120000", defaults={"name": "天津市市场监督管理委员会", "kind": "city-bureau"})[0]
    bureau = Agency.objects.get_or_create(
        code="120119", defaults={"name": "蓟州区市场监督管理局", "kind": "district-bureau", "district": "120119", "parent": city}
    )[0]
    if bureau.parent_id is None:
        bureau.parent = city
        bureau.save()
    housing = Agency.objects.get_or_create(code="120000-housing", defaults={"name": "天津市住房和城乡建设委员会", "kind": "department"})[0]
    return Office(
        bureau, officer("L-1", "case-officer", bureau), officer("L-2", "legal-officer", bureau), officer("L-3", "leader", bureau),
        officer("L-4", "supervision-officer", city, "city"), officer("L-5", "filing-clerk", housing, "unit"),
    )  # fmt: skip


def at(day: date) -> datetime:
    return datetime.combine(day, time(10), SHANGHAI)


def again(matter: Proceeding) -> Proceeding:
    return Proceeding.objects.select_related("agency__parent", "owner").get(pk=matter.pk)


def do(matter: Proceeding, act: str, on: date, by: Officer | None, **body: Any):
    found = again(matter)
    return procedure.act(found, act, by=by, on=on, at=at(on), expected_version=found.version, body=body)


def propose(matter: Proceeding, act: str, on: date, by: Officer, **body: Any):
    found = again(matter)
    return proposals.propose(found, act, by=by, on=on, at=at(on), expected_version=found.version, body=body)


def confirm(matter: Proceeding, act: str, on: date, by: Officer):
    found = again(matter)
    return proposals.confirm(found, act, by=by, on=on, at=at(on), expected_version=found.version, opinion="同意")


def approved(matter: Proceeding, act: str, on: date, by: Office, **body: Any):
    propose(matter, act, on, by.clerk, **body)
    return confirm(matter, act, on, by.leader)


def entry_of(matter: Proceeding) -> Any:
    return Listing.objects.select_related("entry__entity", "entry__issuer").get(proceeding=matter).entry


def found(by: Office, on: date, entity: Entity | None = None, kind: str = "abnormal-list", origin: str = "manual:1", **body: Any) -> Proceeding:
    return services.begin(by=by.clerk, kind=kind, entity=entity or desk.firm(), origin=origin, on=on, at=at(on), body=body)


def told(matter: Proceeding, on: date, by: Office, **body: Any) -> None:
    do(matter, "notify", on, by.clerk, **({"mode": "direct", "served_on": on.isoformat()} | body))


def listed(by: Office, verified: date, decided: date, entity: Entity | None = None, **more: Any) -> Proceeding:
    """Unreachable on a visit, told the same day, listed."""
    matter = found(by, verified, entity, **more)
    body = {"ground": "4", "facts": "登记住所为空置房屋"}
    do(matter, "verify-unreachable", verified, by.clerk, visited=verified.isoformat(), **body)
    told(matter, verified, by, ground="4")
    approved(matter, "list", decided, by, considered="当事人未提出陈述", **body)
    return matter


ASSESSED: dict[str, Any] = {
    "ground": "food.2", "heavy": "2", "facts": "使用非食品原料加工食品", "vile": True, "grave": True, "harmful": True,
    "factors": ["intent", "health"], "considered": "明知仍然使用，涉及未成年人", "no_intent": False,
}  # fmt: skip
DECIDED = {"measures": ["m1", "m2", "m3", "m4"], "considered": "明知仍然使用，涉及未成年人"}


def penalty(entity: Entity, by: Office, on: date, document: str = "津蓟市监处罚〔2026〕9号", **more: Any) -> Any:
    body = {"kind_of_penalty": ["08"], "facts": "使用非食品原料加工食品", "name": entity.name, "issuer": by.agency.name}
    return ledger.append(by=None, entity=entity, kind="penalty", on=on, issuer=by.agency, document=document, body=body, at=at(on), **more)


def proposed(by: Office, on: date, entity: Entity | None = None, **assessed: Any) -> Proceeding:
    firm = entity or desk.firm()
    behind = penalty(firm, by, on)
    matter = services.begin(by=by.clerk, kind="serious-list", entity=firm, origin=f"entry:{behind.seq}", on=on, at=at(on), cause=behind.seq, body={"penalty": behind.document})
    do(matter, "assess", on, by.clerk, **(ASSESSED | {"penalty": behind.document} | assessed))
    return matter


def noticed(by: Office, on: date, entity: Entity | None = None, **assessed: Any) -> Proceeding:
    matter = proposed(by, on, entity, **assessed)
    do(matter, "notice", on, by.clerk, ground="food.2", penalty="津蓟市监处罚〔2026〕9号", mode="direct", served_on=on.isoformat())
    return matter


def reviewed(by: Office, on: date, review: date, entity: Entity | None = None, **assessed: Any) -> Proceeding:
    matter = noticed(by, on, entity, **assessed)
    do(matter, "review", review, by.legal, reason="要件齐备，程序合法")
    return matter


def serious(by: Office, on: date, decided: date, entity: Entity | None = None, **assessed: Any) -> Proceeding:
    matter = reviewed(by, on, decided, entity, **assessed)
    do(matter, "agree", decided, by.superior, reason="同意")
    told = {"ground": "food.2", "penalty": "津蓟市监处罚〔2026〕9号", "facts": ASSESSED["facts"]} | DECIDED
    if "identity" in assessed:
        told["identity"] = assessed["identity"]
    approved(matter, "list", decided, by, **told)
    return matter


def red(by: Office, on: date, decided: date, entity: Entity | None = None) -> Proceeding:
    matter = found(by, on, entity, "red-list", "manual:red", list="credit-model", facts="连续五年无失信记录")
    do(matter, "display", on, by.clerk, list="credit-model", facts="连续五年无失信记录")
    approved(matter, "list", decided, by, list="credit-model", facts="连续五年无失信记录", incentives=["show", "undisturbed"], considered="公示期内无异议")
    return matter
