"""Reviewing a result (审核检查结果): another officer approves it or sends it back; what is approved becomes a credit record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Message
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import effect
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.assessment import services as assessment
from hengjian.street.ledger import services as ledger

from . import followups, queries, rules
from .errors import BadFinding
from .models import Result, Visit


def review(visit: Visit, *, by: Officer, at: datetime, expected_version: int) -> Event:
    """Approve a result (审核通过): it goes to the ledger, the class follows. Nobody approves what they recorded."""
    on = timezone.localdate(at)
    with transaction.atomic():
        event = procedure.act(visit.proceeding, "review", by=by, on=on, at=at, expected_version=expected_version)
    _recompute(queries.result_of(visit), at)
    return event


def review_many(visits: Sequence[Visit], *, by: Officer, at: datetime) -> list[Event]:
    """The same for many at once, all or none. Classes are computed once, after the facts are safe."""
    on, done = timezone.localdate(at), list[Event]()
    with transaction.atomic():
        for visit in visits:
            version = visit.proceeding.version
            done.append(procedure.act(visit.proceeding, "review", by=by, on=on, at=at, expected_version=version))
    results = Result.objects.filter(visit__in=[visit.pk for visit in visits], withdrawn=None)
    _recompute(results.exclude(entry=None).order_by("entry").first(), at)
    return done


def _recompute(first: Result | None, at: datetime) -> None:
    if first and first.entry_id:
        assessment.recompute_since(first.entry_id - 1, on=timezone.localdate(at))


@effect(rules.KIND, "review")
def take_effect(proceeding: Proceeding, event: Event) -> None:
    """What was approved goes to the ledger; a clean second look settles the order it was made for."""
    found = Result.objects.select_for_update(of=("self",)).select_related("visit__entity", "visit__proceeding__agency")
    result = found.get(visit__proceeding=proceeding, withdrawn=None)
    by = cast(Officer, event.by)
    result.reviewed, result.reviewed_by = event.at, by
    if result.entry_id is None:  # results of an earlier version stood in the ledger before their review
        result.entry_id, result.refusal_id = _into_ledger(result, by, event.at)
    result.save(update_fields=["reviewed", "reviewed_by", "entry", "refusal"])
    followups.after_review(result, by=by, at=event.at)


def _into_ledger(result: Result, by: Officer, at: datetime) -> tuple[int, int | None]:
    """The records that others will see: the result, and a refusal where the firm did not let the team in.

    They are of the day the result was recorded: a late review takes nothing from the days to publish it.
    """
    law, visit, on = policy.current(), result.visit, timezone.localdate(result.recorded)
    items = law.catalogue(queries.ITEMS)
    common: dict[str, Any] = {"by": by, "entity": visit.entity, "on": on, "at": at, "issuer": visit.proceeding.agency}
    document = visit.proceeding.number
    draw = visit.pick.draw.slug if visit.pick else ""
    body = {
        "name": visit.entity.name, "result": list(result.codes), "plan": draw, "method": result.method,
        "items": "、".join(items.title_of(code) for code in visit.items), "issuer": visit.proceeding.agency.name,
    }  # fmt: skip
    entry = ledger.append(kind="inspection", act="record", document=document, body=body, **common)
    if result.path != rules.REFUSED:
        return entry.pk, None
    told = {name: body[name] for name in ("name", "plan", "method", "items", "issuer")}
    refusal = ledger.append(kind="refused-inspection", act="record", document=document, body=told, **common)
    return entry.pk, refusal.pk


def withdraw(result: Result, event: Event) -> None:
    """The review no longer stands: its credit records are withdrawn. Another review makes new ones."""
    for entry in (result.entry, result.refusal):
        if entry is not None:
            ledger.withdraw(by=cast(Officer, event.by), entry=entry, on=event.on, because=event.body["reason"], at=event.at)
    result.entry = result.refusal = result.reviewed = result.reviewed_by = None
    result.save(update_fields=["entry", "refusal", "reviewed", "reviewed_by"])


def send_back(visit: Visit, *, reason: str, by: Officer, at: datetime, expected_version: int) -> Result:
    """Send a result back to the team before it counts anywhere (退回补正). It stays on record beside the next one."""
    if not reason.strip():
        raise BadFinding(_("请写明退回的理由"), fields={"reason": Message("请写明退回的理由")})
    on, body = timezone.localdate(at), {"reason": reason.strip(), "due": max(visit.due, timezone.localdate(at)).isoformat()}
    with transaction.atomic():
        result = Result.objects.select_for_update(of=("self",)).filter(visit=visit, withdrawn=None).first()
        procedure.act(visit.proceeding, "send-back", by=by, on=on, at=at, expected_version=expected_version, body=body)
        assert result is not None, "a recorded matter has its result"
        result.withdrawn = on
        result.save(update_fields=["withdrawn"])
    return result
