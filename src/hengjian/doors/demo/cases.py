"""Cases of the demo city at four places of their way: closed, served and not paid, waiting for legal review, notice served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import proposals
from hengjian.ground.procedure import services as acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.assessment.models import Assessment
from hengjian.street.assessment.queries import COLOURS, ruleset_of
from hengjian.street.casework import services as casework
from hengjian.street.casework.models import Case
from hengjian.street.register.models import Entity

from . import field_work

CONDITIONS = ["prima-facie", "penalty-due", "jurisdiction", "in-time"]
POINTS = ["jurisdiction", "party", "facts", "nature", "basis", "procedure", "appropriate"]
PROPOSED: dict[str, Any] = {
    "facts": "经营超过保质期的预包装食品（演示）", "article": "食品安全法第三十四条", "law_article": "食品安全法第一百二十四条", "crime": False,
    "decision": "penalty", "penalties": ["03"], "fine_least": 5_000_000, "fine_most": 10_000_000, "circumstances": ["remove-harm"], "tier": "light",
    "why_tier": "主动召回并消除危害后果（演示）", "fine": 5_000_000,
}  # fmt: skip
DECIDED = ("facts", "law_article", "penalties", "tier", "why_tier", "fine")


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works on the demonstration cases."""

    first: Officer
    second: Officer
    legal: Officer
    leader: Officer


def staff(on: date) -> Staff:
    """The logins of the demo city, and a colleague for the acts that need two."""
    first, legal, leader = (Officer.objects.get(number=number) for number in ("DEMO-CASE", "DEMO-LEGAL", "DEMO-LEADER"))
    second = Officer.objects.filter(number="DEMO-CASE-2").first() or people.appoint(
        number="DEMO-CASE-2", name="演示办案员乙", agency=first.agency, posts=["case-officer"], scope="unit"
    )
    for one in (first, second):
        field_work.certify(one, on)
    return Staff(first, second, legal, leader)


def prepare(shown: Entity, on: date) -> int:
    """Four cases of firms of the district that are not well-behaved as it is; running it again changes nothing."""
    people_ = staff(on)
    green = Assessment.objects.filter(ruleset=ruleset_of(COLOURS, on).id, class_code="green").values("entity")
    here = Entity.objects.filter(district=people_.first.agency.district, kind="enterprise", status="1").exclude(pk=shown.pk).order_by("pk")
    firms = [*here.exclude(pk__in=green)[:4], *here.filter(pk__in=green)[:4]][:4]
    ways = (("closed", 40), ("served", 30), ("concluded", 3), ("noticed", 2))
    for (stop, ago), firm in zip(ways, firms, strict=False):
        _case(people_, firm, on - timedelta(days=ago), stop)
    return len(firms)


class _Way:
    """One case taken along its main way."""

    def __init__(self, who: Staff, matter: Proceeding, on: date) -> None:
        self.who, self.on, self.pk = who, on, matter.pk

    def told(self, by: Officer) -> tuple[Proceeding, dict[str, Any]]:
        matter = Proceeding.objects.select_related("agency", "owner").get(pk=self.pk)
        return matter, {"by": by, "on": self.on, "at": datetime.combine(self.on, time(10), clock.SHANGHAI), "expected_version": matter.version}

    def do(self, act: str, body: Mapping[str, Any], by: Officer | None = None, *, two: bool = False) -> None:
        matter, told = self.told(by or self.who.first)
        acts.act(matter, act, body=body, second=self.who.second if two else None, **told)

    def approved(self, act: str, body: Mapping[str, Any]) -> None:
        matter, told = self.told(self.who.first)
        proposals.propose(matter, act, body=body, **told)
        matter, told = self.told(self.who.leader)
        proposals.confirm(matter, act, opinion="同意（演示）", **told)


def _case(who: Staff, firm: Entity, on: date, stop: str) -> None:
    lead = casework.open_lead(
        by=who.first, agency=who.first.agency, owner=who.first, entity=firm, source="inspection", origin=f"演示案件：{stop}",
        facts=PROPOSED["facts"], on=on, at=datetime.combine(on, time(9), clock.SHANGHAI),
    )  # fmt: skip
    if Case.objects.filter(lead=lead).exists() or lead.version > 1:
        return
    way, screened = _Way(who, lead, on), {"first_violation": False, "corrected": True, "harm": True, "screened": "不在免罚清单内（演示）"}
    way.do("screen", screened)
    way.do("verify", {"found": "现场核实属实（演示）"}, two=True)
    filed = {"conditions": CONDITIONS, "officers": [who.first.number, who.second.number], "article": PROPOSED["article"], "facts": PROPOSED["facts"]}
    way.approved("file", filed)
    way = _Way(who, Case.objects.get(lead=lead).proceeding, on)
    way.do("screen", screened)
    way.do("collect", {"evidence": "physical", "item": "过期食品三件（演示）", "proves": "销售事实", "custodian": who.first.name}, two=True)
    heavy = {"fine_most": 100_000_000, "fine": 20_000_000} if stop == "concluded" else {}
    way.do("conclude", PROPOSED | heavy, two=True)
    if stop != "concluded":
        _decide(way, on, stop)


def _decide(way: _Way, on: date, stop: str) -> None:
    served = {"mode": "direct", "served_on": on.isoformat()}
    way.do("review", {"review": "agree", "points": POINTS}, way.who.legal)
    way.do("notify", served | {"hearing_told": False}, two=True)
    if stop == "noticed":
        return
    way.do("waive", {"reason": "当事人书面放弃（演示）"})
    way.approved("decide", {name: PROPOSED[name] for name in DECIDED})
    way.do("serve", served, two=True)
    if stop == "closed":
        way.do("pay", {"paid": PROPOSED["fine"], "paid_on": on.isoformat(), "receipt": "演示缴款书"})
        way.do("performed", {"reason": "罚款缴清（演示）"})
        way.approved("close", {"close_reason": "performed"})
