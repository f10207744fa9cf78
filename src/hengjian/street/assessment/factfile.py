"""A plain file of facts, classified without a database: what an outside auditor needs. No Django here.

Columns: uscc, kind, decided_on, recorded_on, fine_yuan, confiscated_yuan, warning_only, withdrawn_on,
repaired_on, ended_on. Empty means unknown or not applicable. `kind` is `entity` for a row that only
names an entity, or a kind of record that rules may ask about.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

import duckdb

from hengjian.ground.kit.refusals import Invalid
from hengjian.ground.policy import by_column
from hengjian.ground.policy.conditions import Terms, no_terms
from hengjian.ground.policy.schema.rulesets import FactKind, Ruleset

KINDS = ("entity", *get_args(FactKind))
DAYS = ("decided_on", "recorded_on", "withdrawn_on", "repaired_on", "ended_on")
AMOUNTS = ("fine_yuan", "confiscated_yuan")
COLUMNS = ("uscc", "kind", "decided_on", "recorded_on", *AMOUNTS, "warning_only", *DAYS[2:])
YES, NO = ("true", "t", "1", "yes", "y", "是"), ("false", "f", "0", "no", "n", "否")

_DAY = r"^\d{4}-\d{2}-\d{2}$"
_YUAN = r"^\d{1,15}(\.\d{1,2}0*)?$"


class BadFacts(Invalid):
    """A facts file that cannot be read: says which line, which column, and what is expected there."""

    code = "bad_facts"


@dataclass(frozen=True, slots=True)
class Result:
    """What a run counted."""

    facts: int
    entities: int
    classes: dict[str, int]


def classify(
    facts: Path, ruleset: Ruleset, out: Path, *, on: date, known: date | None = None, terms: Terms = no_terms
) -> Result:
    """Write `uscc,class,reasons`, one line per entity, ordered by uscc. Writes all or nothing."""
    with duckdb.connect() as db:
        db.execute("SET enable_progress_bar = false")
        rows = load(db, facts)
        answer = by_column.sql(ruleset, "duckdb", on=on, known=known, terms=terms)
        db.execute(f"CREATE TEMP TABLE answer AS {answer}")
        half = out.with_name(out.name + ".part")
        db.execute(
            f"COPY (SELECT entity AS uscc, class, reasons FROM answer ORDER BY entity) TO {_quoted(half)} (HEADER)"
        )
        os.replace(half, out)
        counted = dict(db.execute("SELECT class, count(*) FROM answer GROUP BY class").fetchall())
    classes = {item.code: counted.get(item.code, 0) for item in reversed(ruleset.classes)}
    return Result(rows, sum(classes.values()), classes)


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(_quoted(word) for word in words)


def _cell(column: str) -> str:
    return f"nullif(trim({column}), '')"


def _day(column: str) -> str:
    return f"CASE WHEN regexp_matches({_cell(column)}, '{_DAY}') THEN TRY_CAST({_cell(column)} AS DATE) END"


def _fen(column: str) -> str:
    cell = _cell(column)
    return f"CASE WHEN regexp_matches({cell}, '{_YUAN}') THEN CAST(TRY_CAST({cell} AS DECIMAL(18, 2)) * 100 AS BIGINT) END"


def _warning() -> str:
    cell = f"lower({_cell('warning_only')})"
    return f"CASE WHEN {cell} IN ({_words(YES)}) THEN TRUE WHEN {cell} IN ({_words(NO)}) THEN FALSE END"


READ = {
    "uscc": _cell("uscc"),
    "kind": f"CASE WHEN trim(kind) IN ({_words(KINDS)}) THEN trim(kind) END",
    **{column: _day(column) for column in DAYS},
    **{column: _fen(column) for column in AMOUNTS},
    "warning_only": _warning(),
}
REMEDY = {
    "uscc": "每行都要有统一社会信用代码",
    "kind": "应为下列之一：" + "、".join(KINDS),
    **dict.fromkeys(DAYS, "应为日期，如 2026-03-02，未知则留空"),
    **dict.fromkeys(AMOUNTS, "应为不带单位和逗号的元，至多两位小数，如 50000 或 0.5，未知则留空"),
    "warning_only": "应为 true 或 false，未知则留空",
}


def _wrong(column: str) -> str:
    """True where a cell holds something that could not be read, or a required one is empty."""
    unread = f"({READ[column]}) IS NULL"
    return unread if column in ("uscc", "kind") else f"{_cell(column)} IS NOT NULL AND {unread}"


def load(db: duckdb.DuckDBPyConnection, facts: Path) -> int:
    """Table `facts` from the file; returns its rows. Raises BadFacts for the first cell that cannot be read."""
    if not facts.is_file():
        raise BadFacts("没有这个文件：%(file)s", file=str(facts))
    header = _header(facts)
    shape = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in header)
    raw = (
        f"read_csv({_quoted(facts)}, header = true, auto_detect = false, columns = {{{shape}}}, "
        "delim = ',', quote = '\"', escape = '\"')"
    )
    names = {"fine_yuan": "fine_fen", "confiscated_yuan": "confiscated_fen"}
    columns = ", ".join(f"{READ[column]} AS {names.get(column, column)}" for column in COLUMNS)
    wrong = " OR ".join(f"({_wrong(column)})" for column in COLUMNS)
    try:
        db.execute(f"CREATE TEMP TABLE facts AS SELECT {columns}, ({wrong}) AS wrong FROM {raw}")
    except duckdb.Error as error:
        raise _unreadable(facts, len(header), str(error).splitlines()[0]) from error
    [total, bad] = db.execute("SELECT count(*), count(*) FILTER (WHERE wrong) FROM facts").fetchall()[0]
    if bad:
        raise _first_mistake(db, raw, bad, facts)
    return int(total)


def _header(facts: Path) -> list[str]:
    """Names of the columns; refuses a file that lacks one or names one twice."""
    with facts.open(encoding="utf-8-sig", newline="", errors="surrogateescape") as file:
        header = [name.strip() for name in next(csv.reader(file), [])]
    if any(_foreign(name) for name in header):
        raise BadFacts("第1行不是 UTF-8；请另存为 UTF-8 CSV", row=1, file=str(facts))
    want = f"表头应为 {','.join(COLUMNS)}"
    if absent := [column for column in COLUMNS if column not in header]:
        raise BadFacts("第1行缺少列：%(fields)s；%(want)s", fields="、".join(absent), want=want, row=1, field=absent[0])
    if twice := [column for column in header if header.count(column) > 1]:
        raise BadFacts("第1行的列 %(field)s 重复；%(want)s", want=want, row=1, field=twice[0])
    return header


def _records(facts: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of every record below the header. Empty lines count as lines, not as records."""
    with facts.open(encoding="utf-8-sig", newline="", errors="surrogateescape") as file:
        reader = csv.reader(file)
        next(reader, None)
        before = reader.line_num
        for cells in reader:
            if cells:
                yield before + 1, cells
            before = reader.line_num


def _foreign(cell: str) -> bool:
    """Whether a cell held bytes that are not UTF-8."""
    return any("\udc80" <= letter <= "\udcff" for letter in cell)


def _unreadable(facts: Path, width: int, reason: str) -> BadFacts:
    """Where the file stops being a table in UTF-8: the first line with cells too many or few, or other bytes."""
    for line, cells in _records(facts):
        if any(_foreign(cell) for cell in cells):
            return BadFacts("第%(row)s行不是 UTF-8；请另存为 UTF-8 CSV", row=line, file=str(facts))
        if len(cells) != width:
            field = COLUMNS[-1] if len(cells) > width else COLUMNS[min(len(cells), len(COLUMNS) - 1)]
            return BadFacts(
                "第%(row)s行有%(cells)s格，表头有%(width)s格；缺的留空，逗号或引号在格内时整格加引号",
                row=line, cells=len(cells), width=width, field=field,
            )  # fmt: skip
    return BadFacts("文件不是可读的 UTF-8 CSV：%(reason)s", reason=reason, file=str(facts))


def _first_mistake(db: duckdb.DuckDBPyConnection, raw: str, bad: int, facts: Path) -> BadFacts:
    """The first unreadable cell, by line of the file (the header is line 1)."""
    cases = " ".join(f"WHEN {_wrong(column)} THEN '{column}'" for column in COLUMNS)
    place, column, value = db.execute(
        f"""WITH numbered AS (SELECT row_number() OVER () AS place, * FROM {raw}),
            judged AS (SELECT *, CASE {cases} END AS field FROM numbered)
            SELECT place, field, CASE field {" ".join(f"WHEN '{c}' THEN {c}" for c in COLUMNS)} END
            FROM judged WHERE field IS NOT NULL ORDER BY place LIMIT 1"""
    ).fetchall()[0]
    line = next(line for number, (line, _) in enumerate(_records(facts), start=1) if number == place)
    said = "第%(row)s行的 %(field)s “%(value)s”" if value and value.strip() else "第%(row)s行的 %(field)s 是空的"
    return BadFacts(f"{said}；{REMEDY[column]}（共%(bad_rows)s行有误）", row=line, field=column, value=value, bad_rows=bad)
