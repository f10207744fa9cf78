"""What a set of classification rules may say: classes from worst to best, and conditions over records.

A condition is data. Its leaves pick records of one kind (`where`, `within`) and measure them (`exists`,
`count`, `sum`); `all`, `any` and `none` combine leaves. It is read twice: by `by_row` to explain one
entity, by `by_column` to run a whole city. See docs/algorithms/classification.md.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Confidence = Literal["seen", "part", "unverified", "project"]
FactKind = Literal[
    "penalty",
    "abnormal-list",
    "serious-list",
    "court-defaulter",
    "refused-inspection",
    "suspension-or-revocation",
    "major-accident",
]
AmountField = Literal["fine", "confiscated"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Yuan(Strict):
    """An amount of money as the law writes it."""

    yuan: Annotated[int, Field(ge=0)]


class TermValue(Strict):
    """A number kept in the pack's terms, read on the day of classification."""

    term: str


Limit = Annotated[int, Field(ge=0)] | Yuan | TermValue


class Compare(Strict):
    """Exactly one of: more than, at least, at most, less than. 「不超过」 includes the number itself."""

    above: Limit | None = None
    at_least: Limit | None = None
    at_most: Limit | None = None
    below: Limit | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1 or self.limit is None:
            raise ValueError("give exactly one of above, at_least, at_most, below, with a number")
        return self

    @property
    def operator(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def limit(self) -> Limit | None:
        value: Limit | None = getattr(self, self.operator)
        return value


class Where(Strict):
    """A filter on one yes/no field. `missing` says what an empty field means: missing is not false."""

    field: Literal["warning_only"]
    is_: bool = Field(alias="is")
    missing: Literal["counts", "left-out", "unknown"] = "unknown"


class Within(Strict):
    """Only records decided in the last so many months, counted back from the day asked about."""

    months: Annotated[int, Field(gt=0, le=600)]


class Total(Compare):
    """Sum of amounts. A record that states none of them has an unknown amount, unless `missing: zero`."""

    of: Annotated[tuple[AmountField, ...], Field(min_length=1)] = ("fine", "confiscated")
    missing: Literal["unknown", "zero"] = "unknown"

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = self.model_fields_set - {"of", "missing"}
        if len(given) != 1 or self.limit is None:
            raise ValueError("give exactly one of above, at_least, at_most, below, with an amount")
        return self

    @property
    def operator(self) -> str:
        return next(iter(self.model_fields_set - {"of", "missing"}))


class Condition(Strict):
    """A leaf (`kind` and one measure) or a combination of conditions."""

    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    none: tuple[Condition, ...] | None = None
    kind: FactKind | None = None
    where: tuple[Where, ...] = ()
    within: Within | None = None
    exists: bool | None = None
    count: Compare | None = None
    sum: Total | None = None

    @model_validator(mode="after")
    def _shape(self) -> Self:
        groups = [name for name in ("all", "any", "none") if getattr(self, name) is not None]
        measures = [name for name in ("exists", "count", "sum") if getattr(self, name) is not None]
        if self.kind is None:
            if len(groups) != 1 or measures or self.where or self.within:
                raise ValueError("give one of all, any, none, or a kind with exists, count or sum")
            if not getattr(self, groups[0]):
                raise ValueError(f'"{groups[0]}" must list at least one condition')
        elif groups or len(measures) != 1:
            raise ValueError('a kind needs exactly one of exists, count, sum, and no "all", "any", "none"')
        return self


class ClassItem(Strict):
    """One class a ruleset gives."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z]+$")]
    title: str
    title_en: str
    colour: Literal["green", "yellow", "red", "black", ""] = ""


class Rule(Strict):
    """An entity falls in `gives` when `when` holds. A rule without `when` is for everybody no other rule reaches."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")]
    gives: str
    title: str
    title_en: str
    basis: str
    confidence: Confidence
    aliases: tuple[str, ...] = ()
    when: Condition | None = None
    repair: str = ""
    note: str = ""
    note_en: str = ""


class Odds(Strict):
    """Share of each class drawn in a year, in percent. Internal practice unless the basis says otherwise."""

    title: str
    title_en: str
    basis: str
    confidence: Confidence
    aliases: tuple[str, ...] = ()
    percent: dict[str, Annotated[float, Field(ge=0, le=100)]]
    note: str = ""
    note_en: str = ""


class Ruleset(Strict):
    """A dated reading of one classification. Classes run from the worst to the best."""

    id: str = ""
    family: str
    title: str
    title_en: str
    basis: str
    confidence: Confidence
    public: bool
    since: date
    until: date | None = None
    aliases: tuple[str, ...] = ()
    repaired: str
    lapses: frozenset[FactKind] = frozenset()  # kinds that stop counting after the last day the record states
    ends: dict[FactKind, str] = {}  # kinds that stop counting after a term of months from the decision: kind -> term
    checked_on: date | None = None
    note: str = ""
    note_en: str = ""
    classes: Annotated[tuple[ClassItem, ...], Field(min_length=2)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=62)]
    odds: Odds | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        codes = [item.code for item in self.classes]
        if len(set(codes)) != len(codes):
            raise ValueError("a class is listed twice; give each class once, worst first")
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) != len(ids):
            raise ValueError("a rule id is used twice; number the second one differently")
        if stray := sorted({rule.gives for rule in self.rules} - set(codes)):
            raise ValueError(f"rule gives class {stray[0]!r}, which is not among classes {codes}")
        last = [rule for rule in self.rules if rule.when is None]
        if len(last) != 1 or last[0].gives != codes[-1]:
            raise ValueError(f"exactly one rule without 'when' must give the best class {codes[-1]!r}")
        if self.until and self.until < self.since:
            raise ValueError("until lies before since")
        if self.odds and set(self.odds.percent) != set(codes):
            raise ValueError("odds must name every class once")
        return self

    def rule(self, rule_id: str) -> Rule:
        return next(rule for rule in self.rules if rule_id in (rule.id, *rule.aliases))

    def class_item(self, code: str) -> ClassItem:
        return next(item for item in self.classes if item.code == code)

    @property
    def default(self) -> Rule:
        """The rule for entities that no condition reaches."""
        return next(rule for rule in self.rules if rule.when is None)

    @property
    def conditional(self) -> tuple[Rule, ...]:
        """Rules with a condition, in pack order: rule n has bit n of the mask."""
        return tuple(rule for rule in self.rules if rule.when is not None)

    def rank(self, code: str) -> int:
        """0 for the worst class."""
        return [item.code for item in self.classes].index(code)

    def in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


def read(ruleset_id: str, data: dict[str, Any]) -> Ruleset:
    """One ruleset from its mapping in a pack file."""
    return Ruleset.model_validate({**data, "id": ruleset_id})
