"""What a schema error means to the person who edits the pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KINDS = {
    "date_type": ("must be a date", "Write it as 2021-09-01, without quotes"),
    "string_type": ("must be text", "Put it in quotes if it looks like a number or a date"),
    "bool_type": ("must be true or false", "Write true or false without quotes"),
    "int_type": ("must be a whole number", "Write it without quotes"),
    "int_from_float": ("must be a whole number", "Use a smaller unit instead of a fraction"),
    "list_type": ("must be a list", "Begin each item with - or use [ ]"),
    "dict_type": ("must hold keys", "Indent `key: value` lines below it"),
    "model_type": ("must hold keys", "Indent `key: value` lines below it"),
    "missing": ("is missing", "Add it"),
    "extra_forbidden": ("is not known here", "Check the spelling, or remove it"),
    "too_short": ("must not be empty", "Add at least one"),
}  # fmt: skip


def say(problem: Mapping[str, Any]) -> tuple[str, str]:
    """Message and remedy for one pydantic error."""
    kind, names = problem["type"], [part for part in problem["loc"] if isinstance(part, str)]
    name = names[-1] if names else "entry"
    if kind in _KINDS:
        message, remedy = _KINDS[kind]
        example = ", e.g. 2021-09-01" if kind == "date_type" else ""
        return f'"{name}" {message}{example}', remedy
    if kind == "literal_error":
        return (
            f'"{name}" is "{problem["input"]}", which is not one of its values',
            f"Use one of {problem['ctx']['expected']}",
        )
    if kind == "value_error":
        text = str(problem["ctx"]["error"])
        whole = not names or text.startswith(("a ", "code", "give"))
        return (text if whole else f'"{name}" {text}'), "Correct this value"
    return f'"{name}": {problem["msg"]}', "Correct this value"
