"""Contracts of records between two states of the packs: what would break those who file by them today.

What was promised last is kept beside the packs (`contracts.json` of the last pack folder), so that a change is held against it
without the packs of yesterday at hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import Mistake
from .law import Law, Place
from .schema import RecordKind

KEPT = "contracts.json"
REMEDY = 'Keep it, or give the record a higher "version" and tell those who file it'


@dataclass(frozen=True, slots=True)
class Promised:
    """Contracts as they were kept: the kinds, and the codes each list had."""

    records: Mapping[str, RecordKind]
    codes: Mapping[str, frozenset[str]]


def promised(law: Law) -> Promised:
    lists = {field.catalogue for record in law.records.values() for field in record.fields.values() if field.catalogue}
    return Promised(law.records, {name: frozenset(map(str, law.catalogue(name).items)) for name in lists})


def written(law: Law) -> str:
    """What is promised now, as it is kept."""
    now = promised(law)
    records = {kind: record.model_dump(mode="json", exclude_defaults=True) for kind, record in sorted(now.records.items())}
    codes = {name: sorted(held) for name, held in sorted(now.codes.items())}
    return json.dumps({"records": records, "codes": codes}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def kept(folder: Path) -> Promised | None:
    """What was promised last by the packs that end with this folder."""
    path = folder / KEPT
    if not path.is_file():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    records = {kind: RecordKind.model_validate(record) for kind, record in told["records"].items()}
    return Promised(records, {name: frozenset(codes) for name, codes in told["codes"].items()})


def breaks(before: Law | Promised, law: Law) -> list[Mistake]:
    """Every way in which a file that was good before would be refused after, or lose something, at its place.

    A kind whose version was raised may change as it likes: whoever files it is told.
    """
    before, after, found = before if isinstance(before, Promised) else promised(before), promised(law), list[Mistake]()
    for kind, old in before.records.items():
        new = after.records.get(kind)
        if new is None:
            place = Place("records/", 0)
            found.append(_mistake(place, f'the record "{kind}" ({old.title}) is gone', "Keep it; records of it stand in the ledger"))
        elif new.version <= old.version:
            place = law.places[("records", kind)]
            found += [_mistake(place, f'"{kind}" {says}', REMEDY) for says in _narrowed(old, new, before, after)]
    return sorted(found)


def _mistake(place: Place, message: str, remedy: str) -> Mistake:
    return Mistake(place.file, place.line, message, remedy)


def _narrowed(old: RecordKind, new: RecordKind, before: Promised, after: Promised) -> Iterator[str]:
    if old.natural_key != new.natural_key:
        yield f"has another natural key: {', '.join(new.natural_key)} instead of {', '.join(old.natural_key)}"
    for name, field in old.fields.items():
        told = new.fields.get(name)
        if told is None:
            yield f'has lost its field "{name}" ({field.title})'
        else:
            yield from (f'{says} in its field "{name}" ({field.title})' for says in _field(field, told, before, after))
    for name, field in new.fields.items():
        if field.required and name not in old.fields:
            yield f'demands a new field "{name}" ({field.title})'


def _field(old: Any, new: Any, before: Promised, after: Promised) -> Iterator[str]:
    if old.type != new.type:
        yield f"says {new.type} instead of {old.type}"
    if new.required and not old.required:
        yield "demands what could be left out"
    if old.many and not new.many:
        yield "takes one value where it took several"
    if old.privacy != new.privacy:
        yield f"is {new.privacy} instead of {old.privacy}"
    if gone := [heading for heading in (old.title, *old.headings) if heading not in (new.title, *new.headings)]:
        yield f"no longer knows the heading {'、'.join(gone)}"
    if added := [check for check in new.checks if check not in old.checks]:
        yield f"checks {', '.join(added)}, which it did not"
    if old.catalogue and new.catalogue and (codes := before.codes.get(old.catalogue, frozenset()) - after.codes[new.catalogue]):
        yield f"no longer takes the codes {', '.join(sorted(codes))}"

