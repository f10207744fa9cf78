"""Warehouse (列存镜像): a columnar copy of register and ledger, read in-process by DuckDB.

In:   Arrow tables that the ledger and the register hand over, one per committed batch
Out:  Parquet files with a manifest (last sequence, chain head, counts, digests); DuckDB views over them
Law:  —
Read: mirror.Mirror, columns.Reader; docs/algorithms/classification.md

The relational database is the source of truth: the mirror may be deleted and is rebuilt by one command.
"""

from .mirror import Manifest, Mirror, Part
from .shapes import CLOSINGS, ENTITIES, FACTS, SHAPES

__all__ = ["CLOSINGS", "ENTITIES", "FACTS", "SHAPES", "Manifest", "Mirror", "Part"]
