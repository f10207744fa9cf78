"""Applications for repair that a credit website received: taken over once, decided here, answered there (网站转办)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure import services as procedure_acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.repair import queries as repair
from hengjian.street.repair import services as repair_acts
from hengjian.street.repair.models import Application

from .peers import Peer

OUTCOMES = {"declined": "declined", "answered": "refused", "decided": "granted", "synced": "granted", "retracted": "retracted"}


def take(peer: Peer, items: Iterable[dict[str, Any]], *, on: date, at: datetime) -> list[dict[str, str]]:
    """Each application is taken over, or sent back with the reason; the same number twice gives the same matter."""
    return [_take(peer, item, on, at) for item in items]


def _take(peer: Peer, item: dict[str, Any], on: date, at: datetime) -> dict[str, str]:
    told = {"number": item["number"]}
    try:
        if item["act"] == "retract":
            return told | {"outcome": "retracted", "matter": _retract(peer, item["number"], on, at)}
        matter = repair_acts.take_over(
            peer=peer.code, elsewhere=item["number"], uscc=item["uscc"], document=item["document"], asked_on=item["asked_on"],
            said=item["said"], signed_by=item["signed_by"], on=on, at=at,
        )  # fmt: skip
    except Refusal as refused:
        return told | {"outcome": "sent-back", "because": str(refused)}
    return told | {"outcome": "taken", "matter": matter.number}


def _retract(peer: Peer, number: str, on: date, at: datetime) -> str:
    found = Application.objects.filter(peer=peer.code, elsewhere=number).select_related("proceeding").first()
    if found is None:
        raise Refusal(_("没有这件申请"))
    matter = Proceeding.objects.get(pk=found.proceeding_id)
    if procedure.state_of(matter) != "retracted":
        repair_acts.retract(uscc=matter.subject, matter=matter, actor=f"peer:{peer.code}", on=on, at=at)
    return matter.number


def outcomes(peer: Peer, since: date) -> list[dict[str, Any]]:
    """What became of the applications a website passed on since a day: what it must tell the firm."""
    found = repair.applications().filter(peer=peer.code, proceeding__opened__gte=since).order_by("pk")
    return [_outcome(one, matter) for one, matter in repair.with_matters(found)]


def _outcome(application: Application, matter: Proceeding) -> dict[str, Any]:
    definition, events = procedure.definition(matter.kind), acts.effective(procedure.events_of(matter))
    state = acts.state_of(definition, events)
    decisive = next((event for event in reversed(events) if event.act in ("grant", "refuse", "refuse-entry", "retract")), None)
    return {
        "number": application.elsewhere, "matter": matter.number, "entry_seq": application.entry_id, "outcome": OUTCOMES.get(state, state),
        "on": (decisive or events[-1]).on.isoformat(), "because": str((decisive.body if decisive else {}).get("reasons", "")),
    }  # fmt: skip


def followed(peer: Peer, entry_seq: int, number: str, *, on: date, at: datetime) -> bool:
    """The website says that it took the record down: the matter it passed on is over. Returns whether one was."""
    waiting = repair.applications().filter(peer=peer.code, entry=entry_seq, repaired__isnull=False, proceeding__closed=None)
    application = waiting.first()
    if application is None:
        return False
    matter = Proceeding.objects.get(pk=application.proceeding_id)
    procedure_acts.act(matter, "sync", by=None, on=on, expected_version=matter.version, body={"receipt": number}, at=at)
    return True
