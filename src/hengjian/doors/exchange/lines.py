"""What is told about a change: one JSON object a line, always the latest state, never what is no longer public."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from hengjian.street.publication import queries as publication
from hengjian.street.publication.models import PublicEntity, PublicNotice
from hengjian.street.publication.rules import first_hidden_day

MOST = 5000  # lines of one answer or push; a little more where one copying of entities is larger
NOTICE = ("uscc", "name", "kind", "issuer", "document", "decided", "published_on", "body", "basis", "replies", "objection")
ENTITY = (
    "uscc", "name", "former_names", "kind", "entity_type", "status", "district", "address", "scope_text", "capital_fen",
    "capital_currency", "established", "industry", "authority",
)  # fmt: skip


def of_notice(notice: PublicNotice, on: date) -> dict[str, Any]:
    """A notice that is shown, with its last public day; of one that is not, only its number and since when."""
    hidden = first_hidden_day(notice.until, notice.withdrawn_on)
    masked = {"redacted": notice.redacted} if notice.redacted else {}  # what a copy holds of it is to be written anew
    if not publication.is_shown(notice, on):
        return {"entry_seq": notice.entry_seq, "state": "gone", "since": hidden, **masked}
    told = {name: getattr(notice, name) for name in NOTICE}
    return {"entry_seq": notice.entry_seq, "state": "shown", "gone_from": hidden, **told, **masked}


def of_entity(entity: PublicEntity) -> dict[str, Any]:
    return {"state": "shown", **{name: getattr(entity, name) for name in ENTITY}}


def changed(after: int, most: int, on: date, kinds: Iterable[str] = ()) -> tuple[list[dict[str, Any]], int, bool]:
    """Lines of the notices changed after a ledger entry, the number to go on from, and whether there are more."""
    found = publication.changed_after(after)
    if kinds:
        found = found.filter(kind__in=list(kinds))
    rows, through, more = _portion(found, "changed_seq", after, most)
    return [of_notice(notice, on) for notice in rows], through, more


def entities(after: int, most: int) -> tuple[list[dict[str, Any]], int, bool]:
    """Lines of the entities copied after a number of change, the number to go on from, and whether there are more."""
    rows, through, more = _portion(publication.entities_changed_after(after), "change", after, most)
    return [of_entity(entity) for entity in rows], through, more


def gone(first: date, last: date, after: int = 0, most: int | None = None) -> list[dict[str, Any]]:
    """Lines of notices that ceased to be public between two days inclusive, in the order of the ledger."""
    found = publication.gone_between(first, last).filter(entry_seq__gt=after)
    return [of_notice(notice, last) for notice in (found[:most] if most else found)]


def _portion(found: QuerySet[Any], mark: str, after: int, most: int) -> tuple[list[Any], int, bool]:
    """Rows up to a number that is never cut in two."""
    last = found.values_list(mark, flat=True)[most - 1 : most].first() if most else None
    rows = list(found if last is None else found.filter(**{f"{mark}__lte": last}))
    through = getattr(rows[-1], mark) if rows else after
    return rows, through, last is not None and found.filter(**{f"{mark}__gt": last}).exists()


def as_text(lines: Iterable[dict[str, Any]]) -> str:
    """NDJSON in UTF-8, days as ISO."""
    return "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str) + "\n" for line in lines)
