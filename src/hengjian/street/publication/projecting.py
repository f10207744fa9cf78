"""From ledger entries to notices. Reading and writing in chunks; a city is projected in seconds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from hengjian.ground.kit.money import yuan
from hengjian.ground.people.models import Agency
from hengjian.street.ledger import queries as ledger
from hengjian.street.register.models import Entity

from .masking import FIELDS, places, protected_values, renewed
from .models import PublicNotice
from .rulebook import Rulebook
from .rules import mask, public_body

CHUNK = 2000


@dataclass(slots=True)
class Outcome:
    """What one reading of the ledger did."""

    published: int = 0
    withdrawn: int = 0
    corrected: int = 0
    remarked: int = 0
    not_public: int = 0
    term_over: int = 0
    ledger_seq: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.published or self.withdrawn or self.corrected or self.remarked)


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
        beside = [entry for entry in chunk if entry.kind in ledger.REMARKS or (entry.act == "correct" and entry.kind != "correction")]
        apart = {entry.seq for entry in beside}
        records = [entry for entry in chunk if entry.kind not in ledger.CLOSING and entry.seq not in apart]
        names = dict(Entity.objects.filter(pk__in={e.entity_id for e in records}).values_list("pk", "name"))
        found = (notice_of(entry, names[entry.entity_id], issuers, rulebook, on, outcome) for entry in records)
        outcome.published += _write(notice for notice in found if notice)
        for entry in beside:
            if entry.kind in ledger.REMARKS:
                _remark(entry, rulebook, outcome)
            else:
                _correct(entry, issuers, rulebook, on, outcome)
        _close([entry for entry in chunk if entry.kind in ledger.CLOSING], outcome)
        outcome.ledger_seq = chunk[-1].seq
    return outcome


def record_of(entry: Any, rulebook: Rulebook) -> dict[str, Any]:
    """What publicity rules see of an entry: its body with titles, and its columns."""
    columns = ("document", "decided", "effective", "until", "fine_fen", "confiscated_fen", "warning_only")
    body = rulebook.titled(entry.kind, entry.body)
    body |= {name: value for name in columns if (value := getattr(entry, name)) not in (None, "")}
    return body | _amounts(rulebook, entry.kind, body)


def _amounts(rulebook: Rulebook, kind: str, body: Mapping[str, Any]) -> dict[str, str]:
    """Amounts in yuan, as people read them: the ledger counts in fen, and a penalty under a name of its own."""
    found = {}
    for name, unit in rulebook.amounts(kind).items():
        fen = body.get(f"{name.removesuffix('_yuan')}_fen", body.get(name))
        if isinstance(fen, int):
            found[name] = f"{yuan(fen)} {body.get(f'{name}_currency', unit)}".strip()
    return found


def notice_of(
    entry: Any, name: str, issuers: Mapping[Any, str], rulebook: Rulebook, on: date, outcome: Outcome, since: date | None = None
) -> dict[str, Any] | None:
    """The columns of an entry's notice as published on a day; None where it is not public or its term is over.

    `since`: the day from which its term counts, where it takes the place of a notice that was public before.
    """
    rule = rulebook.publicity(entry.kind)
    if rule is None:
        outcome.not_public += 1
        return None
    record = record_of(entry, rulebook)
    if entry.act == "restore":  # its publicity begins anew
        record["decided"] = entry.effective
    if rulebook.excluded(rule, record):
        outcome.not_public += 1
        return None
    plan = rulebook.plan(rule, record, since or on)
    if plan.until is not None and plan.until < on:
        outcome.term_over += 1
        return None
    return {
        "entry_seq": entry.seq, "entity_id": entry.entity_id, "uscc": entry.uscc, "name": name, "kind": entry.kind,
        "issuer": issuers[entry.issuer_id], "document": entry.document, "decided": entry.decided,
        "due": rulebook.due(rule, record["decided"]), "published_on": on, "until": plan.until,
        "basis": _json(plan.as_sum()), "body": _json(_public(entry, record | {"decided": entry.decided}, rule.public)), "withdrawn_kind": "",
        "replies": "[]", "objection": "{}", "redacted": "[]",
        "changed_seq": entry.seq,
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


def _close(entries: list[Any], outcome: Outcome) -> None:
    """Hide what is withdrawn, repaired or ended: from the day it was recorded, or took effect if that is later."""
    if not entries:
        return
    open_ones = PublicNotice.objects.filter(entry_seq__in=[e.refers_id for e in entries], withdrawn_on=None)
    notices = {notice.entry_seq: notice for notice in open_ones}
    for entry in entries:
        notice = notices.get(entry.refers_id)
        if notice is None and entry.kind == "withdrawal" and entry.refers.kind == "reply":
            _unreply(entry, outcome)
        elif notice and notice.withdrawn_by is None:
            notice.withdrawn_on = max(timezone.localdate(entry.recorded), entry.effective)
            notice.withdrawn_by, notice.withdrawn_kind, notice.changed_seq = entry.seq, entry.kind, entry.seq
            outcome.withdrawn += 1
    PublicNotice.objects.bulk_update(
        notices.values(), ["withdrawn_on", "withdrawn_by", "withdrawn_kind", "changed_seq"], batch_size=200
    )


def _correct(entry: Any, issuers: Mapping[Any, str], rulebook: Rulebook, on: date, outcome: Outcome) -> None:
    """A true record takes the place of a wrong one: the days of publicity already served count, and what the firm
    said stays beside it. The wrong one leaves with the entry that corrected it.
    """
    wrong = PublicNotice.objects.filter(entry_seq=entry.refers_id).first()
    names = dict(Entity.objects.filter(pk=entry.entity_id).values_list("pk", "name"))
    since = wrong.published_on if wrong else None
    notice = notice_of(entry, names[entry.entity_id], issuers, rulebook, on, outcome, since)
    if notice and wrong:
        notice |= {"replies": _json(wrong.replies), "objection": _json(wrong.objection)}
    outcome.corrected += _write([notice] if notice else [])


def remask(entry: Any, rulebook: Rulebook) -> Iterator[PublicNotice]:
    """Notices of an entry without its masked words, not saved; which fields are public is what it was when first written."""

    def public(one: Any, rule: Any) -> dict[str, Any]:
        return _public(one, record_of(one, rulebook) | {"decided": one.decided}, rule.public)

    return renewed(entry, rulebook, public)


def _remark(entry: Any, rulebook: Rulebook, outcome: Outcome) -> None:
    """Print beside the notice what the firm says, how its objection stands, and that words of it were masked."""
    if entry.kind == "redaction":
        for notice in remask(entry.refers, rulebook):
            notice.changed_seq = entry.seq
            notice.save(update_fields=[*FIELDS, "changed_seq"])
            outcome.remarked += 1
        return
    day = entry.decided.isoformat()
    for notice, hidden in places(entry.refers):
        if entry.kind == "reply":
            notice.replies = [*notice.replies, {"seq": entry.seq, "on": day, "text": mask(entry.body["text"], hidden)}]
        elif entry.kind == "objection":
            notice.objection = {"flagged": day}
        elif entry.body["outcome"] == "retracted":
            notice.objection = {}
        else:
            because = mask(entry.body["because"], hidden)
            notice.objection = {**notice.objection, "outcome": entry.body["outcome"], "decided": day, "because": because}
        _remarked(notice, entry, outcome)


def _unreply(entry: Any, outcome: Outcome) -> None:
    """A reply taken back by the firm is no longer printed."""
    for notice, _hidden in places(entry.refers.refers):
        notice.replies = [one for one in notice.replies if one["seq"] != entry.refers_id]
        _remarked(notice, entry, outcome)


def _remarked(notice: PublicNotice, entry: Any, outcome: Outcome) -> None:
    notice.changed_seq = entry.seq
    notice.save(update_fields=["replies", "objection", "changed_seq"])
    outcome.remarked += 1
