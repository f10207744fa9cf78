"""Contracts of records between two states of the packs: what would break those who file by them today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .errors import Mistake
from .law import Law, Place
from .schema import RecordKind

REMEDY = 'Keep it, or give the record a higher "version" and tell those who file it'


def breaks(before: Law, after: Law) -> list[Mistake]:
    """Every way in which a file that was good before would be refused after, or lose something, at its place.

    A kind whose version was raised may change as it likes: whoever files it is told.
    """
    found: list[Mistake] = []
    for kind, old in before.records.items():
        new = after.records.get(kind)
        if new is None:
            place = Place("records/", 0)
            found.append(_mistake(place, f'the record "{kind}" ({old.title}) is gone', "Keep it; records of it stand in the ledger"))
        elif new.version <= old.version:
            place = after.places[("records", kind)]
            found += [_mistake(place, f'"{kind}" {says}', REMEDY) for says in _narrowed(old, new, before, after)]
    return sorted(found)


def _mistake(place: Place, message: str, remedy: str) -> Mistake:
    return Mistake(place.file, place.line, message, remedy)


def _narrowed(old: RecordKind, new: RecordKind, before: Law, after: Law) -> Iterator[str]:
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


def _field(old: Any, new: Any, before: Law, after: Law) -> Iterator[str]:
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
    if old.catalogue and new.catalogue and (codes := _codes(before, old.catalogue) - _codes(after, new.catalogue)):
        yield f"no longer takes the codes {', '.join(sorted(codes))}"


def _codes(law: Law, catalogue: str) -> set[str]:
    return {str(code) for code in law.catalogue(catalogue).items}
