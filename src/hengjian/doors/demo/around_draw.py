"""What surrounds a draw in the demonstration: objects, ties, certificates, a joint plan, tasks that meet, visits off plan.

Running it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Agency, Certificate, Officer
from hengjian.street.draw import services as draws
from hengjian.street.draw.models import Draw, Held, OffPlan, Plan, Recusal
from hengjian.street.inspection import off_plan
from hengjian.street.inspection import queries as visits
from hengjian.street.register.models import Entity

from . import field_work

JOINT, SECOND = "公共场所部门联合抽查（演示，年度）", "特种设备使用单位专项抽查（演示）"
PARTNER = "120000-health"
SOON, LASTING = timedelta(days=40), timedelta(days=900)


def prepare(drawn: Draw, on: date) -> None:
    """Work around the draw on the desks of a district; `drawn` is its draw with visits that wait."""
    bureau, operator = drawn.plan.agency, Officer.objects.get(number="DEMO-DRAW")
    waiting = [visit.entity for visit in visits.of_draw(drawn) if not visit.standing]  # type: ignore[attr-defined]
    qualify(bureau, on)
    hold(waiting, operator)
    declare(bureau, on)
    joint_plan(bureau, operator, on)
    second_draw(bureau, on)
    ask(bureau, operator, on)


def qualify(bureau: Agency, on: date) -> None:
    """Officers of the bureau for food and equipment, one whose certificate ends soon, officers of a partner.

    All but one are qualified: whoever was sent to a firm before may not be drawn for it again.
    """
    *qualified, last = Officer.objects.filter(number__startswith=f"{bureau.code}-0").order_by("number")
    for officer in qualified:
        _certify(officer, f"津演资{officer.number}", ["equipment", "food"], on, LASTING)
    Certificate.objects.filter(officer=last).update(until=on + SOON)
    partner = Agency.objects.get(code=PARTNER)
    for turn in range(1, 5):
        number = f"{PARTNER}-{turn:02d}"
        officer = Officer.objects.filter(number=number).first() or people.appoint(
            number=number, name=f"演示卫生检查员{turn}", agency=partner, posts=["inspector"], scope="unit"
        )
        _certify(officer, f"津演{number}", [], on, LASTING)


def _certify(officer: Officer, number: str, fields: list[str], on: date, lasting: timedelta) -> None:
    if not Certificate.objects.filter(number=number).exists():
        people.certify(officer=officer, number=number, fields=fields, since=on - timedelta(days=400), until=on + lasting)


def hold(firms: Sequence[Entity], by: Officer) -> None:
    """Equipment of the firms whose visits wait, and a few sites."""
    if Held.objects.exists():
        return
    at = clock.now()
    made = [("equipment", f"演示设备{n:04d}", "叉车" if n % 2 else "电梯", firm) for n, firm in enumerate(firms, start=1)]
    made += [("site", f"演示场所{n:04d}", "营业场所", firm) for n, firm in enumerate(firms[:3], start=1)]
    Held.objects.bulk_create(
        [
            Held(kind=kind, number=number, name=name, entity=firm, address=firm.address[:200], since=date(2025, 1, 1), recorded=at, by=by, source="演示数据")
            for kind, number, name, firm in made
        ]
    )


def declare(bureau: Agency, on: date) -> None:
    """The demonstration inspector declares a tie and ends an older one; one colleague once worked for a firm."""
    inspector = Officer.objects.get(number="DEMO-INSPECTOR")
    if Recusal.objects.filter(officer=inspector).exists():
        return
    first, second, third = Entity.objects.filter(district=bureau.district).order_by("-pk")[:3]
    told: dict[str, Any] = {"by": inspector, "officer": inspector, "on": on}
    draws.declare_tie(uscc=first.uscc, ground="kin", note="演示", **told)
    draws.end_tie(by=inspector, tie=draws.declare_tie(uscc=second.uscc, ground="relation", note="演示，已解除", **told), on=on)
    draws.note_employer(by=Officer.objects.get(number="DEMO-DRAW"), officer=inspector, uscc=third.uscc)


def joint_plan(bureau: Agency, by: Officer, on: date) -> Plan:
    """A yearly plan with a partner, published and not drawn yet."""
    found = Plan.objects.filter(title=JOINT).first()
    if found is None:
        partner = draws.Joining(Agency.objects.get(code=PARTNER), ["health-public-place"])
        found = draws.file_plan(
            by=by, agency=bureau, title=JOINT, items=["reg-licence", "price-marking"], mode="by-grade", on=on, districts=[bureau.district],
            quota=8, parts=[partner], kind="annual", visits_from=on, visits_until=on + timedelta(days=120),
        )  # fmt: skip
    return draws.publish_plan(by=by, plan=found, on=on)


def second_draw(bureau: Agency, on: date) -> Draw:
    """Another draw among firms that a team is on its way to: what is suggested to become one visit."""
    wanted = field_work.Wanted(SECOND, bureau.code, (bureau.district,), quota=2, items=("equipment-use",))
    return field_work.hold_draw(wanted, on, base="equipment", send=False)


def ask(bureau: Agency, by: Officer, on: date) -> None:
    """Two visits off plan: one waits for the leader, one was approved and sent."""
    if OffPlan.objects.exists():
        return
    tied = set(Recusal.objects.values_list("uscc", flat=True))
    firms = Entity.objects.filter(district=bureau.district, status="1").exclude(uscc__in=tied).order_by("pk")[2:4]
    team = list(Officer.objects.filter(number__startswith=f"{bureau.code}-0").order_by("number")[2:4])
    told: dict[str, Any] = {"by": by, "agency": bureau, "officers": team, "on": on}
    draws.ask_off_plan(
        entity=firms[0], origin="complaint", document="投诉〔演示〕1号", reason="消费者反映结算价高于标价（演示）。", items=["price-marking"],
        due=on + timedelta(days=7), **told,
    )  # fmt: skip
    asked = draws.ask_off_plan(
        entity=firms[1], origin="monitoring", document="监测〔演示〕6号", reason="网页未公示营业执照信息（演示）。", items=["net-operator"],
        due=on + timedelta(days=10), **told,
    )  # fmt: skip
    off_plan.decide(asked, approved=True, by=Officer.objects.get(number="DEMO-LEADER"), at=clock.now())
