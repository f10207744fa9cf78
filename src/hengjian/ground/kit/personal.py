"""Numbers that belong to natural persons: identity, bank and telephone numbers, mail addresses. Found and masked."""

from __future__ import annotations

import re

_BORN = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
# Longest first: a bank number is not looked for inside an identity number.
_NUMBERS = (
    (re.compile(rf"(?<![0-9A-Za-z])(\d{{6}}){_BORN}\d{{3}}[\dXx](?![0-9A-Za-z])"), r"\1" + "*" * 12),
    (re.compile(r"(?<![0-9A-Za-z])(\d{4})\d{8,11}(\d{4})(?![0-9A-Za-z])"), r"\1********\2"),
    (re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"(?<!\d)(0\d{2,3}-?)\d{7,8}(?!\d)"), r"\1*******"),
    (re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), "***"),
)


def mask_numbers(text: str) -> str:
    """The text with every such number masked."""
    for pattern, shown in _NUMBERS:
        text = pattern.sub(shown, text)
    return text


def numbers_in(text: str) -> list[str]:
    """Such numbers as they stand in the text, in order."""
    found = {(match.start(), match[0]) for pattern, _shown in _NUMBERS for match in pattern.finditer(text)}
    return [number for _place, number in sorted(found)]
