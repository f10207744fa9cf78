"""Procedures (程序): states, acts, who may, which clock, which article."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import Basis, Named, Strict, Title


class State(Strict):
    title: Title
    title_en: str = ""
    final: bool = False


class Act(Strict):
    """Something an officer does: from which states, to which state, with which power and papers."""

    title: Title
    title_en: str = ""
    source: list[str] = Field(default=[], alias="from")
    to: str | None = None
    power: str
    second: str | None = None  # the power a second person needs, where two must act
    other_than: str | None = None  # an act whose author may not do this one
    requires: list[str] = []
    optional: list[str] = []
    documents: list[str] = []
    basis: Basis | None = None
    note: str = ""


class Pause(Strict):
    """Time that does not count (扣除、中止): between two acts; still open when the second has not come."""

    start: str = Field(alias="from")
    end: str = Field(alias="to")


class ProcedureClock(Strict):
    """A term that runs in this procedure: which acts give its events."""

    title: Title | None = None
    title_en: str = ""
    term: str | None = None
    due_field: str | None = None  # a field of the starting act that holds a day an officer set
    start: str = Field(alias="from")
    stop: list[str] = []
    pauses: dict[str, Pause] = {}  # by the name the term gives the pause


class Field_(Strict):
    title: Title
    title_en: str = ""
    type: Literal["text", "date", "money", "bool", "code", "int", "officers", "files"]
    catalogue: str | None = None
    privacy: Literal["public", "protected", "internal"] = "internal"


class Procedure(Named):
    """The definition a proceeding follows."""

    number: str = ""
    law: Literal["opening", "current"] = "opening"  # which version a running matter keeps
    start: str
    path: list[str] = []  # the main way through the states, for the step bar
    states: dict[str, State]
    acts: dict[str, Act]
    fields: dict[str, Field_] = {}
    clocks: dict[str, ProcedureClock] = {}
