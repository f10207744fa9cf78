"""People for the field, the draw that sends them out, and what they find there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.assessment import queries as classes
from hengjian.street.draw import lottery
from hengjian.street.draw import services as draws
from hengjian.street.draw.models import Draw, Plan
from hengjian.street.inspection import queries as visits
from hengjian.street.inspection import reviewing
from hengjian.street.inspection import services as inspection
from hengjian.street.inspection.models import Result, Visit
from hengjian.street.inspection.rules import Answer, Finding

INSPECTORS_PER_DISTRICT = 6
ITEMS = ("reg-address", "reg-licence", "reg-name")
TITLE = "登记事项双随机抽查（演示）"
PEN = "M60 120L110 60L160 130L210 70L260 125L330 90"  # a line of a pen
PARTIES = ("局办公室", "监督科")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A plan to draw from."""

    title: str
    agency: str
    districts: tuple[str, ...] = ()
    quota: int | None = None
    items: tuple[str, ...] = ITEMS


@transaction.atomic
def appoint_inspectors(on: date) -> int:
    """Inspectors with valid certificates in every district bureau; running it again changes nothing."""
    for bureau in Agency.objects.filter(kind="district-bureau").order_by("code"):
        for turn in range(1, INSPECTORS_PER_DISTRICT + 1):
            number = f"{bureau.code}-{turn:02d}"
            officer = Officer.objects.filter(number=number).first() or people.appoint(
                number=number, name=f"演示检查员{number}", agency=bureau, posts=["inspector"], scope="unit"
            )
            certify(officer, on)
    return Officer.objects.filter(name__startswith="演示检查员").count()


def certify(officer: Officer, on: date) -> None:
    """A certificate that holds for years; a present one is kept, so that a second walk changes nothing."""
    if not officer.certificates.exists():
        since, until = on - timedelta(days=400), on + timedelta(days=1400)
        people.certify(officer=officer, number=f"津演{officer.number}", fields=[], since=since, until=until)


def operator(agency: Agency) -> Officer:
    """Who holds the demonstration draws of an agency."""
    number = f"{agency.code}-抽查"
    return Officer.objects.filter(number=number).first() or people.appoint(
        number=number, name="演示抽查员", agency=agency, posts=["draw-officer"], scope="below"
    )


def plan(wanted: Wanted, on: date, by: Officer | None = None, *, base: str = "register") -> Plan:
    """File the plan, or find it filed."""
    agency = Agency.objects.get(code=wanted.agency)
    found = Plan.objects.filter(agency=agency, title=wanted.title).order_by("pk").first()
    return found or draws.file_plan(
        by=by or operator(agency), agency=agency, title=wanted.title, items=wanted.items, mode="by-grade", on=on,
        districts=wanted.districts, quota=wanted.quota, visits_from=on, visits_until=on + timedelta(days=45), base=base,
    )  # fmt: skip


def hold_draw(wanted: Wanted, on: date, *, base: str = "register", send: bool = True) -> Draw:
    """Plan, freeze, commit, reveal, draw, send the teams, open the list: each step taken unless it was taken before."""
    filed = plan(wanted, on, base=base)
    by = filed.filed_by
    draw = Draw.objects.filter(plan=filed).order_by("number").last()
    if draw is None:
        draws.preview(filed, on)
        draw = draws.freeze(by=by, plan=filed, at=clock.now())
    values = [f"{draw.slug}：{party}的演示数值" for party in PARTIES]
    if draw.state == "frozen":
        parties = [{"name": n, "digest": lottery.sha256(v)} for n, v in zip(PARTIES, values, strict=True)]
        draw = draws.commit(by=by, draw=draw, source={"kind": "commit-reveal", "parties": parties}, at=clock.now())
    if draw.state == "committed":
        draw = draws.reveal_seed(by=by, draw=draw, evidence={"reveals": values}, at=clock.now())
    if draw.state == "seeded":
        draw = draws.hold(by=by, draw=draw, at=clock.now())
    if not send:
        return draw
    inspection.assign_visits(draw, by=by, at=clock.now())
    return draws.open_list(by=by, draw=draw, at=clock.now())


def inspect(draw: Draw, on: date, *, leaving: Officer | None = None) -> int:
    """Record what every team found, but for the visits of one officer; returns how many results there are now.

    Firms of good standing come first, and the first of them refuses: so a class changes in every walk.
    """
    every = list(visits.of_draw(draw).order_by("pk"))
    standing = classes.classes_of([visit.entity_id for visit in every], on=on)
    every.sort(key=lambda visit: (standing.get(visit.entity_id) != "green", visit.pk))
    done = set(Result.objects.filter(visit__in=[visit.pk for visit in every]).values_list("visit", flat=True))
    reports = [
        inspection.Report(visit, found(turn, visit), f"demo-{draw.slug}-{visit.pk}", visit.officers.all()[0])
        for turn, visit in enumerate(every)
        if visit.pk not in done and leaving not in visit.officers.all()
    ]
    for part in _parts(reports):
        inspection.record_results(part, at=clock.now())
    return len(done) + len(reports)


def review(draw: Draw, *, leaving: int = 0) -> int:
    """Approve the results that wait, but for the last few, which stay on the desk of whoever reviews."""
    waiting = Result.objects.filter(visit__pick__draw=draw, withdrawn=None, reviewed=None).order_by("visit")
    found = [result.visit for result in waiting.select_related("visit__entity", "visit__proceeding__agency")]
    chosen = found[: max(0, len(found) - leaving)]
    for start in range(0, len(chosen), 100):
        reviewing.review_many(chosen[start : start + 100], by=_reviewer(draw.plan.agency), at=clock.now())
    return len(chosen)


def _reviewer(agency: Agency) -> Officer:
    number = f"{agency.code}-审核"
    return Officer.objects.filter(number=number).first() or people.appoint(
        number=number, name="演示审核员", agency=agency, posts=["draw-officer"], scope="below"
    )


def _parts(reports: Sequence[inspection.Report]) -> list[Sequence[inspection.Report]]:
    return [reports[start : start + 100] for start in range(0, len(reports), 100)]


def found(turn: int, visit: Visit) -> Finding:
    """What the team found at its visit: of twenty, one refused, one not found, two with faults, one put right at once."""
    match turn % 20:
        case 0:
            return Finding(path="refused", disposal="case-transfer", witness="演示见证人", note="演示：到场出示证件后，负责人拒绝检查。")
        case 3:
            return Finding(path="not-found", disposal="feedback-daily", witness="演示见证人", note="演示：两次到登记住所，均为其他单位使用，电话无人接听。")
        case 6 | 13:
            return _seen(visit, "D", "order-correct", "演示：营业执照未置于住所醒目位置。")
        case 9:
            return _seen(visit, "E", "none", "演示：招牌名称与登记名称不一致，当场改正。")
        case _:
            return _seen(visit, "1", "none", "")


def _seen(visit: Visit, code: str, disposal: str, fault: str) -> Finding:
    answers = tuple(
        Answer(item, "problem" if fault and place == 0 else "pass", fault if place == 0 else "")
        for place, item in enumerate(visit.items)
    )
    left = clock.now()
    return Finding(
        answers=answers, codes=(code,), disposal=disposal, signed_by_firm="演示签字人", signatures={"firm": PEN, "officer": PEN},
        arrived=left - timedelta(minutes=35), finished=left,
    )  # fmt: skip
