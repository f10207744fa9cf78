"""What the matter page shows of a listing: the decision explained, the facts behind it, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.people.language import title_in
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.effects import Panel, panels
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.ledger import queries as ledger

from . import queries, rules
from .models import Listing, Restriction

DECIDING = {"abnormal-list": "list", "abnormal-mark": "mark", "serious-list": "list", "serious-list-elsewhere": "publish", "red-list": "list"}


def _register(kind: str) -> None:
    @panels(kind)
    def shown(matter: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
        row = Listing.objects.filter(proceeding=matter).select_related("entry__issuer", "cause__issuer", "entity").first()
        if row is None:
            return
        if row.entry:
            yield Panel(_("这份决定"), "listing/_decision.html", _decision(matter, row, powers, on), first=True)
        if row.cause:
            yield Panel(_("所据的记录"), "listing/_cause.html", _cause(row.cause, on))


def _decision(matter: Proceeding, row: Listing, powers: frozenset[str], on: date) -> dict[str, Any]:
    """Which article, which version, which facts, who, when, what else was considered, when it ends."""
    act = procedure.definition(matter.kind).acts[DECIDING[matter.kind]]
    event = next((e for e in reversed(queries.done(matter)) if e.act in (DECIDING[matter.kind], "restore")), None)
    said, law = queries.said(matter), policy.current()
    entry: Any = row.entry
    closing = ledger.closing_of(entry)
    catalogue = queries.CATALOGUES[entry.kind]
    return {
        "entry": entry, "basis": act.basis, "law": matter.law_version, "event": event, "said": said, "closing": closing,
        "ground": title_in(catalogue, str(said.get("list" if entry.kind == rules.RED else "ground", ""))),
        "article": _article(catalogue, str(said.get("ground", ""))), "last": rules.last_day(law, entry),
        "proposed_by": procedure_name(event.body.get("proposed_by") if event else ""), "confirmed_by": procedure_name(event.by if event else ""),
        "locks": [] if closing else [lock for lock in queries.restrictions(entry.uscc, on) if lock.record.seq == entry.seq],
        "may_restrict": not closing and entry.kind != rules.RED and "listing.record" in powers,
    }  # fmt: skip


def procedure_name(number: str | None) -> str:
    from hengjian.ground.people.models import Officer

    found = Officer.objects.filter(number=number).first() if number else None
    return found.name if found else ""


def _article(catalogue: str, code: str) -> str:
    law = policy.current()
    item = law.catalogue(catalogue).items.get(code)
    if item is None:
        return ""
    told = item.extra.get("article") or (law.catalogue(catalogue).items[item.parent].extra.get("article") if item.parent else "")
    return str(told) if "§" in str(told) or not told else f"{item.extra.get('source', 'samr-44-2021')} §{told}"


def _cause(entry: Any, on: date) -> dict[str, Any]:
    closing = ledger.closing_of(entry)
    return {"entry": entry, "closing": closing, "annulled": bool(closing and closing.kind in ("withdrawal", "correction"))}


for _kind in DECIDING:
    _register(_kind)


@panels(queries.OBJECTION)
def objected(matter: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    seq = queries.said(matter).get("entry")
    if entry := ledger.entry(int(seq)) if seq else None:
        yield Panel(_("被异议的列入"), "listing/_cause.html", _cause(entry, on), first=True)


@panels(queries.RESTRICTION)
def behind(matter: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    cause = ledger.entry(int(queries.said(matter)["cause"]))
    if cause is None:
        return
    held = {lock.matter: lock for lock in queries.restrictions(cause.uscc, on)}
    laid = Restriction.objects.filter(proceeding=matter).first()
    yield Panel(_("约束和所据的记录"), "listing/_behind.html", _cause(cause, on) | {"laid": laid, "lock": held.get(matter.pk), "person": _on_person(matter)}, first=True)


def _on_person(matter: Proceeding) -> bool:
    item = policy.current().catalogue("restriction-measures").items.get(str(queries.said(matter).get("measure", "")))
    return bool(item and item.extra.get("person"))
