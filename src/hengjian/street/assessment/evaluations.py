"""The public credit evaluation (公共信用综合评价) as the credit centre told it: shown beside our classes, never part of them.

It is a record of the ledger like any other, so it is bitemporal, sealed and corrected like any other. No rule can ask for
its kind (`FactKind`), so it moves no class and no odds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.ground import policy
from hengjian.ground.people.language import named
from hengjian.street.ledger import queries as ledger

KIND, GRADES = "public-evaluation", "evaluation-grades"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation: what was told, by whom, as of which day, valid until when."""

    grade: str
    score: str
    decided: date
    until: date | None
    issuer: str
    document: str
    entry: int

    @property
    def title(self) -> str:
        items = policy.current().catalogue(GRADES).items
        return named(items[self.grade]) if self.grade in items else self.grade


def evaluation_of(uscc: str, *, on: date, known: date | None = None) -> Evaluation | None:
    """The newest evaluation that stood on a day as known on another; one whose validity is over is none."""
    return newest(ledger.facts(on, known, uscc=uscc).filter(kind=KIND).select_related("issuer"), on)


def newest(facts: Iterable[Any], on: date) -> Evaluation | None:
    """The same, among live entries already read."""
    found = max((entry for entry in facts if entry.kind == KIND), key=lambda entry: (entry.decided, entry.seq), default=None)
    if found is None or (found.until and found.until < on):
        return None
    body = found.body
    return Evaluation(
        str(body.get("grade", "")), str(body.get("score") or ""), found.decided, found.until, body.get("issuer") or found.issuer.name,
        found.document, found.seq,
    )  # fmt: skip
