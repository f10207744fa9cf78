"""Publicity (公示): what of a record is public, from when, until when."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from .base import Basis, Named, Strict

AMOUNTS = ("above", "at_least", "at_most")


def _is_when(when: dict[str, Any]) -> dict[str, Any]:
    for name, wanted in when.items():
        if isinstance(wanted, dict):
            lists = set(wanted) == {"only"} and isinstance(wanted["only"], list)
            amounts = wanted and set(wanted) <= set(AMOUNTS) and all(isinstance(n, int) for n in wanted.values())
            if not lists and not amounts:
                raise ValueError(f'give "{name}" only: [..], or above, at_least, at_most with a number')
        elif not isinstance(wanted, bool | int | str | list):
            raise ValueError(f'give "{name}" a value or a list of values')
    return when


class Stop(Strict):
    """When publicity ends: a term, where the record meets `when`. The first that fits counts.

    A clause of `when` is a value, a list of which one fits, {only: list} or {above | at_least | at_most: number}.
    Codes are named by their titles. A field without a value meets no clause.
    """

    when: Annotated[dict[str, Any], AfterValidator(_is_when)] = {}
    term: str | None = None
    field: str | None = None
    title: str = ""
    title_en: str = ""
    basis: Basis | None = None

    def words(self) -> dict[str, list[str]]:
        """The words each clause compares with."""
        named = {name: wanted.get("only", []) if isinstance(wanted, dict) else wanted for name, wanted in self.when.items()}
        listed = {name: wanted if isinstance(wanted, list) else [wanted] for name, wanted in named.items()}
        return {name: [word for word in wanted if isinstance(word, str)] for name, wanted in listed.items()}


class Publicity(Named):
    record: str
    public: list[str]
    start: str | None = Field(None, description="Term by which the record must be public.")
    exclude: list[Stop] = Field([], description="Records that are never public; `title` says why.")
    stop: list[Stop] = []
    withdraw: str | None = None
