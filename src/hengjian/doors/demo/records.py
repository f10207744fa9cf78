"""What departments know about the firms: rows by kind of record, so that every firm gets its colour and no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from .population import Firm
from .words import GROUNDS, HONOURS, SERIOUS

Fields = dict[str, str]
Parcel = tuple[str, str]  # kind of record, code of the sending agency
DEPARTMENTS = {
    "120000-ecology": "天津市生态环境局",
    "120000-health": "天津市卫生健康委员会",
    "120000-transport": "天津市交通运输委员会",
    "120000-emergency": "天津市应急管理局",
}
COURT = ("120000-court", "天津市高级人民法院")
CITY = ("120000", "天津市市场监督管理委员会")


def bureau(firm: Firm) -> str:
    return f"天津市{firm.district.name}市场监督管理局"


def write_records(firms: list[Firm], seed: str, on: date) -> dict[Parcel, list[Fields]]:
    """Canonical rows of every kind by the agency that sends them. Amounts in yuan, days as YYYY-MM-DD."""
    scribe = _Scribe(seed, on)
    for firm in firms:
        scribe.register(firm)
        _COLOURS[firm.colour](scribe, firm)
        scribe.good_news(firm)
    return dict(scribe.parcels)


class _Scribe:
    """Writes rows and remembers the running numbers of documents."""

    def __init__(self, seed: str, on: date) -> None:
        self.on = on
        self.chance = Random(f"{seed}:records")
        self.parcels: dict[Parcel, list[Fields]] = defaultdict(list)
        self.numbers: dict[str, int] = defaultdict(int)
        self.unreported: set[str] = set()

    def put(self, kind: str, agency: str, firm: Firm, **fields: str) -> None:
        self.parcels[kind, agency].append({"uscc": firm.uscc, "name": firm.name, **fields})

    def number(self, series: str) -> int:
        self.numbers[series] += 1
        return self.numbers[series]

    def day(self, low: int, high: int) -> date:
        return self.on - timedelta(days=low + int(self.chance.random() * (high - low)))

    def register(self, firm: Firm) -> None:
        by_city = firm.uscc[2:8] == "120000"
        self.put(
            "registration",
            "120000" if by_city else firm.district.code,
            firm,
            established=firm.established.isoformat(),
            entity_type=firm.entity_type,
            representative=firm.person,
            capital="" if firm.capital is None else str(firm.capital),
            scope=firm.trade.scope,
            district=firm.district.name,
            address=firm.address,
            status="存续",
            industry=firm.trade.industry,
            authority=CITY[1] if by_city else bureau(firm),
        )

    def penalty(self, firm: Firm, fine: int, *, confiscated: int = 0, warning: bool = False) -> None:
        decided = self.day(12, 300)
        agency, issuer = firm.district.code, bureau(firm)
        if self.chance.random() < 0.15:
            agency = self.chance.choice(list(DEPARTMENTS))
            issuer = DEPARTMENTS[agency]
        number = self.number(agency)
        self.put(
            "penalty",
            agency,
            firm,
            document=f"津演罚〔{decided.year}〕{agency[:6]}-{agency[7:10] or 'msa'}-{number}号",
            decided=decided.isoformat(),
            effective=decided.isoformat(),
            issuer=issuer,
            kind_of_penalty="警告" if warning else "罚款；没收违法所得" if confiscated else "罚款",
            facts=firm.trade.breach,
            article="演示依据",
            fine_yuan="" if warning else str(fine),
            confiscated_yuan=str(confiscated) if confiscated else "",
            warning_only="是" if warning else "否",
            until=(decided + timedelta(days=364)).isoformat(),
        )

    def listing(self, firm: Firm, *, removed: bool = False) -> None:
        ground = GROUNDS[int(self.chance.random() ** 2 * len(GROUNDS))]
        if ground == GROUNDS[0] and not removed:
            self.unreported.add(firm.uscc)
        decided = self.day(400, 700) if removed else self.day(20, 140)
        self.put(
            "abnormal-list",
            firm.district.code,
            firm,
            document=f"津演异〔{decided.year}〕{firm.district.code}-{self.number('abnormal' + firm.district.code)}号",
            decided=decided.isoformat(),
            issuer=bureau(firm),
            ground=ground,
            removed=(decided + timedelta(days=90)).isoformat() if removed else "",
        )

    def serious(self, firm: Firm) -> None:
        decided = self.day(20, 300)
        self.put(
            "serious-list",
            CITY[0],
            firm,
            document=f"津演严〔{decided.year}〕{self.number('serious')}号",
            decided=decided.isoformat(),
            issuer=CITY[1],
            ground=self.chance.choice(SERIOUS),
            removed="",
        )

    def defaulter(self, firm: Firm) -> None:
        decided = self.day(20, 300)
        number = self.number("court")
        self.put(
            "court-defaulter",
            COURT[0],
            firm,
            document=f"（{decided.year}）津演民初{number}号",
            decided=decided.isoformat(),
            issuer=COURT[1],
            case_number=f"（{decided.year}）津演执{number}号",
        )

    def good_news(self, firm: Firm) -> None:
        chance, year = self.chance, self.on.year - 1
        if firm.uscc not in self.unreported and chance.random() < 0.94:
            submitted = date(year + 1, 1, 1) + timedelta(days=int(chance.random() * 180))
            if submitted <= self.on:
                self.put(
                    "annual-report",
                    firm.district.code,
                    firm,
                    document=f"NB{year}-{firm.district.code}-{self.number('report' + firm.district.code)}",
                    decided=submitted.isoformat(),
                    issuer=bureau(firm),
                    year=str(year),
                    submitted=submitted.isoformat(),
                )
        if firm.trade.licence and chance.random() < 0.35:
            since = self.day(30, 1200)
            number = self.number("licence" + firm.district.code)
            self.put(
                "licence",
                firm.district.code,
                firm,
                document=f"津演许〔{since.year}〕{firm.district.code}-{number}号",
                decided=since.isoformat(),
                issuer=bureau(firm),
                licence_name=firm.trade.licence,
                licence_number=f"YS{firm.district.code}{number:06d}",
                since=since.isoformat(),
                until=(since + timedelta(days=1825)).isoformat(),
            )
        if firm.colour == "green" and chance.random() < 0.01:
            title, level = chance.choice(HONOURS)
            decided = self.day(30, 700)
            self.put(
                "honour",
                CITY[0],
                firm,
                document=f"津演荣〔{decided.year}〕{self.number('honour')}号",
                decided=decided.isoformat(),
                issuer=CITY[1],
                title=title,
                level=level,
            )


def _green(scribe: _Scribe, firm: Firm) -> None:
    luck = scribe.chance.random()
    if luck < 0.008:
        scribe.penalty(firm, 0, warning=True)
    elif luck < 0.03:
        scribe.listing(firm, removed=True)


def _yellow(scribe: _Scribe, firm: Firm) -> None:
    luck = scribe.chance.random()
    if luck < 0.68:
        scribe.listing(firm)
    if luck >= 0.64:
        for _ in range(1 + int(scribe.chance.random() ** 4 * 4)):
            scribe.penalty(firm, 200 + int(scribe.chance.random() ** 3 * 180) * 100)


def _red(scribe: _Scribe, firm: Firm) -> None:
    luck = scribe.chance.random()
    if luck < 0.4:
        scribe.penalty(firm, 100_000 + int(scribe.chance.random() * 300) * 1000, confiscated=12_000)
    elif luck < 0.7:
        for _ in range(6 + int(scribe.chance.random() * 3)):
            scribe.penalty(firm, 500 + int(scribe.chance.random() * 60) * 100)
    else:
        scribe.serious(firm)


def _black(scribe: _Scribe, firm: Firm) -> None:
    luck = scribe.chance.random()
    if luck < 0.5:
        scribe.defaulter(firm)
    elif luck < 0.8:
        scribe.penalty(firm, 480_000 + int(scribe.chance.random() * 900) * 1000, confiscated=56_000)
    else:
        for _ in range(11 + int(scribe.chance.random() * 3)):
            scribe.penalty(firm, 1000)


_COLOURS = {"green": _green, "yellow": _yellow, "red": _red, "black": _black}


def renamed(firms: list[Firm], seed: str) -> Iterator[tuple[Firm, str]]:
    """Firms that changed their name, with the name they had before (曾用名)."""
    chance = Random(f"{seed}:renamed")
    for firm in firms:
        if firm.kind == "enterprise" and chance.random() < 0.02:
            yield firm, firm.name.replace("（演示）", "（演示旧）")
