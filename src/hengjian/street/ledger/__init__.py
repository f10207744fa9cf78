"""Ledger (信用台账): the append-only spine. Nothing here is ever changed; what is wrong is answered by a further entry.

In:   accepted rows of every kind but registration (pulled from intake); acts of later stops (`append`)
Out:  entries, standing facts on day D as known on day K, seals a stranger can check
Law:  packs/cn/records (kinds and privacy of records)
Read: services.append, queries.facts, seals.py, docs/algorithms/ledger.md
"""

from typing import Any


def append(**facts: Any) -> Any:
    """Record one fact; see services.append. Loaded late, because models load after the apps do."""
    from . import services

    return services.append(**facts)
