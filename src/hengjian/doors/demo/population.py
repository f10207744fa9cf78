"""Invented firms and shops of a city, each with the colour its records shall give it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from hengjian.ground.kit import uscc

from .places import DISTRICTS, District
from .words import FIRM_FORMS, FIRST, SECOND, TRADES, Trade

# 蓟州区, colours of 2017: 82,468 entities, 18,535 of them enterprises.
ENTERPRISES = 18_535 / 82_468
YELLOW = 0.1651
RED_AND_BLACK = 0.0075
BLACK_AMONG_THEM = 0.25
_MULTIPLIER = 400_000_009  # coprime to 31: a permutation of all six-character bodies


@dataclass(frozen=True, slots=True)
class Firm:
    """One invented entity. `colour` is green, yellow, red or black by the rules of 2017."""

    uscc: str
    name: str
    kind: str  # enterprise | individual | cooperative
    entity_type: str
    district: District
    address: str
    established: date
    capital: int | None  # yuan
    trade: Trade
    person: str
    colour: str


def credit_code(index: int, kind: str, authority: str) -> str:
    """A well-formed code no register issued: bodies run through a fixed permutation."""
    number, body = index * _MULTIPLIER % 31**6, ""
    for _ in range(6):
        number, digit = divmod(number, 31)
        body = uscc.ALPHABET[digit] + body
    subject = "MA" + body
    prefix = {"enterprise": "91", "individual": "92", "cooperative": "93"}[kind]
    return str(uscc.complete(prefix + authority + subject + uscc.subject_check(subject)))


def colours(count: int, chance: Random) -> list[str]:
    """Exactly calibrated shares, in random order."""
    bad = max(2, round(count * RED_AND_BLACK))
    black = max(1, round(bad * BLACK_AMONG_THEM))
    yellow = round(count * YELLOW)
    every = ["black"] * black + ["red"] * (bad - black) + ["yellow"] * yellow
    every += ["green"] * (count - len(every))
    chance.shuffle(every)
    return every


def kinds(count: int, chance: Random) -> list[str]:
    enterprises = round(count * ENTERPRISES)
    cooperatives = enterprises // 25
    every = ["cooperative"] * cooperatives + ["enterprise"] * (enterprises - cooperatives)
    every += ["individual"] * (count - len(every))
    chance.shuffle(every)
    return every


def found_city(count: int, seed: str, on: date) -> list[Firm]:
    """`count` firms; the same for the same seed and day."""
    chance = Random(f"{seed}:firms")
    districts = chance.choices(DISTRICTS, weights=[d.share for d in DISTRICTS], k=count)
    taken: set[str] = set()
    return [
        _found(index, kind, colour, district, taken, chance, on)
        for index, (kind, colour, district) in enumerate(
            zip(kinds(count, chance), colours(count, chance), districts, strict=True), start=1
        )
    ]


def _found(index: int, kind: str, colour: str, district: District, taken: set[str], chance: Random, on: date) -> Firm:
    trade = TRADES[int(chance.random() * len(TRADES))]
    name, entity_type = _name(kind, trade, district, taken, chance)
    authority = "120000" if kind == "enterprise" and chance.random() < 0.1 else district.code
    capital = (
        None if kind == "individual" else (1, 3, 5, 10, 50, 100, 500, 1000, 5000)[int(chance.random() * 9)] * 10_000
    )
    return Firm(
        uscc=credit_code(index, kind, authority),
        name=name,
        kind=kind,
        entity_type=entity_type,
        district=district,
        address=_address(district, chance),
        # Beyond the last reporting year, so that every firm owed the last annual report.
        established=on - timedelta(days=800 + int(7000 * chance.random() ** 2)),
        capital=capital,
        trade=trade,
        person=f"演示{'甲乙丙丁戊己庚辛'[index % 8]}{index:04d}",
        colour=colour,
    )


def _name(kind: str, trade: Trade, district: District, taken: set[str], chance: Random) -> tuple[str, str]:
    while True:
        brand = chance.choice(FIRST) + chance.choice(SECOND)
        if chance.random() < 0.4 or len(taken) > 30_000:
            brand += chance.choice(SECOND)
        if kind == "individual":
            name, entity_type = f"{district.name}{brand}（演示）{trade.shop}", "个体工商户"
        elif kind == "cooperative":
            name, entity_type = f"天津{brand}（演示）种植专业合作社", "农民专业合作社"
        else:
            form, entity_type = FIRM_FORMS[int(chance.random() ** 3 * len(FIRM_FORMS))]
            name = f"天津{brand}（演示）{trade.firm}{form}"
        if name not in taken:
            taken.add(name)
            return name, entity_type


def _address(district: District, chance: Random) -> str:
    office, road = chance.choice(district.offices), chance.choice(district.roads)
    door = 1 + int(chance.random() * 280)
    room = f"{1 + int(chance.random() * 9)}层{101 + int(chance.random() * 30)}" if chance.random() < 0.4 else "底商"
    return f"天津市{district.name}{office}{road}{door}号{room}"
