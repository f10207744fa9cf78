"""What the public sees of entities: the named columns of the register and the current class, copied where they differ.

Copying stays inside the database; a city is compared in a second. Nothing but the columns named here passes.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from hengjian.street.intake import bulk

from . import naming

CHUNK = 5000
COPIED = (
    "uscc", "name", "kind", "entity_type", "status", "address", "scope_text", "capital_fen", "capital_currency",
    "established", "industry", "authority",
)  # fmt: skip
DERIVED = {
    "district": "coalesce(e.district, '')",
    "class_code": "coalesce(a.class_code, '')",
    "class_on": 'a."on"',
    "ruleset": "coalesce(a.ruleset, '')",
    "reasons": "coalesce(a.reasons, '[]')",  # ids of rules; their words come from the packs
}
SOURCES = """register_entity e
    LEFT JOIN assessment_assessment a ON a.entity_id = e.id AND a.ruleset = %s
    LEFT JOIN publication_publicentity p ON p.entity_id = e.id
    LEFT JOIN (SELECT entity_id, count(*) AS n FROM register_formername GROUP BY entity_id) f ON f.entity_id = e.id
    LEFT JOIN (SELECT entity_id, count(*) AS n FROM register_change WHERE field <> 'street' GROUP BY entity_id) c ON c.entity_id = e.id
    LEFT JOIN (SELECT uscc, count(*) AS n FROM register_tie WHERE kind = 'branch' GROUP BY uscc) t ON t.uscc = e.uscc"""
# Lists beside an entity: rows they are made of, the object each row becomes, the order. The street is not public.
_ROWS = {
    "former_names": ("register_formername r WHERE r.entity_id = e.id", "r.name", "r.until DESC, r.id"),
    "changes": (
        "register_change r WHERE r.entity_id = e.id AND r.field <> 'street'",
        "{object}('field', r.field, 'before', r.before, 'after', r.after, 'on', {day})", "r.\"on\" DESC, r.id DESC",
    ),
    "branches": (  # as last told: a later telling of the same branch takes the place of an earlier one
        """register_tie r WHERE r.uscc = e.uscc AND r.kind = 'branch' AND NOT EXISTS (SELECT 1 FROM register_tie l
            WHERE l.uscc = r.uscc AND l.kind = r.kind AND l.key = r.key AND (l.recorded, l.id) > (r.recorded, r.id))""",
        "{object}('uscc', r.other_uscc, 'name', r.other_name, 'since', r.since, 'until', r.until)", "r.since, r.key",
    ),
}  # fmt: skip
COUNTED = "(SELECT count(*) FROM register_tie WHERE uscc = e.uscc AND kind = 'branch')"
LENGTH = {"sqlite": "json_array_length", "postgresql": "jsonb_array_length"}


def _listed(name: str) -> str:
    """One of the lists as a JSON value of the entity `e`."""
    rows, shown, order = _ROWS[name]
    if connection.vendor == "postgresql":
        shown = shown.format(object="jsonb_build_object", day='r."on"')
        return f"(SELECT coalesce(jsonb_agg({shown} ORDER BY {order}), '[]') FROM {rows})"
    whole = "'$'" if "{" in shown else ""
    shown = shown.format(object="json_object", day='r."on"')
    each = f"json_extract(value, {whole})" if whole else "value"
    return f"(SELECT json_group_array({each}) FROM (SELECT {shown} AS value FROM {rows} ORDER BY {order}))"


def differing(ruleset: str) -> list[int]:
    """Keys of the entities whose public row is missing or tells something else, in order."""
    told = {name: f"e.{name}" for name in COPIED} | DERIVED
    differs = " OR ".join(f"p.{name} IS DISTINCT FROM {source}" for name, source in told.items())
    length = LENGTH[connection.vendor]
    beside = f"coalesce(f.n, 0) <> {length}(p.former_names) OR coalesce(c.n, 0) <> {length}(p.changes) OR coalesce(t.n, 0) <> p.ties"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT e.id FROM {SOURCES} WHERE p.id IS NULL OR {differs} OR {beside} ORDER BY e.id", [ruleset])
        return [key for (key,) in cursor.fetchall()]


def copy(keys: Sequence[int], ruleset: str, change: int) -> int:
    """Write the public rows of these entities and enter their names; returns how many. Every chunk bears a number of
    its own, from `change` on, so that whoever follows the changes never has to take more than a chunk at once.
    """
    told = {name: f"e.{name}" for name in COPIED} | DERIVED
    told |= {name: _listed(name) for name in _ROWS} | {"ties": COUNTED, "change": "CAST(%s AS bigint)"}
    written = 0
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        naming.leave(naming.held(chunk))
        where, values = bulk.in_list("e.id", chunk)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO publication_publicentity (entity_id, {", ".join(told)})
                    SELECT e.id, {", ".join(told.values())} FROM register_entity e
                    LEFT JOIN assessment_assessment a ON a.entity_id = e.id AND a.ruleset = %s
                    WHERE {where} ORDER BY e.id
                    ON CONFLICT (entity_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in told)}""",
                [change + start // CHUNK, ruleset, *values],
            )
            written += cursor.rowcount
        naming.enter(naming.held(chunk))
    return written
