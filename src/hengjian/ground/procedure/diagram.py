"""The definition drawn: the main way down the middle, what leads aside to its right. SVG, no script, colours by class."""

from __future__ import annotations

from html import escape

from hengjian.ground.people.language import named
from hengjian.ground.policy.schema.procedures import Act, Procedure

WIDE, HIGH, GAP, LINE, LEFT = 148, 40, 30, 22, 8


def order(procedure: Procedure) -> list[str]:
    """States in the order they are drawn: the main way first, then the others as acts reach them."""
    found = list(dict.fromkeys([*(procedure.path or [procedure.start]), procedure.start]))
    for act in procedure.acts.values():
        if act.to and act.to not in found:
            found.append(act.to)
    return [state for state in found if state in procedure.states]


def moves(procedure: Procedure, state: str) -> list[tuple[str, Act]]:
    """Acts that leave a state for another one, in the order of the definition."""
    return [(name, act) for name, act in procedure.acts.items() if state in act.source and act.to and act.to != state]


def svg(procedure: Procedure, current: str = "") -> str:
    """A row for each state: its box, and beside it each act that leaves it with where it leads. An arrow runs down
    from one stage of the main way to the next."""
    rows, parts, top = order(procedure), list[str](), LEFT
    main = set(zip(procedure.path, procedure.path[1:], strict=False))
    for place, state in enumerate(rows):
        out = [act for _name, act in moves(procedure, state)]
        ahead = rows[place + 1] if place + 1 < len(rows) else ""
        height = max(HIGH, LINE * len(out))
        parts.append(_box(top, named(procedure.states[state]), state == current, procedure.states[state].final))
        parts += [
            _line(top + LINE * n + 15, named(act), named(procedure.states[str(act.to)])) for n, act in enumerate(out)
        ]
        if (state, ahead) in main:
            parts.append(
                f'<path d="M{LEFT + WIDE // 2} {top + HIGH}V{top + height + GAP - 2}" class="way" marker-end="url(#tip)"/>'
            )
        top += height + GAP
    wide = (
        LEFT
        + WIDE
        + 24
        + 15
        * max(
            (len(a.title) + len(procedure.states[str(a.to)].title) + 4 for a in procedure.acts.values() if a.to),
            default=10,
        )
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {top}" width="{wide}" height="{top}" role="img" '
        f'class="procedure-diagram"><title>{escape(named(procedure))}</title><defs><marker id="tip" viewBox="0 0 8 8" refX="7" '
        'refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    return "".join([head, *parts, "</svg>"])


def _box(y: int, title: str, here: bool, final: bool) -> str:
    look = " ".join(filter(None, ("state", "here" if here else "", "final" if final else "")))
    return (
        f'<rect x="{LEFT}" y="{y}" width="{WIDE}" height="{HIGH}" rx="{20 if final else 4}" class="{look}"/>'
        f'<text x="{LEFT + WIDE // 2}" y="{y + 25}" text-anchor="middle" class="{look}">{escape(title)}</text>'
    )


def _line(y: int, title: str, target: str) -> str:
    x = LEFT + WIDE + 14
    return f'<text x="{x}" y="{y}" class="act">{escape(title)} → <tspan class="target">{escape(target)}</tspan></text>'
