"""Names as they are compared, kinds as codes tell them, and the district an address lies in. No database.

See docs/algorithms/identity.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hengjian.ground.kit import text

TAKEN = ("registration", "branch", "investor")  # kinds of record the register takes; the ledger takes all others
TRACKED = (
    "name", "entity_type", "status", "district", "street", "address", "scope_text", "capital_fen", "industry", "authority",
)  # fmt: skip
KINDS = {"91": "enterprise", "92": "individual", "93": "cooperative"}
TYPES = {"9500": "individual", "9100": "cooperative"}
RANK_BITS, ENTITY_BITS, NAME_BITS = 7, 44, 4
ENTITY_MASK = (1 << ENTITY_BITS) - 1


def name_key(name: str) -> str:
    """A name without width, case, blanks, brackets and marks: what search and identity compare."""
    return "".join(character for character in text.fold(name) if character.isalnum())


def kind_of(uscc: str, entity_type: str) -> str:
    """Enterprise, individual or cooperative: first two characters of the code, else the type stated."""
    return KINDS.get(uscc[:2]) or TYPES.get(entity_type, "enterprise")


def search_id(entity: int, name: str, former: int = 0) -> int:
    """Place of a name in the search index. Present names before former ones, short before long: an exact hit is first."""
    rank = (64 if former else 0) | min(len(name), 63)
    return rank << ENTITY_BITS | entity << NAME_BITS | min(former, 15)


def entity_of(place: int) -> int:
    return (place & ENTITY_MASK) >> NAME_BITS


def packed(entity: int, names: Sequence[str]) -> set[tuple[int, str]]:
    """Former names in the order they were given up, as the index holds them: fifteen places, the last shared by the rest.

    Names that share a place stand in one text, divided by a mark that no name has.
    """
    shared: dict[int, list[str]] = {}
    for number, name in enumerate(names, start=1):
        shared.setdefault(search_id(entity, name, number), []).append(name)
    return {(place, "|".join(held)) for place, held in shared.items()}


def street_of(streets: Mapping[str, str], names: Sequence[str], address: str) -> str:
    """Code of the street an address names after its district, or nothing: a road of the same name is not the street."""
    rest = text.fold(address).removeprefix("天津市")
    for name in sorted(names, key=len, reverse=True):
        if rest.startswith(name):
            rest = rest.removeprefix(name)
            break
    found = [title for title in streets if rest.startswith(title)]
    return streets[max(found, key=len)] if found else ""


def value_on(told: Sequence[Any], on: date, present: str, moment: datetime | None = None) -> str:
    """What a registered fact was on a day as known at a moment, from its changes in the order of their days and of their telling.

    Before the first change that was known it was what that change says it had been. What was told late was not known before.
    """
    known = [change for change in told if moment is None or change.recorded <= moment]
    if not known:
        firsthand = [change for change in told if not change.late]
        return str(min(firsthand, key=lambda change: change.recorded).before) if firsthand else present
    held = [change for change in known if change.on <= on]
    return str(held[-1].after if held else known[0].before)


@dataclass(frozen=True, slots=True)
class Spell:
    """What a registered fact was from a day (empty: from the beginning) up to the day before another (empty: still)."""

    value: str
    first: date | None
    until: date | None


def spells(told: Sequence[Any], present: str) -> list[Spell]:
    """The days of a registered fact, last first, from its known changes in order; without any, what it is."""
    if not told:
        return [Spell(present, None, None)]
    values = [(told[0].before, None), *((change.after, change.on) for change in told)]
    ends: list[date | None] = [day for _value, day in values[1:]]
    found = [Spell(value, first, until) for (value, first), until in zip(values, [*ends, None], strict=True) if first != until or first is None]
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Located:
    """Today's district, or None for "cannot tell", and what it was read from."""

    district: str | None
    why: dict[str, str]


@dataclass(frozen=True)
class Places:
    """Names of districts, former counties and functional zones, and the district each lies in today, if one can tell."""

    names: Mapping[str, str | None]
    notes: Mapping[str, str] = field(default_factory=dict)
    streets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by district: title and code
    industries: frozenset[str] = frozenset()  # sections and divisions

    @classmethod
    def of(cls, law: Any) -> Places:
        rows = law.catalogue("district-names").rows
        names = {text.fold(row.title): row.extra.get("district") for row in rows}
        streets: dict[str, dict[str, str]] = {}
        for street in law.catalogue("streets").rows if "streets" in law.sections["catalogues"] else ():
            streets.setdefault(street.parent or "", {})[text.fold(street.title)] = street.code
        notes = {text.fold(row.title): row.extra.get("why", "") for row in rows}
        return cls(names, notes, streets, frozenset(law.catalogue("industries").items) if "industries" in law.sections["catalogues"] else frozenset())

    def industry(self, told: str) -> str:
        """A class or group of GB/T 4754 (8111, O8111, 811) by its digits, where its division is known; else nothing."""
        code = text.fold(told).strip()
        digits = code[1:] if code[:1].isalpha() else code
        return digits if digits.isdecimal() and 3 <= len(digits) <= 4 and digits[:2] in self.industries else ""

    def street(self, district: str | None, address: str) -> str:
        """The street of a district that an address names, by its code; nothing where it cannot be told."""
        if not district:
            return ""
        return street_of(self.streets.get(district, {}), [name for name, code in self.names.items() if code == district], address)

    def locate(self, stated: str, address: str) -> Located:
        """Read the stated area first, then the beginning of the address. Guess nothing."""
        asked = text.fold(stated)
        if self.names.get(asked):
            return self._found(asked, "column", stated)
        begins = self._beginning(address)
        if begins and self.names[begins]:
            return self._found(begins, "address", address)
        unsure = asked if asked in self.names else begins
        why = self.notes.get(unsure, "") if unsure else ""
        return Located(None, {"from": "column" if stated else "address", "says": (stated or address)[:60],
                              "why": why or "名称对照表里没有"})

    def objection(self, district: str, address: str) -> dict[str, str]:
        """What the address says against the area stated for it; kept as evidence, never acted on."""
        begins = self._beginning(address)
        other = self.names[begins] if begins else None
        return {"address_says": begins} if begins and other and other != district else {}

    def _found(self, name: str, source: str, says: str) -> Located:
        why = {"from": source, "says": says[:60], "read": name}
        if self.notes.get(name):
            why["why"] = self.notes[name]
        return Located(self.names[name], why)

    def _beginning(self, address: str) -> str | None:
        """The longest known area name an address begins with. Bare names are not trusted: 和平 may be a road."""
        folded = text.fold(address)
        for start in (folded, folded.removeprefix("天津市"), folded.removeprefix("天津")):
            for length in range(min(len(start), 14), 2, -1):
                name = start[:length]
                if name in self.names and name.endswith(("区", "县", "城", "街道")):
                    return name
        return None
