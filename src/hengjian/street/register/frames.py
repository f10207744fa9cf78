"""What the columnar mirror takes from the register: entities that are new or were changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from hengjian.ground.warehouse import ENTITIES, columns

from .models import Change

TOLD = "id, uscc, name, kind, status, coalesce(district, ''), industry, street"
ZONE = {"sqlite": "", "postgresql": "+00"}
TIMES = {
    "sqlite": "coalesce(established, ''), capital_fen, updated_at || ''",
    "postgresql": "established, capital_fen, updated_at",
}


def last_change() -> int:
    """The number of the last change on file. The register has one writer at a time: no lower number comes later."""
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def changed(reader: columns.Reader, *, after: int, since: int, changes: int) -> pa.Table:
    """Entities with a key above `after`, with a change on file above the number `changes`, or told later than `since`
    (microseconds). Both of the latter: an older file may be taken over after a newer one, and not every fact is tracked."""
    moment = datetime.fromtimestamp(since / 1_000_000, UTC)
    if not since:
        return _read(reader, f"id > {after:d}")
    return _read(
        reader,
        f"""id IN (SELECT id FROM register_entity WHERE id > {after:d} UNION SELECT entity_id FROM register_change WHERE id > {changes:d}
            UNION SELECT id FROM register_entity WHERE updated_at > '{moment:%Y-%m-%d %H:%M:%S.%f}{ZONE[connection.vendor]}')""",
    )


def between(reader: columns.Reader, first: int, last: int) -> pa.Table:
    """Entities of a range of keys."""
    return _read(reader, f"id BETWEEN {first:d} AND {last:d}")


def _read(reader: columns.Reader, where: str) -> pa.Table:
    found = reader.read(f"SELECT {TOLD}, {TIMES[connection.vendor]} FROM register_entity WHERE {where} ORDER BY id", ENTITIES)
    place = found.schema.get_field_index("district")
    return found.set_column(place, "district", pc.if_else(pc.equal(found["district"], ""), None, found["district"]))
