"""A random second look by other teams (抽取复查): the list is closed first, a value from outside draws, nobody checks himself.

Tickets and teams are those of the draw (docs/algorithms/draw.md): SHA-256 over seed and number, lowest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit
from hengjian.ground.people import queries as people
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.draw import frames, lottery
from hengjian.street.draw import queries as draws
from hengjian.street.draw.services import least_team

from . import followups, queries
from .errors import NothingToDraw
from .models import Reinspection, Visit

STRATUM = "reinspection"
DAYS = timedelta(days=30)  # until when the second look is due


@transaction.atomic
def close_list(*, agency: Agency, since: date, until: date, count: int, by: Officer, at: datetime) -> Reinspection:
    """Close the list of visits made between two days (封存复查名单) before anybody can know the seed."""
    visits = queries.made_between(agency, since, until)
    frame = sorted(visit.proceeding.number for visit in visits)
    if count < 1 or count > len(frame):
        raise NothingToDraw(_("这段时间完成的检查有 %(n)s 户，请改变日期或数量") % {"n": len(frame)}, made=len(frame))
    made = Reinspection.objects.create(
        agency=agency, by=by, since=since, until=until, count=count, frame=frame, closed_at=at,
        digest=lottery.sha256(lottery.canonical({"agency": agency.code, "count": count, "frame": frame})),
    )  # fmt: skip
    audit.record("inspection.close_list", f"reinspection:{made.pk}", by=by, digest=made.digest, visits=len(frame))
    return made


def chosen(row: Reinspection, value: str) -> list[str]:
    """Numbers of the visits that this value draws, in ticket order: anybody can compute them."""
    seed = lottery.seed_of(row.digest, value, "")
    return [number for _ticket, number in lottery.lowest(seed, STRATUM, row.frame, row.count)]


@transaction.atomic
def draw(row: Reinspection, *, source: str, value: str, by: Officer, at: datetime) -> list[Visit]:
    """Draw and send other teams (抽取、派发复查). Running it again changes nothing.

    Raises NothingToDraw when too few officers are left once those who may not go are left out.
    """
    row = Reinspection.objects.select_for_update(of=("self",)).select_related("agency").get(pk=row.pk)
    if row.drawn_at:
        return list(row.visits.order_by("pk"))
    if not value.strip() or not source.strip():
        raise NothingToDraw(_("请写明公开数值和它的来源"), value=value)
    firsts = queries.by_numbers(chosen(row, value.strip()))
    on = timezone.localdate(at)
    pool, held = {}, defaultdict[Officer, set[str]](set)
    for certificate in people.certified(on, [row.agency.path]):
        held[certificate.officer].update(certificate.fields)
        if certificate.kind == "enforcement":
            pool[certificate.officer.number] = certificate.officer
    recused = _kept_away(firsts, held, on)
    inspectors = [lottery.Inspector(number, frozenset()) for number in sorted(pool)]
    try:
        seed = lottery.seed_of(row.digest, value.strip(), "")
        teams = lottery.teams(seed, list(recused), inspectors, recused, least_team(on), frozenset())
    except lottery.Infeasible as error:
        raise NothingToDraw(error.message, agency=row.agency.name, **error.facts) from error
    sent = [
        followups.again(first, [pool[number] for number in team], by=by, at=at, due=on + DAYS, reinspection=row)
        for first, team in zip(firsts, teams, strict=True)
    ]
    row.source, row.value, row.drawn_at = source.strip()[:200], value.strip()[:200], at
    row.save(update_fields=["source", "value", "drawn_at"])
    audit.record("inspection.draw_again", f"reinspection:{row.pk}", by=by, value=row.value, visits=len(sent))
    return sent


def _kept_away(firsts: Sequence[Visit], held: Mapping[Officer, set[str]], on: date) -> dict[str, frozenset[str]]:
    """Who may not look again, by number of the first visit: its team, whoever has a tie to the firm (回避), and whoever is
    not qualified for an item of it."""
    tied = {(uscc, pk) for pk, uscc, _ground in frames.lasting_ties(held, on)}
    away = {}
    for first in firsts:
        team, needed = {one.pk for one in first.officers.all()}, set(draws.fields_of(first.items, on))
        away[first.proceeding.number] = frozenset(
            one.number for one, fields in held.items()
            if one.pk in team or (first.entity.uscc, one.pk) in tied or needed - fields
        )  # fmt: skip
    return away
