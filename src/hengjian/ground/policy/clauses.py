"""Clauses over the fields of one record, as packs write them: `when: {kind_of_penalty: [罚款], key_field: true}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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
