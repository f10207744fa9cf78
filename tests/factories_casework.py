"""A bureau with certified case officers, a reviewer and a leader, and a case taken to any stage of its main way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency, Certificate, Holding, Officer
from hengjian.ground.procedure import proposals, services
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.casework import facts as casework_facts
from hengjian.street.casework import queries
from hengjian.street.casework import services as casework
from hengjian.street.casework.models import Case
from hengjian.street.register.models import Entity
from tests import factories_desk as desk
from tests import factories_draw as make

POINTS = ["jurisdiction", "party", "facts", "nature", "basis", "procedure", "appropriate"]
CONDITIONS = ["prima-facie", "penalty-due", "jurisdiction", "in-time"]
PROPOSED: dict[str, Any] = {
    "facts": "销售超过保质期的预包装食品三件", "article": "食品安全法第三十四条", "law_article": "食品安全法第一百二十四条",
    "crime": False, "decision": "penalty", "penalties": ["03"], "fine_least": 5_000_000, "fine_most": 10_000_000,
    "circumstances": ["remove-harm"], "tier": "light", "why_tier": "主动召回并消除危害后果", "fine": 5_000_000,
}  # fmt: skip


@dataclass
class Office:
    """Who works on a case."""

    agency: Agency
    first: Officer
    second: Officer
    reviewer: Officer
    leader: Officer


def officer(number: str, post: str, agency: Agency, certified: bool = True) -> Officer:
    made = Officer.objects.create(number=number, name=f"演示{number}", agency=agency, scope="below")
    Holding.objects.create(officer=made, post=post)
    if certified:
        Certificate.objects.create(officer=made, number=f"ZF-{number}", since=date(2020, 1, 1), until=date(2029, 12, 31))
    return made


def office(agency: Agency | None = None) -> Office:
    bureau = agency or make.bureau()
    return Office(
        bureau, officer("K-1", "case-officer", bureau), officer("K-2", "case-officer", bureau),
        officer("K-3", "legal-officer", bureau), officer("K-4", "leader", bureau),
    )  # fmt: skip


def at(day: date) -> datetime:
    return datetime.combine(day, time(10), SHANGHAI)


def again(matter: Proceeding) -> Proceeding:
    return Proceeding.objects.select_related("agency", "owner").get(pk=matter.pk)


def due(matter: Proceeding, name: str, on: date) -> date | None:
    """The deadline of one clock of a matter."""
    [face] = [face for face in kernel.clocks_of(again(matter), on) if face.name == name]
    return face.due


def state(matter: Proceeding) -> str:
    return kernel.state_of(again(matter))


def do(matter: Proceeding, act: str, on: date, by: Officer, second: Officer | None = None, **body: Any):
    found = again(matter)
    return services.act(found, act, by=by, second=second, on=on, at=at(on), expected_version=found.version, body=body)


def propose(matter: Proceeding, act: str, on: date, by: Officer, second: Officer | None = None, **body: Any):
    found = again(matter)
    return proposals.propose(found, act, by=by, second=second, on=on, at=at(on), expected_version=found.version, body=body)


def confirm(matter: Proceeding, act: str, on: date, by: Officer):
    found = again(matter)
    return proposals.confirm(found, act, by=by, on=on, at=at(on), expected_version=found.version, opinion="同意")


def approved(matter: Proceeding, act: str, on: date, by: Office, **body: Any):
    propose(matter, act, on, by.first, **body)
    return confirm(matter, act, on, by.leader)


def lead(by: Office, on: date, entity: Entity | None = None, **more: Any) -> Proceeding:
    firm = entity or desk.firm()
    told = {"source": "inspection", "facts": "检查发现销售超过保质期的食品"} | more
    return casework.open_lead(by=by.first, agency=by.agency, entity=firm, on=on, at=at(on), **told)


def screened(matter: Proceeding, on: date, by: Office, **more: Any) -> None:
    told = {"first_violation": True, "corrected": False, "harm": True, "screened": "不在免罚清单内"} | more
    do(matter, "screen", on, by.first, **told)


def filed(by: Office, on: date, entity: Entity | None = None) -> Case:
    found = lead(by, on, entity)
    screened(found, on, by)
    do(found, "verify", on, by.first, by.second, found="现场核实属实")
    approved(found, "file", on, by, conditions=CONDITIONS, officers=["K-1", "K-2"], article="食品安全法第三十四条", facts="核实的事实")
    return Case.objects.get(lead=found)


def concluded(by: Office, on: date, entity: Entity | None = None, case: Case | None = None, **more: Any) -> Case:
    made = case or filed(by, on, entity)
    screened(made.proceeding, on, by)
    collected = {"evidence": "physical", "item": "过期食品三件", "proves": "销售事实", "custodian": "演示K-1"}
    do(made.proceeding, "collect", on, by.first, by.second, **collected)
    do(made.proceeding, "conclude", on, by.first, by.second, **(PROPOSED | more))
    return made


def reviewed(by: Office, case: Case, on: date) -> None:
    """By the legal officer: as a case review, or as the legal review where the packs ask for it."""
    act = "legal-review" if casework_facts.grounds_of_review(case.proceeding, queries.last_said(case.proceeding, "conclude"), on) else "review"
    do(case.proceeding, act, on, by.reviewer, review="agree", points=POINTS)


def notified(by: Office, case: Case, on: date, **more: Any) -> None:
    told = {"mode": "direct", "served_on": on.isoformat(), "hearing_told": True} | more
    do(case.proceeding, "notify", on, by.first, by.second, **told)


def noticed(by: Office, on: date, served: date | None = None, entity: Entity | None = None, **more: Any) -> Case:
    made = concluded(by, on, entity, **more)
    reviewed(by, made, on)
    notified(by, made, served or on)
    return made


def decided(by: Office, case: Case, on: date, **more: Any):
    told = {name: PROPOSED[name] for name in ("facts", "law_article", "penalties", "tier", "why_tier", "fine")} | more
    return approved(case.proceeding, "decide", on, by, **told)
