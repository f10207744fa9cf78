"""Clauses over the fields of one record, as packs write them: `when: {kind_of_penalty: [罚款], field: [食品]}`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from .errors import UnknownRule

if TYPE_CHECKING:
    from .law import Law
    from .schema import Item, Publicity
    from .schema.publicity import Stop

WAYS = "repair-ways"


def meets(when: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether a record meets every clause: a value, values of which one fits, {only: values}, {above | at_most: n}.

    A field the record does not state meets no clause.
    """
    return all(_fits(record.get(name), wanted) for name, wanted in when.items())


def _fits(value: Any, wanted: Any) -> bool:
    if value in (None, "", []):
        return False
    values = value if isinstance(value, list | tuple) else [value]
    if isinstance(wanted, Mapping):
        if "only" in wanted:
            return all(item in wanted["only"] for item in values)
        checks = {"above": lambda n: value > n, "at_most": lambda n: value <= n, "at_least": lambda n: value >= n}
        return all(checks[name](limit) for name, limit in wanted.items())
    options = wanted if isinstance(wanted, list | tuple) else [wanted]
    return any(item in options for item in values)


def titled(law: Law, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record with the titles of their codes: records keep codes, clauses and people read titles."""
    try:
        fields = law.record(kind).fields
    except UnknownRule:
        return dict(body)
    return {name: _title(law, fields[name].catalogue if name in fields else None, value) for name, value in body.items()}


def _title(law: Law, catalogue: str | None, value: Any) -> Any:
    if not catalogue or value in (None, ""):
        return value
    if isinstance(value, list):
        return [_title(law, catalogue, item) for item in value]
    item = law.catalogue(catalogue).items.get(str(value))
    return item.title if item else value


def excluded(rule: Publicity, record: Mapping[str, Any]) -> Stop | None:
    """The clause under which a record is never public, if one fits."""
    return next((out for out in rule.exclude if meets(out.when, record)), None)


def stop_of(rule: Publicity, record: Mapping[str, Any]) -> Stop | None:
    """The clause that ends the publicity of a record: the first that fits and whose day the record states."""
    fitting = (stop for stop in rule.stop if meets(stop.when, record))
    return next((stop for stop in fitting if stop.field is None or record.get(stop.field)), None)


def start_of(law: Law, term: str, decided: date, published: date | None) -> date | None:
    """The day a term of a way counts from: of publication where the law says so (Orders 45 and 107), else of the decision (the
    lists). Whoever reckons a way back asks here, so that the file of a firm and its application speak of the same day."""
    return published if law.term(term).from_ == "published" else decided


def way_of(law: Law, kind: str, record: Mapping[str, Any], on: date) -> Item | None:
    """The first way back in force on `on` whose kind and clauses fit the record (codes or titles)."""
    fields = titled(law, kind, record)
    for way in law.catalogue(WAYS).rows:
        if way.extra["record"] == kind and way.in_force(on) and meets(way.extra.get("when", {}), fields):
            return way
    return None
