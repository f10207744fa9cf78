"""Options of charts, built in Python: the page hands them to ECharts as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

# Of the classes and of what is late; the same everywhere, and never without a word beside them.
CLASSES = {"green": "#1f8a54", "yellow": "#e0a100", "red": "#c2272d", "black": "#1f2630"}
SERIES = ("#1456a8", "#c2272d", "#2aa5a0", "#e0a100", "#1f2630", "#7a5bb5", "#1f8a54", "#b36b2c", "#8a94a6")  # of kinds that have no colour of their own
LATE, OPEN, UNCLASSED = "#c2272d", "#1456a8", "#8a94a6"


def stacked_bars(groups: Sequence[str], parts: Iterable[tuple[object, str, Sequence[int]]]) -> dict[str, Any]:
    """A bar for each group, from above to below; each part of it has a name, a colour and a count for every group."""
    return {
        "legend": {"top": 0, "type": "scroll"},  # on a phone many names would stand on the bars
        "grid": {"left": 8, "right": 24, "top": 32, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": groups[::-1]},  # ECharts begins below
        "series": [
            {"name": str(name), "type": "bar", "stack": "all", "barMaxWidth": 26, "color": colour, "data": counts[::-1]}
            for name, colour, counts in parts
        ],
    }
