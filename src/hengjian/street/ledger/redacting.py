"""Words of a record are masked (字段遮蔽): asked by one officer, decided by another. The words go everywhere; every proof holds.

A sealed entry of its own accounts for it: it binds the digest of what the record said to the digest of what remains. The
database lets exactly that body take the place of the old one (guards.py). See docs/adr/0011.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.digests import canonical, sha256
from hengjian.ground.kit.personal import numbers_in
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Officer
from hengjian.ground.policy import UnknownRule
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import effect
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.intake import withholding as intake

from . import masking, queries, scrubbing
from .masking import Marks
from .models import Entry
from .rules import SEALED, content
from .writing import write

FINAL = (queries.DISPOSE, queries.REDACT)  # entries that account for words that went keep their own


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the same words stand beside the record and its own copies: numbers only."""

    entries: list[int]
    matters: list[str]


def maskable(entry: Entry) -> dict[str, str]:
    """Texts of a record that may be masked, by field. Not what rules, terms, matching and sums need: codes, days, amounts,
    keys, names of firms."""
    if entry.act in FINAL:
        return {}
    law = policy.current()
    try:
        kind = law.record(entry.kind)
        fields, keys = kind.fields, kind.natural_key
    except UnknownRule:
        fields, keys = {}, []
    free = {name for name, one in fields.items() if one.type == "text" and not one.many and name not in keys}
    allowed = (free | set(masking.WORDS)) - set(masking.COLUMNS)
    return {path: text for path, text in masking.words_of(entry.body) if path in allowed or path.startswith(f"{masking.NESTED}.")}


def marks_of(entry: Entry, whole: Iterable[str], words: Mapping[str, Iterable[str]]) -> dict[str, list[masking.Span] | None]:
    """Marks for fields that go wholly and for words that go from a field, wherever they stand in it."""
    held, marks = dict(masking.words_of(entry.body)), dict[str, list[masking.Span] | None]()
    for path in (*whole, *words):
        if path not in held and path not in entry.body:
            raise Invalid(_("这条记录没有“%(field)s”这一项") % {"field": path})
        if path not in maskable(entry):
            raise Refusal(_("“%(field)s”是规则或核对要用的项，不能遮蔽；有误的按更正办理") % {"field": path})
    for path, asked in words.items():
        spans = [span for one in asked for span in masking.spans_of(held[path], one)]
        if not spans or not all(masking.spans_of(held[path], one) for one in asked):
            raise Invalid(_("“%(field)s”里没有这些文字") % {"field": path})
        marks[path] = spans
    return marks | dict.fromkeys(whole)


@transaction.atomic
def ask(*, by: Officer, entry: Entry, marks: Marks, ground: str, because: str, on: date, at: datetime) -> Proceeding:
    """Ask that words of a record be masked (提出遮蔽). Nothing of the words stands in what is kept of it."""
    Entry.objects.select_for_update().only("pk").get(pk=entry.pk)
    if not marks:
        raise Invalid(_("请选择要遮蔽的项，或写明要遮蔽的文字"))
    if entry.act in FINAL or queries.disposal_of(entry.seq):
        raise Refusal(_("这条记录没有可以遮蔽的内容"), seq=entry.seq)
    words = masking.hidden(entry.body, marks)
    reason = because.strip()
    if not reason:
        raise Invalid(_("请写明理由"))
    if numbers_in(reason) or any(word and word in reason for word in words):
        raise Invalid(_("理由里不要重复要遮蔽的内容，也不要写证件、联系号码"))
    waiting = Event.objects.filter(proceeding__kind="redaction", proceeding__subject=entry.uscc, proceeding__closed=None, act="ask")
    if any(str(entry.seq) in one.body["marks"] for one in waiting.order_by("pk")):
        raise Refusal(_("这条记录已经提出遮蔽，待决定"), seq=entry.seq)
    every = {str(one.seq): masking.told(found) for one, found in _family(entry, marks, words)}
    opened = procedure.open(by=by, kind="redaction", agency=entry.issuer, subject=entry.uscc, title=f"{entry.document or entry.seq}"[:200], on=on, at=at)
    body = {
        "entry": entry.seq, "marks": every, "ground": ground, "because": reason,
        "now": {str(one.seq): content(_held(one.seq)).hex() for one in Entry.objects.filter(seq__in=every).order_by("seq")},
    }  # fmt: skip
    procedure.act(opened, "ask", by=by, on=on, expected_version=opened.version, body=body, at=at)
    audit.record("ledger.redact_ask", f"entry:{entry.seq}", by=by, matter=opened.number, fields=sorted(marks))
    return opened


def _family(entry: Entry, marks: Marks, words: list[str]) -> Iterator[tuple[Entry, Marks]]:
    """The record, and those that took its words over: corrected, restored, or the one it was corrected from."""
    seen, line = {entry.seq}, [entry]
    yield entry, marks
    while line:
        one = line.pop()
        near = Entry.objects.filter(refers=one.seq, kind=one.kind).order_by("seq")
        for other in [*near, *([one.refers] if one.refers and one.refers.kind == one.kind else [])]:
            if other.seq in seen:
                continue
            seen.add(other.seq)
            line.append(other)
            held = dict(masking.words_of(other.body))
            found: dict[str, list[masking.Span] | None] = {}
            for path, spans in marks.items():
                if spans is None and held.get(path) in words:
                    found[path] = None
                elif spans is not None and (near_ := [span for word in set(words) for span in masking.spans_of(held.get(path, ""), word)]):
                    found[path] = near_
            if found:
                yield other, found


def elsewhere(entry: Entry, marks: Mapping[str, Any]) -> Elsewhere:
    """Other records and matter files of the firm in which the marked words stand, to be asked for or kept by their own rules."""
    words = [word for word in masking.hidden(entry.body, masking.read(marks[str(entry.seq)])) if len(word) > 1]
    others = Entry.objects.filter(uscc=entry.uscc).exclude(seq__in=marks).order_by("seq")
    entries = [one.seq for one in others if any(word in text for _path, text in masking.words_of(one.body) for word in words)]
    events = Event.objects.filter(proceeding__subject=entry.uscc).order_by("proceeding").select_related("proceeding")
    matters = [one.proceeding.number for one in events if any(word in canonical(one.body).decode() for word in words)]
    return Elsewhere(entries, list(dict.fromkeys(matters)))


def asked(matter: Proceeding) -> dict[str, Any]:
    """What was asked for."""
    body: dict[str, Any] = Event.objects.get(proceeding=matter, act="ask").body
    return body


@effect("redaction", "approve")
def _redact(matter: Proceeding, event: Event) -> None:
    request = Event.objects.get(proceeding=matter, act="ask")
    told = request.body
    entries = list(Entry.objects.select_for_update().filter(seq__in=told["marks"]).order_by("seq"))
    drafts, left = [], []
    for entry in entries:
        row = _held(entry.seq)
        if queries.disposal_of(entry.seq) or content(row).hex() != told["now"][str(entry.seq)]:
            raise Refusal(_("提出以后记录的内容已有变动，请重新提出"), seq=entry.seq)
        marks = masking.read(told["marks"][str(entry.seq)])
        body = masking.without(row["body"], marks)
        remains = {**row, "body": body, "salt": None}
        stored = canonical(body).decode()
        drafts.append(_record(matter, request, event, entry, marks, remains, sha256(stored.encode())))
        left.append((entry, row["body"], body, stored))
    write("ledger.redact", drafts, event.at)
    scrubbing.begin()
    for entry, was, body, stored in left:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_entry SET body = %s, salt = NULL WHERE seq = %s", [stored, entry.seq])
        _mask_intake(entry, was, body, event.on)
    fields = {str(entry.seq): sorted(told["marks"][str(entry.seq)]) for entry in entries}
    audit.record("ledger.redact", f"proceeding:{matter.number}", by=event.by, ground=told["ground"], fields=fields)
    transaction.on_commit(scrubbing.follow)


def _record(
    matter: Proceeding, request: Event, event: Event, entry: Entry, marks: Marks, remains: Mapping[str, Any], body: str
) -> dict[str, Any]:
    """The sealed account of a masking: which fields, why, by whom, and the two digests it binds."""
    assert request.by is not None  # the acts name a power
    assert event.by is not None
    ground = policy.current().catalogue("redaction-grounds").items[request.body["ground"]]
    return {
        "entity_id": entry.entity_id, "uscc": entry.uscc, "kind": "redaction", "act": queries.REDACT, "issuer_id": matter.agency_id,
        "decided": event.on, "effective": event.on, "refers_id": entry.seq, "pack_version": policy.current().version,
        "body": {
            "matter": matter.number, "ground": ground.code, "basis": str(ground.extra.get("law", "")), "because": request.body["because"],
            "fields": sorted(marks), "asked": request.by.number, "decided": event.by.number,
            "content": queries.content_kept(entry.seq) or content(_held(entry.seq)).hex(), "remains": content(remains).hex(), "body": body,
        },
    }  # fmt: skip


def _held(seq: int) -> dict[str, Any]:
    row: dict[str, Any] = Entry.objects.filter(seq=seq).values(*SEALED, "salt").get()
    return row


def _mask_intake(entry: Entry, was: Mapping[str, Any], body: Mapping[str, Any], on: date) -> None:
    before, after = dict(masking.words_of(was)), dict(masking.words_of(body))
    words = {path: (text, after[path]) for path, text in before.items() if after[path] != text}
    if entry.delivery is not None and entry.source_row is not None:
        intake.mask(entry.delivery, entry.source_row, entry.uscc, words, on)


