"""What every entry of a pack has: a title in two languages, a basis, honesty about how well it is known."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

Confidence = Literal["seen", "part", "unverified", "project"]
Privacy = Literal["public", "protected", "internal"]

_BASIS = re.compile(r"^(?P<source>[a-z0-9][a-z0-9.-]*)( §(?P<article>.+))?$")


def split_basis(basis: str) -> tuple[str, str]:
    """`samr-45-2021 §9` → (`samr-45-2021`, `9`)."""
    found = _BASIS.match(basis)
    return (found["source"], found["article"] or "") if found else (basis, "")


def _is_basis(text: str) -> str:
    for part in text.split("; "):
        if not _BASIS.match(part):
            raise ValueError("must be a source and its article, e.g. samr-45-2021 §9")
    return text


def _is_title(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


Basis = Annotated[str, AfterValidator(_is_basis)]
Title = Annotated[str, AfterValidator(_is_title)]


class Strict(BaseModel):
    """No unknown keys, no silent conversions, no changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Named(Strict):
    """An entry with an id (its key in the file) and a title."""

    id: str = ""
    title: Title
    title_en: str = ""
    aliases: list[str] = []
    basis: Basis | None = None
    confidence: Confidence | None = None
    checked_on: date | None = None
    note: str = ""
    note_en: str = ""
