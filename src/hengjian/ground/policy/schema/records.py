"""Records (信用记录目录): kinds of credit record, their fields, privacy and publication."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hengjian.ground.kit.text import fold

from .base import Named, Privacy, Strict, Title

CHECK = re.compile(r"^(uscc|not-future|non-negative|not-before:[a-z_]+|max-length:\d+|range:\d+\.\.\d+)$")


def _is_check(text: str) -> str:
    if not CHECK.match(text):
        raise ValueError("must be one of uscc, not-future, non-negative, not-before:FIELD, max-length:N, range:A..B")
    return text


Check = Annotated[str, AfterValidator(_is_check)]


class RecordField(Strict):
    """A column of the record: type, privacy, the headings departments write above it, checks."""

    title: Title
    title_en: str = ""
    type: Literal["text", "date", "money", "bool", "code", "uscc", "int"]
    required: bool = False
    many: bool = False
    catalogue: str | None = None
    privacy: Privacy = "public"
    headings: list[str] = []
    checks: list[Check] = []
    note: str = ""


class RecordName(Strict):
    """What the law calls the record of one kind of entity."""

    title: Title
    title_en: str = ""


class Owed(Strict):
    """Who owes records of a kind that the platform itself knows of, and by when (应报)."""

    of: Literal["reporting-entities", "missing-reports", "visits"]
    term: str
    grounds: list[str] = []
    title: Title
    title_en: str = ""


class RecordKind(Named):
    """A kind of credit record. The loader merges the fields of `extends` before anyone reads it.

    `called`: its name for one kind of entity, where the law has two words for one thing. `version`: of the contract; a
    change that would refuse what was taken before needs a higher one (`hengjian law check --since`). `dated`: fields whose
    day filing is counted from, the first that is filled in. `standing`: a record tells how something stands; a later file may
    tell it otherwise. `unpublished`: of a kind without publicity of its own, where the public sees it after all, or why not.
    """

    version: int = 1
    extends: str | None = None
    abstract: bool = False
    agency: list[str] = []
    natural_key: list[str] = Field(default=[], min_length=0)
    filing: str | None = None
    owed: list[Owed] = []
    dated: list[str] = []
    standing: bool = False
    publication: str | None = None
    unpublished: RecordName | None = None
    called: dict[Literal["enterprise", "individual", "cooperative"], RecordName] = {}
    fields: dict[str, RecordField]

    def field_for(self, heading: str) -> str | None:
        """Id of the field whose heading this is, however it is spelled; None where nothing fits."""
        wanted = fold(heading)
        for key, field in self.fields.items():
            if wanted in (fold(key), fold(field.title)) or any(wanted == fold(spelling) for spelling in field.headings):
                return key
        return None
