"""Documents (文书): titles, numbers and the template each is set from."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Named, Strict

PLACES = ("bureau", "code", "year", "seq")


Pair = Annotated[list[str], Field(min_length=2, max_length=2)]  # a label, and a text with {places}


class Part(Strict):
    """One part of a form, in the order of the statutory sample: exactly one of its keys."""

    p: str | None = None  # a paragraph
    facts: list[Pair] | None = None  # rows of label and text
    grid: list[Pair] | None = None  # the same, two pairs in a row
    long: Pair | None = None  # a large box
    items: list[str] | None = None  # a list of goods by these columns
    sign: list[str] | None = None  # who signs
    opinion: list[str] | None = None  # who proposes and approves, the last one approves
    note: str | None = None
    remedies: bool | None = None
    index: bool | None = None  # every paper of the file

    @model_validator(mode="after")
    def _one(self) -> Part:
        if len(self.model_fields_set) != 1:
            raise ValueError("a part of a form is exactly one of p, facts, grid, long, items, sign, opinion, note, remedies, index")
        return self


class Layout(Strict):
    """What stands on a form and in which order. `to`: whom a letter addresses."""

    kind: Literal["letter", "table", "record", "list", "label", "cover"]
    to: str = ""
    parts: list[Part] = Field(min_length=1)


class Document(Named):
    """A form. `number` is how its number is built from {bureau}, {code}, {year} and {seq}; `code` is its own word."""

    number: str = ""
    code: str = ""
    form: int | None = None
    template: str = ""
    fields: list[str] = []
    duty: str = ""
    layout: Layout | None = None

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
