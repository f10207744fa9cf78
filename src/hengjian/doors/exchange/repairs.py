"""The synchronisation ledger of repairs (修复同步台账): for every repair and every peer, when it was told, when it confirmed,
and what we saw there ourselves. Nothing is written here but looks; the rest follows from pushes and answers.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import Invalid, NotFound
from hengjian.ground.people.models import Officer
from hengjian.ground.policy.clocks import Deadline
from hengjian.street.ledger import queries as ledger
from hengjian.street.publication.models import PublicNotice
from hengjian.street.register import queries as register

from .models import Answer, Look, Push
from .peers import Peer, peers

PATIENCE = 20  # seconds for one look
AGAIN = timedelta(hours=1)
BACK = 90  # calendar days of repairs that are followed
ALARMING = ("alarm", "last", "late", "shown")


@dataclass(frozen=True, slots=True)
class Line:
    """One repair with one peer.

    `state`: off (not connected), never (the peer was never told of such records), waiting, alarm (the second working day
    without confirmation), last (the last day), late, told (confirmed, not seen gone yet), gone (seen or declared gone
    there), shown (confirmed, and still shown there).
    """

    repair: Any
    peer: Peer
    deadline: Deadline | None
    tries: int
    first_try: datetime | None
    taken: Push | None
    gone: datetime | None
    evidence: str
    state: str

    @property
    def alarming(self) -> bool:
        return self.state in ALARMING

    @property
    def in_time(self) -> bool | None:
        """Whether the peer confirmed within the term; None while it has not and still may."""
        if self.taken:
            return self.deadline is None or _day(self.taken.at) <= self.deadline.day
        return False if self.state == "late" else None


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def lines(on: date, *, officer: Officer | None = None, repairs: Iterable[Any] | None = None) -> list[Line]:
    """Every repair of the last months with every peer, newest first; or only the given ones. Five queries."""
    found = list(ledger.repairs(on - timedelta(days=BACK), on) if repairs is None else repairs)
    if officer is not None:
        seen = set(register.visible_to(officer).filter(pk__in={one.entity_id for one in found}).order_by().values_list("pk", flat=True))
        found = [one for one in found if one.entity_id in seen]
    if not found:
        return []
    seqs = {one.refers_id for one in found}
    ever = set(PublicNotice.objects.filter(entry_seq__in=seqs).order_by().values_list("entry_seq", flat=True))
    looks, said = _looks(seqs), _answers(seqs)
    told = []
    for peer in (one for one in peers() if one.follows_repairs):
        pushes = list(Push.objects.filter(peer=peer.code, at__gte=min(one.recorded for one in found)).order_by("id"))
        for repair in found:
            if repair.refers.kind in peer.kinds and repair.refers_id in ever:
                told.append(_line(repair, peer, pushes, looks.get((peer.code, repair.refers_id)), said.get((peer.code, repair.refers_id)), on))
    return sorted(told, key=lambda line: (-line.repair.seq, line.peer.code))


def _line(repair: Any, peer: Peer, pushes: list[Push], look: Look | None, answer: Answer | None, on: date) -> Line:
    since = [push for push in pushes if push.at >= repair.recorded]
    taken = next((push for push in since if push.ok and push.after < repair.seq <= push.through), None)
    tries = [push for push in since if taken is None or push.id <= taken.id]
    law = policy.current()
    start = law.term(peer.within).start or ""
    deadline = law.deadline(peer.within, {start: repair.effective}, on=max(repair.effective, law.term(peer.within).readings[0].since))
    gone, evidence = _gone(look, answer)
    state = _state(peer, taken, gone, look, deadline, on)
    return Line(repair, peer, deadline, len(tries), tries[0].at if tries else None, taken, gone, evidence, state)


def _gone(look: Look | None, answer: Answer | None) -> tuple[datetime | None, str]:
    """When it was seen or declared gone, and what proves it."""
    if look and look.gone:
        return look.at, _("查看对方页面：%(says)s") % {"says": look.says or look.status}
    if answer:
        return answer.at, _("对方回告 %(number)s") % {"number": answer.number}
    return None, ""


def _state(peer: Peer, taken: Push | None, gone: datetime | None, look: Look | None, deadline: Deadline, on: date) -> str:
    if gone:
        return "gone"
    if look and look.gone is False and (taken is None or look.at > taken.at) and (taken or not peer.url):
        return "shown"
    if taken:
        return "told"
    if not peer.url:
        return "off"
    if on > deadline.day:
        return "late"
    left = policy.current().calendar.working_days_between(on, deadline.day)
    return "last" if left == 0 else "alarm" if left == 1 else "waiting"


def _looks(seqs: Collection[int]) -> dict[tuple[str, int], Look]:
    """The last look at each record with each peer."""
    found = Look.objects.filter(entry_seq__in=seqs, gone__isnull=False).order_by("id")
    return {(one.peer, one.entry_seq): one for one in found}


def _answers(seqs: Collection[int]) -> dict[tuple[str, int], Answer]:
    """The first answer of each peer that a record was taken down."""
    found = Answer.objects.filter(entry_seq__in=seqs, outcome="removed").order_by("-id")
    return {(one.peer, one.entry_seq): one for one in found}


def alarms(on: date, officer: Officer | None = None) -> list[Line]:
    """Repairs a peer has not followed by the second working day, or still shows; the nearest day first."""
    found = [line for line in lines(on, officer=officer) if line.alarming]
    return sorted(found, key=lambda line: (line.deadline.day if line.deadline else date.max, line.repair.seq))


def counts(found: Iterable[Line]) -> dict[str, dict[str, int]]:
    """How many repairs stand how with each peer."""
    told: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in found:
        told[line.peer.code][line.state] += 1
        if line.in_time is not None:
            told[line.peer.code]["in time" if line.in_time else "not in time"] += 1
    return {code: dict(states) for code, states in told.items()}


def look_due(*, on: date, at: datetime) -> Iterator[Look]:
    """Look at what the peers show of records they confirmed as repaired, until each is seen gone; once an hour."""
    waiting = [line for line in lines(on) if line.peer.look and line.state in ("told", "shown")]
    recent = Look.objects.filter(entry_seq__in=[line.repair.refers_id for line in waiting], at__gt=at - AGAIN)
    seen = set(recent.order_by().values_list("peer", "entry_seq"))
    for line in waiting:
        if (line.peer.code, line.repair.refers_id) not in seen:
            yield look(line.peer, line.repair.refers_id, at=at)


@transaction.atomic
def seen_by_hand(*, by: Officer, peer: Peer, entry_seq: int, gone: bool, words: str, at: datetime) -> Look:
    """An officer looked at a site that we cannot ask ourselves (人工核对): what was seen, and where. Raises Invalid."""
    if not words.strip():
        raise Invalid(_("请写明在哪里、看到了什么"))
    if not ledger.repairs_of([entry_seq]):
        raise NotFound(_("这条记录没有修复"), seq=entry_seq)
    audit.record("exchange.look", f"entry:{entry_seq}", by=by, peer=peer.code, gone=gone)
    return Look.objects.create(peer=peer.code, entry_seq=entry_seq, at=at, gone=gone, says=f"{by.number}：{words.strip()}"[:300])


def look(peer: Peer, entry_seq: int, *, at: datetime) -> Look:
    """Ask the peer's own page for one record. 404 or 410, or `{"shown": false}`: it is gone there."""
    address = peer.look.format(entry_seq=entry_seq)
    signature = hmac.new(peer.key.encode(), address.encode(), "sha256").hexdigest()
    request = urllib.request.Request(address, headers={"X-Hengjian-Signature": f"sha256={signature}"})
    status, body, gone, says = None, b"", None, ""
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            status, body = answer.status, answer.read(1_000_000)
        gone, says = not _shown(body), f"HTTP {status}"
    except urllib.error.HTTPError as error:
        status, gone, says = error.code, (True if error.code in (404, 410) else None), f"HTTP {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        says = str(error)
    digest = hashlib.sha256(body).hexdigest() if body else ""
    return Look.objects.create(peer=peer.code, entry_seq=entry_seq, at=at, gone=gone, status=status, digest=digest, says=says[:300])


def _shown(body: bytes) -> bool:
    """A page that answers shows the record, unless it says in JSON that it does not."""
    try:
        told = json.loads(body)
    except ValueError:
        return True
    return bool(told.get("shown", True)) if isinstance(told, dict) else True
