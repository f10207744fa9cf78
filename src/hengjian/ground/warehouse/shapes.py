"""The three tables of the mirror: narrow rows, integer entity keys, money in fen.

A closing (withdrawal, repair, end, correction) arrives in a table of its own; compaction writes it beside the
record it closes, so that a city is classified without a join.
"""

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
        pa.field("until", pa.date32()),  # the last day the record itself states
        pa.field("closed_on", pa.date32()),
        pa.field("closed_recorded", pa.date32()),
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
        pa.field("street", pa.string()),
        pa.field("established", pa.date32()),
        pa.field("capital_fen", pa.int64()),
        pa.field("version", pa.int64(), nullable=False),  # microseconds of the last change
    ]
)
DISTINCT = frozenset({"seq", "refers", "entity", "fine_fen", "uscc", "name", "version"})  # hardly a value twice: no dictionary
VERSION = 3  # of these shapes; a mirror of another version is built again
SHAPES = {"facts": FACTS, "closings": CLOSINGS, "entities": ENTITIES}
