"""From ledger entries to notices. Reading and writing in chunks; a city is projected in seconds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from hengjian.ground.people.models import Agency
from hengjian.street.register.models import Entity

from .models import PublicNotice
from .rulebook import Rulebook
from .rules import CLOSING, public_body

CHUNK = 2000


@dataclass(slots=True)
class Outcome:
    """What one reading of the ledger did."""

    published: int = 0
    withdrawn: int = 0
    corrected: int = 0
    not_public: int = 0
    term_over: int = 0
    ledger_seq: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.published or self.withdrawn or self.corrected)


def chunks(entries: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for entry in entries:
        chunk.append(entry)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def project(entries: Iterable[Any], rulebook: Rulebook, on: date) -> Outcome:
    """Publish, withdraw and correct what these ledger entries, in the order of the ledger, call for."""
    outcome, issuers = Outcome(), dict(Agency.objects.values_list("pk", "name"))
    for chunk in chunks(entries):
        records = [entry for entry in chunk if entry.kind not in (*CLOSING, "correction")]
        names = dict(Entity.objects.filter(pk__in={e.entity_id for e in records}).values_list("pk", "name"))
        found = (notice_of(entry, names[entry.entity_id], issuers, rulebook, on, outcome) for entry in records)
        outcome.published += _write(notice for notice in found if notice)
        _close([entry for entry in chunk if entry.kind in CLOSING], outcome)
        _correct([entry for entry in chunk if entry.kind == "correction"], rulebook, outcome)
        outcome.ledger_seq = chunk[-1].seq
    return outcome


def record_of(entry: Any, rulebook: Rulebook) -> dict[str, Any]:
    """What publicity rules see of an entry: its body with titles, and its columns."""
    columns = ("document", "decided", "effective", "until", "fine_fen", "confiscated_fen", "warning_only")
    body = rulebook.titled(entry.kind, entry.body)
    return body | {name: value for name in columns if (value := getattr(entry, name)) not in (None, "")}


def notice_of(
    entry: Any, name: str, issuers: Mapping[Any, str], rulebook: Rulebook, on: date, outcome: Outcome
) -> dict[str, Any] | None:
    """The columns of an entry's notice as published on a day; None where it is not public or its term is over."""
    rule = rulebook.publicity(entry.kind)
    if rule is None:
        outcome.not_public += 1
        return None
    record = record_of(entry, rulebook)
    if rulebook.excluded(rule, record):
        outcome.not_public += 1
        return None
    plan = rulebook.plan(rule, record, on)
    if plan.until is not None and plan.until < on:
        outcome.term_over += 1
        return None
    return {
        "entry_seq": entry.seq, "entity_id": entry.entity_id, "uscc": entry.uscc, "name": name, "kind": entry.kind,
        "issuer": issuers[entry.issuer_id], "document": entry.document, "decided": entry.decided,
        "due": rulebook.due(rule, entry.decided), "published_on": on, "until": plan.until,
        "basis": _json(plan.as_sum()), "body": _json(_public(entry, record, rule.public)), "withdrawn_kind": "",
    }  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write(notices: Iterable[dict[str, Any]]) -> int:
    """Write notices in one statement; one that stands already stays."""
    rows = list(notices)
    if rows:
        marks = ", ".join(["%s"] * len(rows[0]))
        statement = f"INSERT INTO publication_publicnotice ({', '.join(rows[0])}) VALUES ({marks}) ON CONFLICT (entry_seq) DO NOTHING"
        with connection.cursor() as cursor:
            cursor.executemany(statement, [tuple(row.values()) for row in rows])
    return len(rows)


def _public(entry: Any, record: Mapping[str, Any], public: list[str]) -> dict[str, Any]:
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in record.items()}
    return public_body(plain, public, protected_values(entry))


def protected_values(entry: Any) -> list[str]:
    """Values of natural persons kept behind the entry; none of them may stand in its public text."""
    personal = getattr(entry, "personal", None)
    return [value for value in (personal.data or {}).values() if isinstance(value, str)] if personal else []


def _close(entries: list[Any], outcome: Outcome) -> None:
    """Hide what is withdrawn, repaired or ended: from the day it was recorded, or took effect if that is later."""
    if not entries:
        return
    open_ones = PublicNotice.objects.filter(entry_seq__in=[e.refers_id for e in entries], withdrawn_on=None)
    notices = {notice.entry_seq: notice for notice in open_ones}
    for entry in entries:
        notice = notices.get(entry.refers_id)
        if notice and notice.withdrawn_by is None:
            notice.withdrawn_on = max(timezone.localdate(entry.recorded), entry.effective)
            notice.withdrawn_by, notice.withdrawn_kind = entry.seq, entry.kind
            outcome.withdrawn += 1
    PublicNotice.objects.bulk_update(
        notices.values(), ["withdrawn_on", "withdrawn_by", "withdrawn_kind"], batch_size=200
    )


def _correct(entries: list[Any], rulebook: Rulebook, outcome: Outcome) -> None:
    """Show the corrected text; the days of publicity stay."""
    for entry in entries:
        notice = PublicNotice.objects.filter(entry_seq=entry.refers_id).first()
        rule = rulebook.publicity(notice.kind) if notice else None
        if notice and rule:
            body = rulebook.titled(notice.kind, entry.body)
            notice.body = notice.body | public_body(body, rule.public, protected_values(entry))
            notice.save(update_fields=["body"])
            outcome.corrected += 1
