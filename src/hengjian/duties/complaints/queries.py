"""Questions about filings: which an officer may see, the inbox by deadline, one by its number and code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Proceeding

from . import concealing, tries
from .errors import WrongCode
from .models import Filing, Track

MOST = 3_000  # lines of one list


def filings_for(officer: Officer | None) -> QuerySet[Filing]:
    """Filings that lie with an agency in the officer's scope. Where one was sent on, the former agency no longer sees it."""
    if officer is None:
        return Filing.objects.none()
    return Filing.objects.filter(agency__in=scopes.agencies_of(officer)).order_by("-received", "-pk")


def tracks_for(officer: Officer | None) -> QuerySet[Track]:
    """Matters that lie with an agency in the officer's scope."""
    if officer is None:
        return Track.objects.none()
    return Track.objects.filter(agency__in=scopes.agencies_of(officer))


def filing_for(officer: Officer | None, pk: int) -> Filing:
    """One filing in scope; raises NotFound."""
    found = filings_for(officer).select_related("entity", "agency").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这件投诉举报，或不在您的数据范围内"), number=pk)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the inbox, with its clock as the law counts it on the day."""

    track: Track
    state: str
    clock: procedure.ClockFace | None
    left: int | None


def inbox(officer: Officer, asked: dict[str, str]) -> QuerySet[Track]:
    """Matters by deadline. `asked`: tab (open, mine, unowned, done), kind, q (number, name of the firm, work order)."""
    found = tracks_for(officer)
    tab = asked.get("tab", "open")
    found = found.filter(open=tab != "done")
    if tab == "mine":
        found = found.filter(proceeding__owner=officer)
    elif tab == "unowned":
        found = found.filter(proceeding__owner=None)
    if kind := asked.get("kind"):
        found = found.filter(kind=kind)
    if category := asked.get("category"):
        found = found.filter(filing__category=category)
    if q := asked.get("q", "").strip():
        found = found.filter(_asked_for(q))
    return found.order_by("-pk") if tab == "done" else found.order_by("due", "pk")


def _asked_for(q: str) -> Q:
    """Each kind of word is looked for in its own index: digits are a filing, 〔year〕 is a matter, all else is a name."""
    if "〔" in q:
        return Q(proceeding__in=Proceeding.objects.filter(number=q).values("pk"))
    number = Q(number__gte=q, number__lt=f"{q}:") if q.isdecimal() else Q(pk__in=[])
    named = Filing.objects.filter(firm_name__contains=q).values("pk")  # read in the index of names alone
    known = Filing.objects.filter(number | Q(reference=q)).values("pk")
    return Q(filing__in=known) | Q(filing__in=named)


def lines(tracks: Sequence[Track], on: date) -> list[Line]:
    """The lines of one page: their clocks are counted from their events, in two queries."""
    matters = {one.pk: one for one in procedure.with_events(Proceeding.objects.filter(pk__in=[track.proceeding_id for track in tracks]))}
    found = []
    for track in tracks:
        task = procedure.task_of(matters[track.proceeding_id], on)
        track.proceeding = matters[track.proceeding_id]
        found.append(Line(track, task.state_title, task.clock if track.open else None, task.left if track.open else None))
    return found


def page_of(found: QuerySet[Track], number: int, size: int) -> list[Track]:
    return list(found.select_related("filing__entity", "proceeding__owner", "agency")[(number - 1) * size : number * size])


def by_code(number: str, code: str, address: str, at: datetime) -> Filing:
    """The filing behind a number and its code. Wrong codes are counted by number and by address. Raises WrongCode, TooOften."""
    words = {"number": number.strip()[:30], "address": address}
    tries.refuse("tries", at, **words)
    found = Filing.objects.filter(number=number.strip()[:30]).select_related("entity", "agency").first() if number else None
    if found is None or concealing.mark(found.salt + code.strip().upper()[:20], "code") != found.code:
        tries.count("tries", at, **words)
        raise WrongCode(_("登记编号或查询码不对"))
    return found


def tracks_of(filing: Filing) -> list[Track]:
    return list(filing.tracks.select_related("proceeding", "agency", "lead").order_by("pk"))


class Listed(Paginator):
    """Pages of the first MOST lines; further ones are reached by filters, and counting them all costs more than the page."""

    @cached_property
    def count(self) -> int:
        found: Any = self.object_list
        return int(found.order_by()[:MOST].count())


def counts(officer: Officer, on: date) -> dict[str, Any]:
    """What lies open, and how much of it is late or due within three days."""
    found = tracks_for(officer).filter(open=True)
    return {
        "open": found.count(), "late": found.filter(due__lt=on).count(), "mine": found.filter(proceeding__owner=officer).count(),
        # Each is looked up at its matter: past a thousand nobody needs the number.
        "unowned": found.filter(proceeding__owner=None)[:1000].count(),
    }  # fmt: skip
