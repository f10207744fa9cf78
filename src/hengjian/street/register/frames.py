"""What the columnar mirror takes from the register: entities that are new or were changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from hengjian.ground.warehouse import ENTITIES, columns

TOLD = "id, uscc, name, kind, status, coalesce(district, ''), industry, street"
ZONE = {"sqlite": "", "postgresql": "+00"}
TIMES = {
    "sqlite": "coalesce(established, ''), capital_fen, updated_at || ''",
    "postgresql": "established, capital_fen, updated_at",
}


def changed(reader: columns.Reader, *, after: int, since: int) -> pa.Table:
    """Entities with a key above `after`, or changed later than `since` (microseconds); one statement, by two indexes."""
    moment = datetime.fromtimestamp(since / 1_000_000, UTC)
    later = f" OR updated_at > '{moment:%Y-%m-%d %H:%M:%S.%f}{ZONE[connection.vendor]}'" if since else ""
    text = f"SELECT {TOLD}, {TIMES[connection.vendor]} FROM register_entity WHERE id > {after:d}{later} ORDER BY id"
    found = reader.read(text, ENTITIES)
    place = found.schema.get_field_index("district")
    return found.set_column(place, "district", pc.if_else(pc.equal(found["district"], ""), None, found["district"]))
