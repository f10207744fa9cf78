"""Money in fen (分). Sums of fractions at a threshold depend on their order; sums of integers do not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .refusals import Invalid

# Commas stand between groups of three only: `5000,3000` are two amounts. A unit is made of words for money: `5000元以下` is none.
_AMOUNT = re.compile(
    r"^\s*(?:人民币|RMB)?\s*(?P<sign>-?)(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*"
    r"\(?(?P<unit>[人民币元圆整正亿万千百美港澳门大利亚欧日英镑韩新加坡拿瑞士台德国马克法郎]*)\)?\s*$"
)
_SCALES = (("亿", 10**8), ("千万", 10**7), ("百万", 10**6), ("万", 10**4), ("千", 10**3), ("百", 10**2))
_CURRENCIES = (
    ("美", "USD"),
    ("港", "HKD"),
    ("欧", "EUR"),
    ("日", "JPY"),
    ("英镑", "GBP"),
    ("韩", "KRW"),
    ("新加坡", "SGD"),
    ("澳", "AUD"),
    ("加拿大", "CAD"),
    ("瑞士", "CHF"),
    ("台", "TWD"),
    ("德国", "DEM"),
    ("法国", "FRF"),
)


class BadMoney(Invalid):
    """Not an amount."""

    code = "bad_money"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in hundredths of its currency (ISO 4217)."""

    fen: int
    currency: str = "CNY"


def parse_yuan(text: str, *, default_scale: int = 1) -> Money:
    """Read `500`, `1.5万元`, `1,913.2157(万元人民币)`, `450(万美元)`.

    `default_scale` is what a bare number is counted in (10000 where a heading says 万元).
    """
    match = _AMOUNT.match(unicodedata.normalize("NFKC", text).replace("¥", ""))
    if match is None:
        raise BadMoney("“%(value)s”不是金额；请写成 5000 或 0.5万元", value=text)
    unit = match["unit"].strip()
    scale = next((value for word, value in _SCALES if word in unit), default_scale if not unit else 1)
    currency = next((code for word, code in _CURRENCIES if word in unit), "CNY")
    number = Decimal(match["number"].replace(",", "")) * scale * 100
    fen = int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Money(-fen if match["sign"] else fen, currency)


def yuan(fen: int | None) -> str:
    """Fen as people read it: `12,345.60`, without empty cents."""
    if fen is None:
        return ""
    whole, cents = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{cents:02d}" if cents else f"{sign}{whole:,}"
