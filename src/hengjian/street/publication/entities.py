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
    LEFT JOIN (SELECT entity_id, count(*) AS n FROM register_formername GROUP BY entity_id) f ON f.entity_id = e.id"""
FORMER = {
    "sqlite": "(SELECT json_group_array(name) FROM (SELECT name FROM register_formername WHERE entity_id = e.id ORDER BY until DESC, id))",
    "postgresql": "(SELECT coalesce(jsonb_agg(name ORDER BY until DESC, id), '[]') FROM register_formername WHERE entity_id = e.id)",
}
LENGTH = {"sqlite": "json_array_length", "postgresql": "jsonb_array_length"}


def differing(ruleset: str) -> list[int]:
    """Keys of the entities whose public row is missing or tells something else, in order."""
    told = {name: f"e.{name}" for name in COPIED} | DERIVED
    differs = " OR ".join(f"p.{name} IS DISTINCT FROM {source}" for name, source in told.items())
    former = f"coalesce(f.n, 0) <> {LENGTH[connection.vendor]}(p.former_names)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT e.id FROM {SOURCES} WHERE p.id IS NULL OR {differs} OR {former} ORDER BY e.id", [ruleset])
        return [key for (key,) in cursor.fetchall()]


def copy(keys: Sequence[int], ruleset: str, change: int) -> int:
    """Write the public rows of these entities and enter their names; returns how many. Every chunk bears a number of
    its own, from `change` on, so that whoever follows the changes never has to take more than a chunk at once.
    """
    told = {name: f"e.{name}" for name in COPIED} | DERIVED
    told |= {"former_names": FORMER[connection.vendor], "change": "CAST(%s AS bigint)"}
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
