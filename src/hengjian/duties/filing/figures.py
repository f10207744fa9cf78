"""The figures of a month: one plain line for each source, and the tone of every unit. The page, the sheet, the printed
report and the frozen one all show these same lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from hengjian.ground import policy
from hengjian.ground.kit import digests
from hengjian.ground.policy.errors import NotInForce
from hengjian.ground.policy.schema.terms import Term
from hengjian.street.inspection.estimates import interval
from hengjian.street.intake.models import Delivery

from . import queries, rules

MEASURES = ("time", "taken", "right", "heard")  # timeliness, rejected rows, re-check, silence
YEARS = 25  # how far back a record's day is counted in working days
Line = dict[str, Any]


class _Counting:
    """What all sources of a month are counted with: the law, its calendar, the parameters."""

    def __init__(self, month: date, on: date) -> None:
        self.law, self.on = policy.current(), on
        self.first = date(month.year - YEARS, 1, 1)
        self.workdays = rules.Workdays(self.law.calendar, self.first, max(on, rules.after(month)))
        asof = self.law.at(on)
        self.factor, self.gaps = float(asof.value("filing.silence.factor")), asof.number("filing.silence.gaps")
        self.late, self.rejected, self.error = (float(asof.value(f"filing.{name}.red")) for name in ("late", "rejected", "error"))
        self._due: dict[tuple[str, date], date | None] = {}

    def due(self, term: Term, decided: date) -> date | None:
        """The last day to file a record; None where no term was in force when it was decided."""
        key = (term.id, decided)
        if key not in self._due:
            try:
                term.on(decided)
                self._due[key] = self.law.deadline(term.id, {term.from_: decided}).due
            except NotInForce:
                self._due[key] = None
        return self._due[key]

    def delay(self, decided: date, received: date) -> int:
        return self.workdays.between(max(decided, self.first), received)


def counting(on: date) -> _Counting:
    """What sources are counted with on a day."""
    return _Counting(rules.month_of(on), on)


def of_month(month: date, on: date, known: datetime | None = None) -> Line:
    """Every source of a month as of a day; `known`: counting only what was judged and re-checked by then."""
    end = min(on, rules.after(month) - rules.DAY)
    count = _Counting(month, end)
    filed, checked = queries.filing_days(end, known), queries.rechecked(month, known)
    held: dict[tuple[int, str], list[Delivery]] = defaultdict(list)
    for delivery in queries.deliveries(month, end, known):
        held[delivery.agency_id, delivery.kind].append(delivery)
    silent = {source: found for source, days in filed.items() if (found := rules.silence(days, end, count.workdays, count.factor, count.gaps))}
    names = queries.names_of({agency for agency, _kind in {*held, *silent}})
    lines = [
        _line(count, names[source[0]], source[1], held.get(source, []), filed[source][0], silent.get(source), checked.get(source))
        for source in {*held, *silent}
    ]
    return {"month": f"{month:%Y-%m}", "law": count.law.version, "sources": sorted(lines, key=lambda line: (line["agency"], line["kind"]))}


def _line(
    count: _Counting, agency: tuple[str, str], kind: str, held: list[Delivery], connected: date, silent: rules.Silence | None,
    checked: Mapping[str, int] | None,
) -> Line:  # fmt: skip
    sums, filled = Counter[str](), Counter[str]()
    for delivery in held:
        sums.update({name: delivery.tally.get(name, 0) for name in ("received", "accepted", "duplicate", "rejected")})
        filled.update(delivery.tally.get("filled", {}))
    line: Line = {"agency": agency[0], "name": agency[1], "kind": kind, "deliveries": len(held), "connected": str(connected)}
    line |= {name: sums[name] for name in ("received", "accepted", "duplicate", "rejected")}
    line |= _timeliness(count, kind, held, connected) | _filled(count, kind, filled, sums["accepted"])
    line["silent"] = {"last": str(silent.last), "usual": silent.usual, "limit": silent.limit, "waited": silent.waited} if silent else None
    line["sample"] = accuracy(checked) if checked else None
    return line | _tones(count, line)


def _timeliness(count: _Counting, kind: str, held: Iterable[Delivery], connected: date) -> Line:
    """How late records were filed. Those decided before the source was connected are its stock, not its habit."""
    record = count.law.records.get(kind)
    term = count.law.term(record.filing) if record and record.filing else None
    delays, stock, late, timed, dated = Counter[int](), 0, 0, 0, 0
    for delivery in held:
        received = delivery.received_on
        for text, rows in delivery.tally.get("days", {}).items():
            decided = date.fromisoformat(text)
            dated += rows
            if decided < connected:
                stock += rows
                continue
            delays[count.delay(decided, received)] += rows
            due = count.due(term, decided) if term else None
            timed, late = timed + rows * (due is not None), late + rows * (due is not None and received > due)
    found = rules.spread(delays)
    told = {"flow": found.rows if found else 0, "stock": stock, "undated": sum(d.tally.get("accepted", 0) for d in held) - dated}
    shape = {"median": found.median, "p90": found.p90, "worst": round(found.worst, 1), "most": found.most} if found else {}
    reading = next(iter(term.readings[-1:]), None) if term else None
    limit = {"limit": reading.value if reading else None, "unit": term.unit if term else "", "timed": timed, "late": late}
    return told | dict.fromkeys(("median", "p90", "worst", "most")) | shape | limit | {"delays": {str(day): rows for day, rows in sorted(delays.items())}}


def _filled(count: _Counting, kind: str, filled: Mapping[str, int], rows: int) -> Line:
    """Share of the optional cells that are filled, and the fields filled least: required ones are, or the row goes back."""
    record = count.law.records.get(kind)
    optional = [name for name, field in record.fields.items() if not field.required and name != "removed"] if record else []
    if not rows or not optional:
        return {"filled": None, "thin": []}
    shares = {name: min(1.0, filled.get(name, 0) / rows) for name in optional}
    thin = sorted(optional, key=lambda name: (shares[name], name))[:3]
    return {"filled": round(sum(shares.values()) / len(optional), 4), "thin": [[name, round(shares[name], 4)] for name in thin]}


def accuracy(checked: Mapping[str, int]) -> Line:
    """The error rate of all accepted rows as the sample tells it, with its interval (95 %)."""
    seen, wrong = checked["right"] + checked["wrong"], checked["wrong"]
    told = {"size": checked["size"], "frame": checked["frame"], "seen": seen, "wrong": wrong, "unknown": checked["unknown"]}
    if not seen:
        return {**told, "rate": None, "low": None, "high": None}
    rate, unseen = wrong / seen, 1 - seen / max(checked["frame"], seen)
    variance = rate * (1 - rate) * unseen / seen
    low, high = interval(rate, variance, seen, unseen)
    return {**told, "rate": round(rate, 4), "low": round(low, 4), "high": round(high, 4)}


def _tones(count: _Counting, line: Line) -> Line:
    sample = line["sample"] or {}
    right = "grey" if sample.get("rate") is None else "red" if 100 * sample["low"] > count.error else "yellow" if sample["wrong"] else "green"
    tones = {
        "time": rules.tone_of_share(line["late"], line["timed"], count.late),
        "taken": rules.tone_of_share(line["rejected"], line["received"], count.rejected),
        "right": right,
        "heard": "red" if line["silent"] else "green" if line["deliveries"] else "grey",
    }
    return {"tones": tones, "tone": rules.worst(tones.values())}


def digest(figures: Line) -> str:
    """SM3 of the lines: what makes a frozen month comparable with the month counted again."""
    return digests.sm3(digests.canonical(figures["sources"])).hex()


def units(lines: Iterable[Line]) -> list[Line]:
    """One line for each agency: the worst of its sources in every respect, worst agencies first. Nothing is averaged."""
    held: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        held[line["agency"]].append(line)
    found = [_unit(sources) for sources in held.values()]
    return sorted(found, key=lambda unit: (-rules.TONES.index(unit["tone"]), -(unit["late_share"] or 0), -(unit["worst"] or 0), unit["agency"]))


def _unit(sources: list[Line]) -> Line:
    shares = [line["late"] / line["timed"] for line in sources if line["timed"]]
    known = [line["worst"] for line in sources if line["worst"] is not None]
    return {
        "agency": sources[0]["agency"], "name": sources[0]["name"], "sources": sources,
        **{name: sum(line[name] for line in sources) for name in ("received", "accepted", "rejected", "late", "timed")},
        "late_share": max(shares, default=None), "worst": max(known, default=None), "p90": max((line["p90"] for line in sources if line["p90"] is not None), default=None),
        "tones": {name: rules.worst(line["tones"][name] for line in sources) for name in MEASURES},
        "tone": rules.worst(line["tone"] for line in sources),
    }  # fmt: skip
