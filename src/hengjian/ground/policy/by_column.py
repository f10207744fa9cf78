"""The column form: a ruleset as one SQL statement over a table of facts, for a whole city in one pass.

Every entity gets a mask with one bit per rule that certainly holds, and another of rules that cannot be
decided. Distinct masks, a few hundred for millions of entities, are then joined to their reasons. One
sqlglot tree is rendered for DuckDB, PostgreSQL and Spark; engines differ in how they like to be asked
(`bits`: one bit_or; `filter`: one filtered aggregate per question). See docs/algorithms/classification.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from sqlglot import exp, parse_one

from hengjian.ground.kit.calendar import add_months

from .conditions import Moment, Terms, leaves, limit_of, moment, no_terms
from .schema.rulesets import Compare, Condition, Ruleset, Where

Dialect = Literal["duckdb", "postgres", "spark"]
Plan = Literal["bits", "filter"]
PLANS: dict[Dialect, Plan] = {"duckdb": "bits", "postgres": "filter", "spark": "filter"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where facts lie. `closings` are (day, recorded) column pairs; `stated` columns are never null; `until` is the
    column of the last day a record itself states, if the table has one.

    `entities` is a table that lists every entity under `key`; without it the facts themselves do.
    `kinds` are the codes that stand for kinds of record, if not their names.
    """

    table: str = "facts"
    key: str = "uscc"
    closings: tuple[tuple[str, str | None], ...] = (("withdrawn_on", None), ("repaired_on", None), ("ended_on", None))
    until: str | None = None
    stated: frozenset[str] = frozenset()
    entities: str | None = None
    kinds: Mapping[str, int] | None = None
    amounts: Mapping[str, str] = field(
        default_factory=lambda: {"fine": "f.fine_fen", "confiscated": "f.confiscated_fen"}
    )

    def kind(self, name: str) -> str:
        return f"'{name}'" if self.kinds is None else str(self.kinds[name])


PLAIN = Layout()


@dataclass(frozen=True, slots=True)
class Pair:
    """A truth of three values as two predicates: certainly true, and possibly true."""

    sure: str
    maybe: str

    def both(self, other: Pair) -> Pair:
        return Pair(_and(self.sure, other.sure), _and(self.maybe, other.maybe))


ALWAYS = Pair("", "")


def _and(*parts: str) -> str:
    return " AND ".join(part for part in parts if part)


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


class _Compiler:
    """Collects the aggregates that a ruleset needs, each once, and answers with SQL over them."""

    def __init__(self, ruleset: Ruleset, layout: Layout, at: Moment, terms: Terms, plan: Plan) -> None:
        self.layout, self.at, self.terms, self.plan = layout, at, terms, plan
        self.leaves = [leaf for rule in ruleset.conditional if rule.when for leaf in leaves(rule.when)]
        self.aggregates: dict[str, str] = {}
        self.flags: dict[tuple[str, str], int] = {}

    # rows ---------------------------------------------------------------------------------------

    def counting(self) -> Pair:
        """Rows that count at this moment."""
        known = ALWAYS if self.at.known is None else self._by("recorded_on", self.at.known)
        return Pair(self._open(), self._open()).both(self._by("decided_on", self.at.on)).both(known)

    def _by(self, column: str, day: date, operator: str = "<=") -> Pair:
        sure = f"f.{column} {operator} {_day(day)}"
        return Pair(sure, sure if column in self.layout.stated else f"({sure} OR f.{column} IS NULL)")

    def _open(self) -> str:
        tests = []
        for day, recorded in self.layout.closings:
            closed = f"f.{day} <= {_day(self.at.on)}"
            if recorded and self.at.known:
                closed += f" AND f.{recorded} <= {_day(self.at.known)}"
            tests.append(f"NOT COALESCE({closed}, FALSE)")
        if self.layout.until and self.at.lapses:
            kinds = ", ".join(self.layout.kind(kind) for kind in sorted(self.at.lapses))
            tests.append(f"NOT COALESCE(f.{self.layout.until} < {_day(self.at.on)} AND f.kind IN ({kinds}), FALSE)")
        for kind, months in self.at.ends:
            over = f"f.decided_on < {_day(_first_within(self.at.on, months))} AND f.kind = {self.layout.kind(kind)}"
            unstated = f" AND f.{self.layout.until} IS NULL" if self.layout.until else ""
            tests.append(f"NOT COALESCE({over}{unstated}, FALSE)")
        return _and(*tests)

    def rows(self) -> str:
        """The rows a condition may look at, with `sure` and `maybe` saying whether each counts."""
        layout, counting = self.layout, self.counting()
        columns = [f"f.{layout.key} AS entity", "f.kind", "f.warning_only", "f.decided_on"]
        columns += [f"{column} AS {name}" for name, column in layout.amounts.items()]
        if not self._exact:
            columns += [f"({counting.sure}) AS sure", f"({counting.maybe}) AS maybe"]
        where = f" WHERE {_and(counting.maybe, self._asked())}" if layout.entities else ""
        return f"SELECT {', '.join(columns)} FROM {layout.table} AS f{where}"

    def _asked(self) -> str:
        """Leaves out kinds no rule asks about, where kinds are coded in one run."""
        if self.layout.kinds is None:
            return ""
        codes = [self.layout.kinds[leaf.kind] for leaf in self.leaves if leaf.kind]
        return f"f.kind BETWEEN {min(codes)} AND {max(codes)}"

    def _picked(self, leaf: Condition) -> Pair:
        pair = ALWAYS if self._exact else Pair("f.sure", "f.maybe")
        for where in leaf.where:
            pair = pair.both(self._passes(where))
        if leaf.within:
            pair = pair.both(self._by("decided_on", add_months(self.at.on, -leaf.within.months), ">="))
        return pair

    @property
    def _exact(self) -> bool:
        """Whether the filter on rows alone says which rows count."""
        counting = self.counting()
        return self.layout.entities is not None and counting.sure == counting.maybe

    def _passes(self, where: Where) -> Pair:
        column = f"f.{where.field}"
        sure = column if where.is_ else f"NOT {column}"
        if where.field in self.layout.stated:
            return Pair(sure, sure)
        open_ended = f"COALESCE({sure}, TRUE)"
        if where.missing == "counts":
            return Pair(open_ended, open_ended)
        return Pair(sure, open_ended if where.missing == "unknown" else sure)

    # aggregates ---------------------------------------------------------------------------------

    def _aggregate(self, text: str) -> str:
        return f"m.{self.aggregates.setdefault(text, f'a{len(self.aggregates)}')}"

    def _filtered(self, function: str, kind: str, test: str) -> str:
        where = _and(f"f.kind = {self.layout.kind(kind)}", test)
        return f"COALESCE({self._aggregate(f'{function} FILTER (WHERE {where})')}, 0)"

    def present(self, kind: str, test: str) -> str:
        """Whether the entity has such a row."""
        if self.plan == "filter":
            return f"({self._filtered('COUNT(*)', kind, test)} > 0)"
        bit = self.flags.setdefault((kind, test), self._bit(kind, test))
        return f"((COALESCE(m.bits, 0) & {1 << bit}) <> 0)"

    def _bit(self, kind: str, test: str) -> int:
        """Coded kinds own the bit of their code; every other question gets the next free one above."""
        codes = self.layout.kinds or {}
        if codes and not test:
            return codes[kind]
        first = max(codes.values(), default=-1) + 1
        return first + sum(1 for bit in self.flags.values() if bit >= first)

    def bits(self) -> str:
        """All flags of a row as one number. Shifting by the code answers most questions without a comparison."""
        codes = self.layout.kinds
        shifted = {key: bit for key, bit in self.flags.items() if codes and not key[1]}
        rest = self._cases({key: bit for key, bit in self.flags.items() if key not in shifted})
        if not shifted:
            return rest
        shift = "CAST(1 AS BIGINT) << CAST(f.kind AS INT)"
        return f"({shift}) | ({rest})" if rest else shift

    def _cases(self, flags: Mapping[tuple[str, str], int]) -> str:
        kinds: dict[str, list[str]] = {}
        for (kind, test), bit in flags.items():
            kinds.setdefault(kind, []).append(f"CASE WHEN {test} THEN {1 << bit} ELSE 0 END" if test else str(1 << bit))
        branches = " ".join(f"WHEN {self.layout.kind(kind)} THEN {' + '.join(parts)}" for kind, parts in kinds.items())
        return f"CASE f.kind {branches} ELSE 0 END" if branches else ""

    # conditions ---------------------------------------------------------------------------------

    def compile(self, condition: Condition) -> Pair:
        if condition.kind is not None:
            return self._leaf(condition.kind, condition)
        parts = [self.compile(part) for part in condition.all or condition.any or condition.none or ()]
        join = " AND " if condition.all is not None else " OR "
        pair = Pair(
            f"({join.join(part.sure for part in parts)})",
            f"({join.join(part.maybe for part in parts)})",
        )
        return _negate(pair) if condition.none is not None else pair

    def _leaf(self, kind: str, leaf: Condition) -> Pair:
        rows = self._picked(leaf)
        if leaf.exists is not None:
            pair = Pair(self.present(kind, rows.sure), self.present(kind, rows.maybe))
            return pair if leaf.exists else _negate(pair)
        if leaf.count is not None:
            low, high = (self._filtered("COUNT(*)", kind, test) for test in (rows.sure, rows.maybe))
            return _compare(low, high, "", leaf.count, limit_of(leaf.count, self.terms))
        assert leaf.sum is not None
        amounts = [f"f.{name}" for name in leaf.sum.of]
        total = f"SUM({' + '.join(f'COALESCE({amount}, 0)' for amount in amounts)})"
        low, high = (self._filtered(total, kind, test) for test in (rows.sure, rows.maybe))
        endless = ""
        if leaf.sum.missing == "unknown" and not set(leaf.sum.of) & self.layout.stated:
            endless = self.present(kind, _and(rows.maybe, *(f"{amount} IS NULL" for amount in amounts)))
        return _compare(low, high, endless, leaf.sum, limit_of(leaf.sum, self.terms))


def _negate(pair: Pair) -> Pair:
    return Pair(f"(NOT {pair.maybe})", f"(NOT {pair.sure})")


def _first_within(on: date, months: int) -> date:
    """The first day of decision whose term of months is not over on `on`: engines need no arithmetic of months."""
    day = add_months(on, -months) - timedelta(days=4)  # a month may be shorter than the one it is counted from
    while add_months(day, months) < on:
        day += timedelta(days=1)
    return day


def _compare(low: str, high: str, endless: str, compare: Compare, limit: int) -> Pair:
    """Compare a range with a limit; `endless` says that its upper end is not known."""
    sign = {"above": ">", "at_least": ">=", "at_most": "<=", "below": "<"}[compare.operator]
    if compare.operator in ("above", "at_least"):
        maybe = f"{high} {sign} {limit}"
        return Pair(f"({low} {sign} {limit})", f"({maybe} OR {endless})" if endless else f"({maybe})")
    sure = f"{high} {sign} {limit}"
    return Pair(f"({sure} AND NOT {endless})" if endless else f"({sure})", f"({low} {sign} {limit})")


def statement(
    ruleset: Ruleset,
    on: date,
    known: date | None = None,
    layout: Layout = PLAIN,
    terms: Terms = no_terms,
    plan: Plan = "bits",
    reasons: bool = True,
) -> exp.Expression:
    """The tree of `SELECT entity, class, reasons, mask, unknown`, ordered by entity."""
    compiler = _Compiler(ruleset, layout, moment(ruleset, on, known, terms), terms, plan)
    pairs = [compiler.compile(rule.when) for rule in ruleset.conditional if rule.when]
    mask = _mask([pair.sure for pair in pairs])
    unknown = _mask([f"({p.maybe} AND NOT {p.sure})" if p.maybe != p.sure else "" for p in pairs])
    columns = [f"{text} AS {name}" for text, name in compiler.aggregates.items()]
    if compiler.flags:
        columns.append(f"BIT_OR({compiler.bits()}) AS bits")
    source = "measured AS m"
    if layout.entities:
        source = f"{layout.entities} AS e LEFT JOIN measured AS m ON m.entity = e.{layout.key}"
    entity = f"e.{layout.key}" if layout.entities else "m.entity"
    text = f"""
        WITH counted AS ({compiler.rows()}),
        measured AS (SELECT f.entity, {", ".join(columns)} FROM counted AS f GROUP BY f.entity),
        judged AS (SELECT {entity} AS entity, {mask} AS mask, {unknown} AS unknown FROM {source}),
        classed AS (SELECT entity, mask, unknown, {_class(ruleset)} AS class FROM judged)
        {_tail(ruleset, reasons)}"""
    return parse_one(text, read="duckdb")


def _mask(tests: list[str]) -> str:
    terms = [f"CASE WHEN {test} THEN {1 << bit} ELSE 0 END" for bit, test in enumerate(tests) if test]
    return f"CAST({' + '.join(terms) or '0'} AS BIGINT)"


def class_masks(ruleset: Ruleset) -> dict[str, int]:
    """For each class the bits of its rules, worst class first."""
    masks = {item.code: 0 for item in ruleset.classes}
    for bit, rule in enumerate(ruleset.conditional):
        masks[rule.gives] |= 1 << bit
    return masks


def _class(ruleset: Ruleset) -> str:
    cases = " ".join(f"WHEN (mask & {bits}) <> 0 THEN '{code}'" for code, bits in class_masks(ruleset).items() if bits)
    return f"CASE {cases} ELSE '{ruleset.default.gives}' END"


def _tail(ruleset: Ruleset, reasons: bool) -> str:
    if not reasons:
        return "SELECT entity, class, mask, unknown FROM classed"
    parts = ", ".join(
        f"CASE WHEN (mask & {1 << bit}) <> 0 AND class = '{rule.gives}' THEN '{rule.id}' END"
        for bit, rule in enumerate(ruleset.conditional)
    )
    default = ruleset.default
    none_held = sum(class_masks(ruleset).values())
    return f""",
        named AS (SELECT mask, class, CONCAT_WS(';', {parts},
             CASE WHEN (mask & {none_held}) = 0 THEN '{default.id}' END) AS reasons
             FROM (SELECT DISTINCT mask, class FROM classed) AS d)
        SELECT c.entity, c.class, n.reasons, c.mask, c.unknown
        FROM classed AS c JOIN named AS n ON n.mask = c.mask ORDER BY c.entity"""


def sql(
    ruleset: Ruleset,
    dialect: Dialect = "duckdb",
    *,
    on: date,
    known: date | None = None,
    layout: Layout = PLAIN,
    terms: Terms = no_terms,
    plan: Plan | None = None,
    reasons: bool = True,
    pretty: bool = False,
) -> str:
    """The statement in an engine's own words."""
    tree = statement(ruleset, on, known, layout, terms, plan or PLANS[dialect], reasons)
    return str(tree.sql(dialect=dialect, pretty=pretty))


def reasons_of(ruleset: Ruleset, mask: int, code: str) -> list[str]:
    """The rule ids a mask stands for, as the statement names them."""
    held = [rule.id for bit, rule in enumerate(ruleset.conditional) if mask >> bit & 1 and rule.gives == code]
    return held or [ruleset.default.id]
