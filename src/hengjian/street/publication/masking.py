"""Words masked in the ledger leave the public projection: at once with the decision, and told on to copies with the next reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hengjian.street.ledger import queries as ledger

from . import rules
from .models import PublicNotice

FIELDS = ["body", "replies", "objection", "redacted"]


def renewed(entry: Any, book: Any, public: Any) -> Iterator[PublicNotice]:
    """The notices that print words of an entry, as they are without what was masked; not saved.

    `public`: the public fields of an entry, as a notice is first written.
    """
    told = [_told(one) for one in ledger.redactions_of([entry.seq]).get(entry.seq, [])]
    if entry.kind in ("reply", "objection-outcome"):
        for notice, hidden in places(entry.refers):
            if entry.kind == "reply":
                notice.replies = [one | {"text": rules.mask(entry.body["text"], hidden)} if one["seq"] == entry.seq else one for one in notice.replies]
            elif notice.objection.get("outcome"):
                notice.objection = notice.objection | {"because": rules.mask(entry.body.get("because", ""), hidden)}
            yield _with(notice, told)
        return
    rule, own = book.publicity(entry.kind), PublicNotice.objects.filter(entry_seq=entry.seq).first()
    if rule and own:
        own.body = public(entry, rule)
        yield _with(own, told)


def places(record: Any) -> Iterator[tuple[PublicNotice, list[str]]]:
    """The notice of a record, and of each that took its place when it was corrected; with the values they protect."""
    hidden: list[str] = []
    while record:
        hidden = [*hidden, *protected_values(record)]
        if notice := PublicNotice.objects.filter(entry_seq=record.seq).first():
            yield notice, hidden
        record = ledger.replacement_of(record)


def protected_values(entry: Any) -> list[str]:
    """Values of natural persons kept behind the entry; none of them may stand in its public text."""
    personal = getattr(entry, "personal", None)
    return [value for value in (personal.data or {}).values() if isinstance(value, str)] if personal else []


def _told(record: Any) -> dict[str, Any]:
    """What the public learns of a masking: when, which fields, on which ground. Not by whom, and not what."""
    return {"seq": record.seq, "on": record.decided.isoformat(), "fields": record.body["fields"], "ground": record.body["ground"]}


def _with(notice: PublicNotice, told: list[dict[str, Any]]) -> PublicNotice:
    seqs = {one["seq"] for one in told}
    notice.redacted = sorted([*(one for one in notice.redacted if one["seq"] not in seqs), *told], key=lambda one: int(one["seq"]))
    return notice
