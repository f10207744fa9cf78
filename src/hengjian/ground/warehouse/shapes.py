"""The three tables of the mirror: narrow rows, integer entity keys, money in fen."""

from __future__ import annotations

import pyarrow as pa

FACTS = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("entity", pa.int32(), nullable=False),
        pa.field("kind", pa.int8(), nullable=False),  # position in Manifest.kinds
        pa.field("decided_on", pa.date32(), nullable=False),
        pa.field("recorded_on", pa.date32(), nullable=False),
        pa.field("fine_fen", pa.int64()),
        pa.field("confiscated_fen", pa.int64()),
        pa.field("warning_only", pa.bool_()),
    ]
)
CLOSINGS = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("entity", pa.int32(), nullable=False),
        pa.field("refers", pa.int64(), nullable=False),
        pa.field("closed_on", pa.date32(), nullable=False),
        pa.field("closed_recorded", pa.date32(), nullable=False),
    ]
)
ENTITIES = pa.schema(
    [
        pa.field("entity", pa.int32(), nullable=False),
        pa.field("uscc", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("status", pa.string()),
        pa.field("district", pa.string()),
        pa.field("industry", pa.string()),
        pa.field("version", pa.int64(), nullable=False),  # microseconds of the last change
    ]
)
SHAPES = {"facts": FACTS, "closings": CLOSINGS, "entities": ENTITIES}
