"""Keeping machines from filing, without asking anybody else: a little work for the browser, or a sum for those without script.

The challenge is bound to the draft, and a draft is filed once: an answer cannot be used again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from . import rules
from .errors import NotProved

BITS = 16  # some 65,000 digests: a second on an old phone
LIVES = 3600  # seconds a challenge is good for
SALT = "complaints.challenge"
DIGITS = ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the page carries: the signed challenge, its bits, and the sum in words."""

    token: str
    bits: int
    first: str
    second: str


def bits() -> int:
    return int(getattr(settings, "COMPLAINTS_WORK_BITS", BITS))


def made(draft: str) -> Challenge:
    a, b = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    token = signing.dumps({"draft": draft, "sum": a + b}, salt=SALT, compress=False)
    return Challenge(token, bits(), DIGITS[a], DIGITS[b])


def check(token: str, draft: str, *, work: str, answer: str) -> bool:
    """True when proved by a sum, False when proved by work: what came by a sum waits in the slower queue. Raises NotProved."""
    try:
        told = signing.loads(token, salt=SALT, max_age=LIVES)
    except signing.BadSignature:
        raise NotProved(_("页面停留太久，请重新提交一次")) from None
    if told["draft"] != draft:
        raise NotProved(_("页面停留太久，请重新提交一次"))
    if work and rules.proved(token, work, bits()):
        return False
    if answer.strip() == str(told["sum"]):
        return True
    raise NotProved(_("请回答页面上的算式，或打开脚本后再提交"))
