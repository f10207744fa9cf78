"""Documents (文书): titles, numbers and the template each is set from."""

from __future__ import annotations

import re

from pydantic import model_validator

from .base import Named

PLACES = ("bureau", "code", "year", "seq")


class Document(Named):
    """A form. `number` is how its number is built from {bureau}, {code}, {year} and {seq}; `code` is its own word."""

    number: str = ""
    code: str = ""
    form: int | None = None
    template: str = ""
    fields: list[str] = []
    duty: str = ""

    @model_validator(mode="after")
    def _number_can_be_built(self) -> Document:
        used = re.findall(r"{(.*?)}", self.number)
        if stray := sorted(set(used) - set(PLACES)):
            raise ValueError(f"a number knows no {{{stray[0]}}}; use {', '.join(PLACES)}")
        if self.number and not {"year", "seq"} <= set(used):
            raise ValueError("a number needs {year} and {seq}, or it would be given twice")
        if "code" in used and not self.code:
            raise ValueError('a number with {code} needs "code": the word that stands for this form')
        return self

    def numbered(self, *, bureau: str, year: int, seq: int) -> str:
        """The number of one paper: 津市监责改〔2026〕12号."""
        return self.number.format(bureau=bureau, code=self.code, year=year, seq=seq)
