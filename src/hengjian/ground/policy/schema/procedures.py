"""Procedures (程序): states, acts, who may, which clock, which article."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .base import Basis, Named, Strict, Title

# What every matter may record beside its own acts; the kernel writes these words, a definition may not use them.
BUILT_IN = (
    "open", "undo", "proposed", "declined", "attached", "joined", "left", "handed-over", "helpers-named", "entrusted", "reported",
    "supervised", "released", "sent",
)  # fmt: skip
Kind = Literal["text", "long", "date", "moment", "money", "bool", "code", "int", "entity", "officers", "files", "party", "record"]


class State(Strict):
    """`awaits`: the power on whose desk a matter lies while it stands here (审核、审批), if not its owner's."""

    title: Title
    title_en: str = ""
    final: bool = False
    awaits: str = ""


class Act(Strict):
    """Something an officer does: from which states, to which state, with which power and papers.

    Without `to` the matter stays where it is. `confirm` names the power of a second person: the act is proposed by
    one and takes effect when another confirms it. `after` lists acts that must stand before it. `pause: begin` stops
    the matter until an act with `pause: end`; meanwhile only acts marked `while_paused` are open.
    """

    title: Title
    title_en: str = ""
    source: list[str] = Field(default=[], alias="from")
    to: str | None = None
    power: str
    second: str | None = None  # the power a second person needs, where two must act
    confirm: str | None = None  # the power of the person who confirms what another proposes
    other_than: str | None = None  # an act whose author may not do this one
    apart: str | None = None  # by nobody who works on the matter or acted in it with this power
    after: list[str] = []
    once: bool = False
    pause: Literal["begin", "end"] | None = None
    while_paused: bool = False
    requires: list[str] = []
    optional: list[str] = []
    documents: list[str] = []  # forms that this act issues; those with a number get it in the same transaction
    basis: Basis | None = None
    note: str = ""
    note_en: str = ""

    @model_validator(mode="after")
    def _one_second_person(self) -> Act:
        if self.power == "system" and (self.second or self.confirm):
            raise ValueError("an act of the system has no second person; name a power of an officer")
        return self


class Opening(Strict):
    """Who may open a matter of this kind by hand, and with what; without it only a house opens one."""

    power: str
    requires: list[str] = []
    optional: list[str] = []
    basis: Basis | None = None


class Role(Strict):
    """A part somebody has in the matter (当事人、法定代表人、委托代理人)."""

    title: Title
    title_en: str = ""
    represents: str = ""  # the role it speaks for
    needed_before: list[str] = []  # acts that wait until somebody has this role


class Remedy(Strict):
    """How to object, told while the matter stands in one of these states, and in its papers."""

    title: Title
    title_en: str = ""
    states: list[str]
    term: str | None = None
    basis: Basis | None = None


class Pause(Strict):
    """Time that does not count (扣除、中止): between two acts; still open when the second has not come."""

    start: str = Field(alias="from")
    end: str = Field(alias="to")


class ProcedureClock(Strict):
    """A term that runs in this procedure: which acts give its events.

    `from_field`: a field of the starting act that holds the day or moment the law counts from, where that is not the
    day of the act. `extended_by`: acts that approve an extension; `extended_to` is their field with the new last day,
    where the law leaves the length open. `bars`: acts that wait until the time is over. `lapses`: acts that are over
    with it.
    """

    title: Title | None = None
    title_en: str = ""
    term: str | None = None
    due_field: str | None = None  # a field of the starting act that holds a day an officer set; its house may count on from it
    start: str | list[str] = Field(alias="from")
    from_field: str | None = None
    stop: list[str] = []
    pauses: dict[str, Pause] = {}  # by the name the term gives the pause
    extended_by: list[str] = []
    extended_to: str | None = None
    bars: list[str] = []
    lapses: list[str] = []
    of: Literal["office", "party", "others"] = "office"  # whose time it is: the office is late only with its own
    law: Literal["opening", "current"] | None = None  # where one clock differs from its procedure

    @property
    def starts(self) -> tuple[str, ...]:
        return (self.start,) if isinstance(self.start, str) else tuple(self.start)


class Field_(Strict):
    """Something an act is told. Money is kept in fen. `many`: a list of codes. `fresh`: never filled in from before."""

    title: Title
    title_en: str = ""
    type: Kind
    catalogue: str | None = None
    many: bool = False
    fresh: bool = False
    hint: str = ""
    hint_en: str = ""
    privacy: Literal["public", "protected", "internal"] = "internal"

    @model_validator(mode="after")
    def _codes_have_a_list(self) -> Field_:
        if self.type == "code" and not self.catalogue:
            raise ValueError('a field of type code needs "catalogue": the list its codes stand in')
        if self.many and self.type != "code":
            raise ValueError('"many" is for codes; officers and files are lists anyway')
        return self


class Procedure(Named):
    """The definition a proceeding follows."""

    number: str = ""
    law: Literal["opening", "current"] = "opening"  # which version a running matter keeps
    start: str
    path: list[str] = []  # the main way through the states, for the step bar
    opening: Opening | None = None
    roles: dict[str, Role] = {}
    states: dict[str, State]
    acts: dict[str, Act]
    fields: dict[str, Field_] = {}
    clocks: dict[str, ProcedureClock] = {}
    remedies: list[Remedy] = []
