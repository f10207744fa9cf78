"""What an act does beyond its own record. A house registers plain functions; they run in the act's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from .models import Event, Proceeding

Effect = Callable[[Proceeding, Event], None]
_effects: dict[tuple[str, str], list[Effect]] = defaultdict(list)


def effect(kind: str, act: str) -> Callable[[Effect], Effect]:
    """`@effect("inspection", "record")`: run this when that act is done. Registering twice changes nothing."""

    def register(function: Effect) -> Effect:
        if function not in _effects[kind, act]:
            _effects[kind, act].append(function)
        return function

    return register


def run(proceeding: Proceeding, event: Event) -> None:
    for function in _effects.get((proceeding.kind, event.act), ()):
        function(proceeding, event)
