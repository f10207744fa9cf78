"""The unified social credit code 统一社会信用代码 (GB 32100-2015).

Eighteen characters: department (1), kind (1), registering authority (6), subject (9, itself a
GB 11714 code with its own check character), check character (1). Characters 3 to 8 name the
authority that registered the firm; they never say where it is today.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from .refusals import Invalid

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_SUBJECT_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SUBJECT_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class BadUscc(Invalid):
    """Not a credit code. `position` (1–18) is the first character to look at, where one can be named."""

    code = "bad_uscc"


@dataclass(frozen=True, slots=True)
class Parts:
    """A code taken apart."""

    department: str
    kind: str
    authority: str
    subject: str
    check: str


class Uscc(str):
    """A credit code known to be well formed."""

    __slots__ = ()

    @property
    def parts(self) -> Parts:
        return Parts(self[0], self[1], self[2:8], self[8:17], self[17])


def normalise(text: str) -> str:
    """Full-width characters, blanks, hyphens and lower case folded away."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").upper()


def check_character(first17: str) -> str:
    total = sum(_VALUE[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def subject_check(first8: str) -> str:
    """Check character of the organisation code inside (GB 11714-1997)."""
    total = sum(_SUBJECT_ALPHABET.index(c) * w for c, w in zip(first8, _SUBJECT_WEIGHTS, strict=True))
    remainder = 11 - total % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def complete(first17: str) -> Uscc:
    """The code that begins with these seventeen characters."""
    return Uscc(first17 + check_character(first17))


def parse(text: str) -> Uscc:
    """Read a code as people write it, or raise `BadUscc` saying which character is wrong and why."""
    code = normalise(text)
    if not code or code in {"无", "N/A", "NULL", "NONE", "/", "—"}:
        raise BadUscc("没有填写统一社会信用代码；请补充十八位代码", value=text)
    for position, character in enumerate(code[:LENGTH], start=1):
        if character not in _VALUE:
            raise BadUscc(
                "第%(position)s位“%(character)s”不是代码可用的字符（不用 I、O、S、V、Z）；请核对原证照",
                position=position,
                character=character,
                value=text,
            )
    if len(code) != LENGTH:
        raise BadUscc("代码应为18位，这里有%(length)s位；请核对是否漏抄或多抄", length=len(code), value=text)
    expected = check_character(code[:17])
    if code[17] != expected:
        raise BadUscc(
            "第18位校验码应为“%(expected)s”，这里是“%(found)s”；前17位或校验码有误，请核对原证照",
            position=18,
            expected=expected,
            found=code[17],
            value=text,
        )
    return Uscc(code)


def is_valid(text: str) -> bool:
    try:
        parse(text)
    except BadUscc:
        return False
    return True
