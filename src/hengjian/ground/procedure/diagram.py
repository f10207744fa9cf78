"""The definition drawn: states in columns by their distance from the start, acts as arrows. SVG, no script."""

from __future__ import annotations

from html import escape

from hengjian.ground.policy.schema.procedures import Procedure

WIDE, HIGH, GAP_X, GAP_Y = 116, 40, 72, 56


def layers(procedure: Procedure) -> list[list[str]]:
    """States by the fewest acts that lead to them; what no act reaches is left out."""
    seen, rows = {procedure.start}, [[procedure.start]]
    while rows[-1]:
        reached = [act.to for state in rows[-1] for act in procedure.acts.values() if state in act.source and act.to]
        fresh = [state for state in dict.fromkeys(reached) if state not in seen]
        seen.update(fresh)
        rows.append(fresh)
    return rows[:-1]


def svg(procedure: Procedure, current: str = "") -> str:
    """A drawing with a text alternative; colours come from the theme by class."""
    columns = layers(procedure)
    at = {
        s: (x * (WIDE + GAP_X) + 8, y * (HIGH + GAP_Y) + 8) for x, col in enumerate(columns) for y, s in enumerate(col)
    }
    width = len(columns) * (WIDE + GAP_X) - GAP_X + 16
    height = max(len(column) for column in columns) * (HIGH + GAP_Y) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" class="procedure-diagram">',
        f"<title>{escape(procedure.title)}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>',
    ]
    parts += [
        _arrow(at[source], at[act.to], act.title)
        for act in procedure.acts.values()
        for source in act.source
        if act.to and source in at and act.to != source
    ]
    parts += [_box(place, procedure.states[state].title, state == current) for state, place in at.items()]
    return "".join([*parts, "</svg>"])


def _box(place: tuple[int, int], title: str, here: bool) -> str:
    x, y = place
    shade = ("#1656a8", "#ffffff") if here else ("#ffffff", "#1d2733")
    return (
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="4" fill="{shade[0]}" stroke="#1656a8"/>'
        f'<text x="{x + WIDE // 2}" y="{y + 25}" text-anchor="middle" font-size="14" fill="{shade[1]}">{escape(title)}</text>'
    )


def _arrow(source: tuple[int, int], target: tuple[int, int], title: str) -> str:
    (x1, y1), (x2, y2) = source, target
    if x2 > x1:
        points = (x1 + WIDE, y1 + HIGH // 2, x2, y2 + HIGH // 2)
        bend = 0 if x2 - x1 <= WIDE + GAP_X else HIGH
    else:
        points = (x1 + WIDE // 2, y1 + HIGH, x2 + WIDE // 2, y2 + HIGH)
        bend = HIGH
    a, b, c, d = points
    mx, my = (a + c) // 2, (b + d) // 2 + bend
    return (
        f'<path d="M{a} {b}Q{mx} {my} {c} {d}" fill="none" stroke="currentColor" marker-end="url(#tip)"/>'
        f'<text x="{mx}" y="{my - (bend // 2) - 4}" text-anchor="middle" font-size="11" fill="currentColor">'
        f"{escape(title)}</text>"
    )
