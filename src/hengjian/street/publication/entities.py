"""What the public sees of entities, copied from the register and the current classification in chunks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from hengjian.street.assessment.models import Assessment
from hengjian.street.register.models import Entity, FormerName

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


def copy(entities: QuerySet[Entity], ruleset: str) -> int:
    """Write the public rows of these entities; returns how many."""
    written, last = 0, 0
    while rows := list(entities.filter(pk__gt=last).order_by("pk").values("pk", "district", *COPIED)[:CHUNK]):
        PublicEntity.objects.bulk_create(
            _rows(rows, ruleset),
            update_conflicts=True,
            unique_fields=["entity"],
            update_fields=[*COPIED, *CLASS, "district", "former_names"],
        )
        written, last = written + len(rows), rows[-1]["pk"]
    return written


def _rows(rows: list[dict[str, Any]], ruleset: str) -> list[PublicEntity]:
    keys = [row["pk"] for row in rows]
    span = {"entity_id__gte": keys[0], "entity_id__lte": keys[-1]}
    classes = {a.entity_id: a for a in Assessment.objects.filter(ruleset=ruleset, **span).order_by("pk")}
    former: dict[int, list[str]] = defaultdict(list)
    for key, name in FormerName.objects.filter(**span).order_by("-until", "pk").values_list("entity_id", "name"):
        former[key].append(name)
    return [_row(row, classes.get(row["pk"]), former[row["pk"]], ruleset) for row in rows]


def _row(row: dict[str, Any], found: Assessment | None, former: list[str], ruleset: str) -> PublicEntity:
    public = PublicEntity(entity_id=row["pk"], former_names=former, district=row["district"] or "")
    for name in COPIED:
        setattr(public, name, row[name])
    if found:
        public.class_code, public.class_on, public.ruleset = found.class_code, found.on, ruleset
        public.reasons = public_reasons(found.reasons)
    return public
