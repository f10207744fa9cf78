"""Numbers that belong to natural persons: identity, bank and telephone numbers, mail addresses. Found and masked.

A credit code of digits alone has the length of an identity number and of some bank accounts. Its own two check characters
(GB 32100, GB 11714) tell it apart; a number that could be both is taken for a person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import uscc

_BORN = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = re.compile(rf"(?<![0-9A-Za-z])(\d{{6}}){_BORN}\d{{3}}[\dXx](?![0-9A-Za-z])")
# Longest first: a bank number is not looked for inside an identity number.
_NUMBERS = (
    (_IDENTITY, r"\1" + "*" * 12),
    (re.compile(r"(?<![0-9A-Za-z])(\d{4})\d{8,11}(\d{4})(?![0-9A-Za-z])"), r"\1********\2"),
    (re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"(?<!\d)(0\d{2,3}-?)\d{7,8}(?!\d)"), r"\1*******"),
    (re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), "***"),
)
_ISSUED = ("11", "12", "13", "19", "21", "29", "31", "32", "33", "34", "35", "39", "41", "49", "51", "52", "53", "54", "59",
           "61", "62", "69", "71", "72", "79", "81", "89", "91", "92", "93")  # fmt: skip
_IDENTITY_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))


def is_identity(number: str) -> bool:
    """Whether this is an identity number with its right check character (GB 11643)."""
    if not _IDENTITY.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _IDENTITY_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def is_firm(number: str) -> bool:
    """Whether this can only be the credit code of a firm: both its checks fit and it is no identity number."""
    if not (number[:2] in _ISSUED and uscc.is_valid(number)):
        return False
    return uscc.subject_check(number[8:16]) == number[16] and not is_identity(number)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    return (match for match in pattern.finditer(text) if not is_firm(match[0]))


def mask_numbers(text: str) -> str:
    """The text with every such number masked."""
    for pattern, shown in _NUMBERS:
        text = pattern.sub(lambda match, shown=shown: match[0] if is_firm(match[0]) else match.expand(shown), text)
    return text


def numbers_in(text: str) -> list[str]:
    """Such numbers as they stand in the text, in order."""
    found = {(match.start(), match[0]) for pattern, _shown in _NUMBERS for match in _matches(pattern, text)}
    return [number for _place, number in sorted(found)]
