"""What-if (试算): one city under two laws. Reads the mirror or a facts file; writes nothing but the files it is told to.

For each classification: who moves from which class to which, which reasons came and went, and what it means for
the inspections of a year, by district and by sector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import duckdb

from hengjian.ground.policy import Law, by_column
from hengjian.ground.policy.conditions import Terms
from hengjian.ground.policy.schema.rulesets import Ruleset
from hengjian.ground.warehouse import Mirror

from . import factfile, frames
from .rules import in_force

Progress = Callable[[int, int, str], None]
COLUMNS = ("uscc", "name", "district", "sector", "before", "after", "lost", "gained", "reasons_before", "reasons_after")


class Source(Protocol):
    """Where facts and entities are."""

    def open(self) -> duckdb.DuckDBPyConnection: ...

    def answer(self, db: duckdb.DuckDBPyConnection, ruleset: Ruleset, on: date, terms: Terms, into: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Mirrored:
    """The whole city, as the mirror has it. Another mirror than the platform's is read as it is."""

    store: Mirror | None = None

    def open(self) -> duckdb.DuckDBPyConnection:
        db = self.store.connect() if self.store else frames.opened()[1]
        db.execute("CREATE TEMP TABLE people AS SELECT entity, uscc, name, district, left(industry, 1) AS sector FROM entities")
        return db

    def answer(self, db: duckdb.DuckDBPyConnection, ruleset: Ruleset, on: date, terms: Terms, into: str) -> None:
        frames.answer(db, ruleset, on=on, terms=terms, into=into, store=self.store)


@dataclass(frozen=True, slots=True)
class InFile:
    """A plain facts file: no names, no districts."""

    path: Path

    def open(self) -> duckdb.DuckDBPyConnection:
        db = duckdb.connect()
        db.execute("SET enable_progress_bar = false")
        factfile.load(db, self.path)
        db.execute(
            """CREATE TEMP TABLE people AS SELECT DISTINCT uscc AS entity, uscc, NULL::VARCHAR AS name,
               NULL::VARCHAR AS district, NULL::VARCHAR AS sector FROM facts"""
        )
        return db

    def answer(self, db: duckdb.DuckDBPyConnection, ruleset: Ruleset, on: date, terms: Terms, into: str) -> None:
        db.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS {by_column.sql(ruleset, on=on, terms=terms)}")


@dataclass(frozen=True, slots=True)
class Place:
    """A district or sector: how many entities, how many move, and how many inspections a year are to be expected."""

    code: str
    title: str
    entities: int
    moved: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Shift:
    """One classification under both laws."""

    family: str
    before: Ruleset
    after: Ruleset
    matrix: dict[tuple[str, str], int]
    moved: int
    only_reasons: int
    odds: dict[str, tuple[float, float]]
    districts: tuple[Place, ...]
    sectors: tuple[Place, ...]

    @property
    def entities(self) -> int:
        return sum(self.matrix.values())

    @property
    def inspections(self) -> tuple[float, float]:
        """Expected inspections in a year, before and after; 0 where the classification sets no odds."""
        return sum(place.before for place in self.districts), sum(place.after for place in self.districts)

    def as_json(self) -> dict[str, Any]:
        def places(found: Sequence[Place]) -> list[dict[str, Any]]:
            return [
                {"code": p.code, "title": p.title, "entities": p.entities, "moved": p.moved,
                 "inspections_before": round(p.before, 2), "inspections_after": round(p.after, 2)} for p in found
            ]  # fmt: skip

        before, after = self.inspections
        return {
            "family": self.family, "title": self.after.title, "ruleset_before": self.before.id, "ruleset_after": self.after.id,
            "titles": {item.code: item.title for item in (*self.before.classes, *self.after.classes)},
            "classes": [item.code for item in reversed(self.after.classes)],
            "entities": self.entities, "moved": self.moved, "only_reasons": self.only_reasons,
            "matrix": [{"before": b, "after": a, "entities": n} for (b, a), n in sorted(self.matrix.items())],
            "odds": {code: {"before": b, "after": a} for code, (b, a) in self.odds.items()},
            "inspections_before": round(before, 2), "inspections_after": round(after, 2),
            "districts": places(self.districts), "sectors": places(self.sectors),
        }  # fmt: skip


@dataclass
class Trial:
    """Both laws over one city, with the connection that holds every entity that moved."""

    on: date
    shifts: list[Shift]
    db: duckdb.DuckDBPyConnection

    def moved(self, limit: int) -> list[dict[str, Any]]:
        """The first entities whose class differs, ordered by classification and code."""
        self.db.execute(f"SELECT family, {', '.join(COLUMNS)} FROM moved ORDER BY family, uscc LIMIT $1", [limit])
        names = [column[0] for column in self.db.description or ()]
        return [dict(zip(names, row, strict=True)) for row in self.db.fetchall()]

    def each_moved(self) -> Iterator[tuple[Any, ...]]:
        self.db.execute(f"SELECT family, {', '.join(COLUMNS)} FROM moved ORDER BY family, uscc")
        while rows := self.db.fetchmany(10_000):
            yield from rows

    def as_json(self) -> dict[str, Any]:
        return {"on": self.on.isoformat(), "shifts": [shift.as_json() for shift in self.shifts]}


def _quiet(done: int, total: int, what: str) -> None:
    pass


def run(source: Source, before: Law, after: Law, *, on: date, progress: Progress = _quiet) -> Trial:
    """Classify the city under both laws and compare. No table of the platform is written."""
    pairs = list(_pairs(before, after, on))
    total = 2 + 3 * len(pairs)
    progress(0, total, "读取数据")
    db = source.open()
    db.execute(f"CREATE TEMP TABLE moved (family VARCHAR, {', '.join(f'{name} VARCHAR' for name in COLUMNS)})")
    shifts = []
    for n, (old, new) in enumerate(pairs):
        progress(1 + 3 * n, total, f"按现行规则分类：{old.title}")
        source.answer(db, old, on, before.at(on).number, "old_answer")
        progress(2 + 3 * n, total, f"按草案分类：{new.title}")
        source.answer(db, new, on, after.at(on).number, "new_answer")
        progress(3 + 3 * n, total, "比较")
        shifts.append(_shift(db, old, new, after))
    progress(total - 1, total, "整理结果")
    return Trial(on, shifts, db)


def _pairs(before: Law, after: Law, on: date) -> Iterator[tuple[Ruleset, Ruleset]]:
    """The readings in force on the day, family by family, where both laws have one."""
    drafts = {ruleset.family: ruleset for ruleset in in_force(after, on)}
    for ruleset in in_force(before, on):
        if ruleset.family in drafts:
            yield ruleset, drafts[ruleset.family]


def _shift(db: duckdb.DuckDBPyConnection, old: Ruleset, new: Ruleset, law: Law) -> Shift:
    db.execute(
        f"""CREATE OR REPLACE TEMP TABLE pair AS SELECT p.*, b.class AS old_class, a.class AS new_class,
            b.reasons AS old_reasons, a.reasons AS new_reasons, {_odds(old, "b")} AS old_odds, {_odds(new, "a")} AS new_odds
            FROM people p JOIN old_answer b USING (entity) JOIN new_answer a USING (entity)"""
    )
    db.execute(
        f"""INSERT INTO moved SELECT '{old.family}', uscc, name, district, sector, old_class, new_class,
            {_without("old_reasons", "new_reasons")}, {_without("new_reasons", "old_reasons")}, old_reasons, new_reasons
            FROM pair WHERE old_class <> new_class"""
    )
    counted = db.execute("SELECT old_class, new_class, count(*) FROM pair GROUP BY ALL ORDER BY ALL").fetchall()
    [(only,)] = db.execute(
        "SELECT count(*) FROM pair WHERE old_class = new_class AND old_reasons <> new_reasons"
    ).fetchall()
    matrix = {(b, a): n for b, a, n in counted}
    percents = [ruleset.odds.percent if ruleset.odds else {} for ruleset in (old, new)]
    return Shift(
        old.family, old, new, matrix, sum(n for (b, a), n in matrix.items() if a != b), only,
        {code: (percents[0].get(code, 0.0), percents[1].get(code, 0.0)) for code in (*percents[0], *percents[1])},
        tuple(_places(db, "district", law, "districts")), tuple(_places(db, "sector", law, "industries")),
    )  # fmt: skip


def _without(these: str, those: str) -> str:
    """Reasons of the first list that the second has not."""
    kept = f"list_filter(string_split({these}, ';'), lambda reason: NOT list_contains(string_split({those}, ';'), reason))"
    return f"array_to_string({kept}, ';')"


def _odds(ruleset: Ruleset, alias: str) -> str:
    if ruleset.odds is None:
        return "0.0"
    cases = " ".join(f"WHEN '{code}' THEN {percent / 100}" for code, percent in ruleset.odds.percent.items())
    return f"CASE {alias}.class {cases} ELSE 0 END"


def _places(db: duckdb.DuckDBPyConnection, column: str, law: Law, catalogue: str) -> Iterator[Place]:
    rows = db.execute(
        f"""SELECT coalesce({column}, ''), count(*), count(*) FILTER (WHERE old_class <> new_class), sum(old_odds), sum(new_odds)
            FROM pair GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    titles = law.catalogue(catalogue)
    for code, entities, moved, before, after in rows:
        yield Place(code, titles.title_of(code) if code else "", entities, moved, float(before), float(after))
