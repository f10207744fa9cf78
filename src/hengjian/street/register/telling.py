"""Registered facts as readers are told them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit.money import yuan
from hengjian.ground.people.language import english

KINDS = {"enterprise": _("企业"), "individual": _("个体工商户"), "cooperative": _("农民专业合作社")}


def capital_in_chinese(fen: int | None, currency: str) -> str:
    """Registered capital as licences print it: 100 万元人民币; empty where none is registered."""
    if fen is None:
        return ""
    if currency != "CNY":
        return f"{yuan(fen)} {currency}"
    return f"{yuan(fen)} 元人民币" if fen % 1_000_000 else f"{fen // 1_000_000:,} 万元人民币"


def capital(fen: int | None, currency: str) -> str:
    """Registered capital in the reader's language: as licences print it, or with the code of the currency."""
    return f"{currency} {yuan(fen)}" if fen is not None and english() else capital_in_chinese(fen, currency)
