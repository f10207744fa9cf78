"""What the public sees of entities, copied from the register and the current classification: what differs, in chunks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from hengjian.street.assessment.models import Assessment
from hengjian.street.register.models import Entity, FormerName

from . import naming
from .models import PublicEntity
from .rules import mask

CHUNK = 2000
COPIED = (
    "uscc", "name", "kind", "entity_type", "status", "address", "scope_text", "capital_fen", "capital_currency",
    "established", "industry", "authority",
)  # fmt: skip
CLASS = ("class_code", "class_on", "ruleset", "reasons")
PUBLIC_REASON = ("code", "title", "rule", "basis", "article", "text")


def public_reasons(reasons: Iterable[Any]) -> list[Any]:
    """Rule, article and wording of each reason; the records behind it stand among the notices, if they are public."""
    kept = []
    for reason in reasons:
        if isinstance(reason, dict):
            kept.append({k: mask(str(v)) for k, v in reason.items() if k in PUBLIC_REASON and v not in (None, "")})
        else:
            kept.append(mask(str(reason)))
    return kept


# Entities whose public row is missing or tells something else than register and classification do.
DIFFER = """
    SELECT e.id FROM register_entity e
    LEFT JOIN publication_publicentity p ON p.entity_id = e.id
    LEFT JOIN assessment_assessment a ON a.entity_id = e.id AND a.ruleset = %s
    LEFT JOIN (SELECT entity_id, count(*) AS n FROM register_formername GROUP BY entity_id) f ON f.entity_id = e.id
    WHERE p.id IS NULL OR {columns}
       OR p.district IS DISTINCT FROM coalesce(e.district, '') OR coalesce(f.n, 0) <> {length}(p.former_names)
       OR p.class_code IS DISTINCT FROM coalesce(a.class_code, '') OR p.class_on IS DISTINCT FROM a."on"
       OR (a.id IS NOT NULL AND (p.ruleset <> a.ruleset OR p.reasons IS DISTINCT FROM a.reasons))
    ORDER BY e.id
"""


def differing(ruleset: str) -> list[int]:
    """Keys of the entities to be copied anew, in order: found by one comparison in the database."""
    length = "jsonb_array_length" if connection.vendor == "postgresql" else "json_array_length"
    columns = " OR ".join(f"p.{name} IS DISTINCT FROM e.{name}" for name in COPIED)
    with connection.cursor() as cursor:
        cursor.execute(DIFFER.format(columns=columns, length=length), [ruleset])
        return [key for (key,) in cursor.fetchall()]


def copy(keys: Sequence[int], ruleset: str) -> int:
    """Write the public rows of these entities and enter their names; returns how many."""
    written = 0
    for start in range(0, len(keys), CHUNK):
        chunk = list(keys[start : start + CHUNK])
        rows = _rows(chunk, ruleset)
        naming.leave(PublicEntity.objects.filter(entity__in=chunk))
        PublicEntity.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["entity"],
            update_fields=[*COPIED, *CLASS, "district", "former_names"],
        )
        naming.enter(rows)
        written += len(rows)
    return written


def _rows(keys: Sequence[int], ruleset: str) -> list[PublicEntity]:
    found = list(Entity.objects.filter(pk__in=keys).order_by("pk").values("pk", "district", *COPIED))
    classes = {a.entity_id: a for a in Assessment.objects.filter(ruleset=ruleset, entity__in=keys)}
    former: dict[int, list[str]] = defaultdict(list)
    for key, name in FormerName.objects.filter(entity__in=keys).order_by("-until", "pk").values_list("entity_id", "name"):
        former[key].append(name)
    return [_row(row, classes.get(row["pk"]), former[row["pk"]], ruleset) for row in found]


def _row(row: dict[str, Any], found: Assessment | None, former: list[str], ruleset: str) -> PublicEntity:
    public = PublicEntity(entity_id=row["pk"], former_names=former, district=row["district"] or "")
    for name in COPIED:
        setattr(public, name, row[name])
    if found:
        public.class_code, public.class_on, public.ruleset = found.class_code, found.on, ruleset
        public.reasons = public_reasons(found.reasons)
    return public
