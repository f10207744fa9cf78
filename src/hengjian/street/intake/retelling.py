"""An accepted record told again in the cells of the file it came in: what a later stop sends back can be sent again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hengjian.ground import policy

from .contract import scale_of
from .rules import NATIVE


def cells_of(kind: str, layout: Mapping[str, Any], data: Mapping[str, Any], personal: Mapping[str, Any] | None) -> list[str]:
    """The cells of a row under the headings of its table. Amounts have the unit of their heading, codes their titles."""
    fields: Mapping[str, str] = layout.get("fields", {})
    whole = {**data.get("unrecognised", {}), **data, **(personal or {})}
    return [_cell(kind, heading, fields.get(heading, ""), whole) for heading in layout.get("headings", [])]


def _cell(kind: str, heading: str, name: str, data: Mapping[str, Any]) -> str:
    value = data.get(NATIVE.get(name, name))
    if value is None or not name:
        return ""
    law = policy.current()
    described = law.record(kind).fields.get(name)
    if described is None:
        return str(value)
    if described.type == "money":
        return _amount(int(value), scale_of(heading), data.get(f"{name}_currency", ""))
    if described.type == "bool" and isinstance(value, bool):
        return "是" if value else "否"
    if described.catalogue:
        return "、".join(law.catalogue(described.catalogue).title_of(code) for code in (value if isinstance(value, list) else [value]))
    return str(value)


CURRENCIES = {"USD": "美元", "HKD": "港元", "EUR": "欧元", "JPY": "日元", "GBP": "英镑", "KRW": "韩元", "SGD": "新加坡元", "AUD": "澳元",
              "CAD": "加拿大元", "CHF": "瑞士法郎", "TWD": "新台币", "DEM": "德国马克", "FRF": "法国法郎"}  # fmt: skip


def _amount(fen: int, scale: int, currency: str) -> str:
    """In the unit of the heading; a foreign amount says its own."""
    scale = 1 if currency else scale
    text = format((Decimal(fen) / 100 / scale).normalize(), "f")
    return f"{text}{CURRENCIES.get(currency, '')}"
