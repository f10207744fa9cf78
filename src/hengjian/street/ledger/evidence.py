"""What speaks for and against a row belonging to an entity. It is shown to people; a name alone never links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from hengjian.street.intake.models import Row
from hengjian.street.register import queries as register
from hengjian.street.register.rules import name_key


def of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each row with the entity its code names, that entity's former names, and others of the same name."""
    data = [row.data or {} for row in rows]
    known = register.identities([one.get("uscc", "") for one in data])
    keys = {name_key(one.get("name", "")) for one in data} - {""}
    named: dict[str, list[Any]] = defaultdict(list)
    for entity in register.named(sorted(keys)):
        named[entity.name_folded].append(entity)
    former = register.names_given_up([identity.entity for identity in known.values()])
    found = []
    for row, one in zip(rows, data, strict=True):
        identity = known.get(one.get("uscc", ""))
        same = [entity for entity in named.get(name_key(one.get("name", "")), ()) if entity.uscc != one.get("uscc")]
        names = former.get(identity.entity, []) if identity else []
        found.append({"row": row, "data": one, "reason": (row.reasons or [{}])[0], "identity": identity, "former": names, "same_name": same[:5]})
    return found
