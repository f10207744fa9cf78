"""Listings of the demo city at every stage: found, told, decided, removed, marked, told of a serious one, asked of a department."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from hengjian.ground.kit import clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import proposals
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.ledger import queries as records
from hengjian.street.ledger import services as ledger
from hengjian.street.listing import queries, services
from hengjian.street.listing.models import Listing
from hengjian.street.register.models import Entity

from .logins import DISTRICT

ASKED = "120000-ecology"  # the department of the demonstration filing clerk
EMPTY = "登记住所为空置房屋，邻铺称已搬离（演示）"
PENALTY = "津演重〔{year}〕1号"


@dataclass(frozen=True, slots=True)
class _Desk:
    """The demonstration officers who work on the lists."""

    clerk: Officer
    legal: Officer
    leader: Officer
    superior: Officer

    def do(self, matter: Proceeding, act: str, on: date, by: Officer | None = None, **body: Any) -> None:
        procedure.act(matter, act, by=by or self.clerk, on=on, at=_at(on), expected_version=matter.version, body=body)

    def decide(self, matter: Proceeding, act: str, on: date, **body: Any) -> None:
        proposals.propose(matter, act, by=self.clerk, on=on, at=_at(on), expected_version=matter.version, body=body)
        proposals.confirm(matter, act, by=self.leader, on=on, at=_at(on), expected_version=matter.version, opinion="同意")


def _at(day: date) -> datetime:
    return min(datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI), clock.now())


@transaction.atomic
def write(firm: Entity, on: date) -> None:
    """A few firms of the district on the lists; running it again changes nothing."""
    if Listing.objects.exists():
        return
    people = {one.number: one for one in Officer.objects.filter(number__startswith="DEMO-").select_related("agency")}
    desk = _Desk(people["DEMO-CASE"], people["DEMO-LEGAL"], people["DEMO-LEADER"], people["DEMO-SUPERVISION"])
    shop = next(iter(_spotless("individual")), None)
    back = on - timedelta(days=40)
    listed = records.facts(on).filter(kind="abnormal-list", uscc=firm.uscc).exists()  # by the files of the city
    if firm.kind != "individual" and not listed:
        _abnormal(desk, firm, back, on)
    if shop:
        _mark(desk, shop, back)
    # A small city may have fewer firms without a record than there are things to show.
    steps = (_serious, _removed, _waiting, _red)
    for step, other in zip(steps, (one for one in _spotless("enterprise") if one.pk != firm.pk), strict=False):
        step(desk, other, back, on)


def _removed(desk: _Desk, firm: Entity, found: date, on: date) -> None:
    matter = _abnormal(desk, firm, found, on)
    desk.do(matter, "reachable", on - timedelta(days=6), facts="已恢复经营，电话可以接通（演示）")
    desk.decide(matter, "remove", on - timedelta(days=4), reason="已可以取得联系（演示）")


def _spotless(kind: str) -> list[Entity]:
    """Registered firms of the district without any live record against them, in the order of their codes."""
    district = Entity.objects.filter(district=DISTRICT, kind=kind, status="1").order_by("-uscc")[:60]
    against = records.facts(clock.today()).exclude(kind__in=("annual-report", "licence", "inspection"))
    marked = set(against.filter(uscc__in=[one.uscc for one in district]).values_list("uscc", flat=True))
    return [one for one in district if one.uscc not in marked][:6]


def _found(desk: _Desk, firm: Entity, on: date, kind: str = "abnormal-list", **body: Any) -> Proceeding:
    agency = desk.clerk.agency
    return services.begin(by=desk.clerk, kind=kind, entity=firm, origin=f"demo:{kind}", on=on, at=_at(on), body=body, agency=agency)


def _abnormal(desk: _Desk, firm: Entity, found: date, on: date) -> Proceeding:
    matter = _found(desk, firm, found, ground="4", facts=EMPTY)
    desk.do(matter, "verify-unreachable", found, ground="4", facts=EMPTY, visited=found.isoformat())
    desk.do(matter, "notify", found, ground="4", mode="left", served_on=found.isoformat())
    desk.decide(matter, "list", found + timedelta(days=12), ground="4", facts=EMPTY, considered="两次电话联系未果，告知后未收到陈述（演示）")
    return matter


def _waiting(desk: _Desk, firm: Entity, found: date, on: date) -> None:
    """Told yesterday, and the firm's reply is on record."""
    told = on - timedelta(days=1)
    matter = _found(desk, firm, told, ground="4", facts=EMPTY)
    desk.do(matter, "verify-unreachable", told, ground="4", facts=EMPTY, visited=told.isoformat())
    desk.do(matter, "notify", told, ground="4", mode="direct", served_on=told.isoformat())
    desk.do(matter, "hear-reply", told, reply="正在装修，已在门口张贴告示（演示）", answer="实地复核前不作决定（演示）")


def _mark(desk: _Desk, shop: Entity, on: date) -> None:
    matter = _found(desk, shop, on, ground="4", facts="摊位已撤，电话停机（演示）")
    desk.do(matter, "notify", on, ground="4", facts="摊位已撤，电话停机（演示）", mode="left", served_on=on.isoformat())
    desk.decide(matter, "mark", on + timedelta(days=12), ground="4", facts="摊位已撤，电话停机（演示）", considered="未收到陈述（演示）")


def _serious(desk: _Desk, firm: Entity, found: date, on: date) -> None:
    """A heavier penalty, the test, notice, review, the superior's consent, the decision; then a department is asked."""
    document, agency = PENALTY.format(year=found.year), desk.clerk.agency
    body = {"name": firm.name, "kind_of_penalty": ["08"], "facts": "使用非食品原料加工食品（演示）", "article": "演示依据", "issuer": agency.name}
    penalty = ledger.append(by=desk.clerk, entity=firm, kind="penalty", on=found, issuer=agency, document=document, body=body, at=_at(found))
    told: dict[str, Any] = {"ground": "food.2", "penalty": document, "facts": body["facts"]}
    matter = services.begin(by=desk.clerk, kind="serious-list", entity=firm, origin=f"entry:{penalty.seq}", on=found, at=_at(found), cause=penalty.seq, body=told)
    weighed = "明知仍然使用，涉及未成年人（演示）"
    desk.do(matter, "assess", found, **told, heavy="2", vile=True, grave=True, harmful=True, factors=["intent", "health"], considered=weighed, no_intent=False)
    desk.do(matter, "notice", found, ground="food.2", penalty=document, mode="direct", served_on=found.isoformat())
    desk.do(matter, "hear-views", found + timedelta(days=2), views="已停产整顿（演示）", answer="不影响列入的要件，不予采纳（演示）")
    later = found + timedelta(days=16)
    desk.do(matter, "review", later, desk.legal, reason="要件齐备，程序合法（演示）")
    desk.do(matter, "agree", later, desk.superior, reason="同意列入（演示）")
    desk.decide(matter, "list", later, **told, measures=["m1", "m2", "m3", "m4"], considered=weighed)
    desk.do(matter, "serve", later + timedelta(days=1), mode="direct", served_on=(later + timedelta(days=1)).isoformat())
    entry = queries.listing_of(matter).entry
    department = Agency.objects.get(code=ASKED)
    asked = on - timedelta(days=2)
    for measure, domain in (("m07", "honour"), ("m01", "tender")):  # the act is called as its field is
        services.ask_department(
            by=desk.clerk, entry=entry, to=department, measure=measure, domain=domain, acts=[domain], on=asked, at=_at(asked),
            reason="列入严重违法失信名单（演示）",
        )  # fmt: skip
    first = queries.visible_to(desk.clerk).filter(kind=queries.RESTRICTION).order_by("pk").first()
    clerk = Officer.objects.get(number="DEMO-FILING")
    if first:
        desk.do(first, "receive", on, clerk)
        desk.do(first, "lock", on, clerk, measure="m07", domain="honour", acts=["honour"], effect="stop", law_article="演示依据", begins=on.isoformat())


def _red(desk: _Desk, firm: Entity, found: date, on: date) -> None:
    facts = "连续三年没有失信记录，主动作出信用承诺（演示）"
    matter = _found(desk, firm, found, "red-list", list="credit-model", facts=facts)
    desk.do(matter, "display", found, list="credit-model", facts=facts)
    told: dict[str, Any] = {"list": "credit-model", "facts": facts, "incentives": ["show", "undisturbed", "recommend"]}
    desk.decide(matter, "list", found + timedelta(days=20), **told, considered="公示期内没有异议（演示）")
