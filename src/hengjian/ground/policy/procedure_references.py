"""References inside a procedure: every state, act, field and role that is named exists, and every state can be left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .errors import Mistake
from .schema.procedures import BUILT_IN

if TYPE_CHECKING:
    from .reading import Entry

Merged = dict[str, "dict[str, Entry]"]
Named = Callable[..., Iterator[Mistake]]


def check(merged: Merged, named: Named) -> Iterator[Mistake]:
    """Every mistake in every procedure. `named` tells whether a section of the packs holds a name."""
    for entry in merged.get("procedures", {}).values():
        yield from _states_of(entry)
        for name, act in entry.model.acts.items():
            yield from _act(merged, entry, name, act, named)
        yield from _clocks_of(merged, entry, named)
        yield from _frame(merged, entry, named)
        for name, field in entry.model.fields.items():
            yield from named(merged, entry, ("fields", name, "catalogue"), "catalogues", field.catalogue)
        yield from _ways(entry)


def _states_of(entry: Entry) -> Iterator[Mistake]:
    model = entry.model
    told = [(("start",), model.start)]
    told += [(("path", number), state) for number, state in enumerate(model.path)]
    for number, remedy in enumerate(model.remedies):
        told += [(("remedies", number, "states"), state) for state in remedy.states]
    for name, act in model.acts.items():
        told += [(("acts", name), state) for state in [*act.source, *([act.to] if act.to else [])]]
    for path, state in told:
        if state not in model.states:
            yield entry.mistake(path, f'no state is called "{state}"', "Use a state of this procedure")


def _fields(entry: Entry, path: Any, names: list[str]) -> Iterator[Mistake]:
    for field in names:
        if field not in entry.model.fields:
            yield entry.mistake(path, f'no field is called "{field}"', "Describe it under `fields`")


def _acts(entry: Entry, path: Any, names: list[str], *, opening: bool = False) -> Iterator[Mistake]:
    for act in names:
        if act not in entry.model.acts and not (opening and act == "open"):
            yield entry.mistake(path, f'no act is called "{act}"', "Use an act of this procedure")


def _act(merged: Merged, entry: Entry, name: str, act: Any, named: Named) -> Iterator[Mistake]:
    path = ("acts", name)
    if name in BUILT_IN:
        yield entry.mistake(path, f'every matter has "{name}" already', "Choose another name")
    if not act.source:
        yield entry.mistake(path, f'"{name}" can be done in no state', "Say `from`: the states it starts in")
    yield from _fields(entry, path, [*act.requires, *act.optional])
    yield from _acts(entry, path, [*act.after, *([act.other_than] if act.other_than else [])])
    for document in act.documents:
        yield from named(merged, entry, path, "documents", document)


def _clocks_of(merged: Merged, entry: Entry, named: Named) -> Iterator[Mistake]:
    """A clock starts, stops and pauses with acts of its procedure, and something says when it is up."""
    model = entry.model
    for name, clock in model.clocks.items():
        path = ("clocks", name)
        yield from named(merged, entry, (*path, "term"), "terms", clock.term)
        if not clock.term and not clock.due_field:
            yield entry.mistake(path, "a clock without a deadline", "Name a `term` or a `due_field`")
        yield from _fields(entry, path, [f for f in (clock.due_field, clock.from_field, clock.extended_to) if f])
        acts = [
            *clock.starts,
            *clock.stop,
            *(act for pause in clock.pauses.values() for act in (pause.start, pause.end)),
        ]
        yield from _acts(entry, path, acts, opening=True)
        yield from _acts(entry, path, [*clock.extended_by, *clock.bars, *clock.lapses])


def _frame(merged: Merged, entry: Entry, named: Named) -> Iterator[Mistake]:
    """Opening, roles and remedies."""
    model = entry.model
    if model.opening:
        yield from _fields(entry, ("opening",), [*model.opening.requires, *model.opening.optional])
    for name, role in model.roles.items():
        if role.represents and role.represents not in model.roles:
            yield entry.mistake(
                ("roles", name), f'no role is called "{role.represents}"', "Use a role of this procedure"
            )
        yield from _acts(entry, ("roles", name), role.needed_before)
    for number, remedy in enumerate(model.remedies):
        yield from named(merged, entry, ("remedies", number, "term"), "terms", remedy.term)


def _ways(entry: Entry) -> Iterator[Mistake]:
    """Every state can be reached, and every state that is not final can be left."""
    acts = entry.model.acts.values()
    reached = {entry.model.start} | {act.to for act in acts if act.to}
    left = {state for act in acts for state in act.source if act.to and act.to != state}
    for name, state in entry.model.states.items():
        if name not in reached:
            yield entry.mistake(("states", name), f'no act leads to "{name}"', "Add the act or remove the state")
        elif not state.final and name not in left:
            yield entry.mistake(("states", name), f'no act leaves "{name}"', "Add the act or mark it final")
