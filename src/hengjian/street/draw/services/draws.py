"""The acts of a draw, in the order of docs/algorithms/draw.md. Each step happens once; nothing here deletes."""

from __future__ import annotations

import json
import secrets
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock, durable
from hengjian.ground.people.models import Officer
from hengjian.street.register.models import Entity

from .. import frames, lottery, queries, rules
from ..errors import AlreadyDrawn, Altered, BadPlan, BadSeed, NoTeam, OutOfOrder
from ..models import Draw, Pick, Plan, Team
from .plans import publish_plan, stratify

VERIFIER = Path(lottery.__file__)
STEP = 5_000


def freeze(*, by: Officer, plan: Plan, at: datetime) -> Draw:
    """Fix frame, rules, inspector pool and recusals of the first draw. Two who press at once make one draw."""
    try:
        with transaction.atomic():
            plan = Plan.objects.select_for_update(of=("self",)).select_related("agency").get(pk=plan.pk)
            if Draw.objects.filter(plan=plan).exists():
                raise AlreadyDrawn(gettext("本计划已经冻结过名单；再次抽取须按重新抽取办理，并公布原因"), plan=plan.pk)
            return _freeze(by=by, plan=plan, at=at, number=1)
    except IntegrityError as error:
        raise AlreadyDrawn(gettext("另一位操作员刚刚冻结了本计划的名单"), plan=plan.pk) from error


@transaction.atomic
def redraw(*, by: Officer, draw: Draw, reason: str, at: datetime) -> Draw:
    """Approve another draw of the same plan (重新抽取): a new commitment that names the old one and why."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("agency").get(pk=draw.plan_id)
    last = Draw.objects.filter(plan=plan).order_by("number").last()
    if last is None or last.pk != draw.pk:
        raise AlreadyDrawn(gettext("本次抽取之后已有新的抽取"), plan=plan.pk)
    if by.pk == draw.operator_id:
        raise AlreadyDrawn(gettext("重新抽取须由原操作员以外的人批准"), operator=by.number)
    if not reason.strip():
        raise BadPlan(gettext("重新抽取须写明原因"), draw=draw.slug)
    made = _freeze(by=by, plan=plan, at=at, number=draw.number + 1, predecessor=draw, reason=reason.strip())
    audit.record("draw.redraw", f"draw:{made.slug}", by=by, reason=reason, predecessor=draw.slug)
    return made


def _freeze(
    *, by: Officer, plan: Plan, at: datetime, number: int, predecessor: Draw | None = None, reason: str = ""
) -> Draw:
    on = at.date()
    plan = publish_plan(by=by, plan=plan, on=on)  # no draw without a published plan
    lines = lottery.frame_lines(frames.frame(plan, on))
    strata = stratify(plan, lottery.sizes_of(lines))
    key, blind = secrets.token_hex(32), secrets.token_hex(32)
    pool = frames.pool(plan, on, key)
    wanted = {
        "title": plan.title, "agency": plan.agency.code, "mode": plan.mode, "items": plan.items,
        "reserve": plan.reserve_share, "law": policy.current().version,
    }  # fmt: skip
    departments = [
        rules.Department(d.agency.code, d.team_size, tuple(queries.fields_of(d.items, on))) for d in queries.departments_of(plan)
    ]
    texts = {
        "frame.csv": lottery.frame_text(lines),
        "blocks.txt": lottery.blocks_of(lines),
        "rules.json": rules.rules_text(
            plan=wanted, departments=departments, strata=strata, odds=plan.odds, total=plan.quota
        ),
        "pool.csv": lottery.pool_text(person for _, person in pool.values()),
        "recusals.csv": lottery.recusals_text(frames.recusals(pool, lines, on)),
    }
    draw = Draw.objects.create(
        plan=plan, number=number, slug=f"{plan.filed:%Y}-{plan.pk:04d}-{number}", operator=by, predecessor=predecessor,
        redraw_reason=reason, approver=by if predecessor else None, frozen_at=at, frame_size=len(lines),
        strata=rules.recorded(strata),
        blind=blind, pseudonym_key=key,
        **{field: lottery.sha256(texts[name]) for field, name in queries.COMMITTED.items()},
    )  # fmt: skip
    for name, text in texts.items():
        _keep(draw, name, text.encode())
    audit.record("draw.freeze", f"draw:{draw.slug}", by=by, frame=draw.frame_digest, size=draw.frame_size)
    return draw


def _keep(draw: Draw, name: str, content: bytes) -> Path:
    path = Path(settings.MEDIA_ROOT) / "draws" / draw.slug / name
    return durable.keep(path, content)


@transaction.atomic
def commit(*, by: Officer, draw: Draw, source: Mapping[str, Any], at: datetime) -> Draw:
    """Publish the digests of everything that decides the draw, and where the seed will come from (公布承诺)."""
    draw = queries.locked(draw)
    if draw.committed_at:
        raise OutOfOrder(gettext("承诺已经公布，不能更改"), draw=draw.slug)
    try:
        rules.check_source(source, at)
    except (KeyError, ValueError) as error:
        raise BadSeed(gettext("种子来源填写不全，请核对后重新填写"), source=dict(source)) from error
    before = draw.predecessor
    text = lottery.canonical(
        {
            "protocol": lottery.PROTOCOL, "draw": draw.slug, "number": draw.number,
            "frame": draw.frame_digest, "rules": draw.rules_digest, "pool": draw.pool_digest,
            "recusals": draw.recusals_digest, "blind": lottery.sha256(draw.blind), "source": dict(source),
            "committed_at": at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
            "predecessor": {"draw": before.slug, "commitment": before.commitment, "reason": draw.redraw_reason} if before else None,
        }
    )  # fmt: skip
    draw.committed_at, draw.source, draw.commitment_text, draw.commitment = at, dict(source), text, lottery.sha256(text)
    draw.save(update_fields=["committed_at", "source", "commitment_text", "commitment"])
    _keep(draw, "commitment.json", text.encode())
    audit.record("draw.commit", f"draw:{draw.slug}", by=by, commitment=draw.commitment, source=source["kind"])
    return draw


@transaction.atomic
def reveal_seed(*, by: Officer, draw: Draw, evidence: Mapping[str, Any], at: datetime) -> Draw:
    """Take in the announced value (取得种子). `evidence` depends on the source:

    commit-reveal: reveals (the two values) · beacon: round, value, signature · lottery: issue, value, witness.
    """
    draw = queries.locked(draw)
    if not draw.committed_at:
        raise OutOfOrder(gettext("先公布承诺，再取得种子"), draw=draw.slug)
    if draw.seeded_at:
        raise OutOfOrder(gettext("种子已经取得，不能更改"), draw=draw.slug)
    kept = dict(evidence)
    try:
        if draw.source["kind"] == "commit-reveal":
            kept["value"] = "\n".join(kept["reveals"])
        elif datetime.fromisoformat(draw.source["due"]) > at:
            raise BadSeed("公开数值应在 %(due)s 以后产生", due=draw.source["due"])
        if draw.source["kind"] == "lottery":
            kept["value"] = rules.lottery_value(kept["value"])
            if not str(kept.get("witness", "")).strip():
                raise BadSeed(gettext("录入开奖号码须有见证人"))
        faults = lottery.source_faults(draw.source, kept)
    except (KeyError, ValueError) as error:
        raise BadSeed(gettext("公开数值填写不全，请核对后重新填写"), draw=draw.slug) from error
    if faults:
        raise BadSeed("；".join(fault.removeprefix("seed.json：") for fault in faults), draw=draw.slug)
    draw.seeded_at, draw.source_value, draw.seed_evidence = at, kept["value"], kept
    draw.seed = lottery.seed_of(draw.commitment, draw.source_value, draw.blind)
    draw.save(update_fields=["seeded_at", "source_value", "seed_evidence", "seed"])
    audit.record("draw.reveal_seed", f"draw:{draw.slug}", by=by, source=draw.source["kind"], value=draw.source_value)
    return draw


@transaction.atomic
def hold(*, by: Officer, draw: Draw, at: datetime) -> Draw:
    """Draw entities and officers (抽取). Whoever comes second gets the same draw, not another one."""
    draw = queries.locked(draw)
    if draw.drawn_at:
        return draw
    if not draw.seeded_at:
        raise OutOfOrder(gettext("先取得种子，再抽取"), draw=draw.slug)
    texts = queries.read_committed(draw)
    lines = texts["frame.csv"][len(lottery.FRAME_HEAD) :].splitlines()
    if lottery.blocks_of(lines) != texts["blocks.txt"]:
        raise Altered(gettext("frame.csv 与登记的摘要不符，抽取不能继续"), draw=draw.slug, file="frame.csv")
    wanted = json.loads(texts["rules.json"])
    try:
        chosen, visits, made = lottery.hold(draw.seed, lines, wanted, texts["pool.csv"], texts["recusals.csv"])
    except lottery.Infeasible as error:
        raise NoTeam(error.message, draw=draw.slug, **error.facts) from error
    _store(draw, chosen, dict(zip(visits, made, strict=True)))
    draw.strata = _given(draw, chosen)
    picks, groups = lottery.picks_text(chosen), lottery.teams_text(visits, made)
    draw.drawn_at, draw.picks_digest, draw.teams_digest = at, lottery.sha256(picks), lottery.sha256(groups)
    content = _bundle(draw, texts | {"picks.csv": picks, "teams.csv": groups})
    draw.bundle_path, draw.bundle_digest = f"draws/{draw.slug}/bundle.zip", lottery.sha256(content)
    _keep(draw, "bundle.zip", content)
    draw.save(update_fields=["drawn_at", "strata", "picks_digest", "teams_digest", "bundle_path", "bundle_digest"])
    audit.record("draw.hold", f"draw:{draw.slug}", by=by, picks=draw.picks_digest, teams=draw.teams_digest)
    return draw


def _given(draw: Draw, chosen: Sequence[lottery.Chosen]) -> dict[str, Any]:
    """The strata with what each one gave in the end."""
    counted = Counter((one.stratum, one.reserve) for one in chosen)
    return {name: {**s, "quota": counted[name, False], "reserve": counted[name, True]} for name, s in draw.strata.items()}


def _store(draw: Draw, chosen: Sequence[lottery.Chosen], made: Mapping[str, Sequence[str]]) -> None:
    """Picks and teams as rows, by bulk statements."""
    entities: dict[str, int] = {}
    usccs = [one.uscc for one in chosen]
    for start in range(0, len(usccs), 900):  # SQLite takes a thousand values in one list
        part = Entity.objects.filter(uscc__in=usccs[start : start + 900]).order_by("pk")
        entities.update(part.values_list("uscc", "pk"))
    picks = [
        Pick(
            draw=draw, entity_id=entities[one.uscc], uscc=one.uscc, stratum=one.stratum, ticket=one.ticket,
            rank=one.rank, reserve=one.reserve, probability=one.probability,
        )
        for one in chosen
    ]  # fmt: skip
    Pick.objects.bulk_create(picks, batch_size=STEP)
    teams = [Team(pick=pick, pseudonyms=list(made[pick.uscc])) for pick in picks if not pick.reserve]
    Team.objects.bulk_create(teams, batch_size=STEP)
    known = {
        frames.pseudonym(draw.pseudonym_key, number): pk
        for pk, number in Officer.objects.order_by("pk").values_list("pk", "number")
    }
    through = Team.officers.through
    links = [through(team_id=team.pk, officer_id=known[name]) for team in teams for name in team.pseudonyms]
    through.objects.bulk_create(links, batch_size=STEP)


def _bundle(draw: Draw, texts: Mapping[str, str]) -> bytes:
    """The public bundle: everything a stranger needs, the verifier included. Same draw, same bytes."""
    assert draw.seeded_at
    seed = {
        **draw.seed_evidence, "commitment": draw.commitment, "value": draw.source_value, "blind": draw.blind,
        "seed": draw.seed, "seeded_at": draw.seeded_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
    }  # fmt: skip
    files = {**texts, "commitment.json": draw.commitment_text, "seed.json": lottery.canonical(seed)}
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in [*((n, files[n]) for n in lottery.FILES), ("verify.py", VERIFIER.read_text("utf-8"))]:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


@transaction.atomic
def open_list(*, by: Officer, draw: Draw, at: datetime) -> Draw:
    """End the embargo (公开名单): the bundle with the list and the blind becomes public."""
    draw = queries.locked(draw)
    if not draw.drawn_at:
        raise OutOfOrder(gettext("尚未抽取，没有名单可以公开"), draw=draw.slug)
    if not draw.opened_at:
        draw.opened_at = at
        draw.save(update_fields=["opened_at"])
        audit.record("draw.open_list", f"draw:{draw.slug}", by=by, bundle=draw.bundle_digest)
    return draw
