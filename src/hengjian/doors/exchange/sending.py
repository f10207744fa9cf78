"""Telling a peer what changed: the latest state of everything after the last push it confirmed.

Nothing is queued. A peer that was away for days is told what is true now, so a record repaired meanwhile is never
sent to it; a push that was cut off is made again, and its lines mean the same when taken twice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.policy.clocks import Deadline
from hengjian.street.ledger import queries as ledger
from hengjian.street.publication import queries as publication

from . import lines
from .models import Push
from .peers import Peer, peers

PATIENCE = 30  # seconds for one answer
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=4)


class NotTaken(Exception):
    """The peer did not confirm; the message says why."""


def last_taken(peer: Peer) -> Push | None:
    return Push.objects.filter(peer=peer.code, ok=True).order_by("-id").first()


def push_due(*, on: date, at: datetime) -> list[Push]:
    """Tell every connected peer whose pause after failures is over. A peer that fails holds up no other."""
    return [made for peer in peers() if peer.url and at >= _next_try(peer) for made in push(peer, on=on, at=at)]


def push(peer: Peer, *, on: date, at: datetime) -> Iterator[Push]:
    """Push until the peer has everything or does not confirm. Each attempt is written down as it ends."""
    more = True
    while more:
        before = last_taken(peer)
        after = before.through if before else 0
        told, through, more = _lines(peer, after, on)
        told += _ended(peer, before, on)
        if not told:
            return
        body = lines.as_text(told).encode()
        digest = hashlib.sha256(body).hexdigest()
        try:
            says, ok = _post(peer, body, f"{after}-{through}-{digest[:16]}"), True
        except NotTaken as refused:
            says, ok, more = str(refused), False, False
        yield Push.objects.create(
            peer=peer.code, at=at, after=after, through=through, gone_through=on, lines=len(told), digest=digest,
            ok=ok, says=says[:500],
        )  # fmt: skip


def _lines(peer: Peer, after: int, on: date) -> tuple[list[dict[str, Any]], int, bool]:
    if peer.sends == "entities":
        return lines.entities(after, lines.MOST)
    return lines.changed(after, lines.MOST, on, peer.kinds)


def _ended(peer: Peer, before: Push | None, on: date) -> list[dict[str, Any]]:
    """Notices whose publicity ended by mere time since the last push: no entry of the ledger tells of it."""
    if peer.sends == "entities" or before is None:
        return []
    ended = publication.gone_between(before.gone_through + timedelta(days=1), on).filter(kind__in=peer.kinds)
    return [lines.of_notice(notice, on) for notice in ended.filter(changed_seq__lte=before.through)]


def _post(peer: Peer, body: bytes, number: str) -> str:
    """Send one body; returns the peer's receipt. An answer without one proves nothing and counts as a failure."""
    signature = hmac.new(peer.key.encode(), body, "sha256").hexdigest()
    headers = {
        "Content-Type": "application/x-ndjson; charset=utf-8",
        "Idempotency-Key": number,
        "X-Hengjian-Signature": f"sha256={signature}",
    }
    try:
        request = urllib.request.Request(peer.url, data=body, headers=headers, method="POST")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            receipt = json.loads(answer.read(100_000)).get("receipt")
    except urllib.error.HTTPError as error:
        raise NotTaken(_("对方回答 %(answer)s") % {"answer": f"{error.code} {error.reason}"}) from error
    except (OSError, ValueError, AttributeError) as error:
        raise NotTaken(_("没有得到回执：%(why)s") % {"why": error}) from error
    if not receipt:
        raise NotTaken(_("对方没有给出回执编号（receipt）"))
    return str(receipt)


def _next_try(peer: Peer) -> datetime:
    failed = failures(peer)
    if not failed:
        return datetime.min.replace(tzinfo=SHANGHAI)
    last: datetime = failed[0].at
    pause: timedelta = min(FIRST_PAUSE * 2 ** (len(failed) - 1), LONGEST_PAUSE)
    return last + pause


def failures(peer: Peer) -> list[Push]:
    """Attempts since the last confirmed push, newest first; of very many, the last ten."""
    last = last_taken(peer)
    return list(Push.objects.filter(peer=peer.code, id__gt=last.pk if last else 0).order_by("-id")[:10])


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a peer is behind. `state`: off, even, waiting, near (the last working day), late."""

    peer: Peer
    taken: Push | None
    failed: list[Push]
    waiting: int
    oldest: date | None
    deadline: Deadline | None
    state: str


def standing(peer: Peer, on: date) -> Standing:
    """What the peer has not confirmed yet, since when, and until when the law wants it there."""
    taken = last_taken(peer)
    after = taken.through if taken else 0
    if peer.sends == "entities":
        waiting, oldest = publication.entities_changed_after(after).count(), None
    else:
        behind = publication.changed_after(after).filter(kind__in=peer.kinds)
        waiting, first = behind.count(), behind.first()
        entry = ledger.entry(first.changed_seq) if first else None
        oldest = entry.recorded.astimezone(SHANGHAI).date() if entry else None
    deadline = _deadline(peer, oldest) if oldest else None
    return Standing(peer, taken, failures(peer), waiting, oldest, deadline, _state(peer, waiting, deadline, on))


def _deadline(peer: Peer, oldest: date) -> Deadline | None:
    law = policy.current()
    return law.deadline(peer.within, {law.term(peer.within).start or "": oldest}) if peer.within else None


def _state(peer: Peer, waiting: int, deadline: Deadline | None, on: date) -> str:
    if not peer.url:
        return "off"
    if not waiting:
        return "even"
    if deadline and on > deadline.day:
        return "late"
    if deadline and policy.current().calendar.working_days_between(on, deadline.day) <= 1:
        return "near"
    return "waiting"


def proof(entry_seq: int, peer: Peer) -> Push | None:
    """The confirmed push that told the peer the present state of a record; None: not told yet, or of a kind it is never told."""
    change = publication.change_of(entry_seq, peer.kinds)
    if change is None:
        return None
    return Push.objects.filter(peer=peer.code, ok=True, after__lt=change, through__gte=change).order_by("id").first()
