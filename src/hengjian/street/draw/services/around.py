"""Around the draw: declaring ties, visits off plan, joining several departments' tasks for one firm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from hengjian.ground import audit, policy
from hengjian.ground.people.models import Agency, Certificate, Officer
from hengjian.street.register.models import Entity

from .. import burden, frames, queries
from ..errors import AlreadyDecided, BadOffPlan, BadTie, CannotJoin, OverCap
from ..models import Joined, OffPlan, Pick, Recusal
from .plans import least_team


@transaction.atomic
def declare_tie(*, by: Officer, officer: Officer, uscc: str, ground: str, on: date, note: str = "", until: date | None = None) -> Recusal:
    """Record that an officer may not visit a firm (申报回避). Draws frozen from now on keep them apart."""
    item = policy.current().catalogue(queries.GROUNDS).on(on).get(ground)
    if item is None or item.extra.get("inferred"):
        raise BadTie(gettext("回避事由应从规则包所列情形中选取"), ground=ground)
    if not Entity.objects.filter(uscc=uscc).exists():
        raise BadTie(gettext("登记库中没有这个统一社会信用代码，请核对"), uscc=uscc)
    if until is not None and until < on:
        raise BadTie(gettext("回避的截止日不得早于申报日"), until=until)
    try:
        with transaction.atomic():
            tie = Recusal.objects.create(officer=officer, uscc=uscc, ground=ground, note=note, since=on, until=until, by=by)
    except IntegrityError as error:
        raise BadTie(gettext("这一回避关系今天已经登记"), uscc=uscc, officer=officer.number) from error
    audit.record("draw.declare_tie", f"officer:{officer.number}", by=by, firm=uscc, ground=ground)
    return tie


@transaction.atomic
def end_tie(*, by: Officer, tie: Recusal, on: date) -> Recusal:
    """End a declared tie; the record that it existed stays. One that has ended keeps its day."""
    tie = Recusal.objects.select_for_update(of=("self",)).get(pk=tie.pk)
    if tie.until is not None and tie.until <= on:
        return tie
    tie.until = max(on, tie.since)
    tie.save(update_fields=["until"])
    audit.record("draw.end_tie", f"officer:{tie.officer.number}", by=by, firm=tie.uscc, ground=tie.ground)
    return tie


@transaction.atomic
def note_employer(*, by: Officer, officer: Officer, uscc: str) -> Officer:
    """Record where an officer was employed before (登记曾任职单位); every later draw keeps them apart."""
    if not Entity.objects.filter(uscc=uscc).exists():
        raise BadTie(gettext("登记库中没有这个统一社会信用代码，请核对"), uscc=uscc)
    officer = Officer.objects.select_for_update(of=("self",)).get(pk=officer.pk)
    if uscc not in officer.former_employers:
        officer.former_employers = [*officer.former_employers, uscc]
        officer.save(update_fields=["former_employers"])
        audit.record("draw.note_employer", f"officer:{officer.number}", by=by, firm=uscc)
    return officer


@transaction.atomic
def ask_off_plan(
    *, by: Officer, agency: Agency, entity: Entity, origin: str, reason: str, items: Sequence[str], officers: Sequence[Officer],
    due: date, on: date, document: str = "", exception: str = "",
) -> OffPlan:  # fmt: skip
    """Ask for a visit outside every plan (计划外检查). Only on an enumerated ground; the cap blocks unless excepted."""
    law = policy.current()
    origins = set(law.catalogue(burden.ORIGINS).on(on)) - {"draw"}
    if origin not in origins or not reason.strip():
        raise BadOffPlan(gettext("计划外检查须有规则包所列的检查来源，并写明理由"), origins=sorted(origins))
    if not items or set(items) - set(law.catalogue(queries.ITEMS).on(on)):
        raise BadOffPlan(gettext("检查事项应从抽查事项清单中选取"), items=list(items))
    if due < on:
        raise BadOffPlan(gettext("检查完成日已过"), due=due)
    if exception and exception not in law.catalogue(burden.EXCEPTIONS).on(on):
        raise BadOffPlan(gettext("年度检查次数上限的例外应从规则包所列情形中选取"), exception=exception)
    _refuse_bad_team(officers, entity, queries.fields_of(items, on), on, due)
    _refuse_over_cap(entity, origin, exception, on)
    made = OffPlan.objects.create(
        agency=agency, entity=entity, origin=origin, reason=reason.strip(), document=document, items=sorted(items), due=due,
        exception=exception, asked=on, asked_by=by,
    )  # fmt: skip
    made.officers.set(officers)
    audit.record("draw.ask_off_plan", f"off-plan:{made.pk}", by=by, firm=entity.uscc, origin=origin)
    return made


def _refuse_bad_team(officers: Sequence[Officer], entity: Entity, needed: Sequence[str], on: date, due: date) -> None:
    """The conditions of a drawn team hold for a chosen one too; the refusal names the officer and the condition."""
    if len({officer.pk for officer in officers}) < least_team(on):
        raise BadOffPlan("每组检查人员不得少于 %(least)s 名", least=least_team(on), officers=len(officers))
    tied = {pk: ground for pk, uscc, ground in frames.lasting_ties(officers, on) if uscc == entity.uscc}
    for officer in officers:
        held = Certificate.objects.filter(officer=officer, since__lte=on, until__gte=due).order_by("pk")
        fields = {field for certificate in held for field in certificate.fields}
        if not officer.active or not held:
            raise BadOffPlan(gettext("检查人员没有在检查期内有效的执法证"), officer=officer.name)
        if missing := sorted(set(needed) - fields):
            raise BadOffPlan(gettext("检查人员不具备检查事项要求的资格"), officer=officer.name, missing=missing)
        if officer.pk in tied:
            raise BadOffPlan(gettext("检查人员与该主体有回避关系"), officer=officer.name, ground=tied[officer.pk])


def _refuse_over_cap(entity: Entity, origin: str, exception: str, on: date) -> None:
    if exception or origin not in burden.counting_origins():
        return
    had, most = burden.visits(on, [entity.pk])[entity.pk], burden.cap(on)
    if had >= most:
        raise OverCap(
            gettext("该主体本年度检查次数已达上限；确需检查的，须引用规则包所列的例外情形"), visits=had, cap=most, uscc=entity.uscc
        )


@transaction.atomic
def decide_off_plan(*, by: Officer, asked: OffPlan, approved: bool, on: date, decision: str = "") -> OffPlan:
    """Approve or refuse a visit off plan (审批计划外检查). Nobody approves what they asked for; the cap is asked again."""
    asked = OffPlan.objects.select_for_update(of=("self",)).select_related("entity").get(pk=asked.pk)
    if asked.decided:
        raise AlreadyDecided(gettext("这次计划外检查已经审批"), decided=asked.decided)
    if by.pk == asked.asked_by_id:
        raise BadOffPlan(gettext("计划外检查须由申请人以外的人审批"), officer=by.name)
    if not approved and not decision.strip():
        raise BadOffPlan(gettext("不批准的，须写明理由"))
    if approved:
        Entity.objects.select_for_update(of=("self",)).get(pk=asked.entity_id)
        _refuse_over_cap(asked.entity, asked.origin, asked.exception, on)
    asked.decided, asked.decided_by, asked.approved, asked.decision = on, by, approved, decision.strip()
    asked.save(update_fields=["decided", "decided_by", "approved", "decision"])
    audit.record("draw.decide_off_plan", f"off-plan:{asked.pk}", by=by, approved=approved)
    return asked


@transaction.atomic
def join_picks(*, by: Officer, picks: Sequence[Pick], on: date, lead: Pick | None = None) -> Pick:
    """Make one visit of several departments' tasks for one firm (一次多查). Gives the leading pick: the one asked for,
    else that of the earliest draw. Whether teams are out already is for whoever sends them: see inspection.merging."""
    wanted = {pick.pk for pick in picks}
    firm = picks[0].entity_id if picks else None
    group = next((found for found in burden.overlapping(on, firm) if wanted <= {pick.pk for pick in found}), None)
    if group is None or len(wanted) < 2 or (lead and lead.pk not in wanted):
        raise CannotJoin(gettext("只能合并同一主体、检查期重叠、尚未合并的任务"), picks=sorted(wanted))
    chosen = [pick for pick in group if pick.pk in wanted]
    lead = next(pick for pick in chosen if lead is None or pick.pk == lead.pk)
    others = [pick for pick in chosen if pick != lead]
    try:
        with transaction.atomic():
            for pick in others:
                Joined.objects.create(pick=pick, lead=lead, on=on, by=by)
    except IntegrityError as error:
        raise CannotJoin(gettext("只能合并同一主体、检查期重叠、尚未合并的任务"), picks=sorted(wanted)) from error
    audit.record("draw.join_picks", f"draw:{lead.draw.slug}", by=by, firm=lead.uscc, joined=[p.draw.slug for p in others])
    return lead
