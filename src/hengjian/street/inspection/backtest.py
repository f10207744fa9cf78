"""Would a score have found breaches sooner? Tried on any file of inspections, in time order, nothing of the future known.

No database, no clock, no Django. The file: CSV or Parquet with one row per inspection; columns are told or guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from hengjian.ground.kit.refusals import Invalid

from .scoring import Flags, Model, Numbers, auc, days_gained, fit, hits_in_first

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "firm": ("firm", "uscc", "entity", "establishmentid", "establishment_id", "license_number", "统一社会信用代码"),
    "day": ("day", "date", "on", "inspection_date", "检查日期"),
    "found": ("found", "violation", "criticalcount", "critical_found", "发现问题"),
    "inspector": ("inspector", "inspectorid", "inspector_id", "officer", "检查人员"),
    "kind": ("kind", "inspection_type", "检查方式"),
    "arm": ("arm",),
}
NEEDED = ("firm", "day", "found")
NAMES = ("found_last", "found_share", "found_before", "visits", "days_since", "never_visited", "found_in_kind")
WINDOW = 60  # days planned at a time: visits of one window are put in order on the evening before it begins
LAST_DAYS = 1_095  # an interval longer than three years tells no more
PRIOR = 4.0  # a firm's own share weighs like this many visits less than all firms'
ENOUGH = 200  # visits with a result from which a score is tried on a bureau's own
RULE = "found_last"  # the one-line rule: who was found in breach last time goes first
HEAD, TRAIN = 0.25, 0.7


class BadInspections(Invalid):
    """A file that cannot be tried: a column is missing, or there is too little in it."""

    code = "bad_inspections"


@dataclass(frozen=True, slots=True)
class Visits:
    """Inspections in time order. `day` counts from the first; `inspector` and `kind` are numbers of their names."""

    firm: Any
    day: Numbers
    found: Flags
    inspector: Any
    kind: Any
    arm: Any  # True: drawn at random; None without such a column
    first: str
    columns: dict[str, str]


def read(path: Path, told: Mapping[str, str] | None = None, where: str = "") -> Visits:
    """The file in time order. `told` names columns where guessing fails; `where` keeps one kind: kind=Routine Inspection."""
    if not path.is_file():
        raise BadInspections("没有这个文件：%(file)s", file=str(path))
    db = duckdb.connect()
    reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    more = "" if reader == "read_parquet" else ", all_varchar=true, header=true"
    try:
        db.execute(f"CREATE TABLE source AS SELECT * FROM {reader}(?{more})", [str(path)])
    except duckdb.Error as error:
        raise BadInspections("文件读不出来：%(why)s", why=str(error).splitlines()[0], file=str(path)) from error
    names = [name for name, *_rest in db.execute("DESCRIBE source").fetchall()]
    held = _columns(names, told or {})
    kept, values = "", list[str]()
    if where:
        name, _, value = where.partition("=")
        kept, values = f'WHERE CAST({_quoted(held.get(name, name), names)} AS VARCHAR) = ?', [value]
    parts = ", ".join(f'{_of(name, held[name])} AS "{name}"' for name in held)
    rows = db.execute(
        f"WITH told AS (SELECT {parts} FROM source {kept}) SELECT * FROM told WHERE firm IS NOT NULL AND day IS NOT NULL AND found IS NOT NULL "
        f"ORDER BY day, firm, {', '.join(held)}", values,
    ).fetchnumpy()  # fmt: skip
    if len(rows["firm"]) < 50 or len(set(rows["found"])) < 2:
        raise BadInspections("可用的检查不足五十次，或者结果全都相同，无法回测", rows=len(rows["firm"]))
    days = rows["day"].astype("datetime64[D]").astype(float)
    coded = {name: _coded(rows[name]) if name in held else None for name in ("inspector", "kind")}
    first = str(rows["day"].astype("datetime64[D]")[0])
    return Visits(
        _coded(rows["firm"]), days - days[0], rows["found"].astype(bool), coded["inspector"], coded["kind"],
        rows["arm"].astype(bool) if "arm" in held else None, first, held,
    )  # fmt: skip


def _columns(names: list[str], told: Mapping[str, str]) -> dict[str, str]:
    lower = {name.lower(): name for name in names}
    held = {}
    for name, guesses in COLUMNS.items():
        wanted = told.get(name)
        found = lower.get(wanted.lower()) if wanted else next((lower[guess] for guess in guesses if guess in lower), None)
        if found is None and (wanted or name in NEEDED):
            raise BadInspections("文件里没有“%(column)s”这一列；请用 --%(field)s 指明，现有：%(names)s", column=wanted or name, field=name, names="、".join(names))
        if found is not None:
            held[name] = found
    return held


def _quoted(name: str, names: list[str]) -> str:
    if name not in names:
        raise BadInspections("文件里没有“%(column)s”这一列；请用 --%(field)s 指明，现有：%(names)s", column=name, field="where", names="、".join(names))
    return '"' + name.replace('"', '""') + '"'


def _of(name: str, column: str) -> str:
    """A column as the value it stands for: a day, a yes or no (a number above nil is a yes), a name."""
    text = 'CAST("' + column.replace('"', '""') + '" AS VARCHAR)'
    if name == "day":
        return f"CAST(COALESCE(TRY_CAST({text} AS TIMESTAMP), TRY_STRPTIME({text}, ['%m/%d/%Y', '%Y/%m/%d', '%Y%m%d'])) AS DATE)"
    if name == "found":
        yes, no = "'yes','true','y','t','是','有'", "'no','false','n','f','否','无'"
        said = f"CASE WHEN lower({text}) IN ({yes}) THEN TRUE WHEN lower({text}) IN ({no}) THEN FALSE END"
        return f"COALESCE(TRY_CAST({text} AS DOUBLE) > 0, {said})"
    if name == "arm":
        return f"COALESCE(lower({text}) IN ('random','随机','1','true'), FALSE)"
    return text


def _coded(values: Any) -> Any:
    return np.unique(np.asarray([str(value) for value in values]), return_inverse=True)[1]


# Features: of each visit, what was known on the evening before its window began ---------------------


@dataclass(frozen=True, slots=True)
class Known:
    """The first visit of each firm in each window, with what was known of it when the window was planned. A second visit
    in the same window follows from the first and is nobody's to put in order.
    """

    row: Any
    window: Numbers
    plain: Numbers  # features without the inspector
    inspector: Numbers  # share of findings of whoever went


def features(visits: Visits, window: int = WINDOW) -> Known:
    """One pass in time order; visits of one window do not know each other."""
    kept, rows, extra = [], [], []
    firms, kinds, people, everything = _Record(), _Record(), _Record(), _Record()
    of = visits.day // window
    for planned in _windows(of):
        met: set[int] = set()
        for n in planned:
            if visits.firm[n] not in met:
                met.add(visits.firm[n])
                kept.append(n)
                kind = kinds.share(visits.kind[n], everything) if visits.kind is not None else 0.0
                rows.append(_row(visits.firm[n], kind, float(of[n]) * window, firms, everything))
                extra.append(people.share(visits.inspector[n], everything) if visits.inspector is not None else 0.0)
        for n in planned:
            hit, day = bool(visits.found[n]), float(visits.day[n])
            firms.add(visits.firm[n], hit, day)
            everything.add(0, hit, day)
            if visits.kind is not None:
                kinds.add(visits.kind[n], hit, day)
            if visits.inspector is not None:
                people.add(visits.inspector[n], hit, day)
    row = np.array(kept)
    return Known(row, of[row], np.array(rows), np.array(extra))


def _windows(of: Numbers) -> Iterator[range]:
    edges = [0, *(np.flatnonzero(np.diff(of)) + 1).tolist(), len(of)]
    return (range(a, b) for a, b in zip(edges, edges[1:], strict=False))


NOTHING = (0, 0, 0.0, False)


class _Record:
    """What is known so far by key: visits, findings, the day and the finding of the last visit."""

    def __init__(self) -> None:
        self.of: dict[int, tuple[int, int, float, bool]] = {}

    def add(self, key: int, hit: bool, day: float) -> None:
        visits, found, *_rest = self.of.get(key, NOTHING)
        self.of[key] = (visits + 1, found + hit, day, hit)

    def share(self, key: int, everything: _Record) -> float:
        """The share of findings, drawn towards that of all visits while there are few."""
        overall = everything.of.get(0)
        base = overall[1] / overall[0] if overall else 0.0
        visits, found, *_rest = self.of.get(key, NOTHING)
        return (found + PRIOR * base) / (visits + PRIOR)


def _row(key: int, kind: float, day: float, firms: _Record, everything: _Record) -> list[float]:
    count, found, last, hit = firms.of.get(key, NOTHING)
    since = min(day - last, LAST_DAYS) if count else LAST_DAYS
    return [float(hit), firms.share(key, everything), float(found > 0), min(count, 10), since, float(count == 0), kind]


def score(visits: Visits, firms: Sequence[int], day: float) -> tuple[Model, Numbers, Numbers]:
    """What every firm of a list scores on a day, and what the one-line rule says of it: learnt from all visits before the
    day, without inspectors and without kinds.
    """
    known = features(visits)
    model = fit(NAMES, known.plain, visits.found[known.row])
    record, everything = _Record(), _Record()
    for n in range(len(visits.day)):
        record.add(visits.firm[n], bool(visits.found[n]), float(visits.day[n]))
        everything.add(0, bool(visits.found[n]), float(visits.day[n]))
    rows = np.array([_row(firm, 0.0, day, record, everything) for firm in firms])
    return model, model.score(rows), rows[:, NAMES.index(RULE)]


# The trial ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """One way of ordering the same visits."""

    name: str
    auc: float | None
    days: float | None
    first: float | None  # share of findings in the first quarter of each window


@dataclass(frozen=True, slots=True)
class Trial:
    """What each way would have gained on visits later than all it learnt from."""

    rows: int
    firms: int
    train: int
    test: int
    window: int
    since: str  # first day of the test
    rate: float
    ways: tuple[Way, ...]
    weights: tuple[tuple[str, float], ...]
    arm: tuple[int, float | None] | None  # random visits in the test, AUC of the score among them
    columns: dict[str, str]


def run(visits: Visits, *, portion: float = TRAIN, window: int = WINDOW, penalty: float = 1.0, seed: int = 1) -> Trial:
    """Learn from the first windows, judge on the rest. No window lies in both parts."""
    known = features(visits, window)
    cut = int(np.searchsorted(known.window, known.window[int(len(known.row) * portion)], side="left"))
    if not 30 <= cut <= len(known.row) - 20:
        raise BadInspections("按日期分开后，用来学习或用来检验的检查太少", rows=len(known.row))
    plain, full = known.plain, np.column_stack([known.plain, known.inspector])
    learnt, found, day = visits.found[known.row[:cut]], visits.found[known.row[cut:]], visits.day[known.row[cut:]]
    planned = known.window[cut:]
    model = fit(NAMES, plain[:cut], learnt, penalty=penalty)
    score = model.score(plain[cut:])
    scores: list[tuple[str, Numbers]] = [
        ("random", np.random.default_rng(seed).random(len(found))),
        ("one-line", plain[cut:, NAMES.index(RULE)]),
        ("score", score),
    ]
    if visits.inspector is not None:
        with_people = fit((*NAMES, "inspector"), full[:cut], learnt, penalty=penalty)
        scores.append(("score-with-inspector", with_people.score(full[cut:])))
    ways = tuple(Way(name, auc(each, found), days_gained(each, found, day, planned), hits_in_first(each, found, planned, HEAD)) for name, each in scores)
    weights = tuple((name, float(weight)) for name, weight in zip(model.names, model.weights[1:], strict=True))
    arm = None
    if visits.arm is not None:
        drawn = visits.arm[known.row[cut:]]
        arm = (int(drawn.sum()), auc(score[drawn], found[drawn]))
    first = str(np.datetime64(visits.first) + int(day[0]))
    firms = len(np.unique(visits.firm))
    return Trial(len(visits.day), firms, cut, len(found), window, first, float(found.mean()), ways, weights, arm, visits.columns)
