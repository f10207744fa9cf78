"""Publication pulls: from the ledger, the register and the classification. Every act is safe to run twice."""

from __future__ import annotations

import secrets
from datetime import date

from django.core.cache import cache
from django.db import transaction

from hengjian.ground import audit, policy
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure.effects import effect
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.ledger import queries as ledger
from hengjian.street.register.models import Entity

from . import entities
from .masking import FIELDS
from .models import Projection, PublicNotice
from .projecting import CHUNK, Outcome, project, remask
from .rulebook import Rulebook

RULESET = "tianjin-2017"


@transaction.atomic
def publish_due(*, on: date, by: Officer | None = None) -> Outcome:
    """Show what the ledger has gained since the last time, and hide what it has withdrawn (公示、撤回公示)."""
    law = policy.current()
    state = Projection.objects.select_for_update().get_or_create(pk=1, defaults={"version": "new"})[0]
    news = ledger.entries_after(state.ledger_seq).select_related(None).select_related("personal")
    outcome = project(news.iterator(CHUNK), Rulebook(law), on)
    state.ledger_seq = max(state.ledger_seq, outcome.ledger_seq)
    _mark(state, on, law.version)
    if outcome.changed:
        audit.record(
            "publication.publish_due", "projection", by=by, published=outcome.published, withdrawn=outcome.withdrawn
        )
    return outcome


@transaction.atomic
def publish_entities(*, on: date, ruleset: str = RULESET) -> int:
    """Copy every entity whose public row is not what register and classification say; returns how many."""
    state = Projection.objects.select_for_update().get_or_create(pk=1, defaults={"version": "new"})[0]
    written = _copy(state, entities.differing(ruleset), ruleset)
    version = policy.current().version
    if written or (state.as_of, state.pack_version) != (on, version):
        _mark(state, on, version)
    return written


@transaction.atomic
def publish_entity(*, uscc: str, on: date, ruleset: str = RULESET) -> bool:
    """Copy one entity anew, after an act that concerns it alone; False where the register has none."""
    state = Projection.objects.select_for_update().get_or_create(pk=1, defaults={"version": "new"})[0]
    written = _copy(state, list(Entity.objects.filter(uscc=uscc).values_list("pk", flat=True)), ruleset)
    _mark(state, on, policy.current().version)
    return bool(written)


def _copy(state: Projection, keys: list[int], ruleset: str) -> int:
    """Copy entities under the next numbers of change. `_mark` saves the last one."""
    first = state.entity_change + 1
    state.entity_change += -(-len(keys) // entities.CHUNK)
    return entities.copy(keys, ruleset, first)


@effect("redaction", "*")
def mask_words(matter: Proceeding, event: Event) -> None:
    """Masked words are not shown a moment longer: in the transaction of the decision. Copies are told by `publish_due`."""
    masked = ledger.masked_by(matter) if event.act == "approve" else []
    book = Rulebook(policy.current())
    for notice in (one for entry in masked for one in remask(entry, book)):
        notice.save(update_fields=FIELDS)
    if masked:  # not before: `publish_due` holds the row while it waits for writers, and this is one
        transaction.on_commit(renew)


@effect("disposal", "approve")
def empty(matter: Proceeding, event: Event) -> None:
    """What was disposed of leaves the projection too; that it is gone is told by `publish_due`."""
    gone = PublicNotice.objects.filter(entry_seq__in=ledger.disposed_by(matter))
    if gone.update(body={}, replies=[], objection={}, document=""):
        transaction.on_commit(renew)


def renew() -> None:
    """A new version alone, so that no page kept in memory outlives what it was made from."""
    with transaction.atomic():
        state = Projection.objects.select_for_update().filter(pk=1).first()
        if state and state.as_of:
            _mark(state, state.as_of, state.pack_version)


def expire_due(*, on: date) -> int:
    """Notices whose last public day was yesterday or earlier. Hiding them needs no job: every question asks the day.
    This only renews the version, so that no cache outlives the day.
    """
    state = Projection.objects.filter(pk=1).first()
    if state and state.as_of != on:
        _mark(state, on, state.pack_version)
    return PublicNotice.objects.filter(until__lt=on, withdrawn_on=None).count()


def _mark(state: Projection, on: date, pack_version: str) -> None:
    """A new version for caches, seen by this process at once and by others within a second."""
    state.version = f"{state.ledger_seq}-{secrets.token_hex(4)}"
    state.as_of, state.pack_version = on, pack_version
    state.save()
    transaction.on_commit(lambda: cache.delete("publication.projection"))
