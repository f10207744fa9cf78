"""Registered facts as readers are told them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit.money import yuan
from hengjian.ground.people.language import english, title_in

if TYPE_CHECKING:
    from .past import Absence

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


def industry(code: str) -> str:
    """An industry by the title of its section or division, with the code where it is finer than that."""
    known = title_in("industries", code)
    if not code[2:] or known != code:
        return known
    return gettext("%(industry)s（%(code)s）") % {"industry": title_in("industries", code[:2]), "code": code}


def absence(one: Absence) -> str:
    """Why there is nothing to tell of a day."""
    if one.established:
        return gettext("这一天主体尚未成立：成立日期 %(day)s") % {"day": one.established}
    return gettext("那时登记库还不知道这个主体：%(day)s 入库") % {"day": one.entered}
