"""Catalogues (代码表): code lists that law may lengthen."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from pydantic import ConfigDict, Field, model_validator

from .base import Named, Strict, Title


class Item(Strict):
    """One code. Further keys of the file are kept in `extra`."""

    model_config = ConfigDict(extra="allow")

    code: str
    title: Title
    title_en: str = ""
    since: date | None = None
    until: date | None = None
    parent: str | None = None

    @property
    def extra(self) -> dict[str, Any]:
        return self.model_extra or {}

    def in_force(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Catalogue(Named):
    """A code list. `items` maps code to item, in the order of the file.

    A code may stand in the list more than once for different periods; `items` then holds the last of them,
    `rows` all. `by_day` lists those in force.
    """

    since: date | None = None
    rows: list[Item] = Field(alias="items", min_length=1)

    @model_validator(mode="after")
    def _periods_do_not_overlap(self) -> Catalogue:
        last: dict[str, Item] = {}
        for row in self.rows:
            earlier = last.get(row.code)
            if earlier and (earlier.until is None or row.since is None or row.since <= earlier.until):
                raise ValueError(f'code "{row.code}" stands twice for the same days; close the first with "until"')
            last[row.code] = row
        return self

    @cached_property
    def items(self) -> dict[str, Item]:
        return {row.code: row for row in self.rows}

    def title_of(self, code: str, *, english: bool = False) -> str:
        """Title of a code; the code itself where the list does not hold it."""
        for row in reversed(self.rows):
            if row.code == code:
                return (english and row.title_en) or row.title
        return code

    def on(self, day: date) -> dict[str, Item]:
        return {row.code: row for row in self.rows if row.in_force(day)}
