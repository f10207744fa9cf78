"""Which words of a body may be masked, and the body without them. No database, no clock.

A mark says which words go: of each named field everything, or spans of characters. It holds places, never the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MASK = "〔已遮蔽〕"
WORDS = ("because", "text", "restored")  # what people wrote into an entry beside the fields of its kind
NESTED = "unrecognised"  # columns of a file that nobody recognised, by heading
COLUMNS = ("uscc", "name", "document", "decided", "effective", "issuer", "until", "received")  # of the entry itself
Span = tuple[int, int]  # first character, and the one after the last
Marks = Mapping[str, list[Span] | None]  # by field; None: all of it


def words_of(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of a body by field; what nobody recognised as `unrecognised.HEADING`."""
    for name, value in body.items():
        if isinstance(value, str):
            yield name, value
        elif name == NESTED and isinstance(value, dict):
            yield from ((f"{NESTED}.{heading}", told) for heading, told in value.items() if isinstance(told, str))


def spans_of(text: str, words: str) -> list[Span]:
    """Every place where these words stand."""
    found, at = [], text.find(words) if words else -1
    while at >= 0:
        found.append((at, at + len(words)))
        at = text.find(words, at + len(words))
    return found


def masked(text: str, spans: list[Span] | None) -> str:
    """The text with these spans masked; spans that touch become one."""
    if spans is None:
        return MASK
    kept: list[str] = []
    last = 0
    for first, end in sorted((first, end) for first, end in spans):
        if not 0 <= first < end <= len(text):
            raise ValueError(f"no such span: {first}–{end}")
        if first > last or not kept:
            kept += [text[last:first], MASK]
        last = max(last, end)
    return "".join([*kept, text[last:]])


def without(body: Mapping[str, Any], marks: Marks) -> dict[str, Any]:
    """The body with the marked words masked. Raises KeyError where a field is not there."""
    left: dict[str, Any] = {name: dict(value) if isinstance(value, dict) else value for name, value in body.items()}
    for path, spans in marks.items():
        outer, _dot, heading = path.partition(".")
        place, name = (left[outer], heading) if heading else (left, outer)
        place[name] = masked(place[name], spans)
    return left


def hidden(body: Mapping[str, Any], marks: Marks) -> list[str]:
    """The words that go."""
    held = dict(words_of(body))
    return [text for path, spans in marks.items() for text in ([held[path]] if spans is None else [held[path][a:b] for a, b in spans])]


def told(marks: Marks) -> dict[str, Any]:
    """As JSON."""
    return {path: spans and [list(span) for span in spans] for path, spans in marks.items()}


def read(marks: Mapping[str, Any]) -> dict[str, list[Span] | None]:
    """From JSON."""
    return {path: None if spans is None else [(int(first), int(end)) for first, end in spans] for path, spans in marks.items()}
