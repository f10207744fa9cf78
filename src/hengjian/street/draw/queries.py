"""Questions about plans and draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from hengjian.ground import policy
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Agency, Officer

from .errors import Altered, NoDraw
from .lottery import sha256
from .models import Draw, Joined, OffPlan, Part, Pick, Plan, Team

ITEMS, GROUNDS = "inspection-items", "recusal-grounds"
COMMITTED = {
    "frame_digest": "blocks.txt",
    "rules_digest": "rules.json",
    "pool_digest": "pool.csv",
    "recusals_digest": "recusals.csv",
}


def led_by(officer: Officer | None) -> QuerySet[Plan]:
    """Plans that agencies in an officer's scope lead: the officer may act on them."""
    return Plan.objects.filter(scopes.visible(officer, owner_field="filed_by"))


def visible_to(officer: Officer | None) -> QuerySet[Plan]:
    """Plans that agencies in an officer's scope lead or take part in, newest first."""
    joined = Part.objects.filter(scopes.visible(officer)).order_by().values("plan")
    seen = Q(pk__in=led_by(officer).order_by().values("pk")) | Q(pk__in=joined)
    return Plan.objects.filter(seen).select_related("agency").order_by("-pk")


def leads(officer: Officer | None, plan: Plan) -> bool:
    """Whether an officer may act on a plan and its draws, and not only look."""
    return led_by(officer).filter(pk=plan.pk).exists()


def draws_visible_to(officer: Officer | None) -> QuerySet[Draw]:
    plans = visible_to(officer).order_by().values("pk")
    return Draw.objects.filter(plan__in=plans).select_related("plan__agency", "approver").order_by("-pk")


def draws_led_by(officer: Officer | None) -> QuerySet[Draw]:
    """Draws an officer may act on, newest first."""
    plans = led_by(officer).order_by().values("pk")
    return Draw.objects.filter(plan__in=plans).select_related("plan__agency", "approver").order_by("-pk")


def plan_of(officer: Officer | None, pk: int, *, leading: bool = False) -> Plan:
    """A plan as this officer may see it, or act on it where `leading`; raises NoDraw."""
    plan = visible_to(officer).filter(pk=pk).first()
    if plan is None or (leading and not leads(officer, plan)):
        raise NoDraw(gettext("没有这个抽查计划，或者不在您的管辖范围内"), plan=pk)
    return plan


def draw_of(officer: Officer | None, slug: str, *, leading: bool = False) -> Draw:
    """A draw as this officer may see it, or act on it where `leading`; raises NoDraw."""
    draw = draws_visible_to(officer).filter(slug=slug).first()
    if draw is None or (leading and not leads(officer, draw.plan)):
        raise NoDraw(gettext("没有这次抽取，或者不在您的管辖范围内"), draw=slug)
    return draw


def public_plans() -> QuerySet[Plan]:
    """Every plan from its publication on, newest first."""
    return Plan.objects.exclude(published=None).select_related("agency").order_by("-published", "-pk")


def public_plan(pk: int) -> Plan:
    plan = public_plans().filter(pk=pk).first()
    if plan is None:
        raise NoDraw(gettext("没有公布过这个抽查计划"), plan=pk)
    return plan


def public_draws() -> QuerySet[Draw]:
    """Every draw from its commitment on, newest first. Nothing is left out."""
    return (
        Draw.objects.exclude(committed_at=None)
        .select_related("plan__agency", "predecessor")
        .order_by("-committed_at", "-pk")
    )


def public_draw(slug: str) -> Draw:
    draw = public_draws().filter(slug=slug).first()
    if draw is None:
        raise NoDraw(gettext("没有公布过这次抽取"), draw=slug)
    return draw


def draws_of(plan: Plan) -> QuerySet[Draw]:
    return Draw.objects.filter(plan=plan).select_related("approver").order_by("number")


def locked(draw: Draw) -> Draw:
    """The draw as it stands now, held until the transaction ends; a second operator waits here."""
    return Draw.objects.select_for_update(of=("self",)).select_related("plan__agency").get(pk=draw.pk)


def teams_of(draw: Draw) -> QuerySet[Team]:
    """Teams in the order of the visits, with their officers."""
    teams = Team.objects.filter(pick__draw=draw).select_related("pick__entity").prefetch_related("officers")
    return teams.order_by("pick__stratum", "pick__rank")


@dataclass(frozen=True, slots=True)
class Task:
    """One visit to be made: the pick it stands on, who goes, what stands on its form, which picks it also answers."""

    pick: Pick
    officers: tuple[Officer, ...]
    items: tuple[str, ...]
    joined: tuple[Pick, ...]


def tasks_of(draw: Draw) -> list[Task]:
    """The visits of a draw in order. A pick joined to another (一次多查) has no visit of its own: its officers and
    its items go with the visit it was joined to."""
    teams = teams_of(draw).filter(pick__reserve=False, pick__joined_to=None)
    joins = Joined.objects.filter(lead__draw=draw).select_related("pick__team", "pick__draw__plan").order_by("pk")
    by_lead: dict[int, list[Pick]] = {}
    for join in joins.prefetch_related("pick__team__officers"):
        by_lead.setdefault(join.lead_id, []).append(join.pick)
    return [_task(team, by_lead.get(team.pick_id, []), draw.plan.items) for team in teams]


def _task(team: Team, joined: list[Pick], items: list[str]) -> Task:
    sent = {officer.pk: officer for one in (team, *(pick.team for pick in joined)) for officer in one.officers.all()}
    asked = dict.fromkeys([*items, *(item for pick in joined for item in pick.draw.plan.items)])
    return Task(team.pick, tuple(sent[pk] for pk in sorted(sent)), tuple(asked), tuple(joined))


def off_plan_visible_to(officer: Officer | None) -> QuerySet[OffPlan]:
    """Visits off plan asked for by agencies in scope, and one's own; those nobody has decided first, then newest first."""
    seen = scopes.visible(officer, owner_field="asked_by")
    found = OffPlan.objects.filter(seen).select_related("agency", "entity", "asked_by", "decided_by")
    return found.order_by(F("decided").asc(nulls_first=True), "-pk")


def off_plan_of(officer: Officer | None, pk: int) -> OffPlan:
    found = off_plan_visible_to(officer).filter(pk=pk).first()
    if found is None:
        raise NoDraw(gettext("没有这次计划外检查，或者不在您的管辖范围内"), visit=pk)
    return found


def off_plan_approved() -> QuerySet[OffPlan]:
    """Visits outside every plan that were approved, first asked first (计划外检查)."""
    found = OffPlan.objects.filter(approved=True).select_related("agency", "entity", "asked_by", "decided_by")
    return found.prefetch_related("officers").order_by("decided", "pk")


def fields_of(items: Iterable[str], on: date) -> list[str]:
    """Qualifications that a team needs for these items (empty: the enforcement certificate is enough)."""
    known = policy.current().catalogue(ITEMS).items
    return sorted({str(known[code].extra["qualification"]) for code in items if known[code].extra.get("qualification")})


@dataclass(frozen=True, slots=True)
class Department:
    """A department of a plan with its own items and how many of its officers go (牵头部门、参与部门)."""

    agency: Agency
    items: tuple[str, ...]
    team_size: int


def departments_of(plan: Plan, parts: Iterable[Any] | None = None) -> list[Department]:
    """The leading department with the items nobody else has, then those that take part (`parts` of a draft are given)."""
    parts = list(plan.parts.select_related("agency").order_by("pk") if parts is None else parts)
    theirs = {item for part in parts for item in part.items}
    lead = Department(plan.agency, tuple(item for item in plan.items if item not in theirs), plan.team_size)
    return [lead, *(Department(part.agency, tuple(part.items), part.team_size) for part in parts)]


def read(draw: Draw, name: str) -> str:
    """A stored file of the draw."""
    path = settings.MEDIA_ROOT / "draws" / draw.slug / name
    return str(path.read_text(encoding="utf-8"))


def read_committed(draw: Draw) -> dict[str, str]:
    """The committed files, each held against its digest; raises Altered, naming the file."""
    texts = {name: read(draw, name) for name in COMMITTED.values()}
    for field, name in COMMITTED.items():
        if sha256(texts[name]) != getattr(draw, field):
            raise Altered("%(file)s 与登记的摘要不符，抽取不能继续", draw=draw.slug, file=name)
    texts["frame.csv"] = read(draw, "frame.csv")
    return texts


def opened_bundle(slug: str) -> Path:
    """Where the bundle of an opened draw lies; raises NoDraw before the list is opened."""
    draw = public_draw(slug)
    if not draw.opened_at:
        raise NoDraw(gettext("名单尚未公开；公开后可下载全部数据"), draw=slug)
    return Path(settings.MEDIA_ROOT) / draw.bundle_path
