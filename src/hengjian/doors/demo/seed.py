"""What a newcomer finds on first start: a city taken down the street, and something waiting for everybody.

Every step may be repeated; a first start that was broken off is finished by the next one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from hengjian.duties.complaints import showing as complaints
from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import services as procedure
from hengjian.street.assessment import services as assessment
from hengjian.street.assessment.models import Assessment
from hengjian.street.assessment.queries import COLOURS, ruleset_of
from hengjian.street.casework import services as casework
from hengjian.street.casework.queries import earlier_penalties
from hengjian.street.inspection import queries as visits
from hengjian.street.intake import services as intake
from hengjian.street.ledger import services as ledger
from hengjian.street.publication import services as publication
from hengjian.street.register.models import Entity

from . import (
    accounts,
    around_draw,
    cases,
    field_work,
    filings,
    listings,
    lives,
    masking,
    mending,
    sample,
    structure,
    trusting,
)
from .city import DEFAULT_SEED
from .logins import DISTRICT
from .walk import Report, Tell, Walk

DRAWN = field_work.Wanted("第四季度双随机抽查（演示）", DISTRICT, (DISTRICT,), quota=16)
WAITING = field_work.Wanted("明码标价专项抽查（演示，待抽取）", DISTRICT, (DISTRICT,), quota=10, items=("price-marking", "reg-licence"))


@dataclass(frozen=True, slots=True)
class Found:
    """Names and numbers that `hengjian welcome` tells a newcomer."""

    uscc: str
    name: str
    two: str
    sample: str
    plan: int
    visit: int
    draw: str


def prepare_city(folder: Path, entities: int, tell: Tell, on: date) -> tuple[Report, Found]:
    """Walk the city, then leave work on every desk. `folder` keeps the files and `found.json`."""
    walk = Walk(folder / "city", on, tell, tolerated=(sample.LATE, filings.FILE, *structure.FILES, *lives.FILES))
    report = walk.all(entities, DEFAULT_SEED)
    with walk.timed("desks") as said:
        _send_late_file(folder, entities, on)
        draw = field_work.hold_draw(DRAWN, on)
        field_work.inspect(draw, on, leaving=Officer.objects.get(number="DEMO-INSPECTOR"))
        field_work.review(draw, leaving=3)
        waiting = field_work.plan(WAITING, on, Officer.objects.get(number="DEMO-DRAW"))
        around_draw.prepare(draw, on)
        firm = firm_to_show(on)
        accounts.open_firm_account(firm.uscc)
        structure.send(DISTRICT, firm, on)
        structure.speak(firm, on)
        filings.send(on, clock.now())
        _open_lead(firm, on)
        mending.fill(firm, on)
        listings.write(firm, on)
        officers = {one.number: one for one in Officer.objects.filter(number__in=("DEMO-COMPLAINT", "DEMO-LEADER"))}
        complaints.seed(
            firm=firm, district=DISTRICT, officer=officers["DEMO-COMPLAINT"], leader=officers.get("DEMO-LEADER"), on=on
        )
        cases.prepare(firm, on)
        lives.tell(DISTRICT, firm, on)
        masking.fill(firm, on)
        assessment.catch_up(on=on)
        publication.publish_entities(on=on)
        publication.publish_due(on=on)
        trusting.tell(firm, on)
        said.append("每个演示账号的桌面上都有一件事")
    paper = sample.ten_bad_rows(folder, entities, DEFAULT_SEED, on)
    found = Found(firm.uscc, firm.name, two_characters(firm.name), str(paper), waiting.pk, _visit_waiting(), draw.slug)
    (folder / "found.json").write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")
    return report, found


def _open_lead(firm: Entity, on: date) -> None:
    """A lead on the desk of the case officer, compared with the no-penalty list already."""
    officer = Officer.objects.get(number="DEMO-CASE")
    lead = casework.open_lead(
        by=officer, agency=officer.agency, owner=officer, entity=firm, source="inspection", origin="演示线索第1号",
        facts="抽查发现货架上有三件超过保质期的预包装食品（演示）", on=on, at=clock.now(),
    )  # fmt: skip
    if lead.version == 1:
        first = not earlier_penalties(firm, on)
        told = {"first_violation": first, "corrected": False, "harm": True, "screened": "不在免罚清单内（演示）"}
        procedure.act(lead, "screen", by=officer, on=on, at=clock.now(), expected_version=1, body=told)


def _send_late_file(folder: Path, entities: int, on: date) -> None:
    path = sample.late_file(folder, entities, DEFAULT_SEED, on)
    at = clock.now() - timedelta(hours=20)
    clerk = Officer.objects.get(number="DEMO-FILING")
    delivery, _ = intake.receive(
        by=clerk, agency=Agency.objects.get(code=sample.SENDER), kind="penalty", filename=path.name,
        chunks=[path.read_bytes()], at=at,
    )  # fmt: skip
    ledger.absorb(intake.process(delivery, at=at))


def firm_to_show(on: date) -> Entity:
    """A yellow enterprise of the district: the counter and the portal have something to explain."""
    yellow = Assessment.objects.filter(ruleset=ruleset_of(COLOURS, on).id, class_code="yellow").values("entity")
    firms = Entity.objects.filter(pk__in=yellow, district=DISTRICT, kind="enterprise")
    chosen = firms.order_by("pk").first() or Entity.objects.filter(pk__in=yellow).order_by("pk").first()
    assert chosen is not None, "a demo city has yellow firms"
    return chosen


def two_characters(name: str) -> str:
    """Two characters of the brand: after the place, before the bracket."""
    brand = name.split("（")[0].removeprefix("天津")
    return brand[:2] if len(brand) >= 2 else name[:2]


def _visit_waiting() -> int:
    inspector = Officer.objects.get(number="DEMO-INSPECTOR")
    waiting = visits.mine(inspector).filter(recorded=False).first()
    return waiting.pk if waiting else 0


def found(folder: Path) -> Found | None:
    """What the first start left for `welcome`; None before it has ended."""
    path = folder / "found.json"
    return Found(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None

