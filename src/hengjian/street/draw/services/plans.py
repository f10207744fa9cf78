"""Filing a plan (制定抽查计划), showing the chances it gives, publishing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from hengjian.ground import audit, policy
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.assessment.queries import GRADES, ruleset_of

from .. import burden, frames, lottery, objects, queries, rules
from ..errors import BadPlan
from ..models import Part, Plan


@dataclass(frozen=True, slots=True)
class Joining:
    """A department that takes part (参与部门): its items, and how many of its officers go."""

    agency: Agency
    items: Sequence[str]
    team_size: int = 2


@dataclass(frozen=True, slots=True)
class Crew:
    """A department of a plan as it stands today: officers with a certificate, and how many of them may do its items."""

    agency: Agency
    items: tuple[str, ...]
    team_size: int
    certified: int
    able: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan means today: strata with their chances, how many firms the yearly cap keeps out, whom it can send."""

    strata: list[rules.Stratum]
    spared: int
    crews: list[Crew]


@transaction.atomic
def file_plan(*, by: Officer, agency: Agency, on: date, parts: Sequence[Joining] = (), **told: Any) -> Plan:
    """File a plan (制定抽查计划); what it takes is what `draft` takes."""
    plan = draft(by=by, agency=agency, on=on, parts=parts, **told)
    plan.save()
    Part.objects.bulk_create(
        [Part(plan=plan, agency=part.agency, items=sorted(part.items), team_size=part.team_size) for part in parts]
    )
    audit.record("draw.file_plan", f"plan:{plan.pk}", by=by, title=plan.title, mode=plan.mode, departments=1 + len(parts))
    return plan


def draft(
    *, by: Officer, agency: Agency, title: str, items: Sequence[str], mode: str, on: date,
    districts: Sequence[str] = (), industries: Sequence[str] = (), classes: Sequence[str] = (),
    odds: Mapping[str, str] | None = None, quota: int | None = None, team_size: int = 2, visits_from: date | None = None,
    visits_until: date | None = None, kind: str = "ad-hoc", base: str = "register", unvisited_since: date | None = None,
    exception: str = "", exception_reason: str = "", parts: Sequence[Joining] = (),
) -> Plan:  # fmt: skip
    """A plan as it would be filed. `items` are the leading department's, `parts` the others'. Odds default to the pack's."""
    every = [*items, *(item for part in parts for item in part.items)]
    _refuse_bad_items(items, every, parts, on)
    _refuse_bad_terms(agency, [team_size, *(part.team_size for part in parts)], parts, base, exception, exception_reason, on)
    if visits_from and visits_until and visits_from > visits_until:
        raise BadPlan(gettext("检查开始日晚于完成日"), visits_from=visits_from, visits_until=visits_until)
    share = Fraction(str(policy.current().term("draw.reserve-share").on(on).value)) / 100
    return Plan(
        agency=agency, title=title, items=sorted(every), districts=sorted(districts), industries=sorted(industries),
        classes=sorted(classes), mode=mode, odds=dict(odds or {}) or default_odds(mode, on), quota=quota,
        team_size=team_size, reserve_share=str(share), filed=on, filed_by=by, visits_from=visits_from,
        visits_until=visits_until, kind=kind, base=base, unvisited_since=unvisited_since, exception=exception,
        exception_reason=exception_reason.strip(),
    )  # fmt: skip


def _refuse_bad_items(items: Sequence[str], every: Sequence[str], parts: Sequence[Joining], on: date) -> None:
    known = policy.current().catalogue(queries.ITEMS).on(on)
    if not items or set(every) - set(known) or any(not part.items for part in parts):
        raise BadPlan(gettext("抽查事项应从抽查事项清单中选取，每个部门至少一项"), unknown=sorted(set(every) - set(known)))
    if len(set(every)) < len(every):
        raise BadPlan(gettext("同一抽查事项只能由一个部门检查"), items=sorted({i for i in every if every.count(i) > 1}))


def _refuse_bad_terms(
    agency: Agency, sizes: Sequence[int], parts: Sequence[Joining], base: str, exception: str, reason: str, on: date
) -> None:
    if min(sizes) < least_team(on):
        raise BadPlan("每组检查人员不得少于 %(least)s 名", least=least_team(on), team_size=min(sizes))
    agencies = [agency.pk, *(part.agency.pk for part in parts)]
    if len(set(agencies)) < len(agencies):
        raise BadPlan(gettext("牵头部门和参与部门不能重复"), agency=agency.name)
    if base not in objects.sources(on):
        raise BadPlan(gettext("没有这个检查对象库"), base=base)
    if exception and exception not in policy.current().catalogue(burden.EXCEPTIONS).on(on):
        raise BadPlan(gettext("年度检查次数上限的例外应从规则包所列情形中选取"), exception=exception)
    if exception and not reason.strip():
        raise BadPlan(gettext("适用年度检查次数上限的例外须写明理由"), exception=exception)


def least_team(on: date) -> int:
    """How few officers the law lets visit (执法人员不得少于两人)."""
    return int(str(policy.current().term("inspection.2-qualified-inspectors").on(on).value))


def default_odds(mode: str, on: date) -> dict[str, str]:
    """The pack's odds: one share of the good ones (2015 reading), or a share for each grade."""
    if mode == "green-only":
        return {"green": str(Fraction(str(policy.current().term("inspection.3").on(on).value)) / 100)}
    odds = ruleset_of(GRADES, on).odds
    return {grade: str(Fraction(str(percent)) / 100) for grade, percent in odds.percent.items()} if odds else {}


def preview(plan: Plan, on: date, parts: Sequence[Joining] | None = None) -> Preview:
    """Strata with the chance of being drawn (被抽查概率), before anything is frozen; raises BadPlan.

    `parts` are given for a draft, which has none in the database yet.
    """
    sizes, spared = frames.sizes(plan, on)
    return Preview(stratify(plan, sizes), spared, _crews(queries.departments_of(plan, parts), plan.visits_until, on))


def _crews(departments: Sequence[queries.Department], until: date | None, on: date) -> list[Crew]:
    members = frames.members([department.agency for department in departments], until, on)
    made = []
    for department in departments:
        own = [member.fields for member in members if member.agency == department.agency.code]
        needed = set(queries.fields_of(department.items, on))
        able = sum(needed <= fields for fields in own)
        made.append(Crew(department.agency, department.items, department.team_size, len(own), able))
    return made


def stratify(plan: Plan, sizes: Mapping[str, int]) -> list[rules.Stratum]:
    """What a frame of these sizes gives under the plan; raises BadPlan in the officer's words."""
    if not sizes:
        raise BadPlan(gettext("范围内没有可抽取的经营主体：请检查辖区、行业和类别，或者先完成信用分类"), plan=plan.pk)
    try:
        return rules.stratify(sizes, plan.odds, plan.quota)
    except lottery.Infeasible as error:
        raise BadPlan(error.message, plan=plan.pk, **error.facts) from error


@transaction.atomic
def publish_plan(*, by: Officer, plan: Plan, on: date) -> Plan:
    """Publish a plan (公布抽查计划). From then on nothing of it changes; a draw publishes it at the latest."""
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.published is None:
        plan.published = on
        plan.save(update_fields=["published"])
        audit.record("draw.publish_plan", f"plan:{plan.pk}", by=by, title=plan.title)
    return plan
