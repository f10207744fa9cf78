"""What a decision does: an entry of the ledger, the class that follows, and their withdrawal."""

from __future__ import annotations

from typing import cast

from django.db import transaction

from hengjian.ground.people.models import Officer
from hengjian.ground.procedure.effects import effect
from hengjian.ground.procedure.models import Event, Paper, Proceeding
from hengjian.street.assessment import services as assessment
from hengjian.street.ledger import services as ledger

from . import likeness, queries
from .models import Case

LEAD, CASE, SIMPLE = queries.KINDS
PENALTY_ACTS = ((CASE, "decide", "penalty-form.45"), (SIMPLE, "decide", "penalty-form.44"))


@effect(CASE, "decide")
@effect(SIMPLE, "decide")
def record_penalty(proceeding: Proceeding, event: Event) -> None:
    """A decided penalty goes into the ledger and the class follows; publication picks it up from there."""
    case = Case.objects.select_related("entity", "proceeding__agency").get(proceeding=proceeding)
    said = queries.said(proceeding)
    form = next(form for kind, act, form in PENALTY_ACTS if (kind, act) == (proceeding.kind, event.act))
    number = Paper.objects.get(event=event, form=form).number
    fine, confiscated = said.get("fine"), said.get("confiscated")
    body = {
        "name": case.entity.name, "kind_of_penalty": list(said["penalties"]), "facts": said["facts"],
        "article": said.get("law_article", ""), "procedure": "summary" if proceeding.kind == SIMPLE else "hearing" if queries.done(proceeding, "hold-hearing") else "ordinary",
        "tier": said.get("tier", ""), "issuer": proceeding.agency.name,
    }  # fmt: skip
    body = {name: value for name, value in body.items() if value}
    case.entry = ledger.append(
        by=cast(Officer, event.by), entity=case.entity, kind="penalty", on=event.on, issuer=proceeding.agency, document=number,
        body=body, fine_fen=fine, confiscated_fen=confiscated, warning_only=list(said["penalties"]) == ["01"], at=event.at,
    )  # fmt: skip
    case.save(update_fields=["entry"])
    likeness.keep(case, said, number, event.on)
    seq, on = case.entry.pk, event.on
    # The decision stands whatever happens to the class: the job that catches up computes it again.
    transaction.on_commit(lambda: assessment.recompute_since(seq - 1, on=on), robust=True)


@effect(CASE, "undo")
@effect(SIMPLE, "undo")
def withdraw_undone(proceeding: Proceeding, event: Event) -> None:
    """Undoing a decision withdraws what it put into the ledger."""
    if event.body["act"] == "decide":
        _withdraw(proceeding, event, event.body["reason"])


@effect(CASE, "revoked")
def withdraw_revoked(proceeding: Proceeding, event: Event) -> None:
    """A decision revoked on appeal is withdrawn; publication takes it down within its term."""
    _withdraw(proceeding, event, str(event.body.get("reason", "")))


def _withdraw(proceeding: Proceeding, event: Event, because: str) -> None:
    case = Case.objects.select_related("entry").get(proceeding=proceeding)
    if case.entry is None:
        return
    likeness.drop(case, event.on)
    ledger.withdraw(by=cast(Officer, event.by), entry=case.entry, on=event.on, because=because, at=event.at)
    seq, on = case.entry.pk, event.on
    case.entry = None
    case.save(update_fields=["entry"])
    # The decision stands whatever happens to the class: the job that catches up computes it again.
    transaction.on_commit(lambda: assessment.recompute_since(seq - 1, on=on), robust=True)
