"""A random second look by other teams (抽取复查): everything that decides it is closed before the value exists.

Sources, tickets and teams are those of the draw (docs/algorithms/draw.md): a public value that does not exist yet, or two
departments that seal theirs first. docs/adr/0009-second-looks-follow-the-draw.md
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit
from hengjian.ground.kit import clock
from hengjian.ground.people import queries as people
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.draw import frames, lottery
from hengjian.street.draw import queries as draws
from hengjian.street.draw import rules as drawing
from hengjian.street.draw.errors import BadSeed
from hengjian.street.draw.services import least_team

from . import followups, queries
from .errors import NothingToDraw
from .models import Reinspection, Visit

PROTOCOL, STRATUM = "hengjian-second-look/2", "reinspection"
DAYS = timedelta(days=30)  # until when the second look is due


@transaction.atomic
def close_list(
    *, agency: Agency, since: date, until: date, count: int, source: Mapping[str, Any], by: Officer, at: datetime
) -> Reinspection:
    """Close the list of visits made between two days, who may go, and where the value will come from (封存复查名单).

    Raises NothingToDraw, and BadSeed where somebody could know the value already.
    """
    try:
        drawing.check_source(source, at)
    except (KeyError, ValueError) as error:
        raise BadSeed(_("种子来源填写不全，请核对后重新填写"), source=dict(source)) from error
    visits = list(queries.made_between(agency, since, until).select_related("entity").prefetch_related("officers"))
    frame = sorted(visit.proceeding.number for visit in visits)
    if count < 1 or count > len(frame):
        raise NothingToDraw(_("这段时间完成的检查有 %(made)s 户，请改变日期或数量"), made=len(frame))
    held = _certified(agency, timezone.localdate(at))
    row = Reinspection(
        agency=agency, by=by, since=since, until=until, count=count, frame=frame, pool=sorted(officer.number for officer in held),
        away=_kept_away(visits, held, timezone.localdate(at)), blind=secrets.token_hex(32), announced=dict(source), closed_at=at,
    )  # fmt: skip
    row.commitment = commitment(row)
    row.digest = lottery.sha256(row.commitment)
    row.save()
    audit.record("inspection.close_list", f"reinspection:{row.pk}", by=by, digest=row.digest, visits=len(frame), source=source["kind"])
    return row


def commitment(row: Reinspection) -> str:
    """The text that is closed: digests of the lists and of the blind, the number to draw, the source, the moment."""
    return lottery.canonical({
        "protocol": PROTOCOL, "agency": row.agency.code, "since": row.since.isoformat(), "until": row.until.isoformat(),
        "count": row.count, "frame": lottery.sha256(lottery.canonical(row.frame)), "pool": lottery.sha256(lottery.canonical(row.pool)),
        "away": lottery.sha256(lottery.canonical(row.away)), "blind": lottery.sha256(row.blind), "source": row.announced,
        "closed_at": row.closed_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
    })  # fmt: skip


def chosen(row: Reinspection) -> list[str]:
    """Numbers of the visits that the value draws, in ticket order: anybody can compute them from the bundle."""
    return [number for _ticket, number in lottery.lowest(seed_of(row), STRATUM, row.frame, row.count)]


def seed_of(row: Reinspection) -> str:
    return lottery.seed_of(row.digest, row.value, row.blind)


def bundle(row: Reinspection) -> dict[str, Any]:
    """Everything that decides a second look, for whoever repeats it."""
    sent = row.visits.select_related("proceeding").prefetch_related("officers").order_by("pk")
    teams = [{"visit": visit.proceeding.number, "officers": [one.number for one in visit.officers.all()]} for visit in sent]
    return {
        "protocol": PROTOCOL, "commitment": row.commitment, "digest": row.digest, "frame": row.frame, "pool": row.pool, "away": row.away,
        "blind": row.blind, "evidence": row.evidence, "seed": seed_of(row), "chosen": chosen(row), "sent": teams,
    }  # fmt: skip


def draw(row: Reinspection, *, evidence: Mapping[str, Any], by: Officer, at: datetime) -> list[Visit]:
    """Take the announced value in, draw, and send other teams (抽取、派发复查). The first value that fits stands, whatever follows.

    `evidence` is that of a draw: reveals · round, value, signature · issue, value, witness. Running it again changes nothing.
    Raises BadSeed, and NothingToDraw when too few officers are left once those who may not go are left out.
    """
    with transaction.atomic():
        row = _revealed(row, evidence, by, at)
    with transaction.atomic():
        return _sent(row, by, at)


def _revealed(row: Reinspection, evidence: Mapping[str, Any], by: Officer, at: datetime) -> Reinspection:
    row = Reinspection.objects.select_for_update(of=("self",)).select_related("agency").get(pk=row.pk)
    if row.revealed_at or row.drawn_at:
        return row
    if not row.announced:
        raise BadSeed(_("这份名单封存时没有写明数值来源，不能抽取，请重新封存"))
    row.evidence = _proven(row.announced, evidence, at)
    row.value, row.revealed_at = row.evidence["value"], at
    row.save(update_fields=["evidence", "value", "revealed_at"])
    audit.record("inspection.reveal", f"reinspection:{row.pk}", by=by, value=row.value)
    return row


def _proven(source: Mapping[str, Any], evidence: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The value with what proves it, if it is the one that was announced; raises BadSeed."""
    kept = dict(evidence)
    try:
        if source["kind"] == "commit-reveal":
            kept["value"] = "\n".join(kept["reveals"])
        elif datetime.fromisoformat(source["due"]) > at:
            raise BadSeed("公开数值应在 %(due)s 以后产生", due=source["due"])
        if source["kind"] == "lottery":
            kept["value"] = drawing.lottery_value(kept["value"])
            if not str(kept.get("witness", "")).strip():
                raise BadSeed(_("录入开奖号码须有见证人"))
        faults = lottery.source_faults(source, kept)
    except (KeyError, ValueError) as error:
        raise BadSeed(_("公开数值填写不全，请核对后重新填写")) from error
    if faults:
        raise BadSeed("；".join(fault.removeprefix("seed.json：") for fault in faults))
    return kept


def _sent(row: Reinspection, by: Officer, at: datetime) -> list[Visit]:
    row = Reinspection.objects.select_for_update(of=("self",)).select_related("agency").get(pk=row.pk)
    if row.drawn_at:
        return list(row.visits.order_by("pk"))
    on, firsts = timezone.localdate(at), queries.by_numbers(chosen(row))
    still = {officer.number: officer for officer in _certified(row.agency, on)}
    gone = frozenset(row.pool) - set(still)  # a certificate that has ended since keeps its holder away, and nobody comes in instead
    recused = {first.proceeding.number: frozenset(row.away[first.proceeding.number]) | gone for first in firsts}
    inspectors = [lottery.Inspector(number, frozenset()) for number in row.pool]
    try:
        teams = lottery.teams(seed_of(row), list(recused), inspectors, recused, least_team(on), frozenset())
    except lottery.Infeasible as error:
        raise NothingToDraw(error.message, agency=row.agency.name, **error.facts) from error
    sent = [
        followups.again(first, [still[number] for number in team], by=by, at=at, due=on + DAYS, reinspection=row)
        for first, team in zip(firsts, teams, strict=True)
    ]
    row.drawn_at = at
    row.save(update_fields=["drawn_at"])
    audit.record("inspection.draw_again", f"reinspection:{row.pk}", by=by, value=row.value, visits=len(sent))
    return sent


def _certified(agency: Agency, on: date) -> dict[Officer, set[str]]:
    """Officers with an enforcement certificate in force, and every qualification they hold."""
    held, able = defaultdict[Officer, set[str]](set), set()
    for certificate in people.certified(on, [agency.path]):
        held[certificate.officer].update(certificate.fields)
        if certificate.kind == "enforcement":
            able.add(certificate.officer)
    return {officer: fields for officer, fields in held.items() if officer in able}


def _kept_away(firsts: Sequence[Visit], held: Mapping[Officer, set[str]], on: date) -> dict[str, list[str]]:
    """Who may not look again, by number of the first visit: its team, whoever has a tie to the firm (回避), and whoever is
    not qualified for an item of it."""
    tied = {(uscc, pk) for pk, uscc, _ground in frames.lasting_ties(held, on)}
    away = {}
    for first in firsts:
        team, needed = {one.pk for one in first.officers.all()}, set(draws.fields_of(first.items, on))
        away[first.proceeding.number] = sorted(
            one.number for one, fields in held.items()
            if one.pk in team or (first.entity.uscc, one.pk) in tied or needed - fields
        )  # fmt: skip
    return away
