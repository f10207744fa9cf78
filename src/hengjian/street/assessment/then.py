"""The classes of a whole city on a past day as known on another: worked out from the mirror when asked, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
from django.db.models import Max, Q

from hengjian.ground import policy
from hengjian.ground.people import scopes
from hengjian.ground.people.language import title_in
from hengjian.ground.people.models import Officer
from hengjian.ground.policy.schema.rulesets import Ruleset
from hengjian.street.ledger import queries as ledger
from hengjian.street.register.models import Entity
from hengjian.street.register.telling import KINDS

from . import frames
from .queries import Spread


@dataclass(frozen=True, slots=True)
class Held:
    """The class an entity had, in the shape of a stored one."""

    entity: Entity
    class_code: str
    reasons: list[str]
    on: date


@dataclass(frozen=True, slots=True)
class City:
    """Entities established by `on` and known by `known` within an officer's scope, each with the class it had then.

    Districts and kinds are those of today: the mirror keeps no others.
    """

    officer: Officer | None
    ruleset: Ruleset
    on: date
    known: date | None

    @contextmanager
    def _asked(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, str, dict[str, Any]]]:
        """A connection with `answer`, and the condition of who is seen with its values."""
        frames.refresh()
        seen, values = "(established IS NULL OR established <= $on)", dict[str, Any](on=self.on)
        if self.known:
            there = Q(entered=None) | Q(entered__lte=ledger.moment(self.known))  # keys are given in the order of entering
            seen, values["upto"] = f"{seen} AND entity <= $upto", Entity.objects.filter(there).aggregate(last=Max("pk"))["last"] or 0
        districts = scopes.districts_of(self.officer)
        if districts is not None:
            seen, values["districts"] = f"{seen} AND list_contains($districts, district)", sorted(districts)
        with frames.mirror().connect() as db:
            frames.answer(db, self.ruleset, on=self.on, known=self.known, terms=policy.current().at(self.on).number)
            yield db, f"answer JOIN entities USING (entity) WHERE {seen}", values

    def spread(self, *by: str) -> list[list[Spread]]:
        """How many entities each class held: for "" in all, for `district` and `kind` by each of theirs."""
        with self._asked() as (db, seen, values):
            text = f"SELECT coalesce(district, ''), coalesce(entities.kind, ''), class, count(*) FROM {seen} GROUP BY ALL ORDER BY ALL"
            rows = db.execute(text, values).fetchall()
        return [self._by(each, rows) for each in by]

    def _by(self, by: str, rows: Iterable[tuple[str, str, str, int]]) -> list[Spread]:
        counted: dict[str, dict[str, int]] = {}
        for district, kind, code, n in rows:
            held = counted.setdefault({"district": district, "kind": kind}.get(by, ""), {})
            held[code] = held.get(code, 0) + n
        codes = [item.code for item in reversed(self.ruleset.classes)]
        titles = {"kind": lambda key: str(KINDS.get(key, key)), "district": lambda key: title_in("districts", key) if key else ""}
        return [
            Spread(key, titles[by](key) if by else "", tuple((code, held.get(code, 0), 100 * held.get(code, 0) / sum(held.values())) for code in codes))
            for key, held in sorted(counted.items())
        ]

    def behind(self, *, code: str = "", district: str = "", kind: str = "") -> Rows:
        """The entities behind one figure, by code; `district` "-" are those whose district cannot be told."""
        return Rows(self, code, district, kind)


@dataclass(frozen=True, slots=True)
class Rows:
    """The entities behind a figure of a past day: counted and cut for a page, or all of them in order."""

    city: City
    code: str
    district: str
    kind: str

    def count(self) -> int:
        [(n,)] = self._read("count(*)")
        return int(n)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Held]:
        start, stop = part.start or 0, part.stop
        found = self._read("entity, class, reasons", f" ORDER BY uscc LIMIT {max(0, stop - start):d} OFFSET {start:d}")
        held = Entity.objects.in_bulk([entity for entity, _class, _reasons in found])
        return [Held(held[key], code, [each for each in reasons.split(";") if each], self.city.on) for key, code, reasons in found if key in held]

    def _read(self, what: str, rest: str = "") -> list[tuple[Any, ...]]:
        with self.city._asked() as (db, seen, values):
            if self.code:
                seen, values["code"] = f"{seen} AND class = $code", self.code
            if self.district:
                seen += " AND district IS NULL" if self.district == "-" else " AND district = $district"
                values |= {} if self.district == "-" else {"district": self.district}
            if self.kind:
                seen, values["kind"] = f"{seen} AND entities.kind = $kind", self.kind
            return list(db.execute(f"SELECT {what} FROM {seen}{rest}", values).fetchall())
